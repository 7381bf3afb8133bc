"""Entering an objection (代提异议) for a villager who came, phoned or wrote: find the household, then the thing."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from governance.affairs.figures import passbook
from governance.affairs.publicity import objecting
from governance.affairs.publicity.objecting import MISSING, Thing
from governance.affairs.publicity.objections import CHANNEL_NAMES, Channel, Objection
from governance.base.database import new_id
from governance.base.errors import Conflict
from governance.base.text import long_whole, whole
from governance.ledger.lines import Kind
from governance.village import directory, households
from governance.village.households import Household
from governance.web.desk.objections import door
from governance.web.frame import access, words
from governance.web.frame.forms import chosen
from governance.web.villager.objections import ObjectionForm

LINES = 20
FOUND = 20


class EnterForm(ObjectionForm):
    """What a villager said, phoned or wrote, and about what."""

    thing = RadioField(_l("对哪一条"), [chosen()])
    channel = RadioField(_l("怎么提出来的"), [chosen()])

    def __init__(self, household_id: uuid.UUID, about: uuid.UUID | None, **values: Any):
        """Offer the household's own, and what of another's hangs on a notice."""
        super().__init__(**values)
        self.thing.choices = [
            *_own_things(household_id),
            *(_items_of(about) if about else []),
            ("missing", gettext("应该记的没有记")),
        ]
        self.channel.choices = [
            (one.value, gettext(CHANNEL_NAMES[one])) for one in Channel if one is not Channel.PAGE
        ]


@door.get("/enter")
def find() -> ResponseReturnValue:
    """Find the household that objects."""
    words_, homes = _found()
    return render_template("desk/objectionentry_find.html", q=words_, homes=homes)


@door.route("/enter/<uuid:household_id>", methods=["GET", "POST"])
def enter(household_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what a household objects to; `?about=` names another household whose items hang."""
    home = households.get_household(g.village.id, household_id)
    form = EnterForm(home.id, _about())
    if form.validate_on_submit():
        with form.refusing(Conflict):
            made = _file(home, form)
            day = words.day_text(made.due_on)
            flash(gettext("异议已记下，请在 %(day)s 前答复。", day=day))
            return redirect(url_for(".objection", objection_id=made.id), 303)
    form.key.data = form.key.data or str(new_id())
    words_, homes = _found()
    page = render_template("desk/objectionentry.html", home=home, form=form, q=words_, homes=homes)
    return page, form.http_status


def _file(home: Household, form: EnterForm) -> Objection:
    return objecting.file_objection(
        g.village.id,
        home.id,
        thing_of(form.thing.data),
        form.words.data or "",
        objection_id=form.id(),
        channel=Channel(form.channel.data),
        entered_by=access.visitor().id,
    )


def _about() -> uuid.UUID | None:
    """The other household of the village that the address names."""
    if "about" not in request.args:
        return None
    try:
        wanted = uuid.UUID(request.args["about"])
    except ValueError:
        raise households.UnknownHousehold from None
    return households.get_household(g.village.id, wanted).id


def _found() -> tuple[str, Any]:
    words_ = access.searched()
    return words_, directory.search(g.village.id, words_, limit=FOUND)[0] if words_ else []


def thing_of(choice: str) -> Thing:
    """A choice of the form as a thing: `award:<id>`, `line:<seq>`, `item:<notice>:<position>`, `missing`."""
    kind, _, rest = choice.partition(":")
    if kind == "award":
        return Thing(award_id=uuid.UUID(rest))
    if kind == "line":
        return Thing(line_seq=long_whole(rest))
    if kind == "item":
        notice, _, position = rest.partition(":")
        return Thing(notice_id=uuid.UUID(notice), position=whole(position))
    return MISSING


def _own_things(household_id: uuid.UUID) -> list[tuple[str, str]]:
    """What waits, what ended before it was booked, and the last lines of the passbook."""
    waiting = passbook.waiting(g.village.id, household_id)
    ended = objecting.ended_awards(g.village.id, household_id)
    return [
        *((f"award:{one.id}", _award_text(one)) for one in (*waiting, *ended)),
        *(
            (f"line:{one.seq}", _line_text(one))
            for one in passbook.read(g.village.id, household_id, LINES)
        ),
    ]


def _award_text(award: Any) -> str:
    what = f"{award.behaviour} {words.signed(award.points)}"
    return f"{words.short_day_text(award.seen_on)} {what}（{words.name_of('state', award.state)}）"


def _line_text(line: Any) -> str:
    points = words.signed(line.standing or line.spendable)
    kind = "" if line.kind == Kind.AWARD else f"（{words.name_of('kind', line.kind)}）"
    return f"{words.short_day_text(line.at)} {line.memo} {points}{kind}"


def _items_of(household_id: uuid.UUID) -> list[tuple[str, str]]:
    """What of another household hangs on a notice."""
    return [
        (
            f"item:{one.notice_id}:{one.position}",
            gettext(
                "别人家的：%(what)s %(points)s（公示%(year)s年第%(number)s期）",
                what=one.behaviour,
                points=words.signed(one.points),
                year=one.year,
                number=one.number,
            ),
        )
        for one in objecting.hanging_items(g.village.id, household_id)
    ]
