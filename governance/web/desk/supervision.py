"""The supervision desk (监督): what is open, samples drawn by lot, rules compared over the grids, who did what.

The supervision committee works here, the committee reads along: each sees what the other does.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField

from governance.affairs.awards import photos
from governance.affairs.oversight import complaints, consistency, samples
from governance.affairs.oversight.log import acts_of, count_attempts, subjects_of
from governance.affairs.oversight.samples import LONGEST_NOTE, MOST, RESULT_NAMES, USUAL
from governance.affairs.publicity import closing, objections
from governance.affairs.shop import redemptions
from governance.base import clock
from governance.base.database import AnyRow
from governance.base.errors import BadInput
from governance.village import kin, places, staff
from governance.village.staff import Role
from governance.web.desk import make_desk
from governance.web.frame import access, words
from governance.web.frame.actwords import KINDS, words_of
from governance.web.frame.forms import Form, WholeField, at_most, between, chosen, entered, strip
from governance.web.frame.pages import asked_page

door = make_desk(
    "supervision",
    __name__,
    "/supervision",
    readable=("home", "no_card", "lots", "lot", "paper", "item", "grids", "log"),
    acting=(Role.SUPERVISOR,),
)
PAGE = 50
ATTEMPTS = "attempts"


class DrawForm(Form):
    """How many to draw."""

    size = WholeField(
        _l("抽几条"),
        [entered(), between(1, MOST)],
        default=USUAL,
    )


class ResultForm(Form):
    """What was found when an award was looked at again."""

    result = RadioField(_l("结果"), [chosen()])
    note = TextAreaField(
        _l("说明"), [at_most(LONGEST_NOTE)], filters=[strip], render_kw={"rows": 3}
    )

    def __init__(self, *arguments: Any, **values: Any):
        """Fill the choices, in the visitor's language."""
        super().__init__(*arguments, **values)
        self.result.choices = [(value, words.gettext(name)) for value, name in RESULT_NAMES.items()]


@door.context_processor
def _words() -> dict[str, Any]:
    return {"result_names": RESULT_NAMES}


@door.get("/")
def home() -> ResponseReturnValue:
    """What is open: objections, complaints, samples, awards that are not what hangs, attempts on one's own household."""
    village_id, since = g.village.id, clock.quarter_start(clock.today())
    return render_template(
        "desk/supervision.html",
        appealed=objections.appealed(village_id),
        overdue=objections.overdue([village_id]).get(village_id, 0),
        complaints=complaints.count_unanswered(village_id),
        to_look=samples.count_open(village_id),
        no_card=redemptions.without_card(village_id, since, limit=0)[1],
        attempts=count_attempts(village_id, clock.start_of(since)),
        since=since,
        near=staff.near_relatives(village_id),
        differing=closing.find_differing(village_id),
    )


@door.get("/no-card")
def no_card() -> ResponseReturnValue:
    """Hand-overs without the household's card, this quarter: by whom, and why."""
    village_id, since = g.village.id, clock.quarter_start(clock.today())
    rows, total = redemptions.without_card(village_id, since)
    return render_template(
        "desk/supervision_no_card.html",
        rows=rows,
        total=total,
        since=since,
        items=redemptions.items_of(village_id, [row.id for row in rows]),
        untold=len(redemptions.untold(village_id)),
    )


@door.get("/samples")
def lots() -> ResponseReturnValue:
    """The drawings, and the way to draw another."""
    return _lots(DrawForm(formdata=None))


@door.post("/samples")
def draw() -> ResponseReturnValue:
    """Draw last month's awards by lot."""
    form = DrawForm()
    if form.validate():
        try:
            drawn = samples.draw_sample(g.village.id, access.visitor().id, form.size.data)
        except (BadInput, samples.LookFirst, samples.NothingToDraw) as refusal:
            form.refuse(refusal)
            return _lots(form, refusal.status)
        flash(gettext("抽到 %(count)s 条。", count=drawn.size))
        return redirect(url_for(".lot", sample_id=drawn.id), 303)
    return _lots(form, 422)


def _lots(form: DrawForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "desk/supervision_samples.html",
        form=form,
        rows=samples.samples_of(g.village.id),
        month=samples.last_month(clock.today()),
    )
    return page, status


