"""The assembly's desk (细则草案): draft a rulebook, compare it, try it on the past quarter, adopt it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, RadioField, StringField

from governance.affairs.awards.trial import try_out
from governance.base import clock
from governance.base.database import atomic
from governance.base.errors import BadInput, Conflict, phrase
from governance.village.decisions import OF_VILLAGE
from governance.village.rules import adoption, drafts, rulebook
from governance.village.rules.adoption import Comparison
from governance.village.rules.drafts import DraftRule, SetState
from governance.village.rules.file import FaultyRuleFile, read_rules
from governance.village.rules.lint import Concern, find_concerns
from governance.village.rules.wording import Wording
from governance.web.desk import make_desk
from governance.web.desk.meetingform import MeetingForm
from governance.web.desk.rulechanges import change_words
from governance.web.desk.rulefiles import SHIPPED, shipped_file
from governance.web.frame import access
from governance.web.frame.forms import Form, at_most, chosen, required
from governance.web.frame.words import day_text, translated

door = make_desk(
    "rulesets",
    __name__,
    "/rulesets",
    readable=("home", "one", "compare", "trial", "paper", "signed_page"),
    part_of="rules",
)


class StartForm(Form):
    """A draft's name, and what it begins with."""

    title = StringField(_l("草案名称"), [required(), at_most(60)])
    source = RadioField(_l("从哪里开始"), [chosen()], default="in_force")
    file = FileField(_l("Excel 或 CSV 文件"), render_kw={"accept": ".xlsx,.xls,.csv"})

    def __init__(self, *arguments: Any, **values: Any):
        """Fill the choices, in the visitor's language."""
        super().__init__(*arguments, **values)
        self.source.choices = [
            ("in_force", _l("照现行细则抄一份，再改")),
            ("file", _l("村里自己的文件")),
            *((name, translated(label)) for name, label in SHIPPED.items()),
            ("empty", _l("从空白开始")),
        ]


class AdoptForm(MeetingForm):
    """What the assembly decided, and from when it holds."""

    since = DateField(_l("从哪天起生效"), [required()])
    anyway = BooleanField(_l("以上提醒在会上都说明了，仍然通过"))


@door.get("/")
def home() -> ResponseReturnValue:
    """All drafts, adopted and dropped sets."""
    sets = drafts.sets_of(g.village.id)
    return render_template(
        "desk/drafts.html",
        sets=sets,
        counts=drafts.rule_counts(g.village.id),
        names=drafts.SET_STATE_NAMES,
    )


@door.route("/new", methods=["GET", "POST"])
def start() -> ResponseReturnValue:
    """Begin a draft."""
    form, faulty = StartForm(), None
    if form.validate_on_submit():
        try:
            wordings, base = _beginning(form)
            begun = drafts.start_set(
                g.village.id, access.visitor().id, form.title.data or "", wordings
            )
        except FaultyRuleFile as refusal:
            faulty = refusal
        except (BadInput, Conflict) as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("草案已起好。现在怎么改，都不影响现行细则。"))
            if base:
                flash(gettext("文件里的年度基础分没有放进草案，请到「积分方案」设定。"))
            return redirect(url_for(".one", set_id=begun.id), 303)
    page = render_template(
        "desk/drafts_start.html",
        form=form,
        faulty=faulty,
        faults=faulty.faults if faulty else [],
    )
    return page, 200 if request.method == "GET" else 422


def _beginning(form: StartForm) -> tuple[list[Wording], int | None]:
    """The rules a draft begins with, and the yearly base a file names. Raises BadInput."""
    if form.source.data == "empty":
        return [], None
    if form.source.data == "in_force":
        return drafts.wordings_to_copy(g.village.id), None
    if form.source.data != "file":
        content = shipped_file(form.source.data)
    elif not form.file.data:
        raise BadInput(phrase("请选择文件。"), field="file")
    else:
        content = bytes(form.file.data.read())
    file = read_rules(content)
    return drafts.wordings_of_file(g.village.id, file), file.base


@door.get("/<uuid:set_id>")
def one(set_id: uuid.UUID) -> ResponseReturnValue:
    """A set's rules, each with how it stands to the rulebook."""
    return _show(set_id, "desk/drafts_rules.html", _concerned)


