"""The officer's pages of a household: find it, tap the rule, done."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from flask import (
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Optional

from governance.affairs.awards import photos, recording, reminders
from governance.affairs.awards.items import LONGEST_NOTE, Item, Outcome
from governance.affairs.awards.life import State
from governance.affairs.field import handed_in, undo
from governance.affairs.field.doorstep import (
    Doorstep,
    Offer,
    at_the_door,
    choice_of_rules,
    find_twin,
    first_seen,
    last_recorded,
    next_household,
    recorded_by,
)
from governance.affairs.figures import passbook
from governance.base import clock
from governance.base.database import new_id
from governance.base.errors import BadInput, NotAllowed
from governance.village import directory
from governance.village.rules import rulebook
from governance.village.rules.evidence import NO_EVIDENCE
from governance.village.rules.rulebook import Rule
from governance.village.rules.wording import Review
from governance.web.frame import access, words
from governance.web.frame.forms import Form, PhotoField, SignedField, at_most, required
from governance.web.frame.once import as_first_sent, once_of
from governance.web.frame.pages import asked_page
from governance.web.frame.pictures import data_of, keep_photo, photo_ids, send_photo
from governance.web.frame.words import gettext
from governance.web.officer import door

PAGE = 60


class AwardForm(Form):
    """Points where the rule leaves a choice, a note, a photo; `once` makes a second tap the same tap."""

    once = HiddenField()
    again = HiddenField()
    points = SignedField(_l("分值"), [Optional()])
    note = TextAreaField(_l("说明"), [at_most(LONGEST_NOTE)])
    photo = PhotoField(_l("照片"))


class NotedAwardForm(AwardForm):
    """A deduction says why."""

    note = TextAreaField(_l("事由（必填）"), [required(), at_most(LONGEST_NOTE)])


@dataclass(frozen=True, slots=True)
class Tap:
    """What an officer asks to record. One tap says only the first two: no form is built for it."""

    once: str
    again: str
    points: int | None = None
    note: str = ""
    photo: bytes = b""


@door.get("/")
def home() -> ResponseReturnValue:
    """The officer's households, searched by name, code or door; and what they recorded last."""
    scorer = access.officer_scorer()
    words_ = access.searched()
    page = asked_page(PAGE)
    rows, total = directory.search(
        g.village.id, words_, grid_ids=scorer.grid_ids, limit=PAGE, offset=page.offset
    )
    return render_template(
        "officer/home.html",
        rows=rows,
        q=words_,
        **page.pager(total, ".home", s="1" if words_ else None),
        recent=recorded_by(g.village.id, scorer.staff_id, limit=5),
    )


@door.get("/mine")
def mine() -> ResponseReturnValue:
    """Who is signed in, and what became of what they recorded."""
    recent = recorded_by(g.village.id, access.visitor().id, limit=50)
    handed = handed_in.handed_in_by(g.village.id, access.visitor().id, limit=30)
    return render_template("officer/home_mine.html", recent=recent, handed=handed)


@door.get("/household/<uuid:household_id>")
def household(household_id: uuid.UUID) -> ResponseReturnValue:
    """One household: its figures, its last lines, and the rules, most used first."""
    found = doorstep(household_id)
    category = request.args.get("category", "")
    choice = choice_of_rules(g.village.id, found.id, access.visitor().id, category)
    lines = passbook.read(g.village.id, found.id, limit=5)
    return render_template(
        "officer/household.html",
        household=found,
        figures=found.figures,
        lines=lines,
        waiting=passbook.waiting(g.village.id, found.id),
        reminded=reminders.told_to(g.village.id, found.id),
        shown=choice.shown,
        choice=choice,
        category=category,
        once=new_id(),
        undo=_undo(lines[0].source if lines else None),
        following=next_household(found, access.officer_scorer().grid_ids),
        one_tap=one_tap,
        hint=hint,
        why_not=why_not(found),
    )


@door.post("/household/<uuid:household_id>/award")
def award(household_id: uuid.UUID) -> ResponseReturnValue:
    """One tap on a fixed plus rule that wants no photo."""
    rule = _rule(request.form.get("rule", ""))
    if not one_tap(rule):
        return redirect(url_for(".rule", household_id=household_id, rule_id=rule.id), 303)
    tap = Tap(request.form.get("once", ""), request.form.get("again", ""))
    return _record(household_id, rule, tap)


@door.route("/household/<uuid:household_id>/rule/<uuid:rule_id>", methods=["GET", "POST"])
def rule(household_id: uuid.UUID, rule_id: uuid.UUID) -> ResponseReturnValue:
    """A rule that asks for something: points of a range, a photo, the reason of a deduction."""
    found, wanted = doorstep(household_id), rulebook.get_rule(g.village.id, rule_id)
    if wanted.reminds:  # the household is told first: nothing is taken here
        return redirect(url_for(".remind", household_id=household_id, rule_id=rule_id), 303)
    form = _form(wanted)
    if form.validate_on_submit():
        return _record(found.id, wanted, _tap(form))
    if request.method == "GET":
        form.once.data = str(new_id())
        form.points.data = wanted.points_min if wanted.fixed else None
    return _ask(found, wanted, form)


@door.post("/award/<uuid:award_id>/withdraw")
def withdraw(award_id: uuid.UUID) -> ResponseReturnValue:
    """Take back what was recorded by mistake."""
    undo.withdraw(access.officer_scorer(), award_id)
    flash(gettext("已撤回，这一条不算。"))
    back = access.local_path(request.form.get("back"))
    return redirect(back or url_for(".home"), 303)