@door.get("/samples/<uuid:sample_id>")
def lot(sample_id: uuid.UUID) -> ResponseReturnValue:
    """One drawing: what was drawn, what was found, and how to draw it again."""
    sample = samples.get_sample(g.village.id, sample_id)
    items = samples.items_of(sample)
    return render_template(
        "desk/supervision_sample.html",
        sample=sample,
        items=items,
        closed=samples.is_closed(items),
        again=samples.draws_again(sample),
        why_not=_partial(items),
    )


@door.get("/samples/<uuid:sample_id>/paper")
def paper(sample_id: uuid.UUID) -> ResponseReturnValue:
    """The list to take along."""
    sample = samples.get_sample(g.village.id, sample_id)
    return render_template(
        "desk/supervision_paper.html", sample=sample, items=samples.items_of(sample)
    )


@door.route("/samples/<uuid:sample_id>/<int:position>", methods=["GET", "POST"])
def item(sample_id: uuid.UUID, position: int) -> ResponseReturnValue:
    """One award drawn, with its photos, and what was found."""
    sample = samples.get_sample(g.village.id, sample_id)
    found = samples.get_item(sample, position)
    form = ResultForm(result=found.result or None, note=found.found)
    if form.validate_on_submit():
        with form.refusing():
            samples.enter_result(
                sample, access.visitor().id, position, form.result.data, form.note.data or ""
            )
            flash(gettext("第 %(number)s 条已填。", number=position))
            return redirect(url_for(".lot", sample_id=sample_id), 303)
    page = render_template(
        "desk/supervision_item.html",
        sample=sample,
        item=found,
        form=form,
        why_not=_partial([found]).get(position),
        pictures=photos.photos_of(g.village.id, found.award_id),
        closed=samples.is_closed(samples.items_of(sample)),
    )
    return page, form.http_status


def _partial(items: Any) -> dict[int, str]:
    """Why the visitor may not look at some of what was drawn."""
    person_id = access.visitor().id
    own = kin.kin_of(g.village.id, person_id)
    found = {one.position: samples.why_not(one, person_id, own) for one in items}
    return {position: words.sentence(why) for position, why in found.items() if why}


@door.get("/consistency")
def grids() -> ResponseReturnValue:
    """Each rule over the grids in a quarter: the last one, or the present one so far."""
    now = "now" in request.args
    last_since, until = consistency.last_quarter(clock.today())
    since, until = (until, clock.today() + clock.days(1)) if now else (last_since, until)
    known = places.grids_of(g.village.id)
    lines = consistency.compare_grids(g.village.id, [one.id for one in known], since, until)
    return render_template(
        "desk/supervision_grids.html",
        grids=known,
        lines=lines,
        now=now,
        since=since,
        last=until - clock.days(1),
        questions=_questions(lines, {one.id: one.name for one in known}),
    )


def _questions(lines: list[consistency.RuleLine], names: dict[uuid.UUID, str]) -> list[str]:
    return [
        words.translated(
            consistency.QUESTIONS[ask], {"rule": line.behaviour, "grid": names[cell.grid_id]}
        )
        for line in lines
        for cell in line.cells
        for ask in cell.asks
    ]


@door.get("/log")
def log() -> ResponseReturnValue:
    """Who did what, newest first; of one kind, or the attempts that were refused."""
    kind, page = request.args.get("kind", ""), asked_page(PAGE)
    kind = kind if kind in {*KINDS, ATTEMPTS} else ""
    rows, total = acts_of(
        g.village.id,
        kind="" if kind == ATTEMPTS else kind,
        attempts=kind == ATTEMPTS,
        limit=PAGE,
        offset=page.offset,
    )
    return render_template(
        "desk/supervision_log.html",
        rows=rows,
        kind=kind,
        kinds=KINDS,
        told=_told,
        subjects=subjects_of(g.village.id, rows),
        **page.pager(total, ".log", kind=kind or None),
    )


def _told(row: AnyRow) -> str:
    """What an act was, in words."""
    known = words_of(row.what)
    return words.gettext(known) if known else gettext("其他操作")