@door.get("/<uuid:set_id>/compare")
def compare(set_id: uuid.UUID) -> ResponseReturnValue:
    """What the set adds, changes and drops, part by part."""
    return _show(set_id, "desk/drafts_compare.html", lambda _: {})


@door.get("/<uuid:set_id>/trial")
def trial(set_id: uuid.UUID) -> ResponseReturnValue:
    """What the past quarter would have come to under it."""
    return _show(
        set_id, "desk/drafts_trial.html", lambda _: {"trial": try_out(g.village.id, set_id)}
    )


@door.get("/<uuid:set_id>/print")
def paper(set_id: uuid.UUID) -> ResponseReturnValue:
    """The set for the assembly, on A4: the rules with what is new, changed, dropped; the trial; the vote."""
    return _show(
        set_id,
        "desk/drafts_print.html",
        lambda _: {"trial": try_out(g.village.id, set_id)},
    )


def _show(
    set_id: uuid.UUID, template: str, more: Callable[[list[DraftRule]], dict[str, Any]]
) -> ResponseReturnValue:
    found = drafts.get_set(g.village.id, set_id)
    rules = drafts.rules_of_set(g.village.id, set_id)
    return render_template(
        template,
        **_facts(found, rules, adoption.compare(g.village.id, found)),
        **more(rules),
    )


def _facts(found: Any, rules: list[DraftRule], comparison: Comparison) -> dict[str, Any]:
    """What every page of a set shows."""
    return {
        "draft": found,
        "is_draft": found.state == SetState.DRAFT,
        "state_name": drafts.SET_STATE_NAMES[SetState(found.state)],
        "rules": rules,
        "chapters": rulebook.by_category(rules),
        "comparison": comparison,
        "marks": comparison.marks,
        "changes": {one.after.code: change_words(one) for one in comparison.changed},
    }


def _concerned(rules: Iterable[DraftRule]) -> dict[str, Any]:
    return {"concerned": {rule.id for rule, _ in concerns_of(rules)}}


def concerns_of(rules: Iterable[DraftRule]) -> list[tuple[DraftRule, Concern]]:
    """The words in a draft that should not stand in a rule."""
    return [(rule, concern) for rule in rules for concern in find_concerns(rule.wording())]


@door.route("/<uuid:set_id>/adopt", methods=["GET", "POST"])
def adopt(set_id: uuid.UUID) -> ResponseReturnValue:
    """Enter what the assembly decided: from a day on the draft is the rulebook."""
    found = drafts.get_set(g.village.id, set_id)
    rules = drafts.rules_of_set(g.village.id, set_id)
    concerns, form = concerns_of(rules), AdoptForm()
    form.offer(OF_VILLAGE)
    if form.validate_on_submit():
        if concerns and not form.anyway.data:
            form.anyway.errors = [gettext("请先看提醒，再打勾。")]
        elif _adopt(set_id, form):
            return redirect(url_for(".one", set_id=set_id), 303)
    elif request.method == "GET":
        form.since.data = clock.today()
    page = render_template(
        "desk/drafts_adopt.html",
        **_facts(found, rules, adoption.compare(g.village.id, found)),
        form=form,
        concerns=concerns,
    )
    return page, 200 if request.method == "GET" else 422


def _adopt(set_id: uuid.UUID, form: AdoptForm) -> bool:
    """Adopt, or leave on the form why not."""
    since = form.since.data
    try:
        with atomic():  # a photo that cannot be kept leaves nothing half done
            adoption.adopt_set(g.village.id, access.visitor().id, set_id, form.meeting(), since)
            form.keep_paper(g.village.id, drafts.get_set(g.village.id, set_id).decision_id)
    except BadInput as refusal:
        form.refuse(refusal)
        return False
    flash(gettext("已登记通过。新细则从 %(day)s 起生效，以前的记分不变。", day=day_text(since)))
    return True


@door.post("/<uuid:set_id>/drop")
def drop(set_id: uuid.UUID) -> ResponseReturnValue:
    """Give a draft up."""
    dropped = drafts.drop_set(g.village.id, access.visitor().id, set_id)
    flash(gettext("草案「%(title)s」已作废，现行细则不变。", title=dropped.title))
    return redirect(url_for(".home"), 303)