@door.get("/photos/<uuid:photo_id>")
def photo(photo_id: uuid.UUID) -> ResponseReturnValue:
    """A photo, for the officer who took it; of a reminder, for all officers of its grid."""
    found = photos.get_photo(g.village.id, photo_id)
    if found.taken_by != access.visitor().id and not _of_my_reminders(found):
        raise NotAllowed
    return send_photo(photo_id)


def _of_my_reminders(found: photos.Photo) -> bool:
    grids = access.officer_scorer().grid_ids
    return bool(found.award_id and reminders.shows_photo(g.village.id, found.award_id, grids))


def one_tap(rule: Rule) -> bool:
    """Whether a tap says all: fixed points, a plus, no photo. A deduction is never one tap away."""
    return rule.fixed and not rule.minus and not rule.wants_photo


def hint(offer: Offer) -> str:
    """What a rule asks for before it is tapped: how much of its cap is left, a photo, points, a check."""
    rule = offer.rule
    return " · ".join(
        filter(
            None,
            [
                _cap_left(offer),
                _wanted(rule),
                "" if rule.fixed else gettext("填分值"),
                "" if rule.review == Review.AUTO else words.name_of("review", rule.review),
            ],
        )
    )


def _cap_left(offer: Offer) -> str:
    rule = offer.rule
    if rule.cap_count is None or rule.cap_period is None:
        return ""
    if offer.full:
        return gettext("已记满 %(count)s 次", count=rule.cap_count)
    period = words.name_of("period", rule.cap_period)
    return gettext(
        "%(period)s %(used)s / %(count)s 次", period=period, used=offer.used, count=rule.cap_count
    )


def _wanted(rule: Rule) -> str:
    if rule.wants_photo:
        return gettext("要拍照")
    if rule.reminds:
        return gettext("先提醒，%(days)s 天", days=rule.remind_days)
    return "" if rule.evidence == NO_EVIDENCE else words.evidence_text(rule.evidence)


def doorstep(household_id: uuid.UUID) -> Doorstep:
    """A household of the officer's own grids. Raises UnknownHousehold, NotYourPlace."""
    return at_the_door(access.officer_scorer(), household_id)


def why_not(found: Doorstep) -> str:
    """Why nothing can be recorded for a household, said before the tap and not after it."""
    return words.sentence(found.why_not) if found.why_not else ""


def _rule(text: str) -> Rule:
    try:
        return rulebook.get_rule(g.village.id, uuid.UUID(text))
    except ValueError:
        raise rulebook.RuleNotThere from None


def _form(wanted: Rule) -> AwardForm:
    return NotedAwardForm() if wanted.minus else AwardForm()


def _tap(form: AwardForm) -> Tap:
    return Tap(
        once=form.once.data or "",
        again=form.again.data or "",
        points=form.points.data,
        note=(form.note.data or "").strip(),
        photo=data_of(form.photo),
    )


def _ask(found: Doorstep, wanted: Rule, form: AwardForm, status: int = 200) -> ResponseReturnValue:
    page = render_template("officer/household_rule.html", household=found, rule=wanted, form=form)
    return page, 422 if form.errors else status


def _record(household_id: uuid.UUID, wanted: Rule, tap: Tap) -> ResponseReturnValue:
    """Record, and show the household again with its new figures; the same page sent twice is one award.

    The scoring looks at the household, here it is read only for a page that shows it.
    """
    item = _item(household_id, wanted, tap)
    twin = not tap.again and find_twin(g.village.id, household_id, wanted.code, item.id)
    if twin:
        page = {
            "household": doorstep(household_id),
            "rule": wanted,
            "form": _form(wanted),
        }
        return render_template("officer/household_twin.html", twin=twin, **page), 409
    try:
        keep_photo(item.id, tap.photo)
        outcome = _record_once(item, wanted)
    except BadInput as refusal:
        form = _form(wanted)
        form.refuse(refusal)
        return _ask(doorstep(household_id), wanted, form, refusal.status)
    if outcome.state in (State.WITHDRAWN, State.REVERSED):
        flash(gettext("这一条您已经撤回。要重新记，请在下面再点一次。"), "bad")
    elif outcome.outcome == "already":
        flash(gettext("这一条刚才已经记上了，没有重复。"))
    return redirect(url_for(".household", household_id=household_id), 303)


def _record_once(item: Item, wanted: Rule) -> Outcome:
    scorer = access.officer_scorer()
    return as_first_sent(
        lambda at: recording.record_one(scorer, replace(item, seen_at=at), wanted),
        lambda: first_seen(g.village.id, item.id) or item.seen_at,
    )


def _item(household_id: uuid.UUID, wanted: Rule, tap: Tap) -> Item:
    """The award's id comes from the page it was tapped on and the rule: a double tap is the same award."""
    award_id = uuid.uuid5(once_of(tap.once), f"{household_id}:{wanted.id}:{tap.again}")
    return Item(
        id=award_id,
        household_id=household_id,
        rule_id=wanted.id,
        seen_at=clock.now(),
        points=None if wanted.fixed else tap.points,
        note=tap.note,
        photos=photo_ids(award_id, tap.photo),
    )


def _undo(last_source: uuid.UUID | None) -> Any:
    """The officer's latest award, if it may still be taken back."""
    mine = last_recorded(g.village.id, access.visitor().id)
    return mine if mine and undo.can_withdraw(mine, last_source) else None
