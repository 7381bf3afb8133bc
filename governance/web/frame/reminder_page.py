"""What the officer's page and the reminder desk share: the forms that settle a reminder, and what is told then."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Optional

from governance.affairs.awards import settling
from governance.affairs.awards.items import LONGEST_NOTE, Scorer
from governance.affairs.awards.photos import photos_of
from governance.affairs.awards.refusals import LONGEST_REASON, CapReached
from governance.affairs.awards.reminders import ReminderState, bonus_rule, people_of, rule_now
from governance.affairs.awards.settling import Settled
from governance.base import clock
from governance.base.errors import BadInput
from governance.village.rules.rulebook import Rule
from governance.web.frame import words
from governance.web.frame.forms import Form, PhotoField, SignedField, at_most, required


class CorrectForm(Form):
    """It was put right: a word and a photo, if somebody likes."""

    note = TextAreaField(_l("说明"), [at_most(LONGEST_NOTE)])
    photo = PhotoField(_l("整改后的照片"))


class DeductForm(Form):
    """It was not: points where the rule leaves a choice, and why."""

    points = SignedField(_l("扣几分（写负数）"), [Optional()])
    note = TextAreaField(_l("事由（必填）"), [required(), at_most(LONGEST_NOTE)])


class WithdrawForm(Form):
    """Why a reminder is withdrawn."""

    reason = TextAreaField(_l("理由"), [required(), at_most(LONGEST_REASON)])


class Acts:
    """The forms of one reminder's page; the one that was sent is bound, the others are fresh."""

    def __init__(self, sent: str = ""):
        self.correct, self.deduct, self.withdraw = (
            made(prefix=f"{name}-") if name == sent else made(formdata=None, prefix=f"{name}-")
            for name, made in (
                ("correct", CorrectForm),
                ("deduct", DeductForm),
                ("withdraw", WithdrawForm),
            )
        )

    def show(self, reminder: Any) -> None:
        """Begin the deduction with the reminder's words."""
        if self.deduct.note.data is None:
            self.deduct.note.data = reminder.note


def page_values(village_id: uuid.UUID, reminder: Any) -> dict[str, Any]:
    """A reminder's page: its people and photos, what it brings, is it over, and by which rule points go."""
    open_ = reminder.state == ReminderState.OPEN
    rule: Rule | None = rule_now(village_id, reminder.rule_code) if open_ else None
    return {
        "reminder": reminder,
        "people": people_of(reminder),
        "before": photos_of(village_id, reminder.id),
        "after": photos_of(village_id, reminder.award_id) if reminder.award_id else [],
        "bonus": bonus_rule(village_id),
        "overdue": open_ and clock.today() > reminder.deadline,
        "rule": rule,
    }


def deduct(
    scorer: Scorer,
    reminder_id: uuid.UUID,
    show: Callable[[uuid.UUID, Acts, int], ResponseReturnValue],
    done: Callable[[Settled], ResponseReturnValue],
) -> ResponseReturnValue:
    """File the deduction a page asks for and be `done`, or `show` the page again with what was refused."""
    acts = Acts("deduct")
    form = acts.deduct
    if not form.validate():
        return show(reminder_id, acts, 422)
    award_id = award_id_of(reminder_id, "deduct")
    try:
        settled = settling.deduct(
            scorer, reminder_id, award_id, form.points.data, form.note.data or ""
        )
    except (BadInput, CapReached) as refusal:
        form.refuse(refusal)
        return show(reminder_id, acts, refusal.status)
    return done(settled)


def award_id_of(reminder_id: uuid.UUID, act: str) -> uuid.UUID:
    """The id of the award a reminder ends in: a double tap is the same award."""
    return uuid.uuid5(reminder_id, act)


def told(settled: Settled) -> str:
    """What the page says after a reminder was settled."""
    if settled.again:
        return words.gettext("这张提醒单刚才已经办过了，没有重复。")
    if settled.reminder.state == ReminderState.DEDUCTED:
        return words.gettext("已记扣分，等别人审核。审核、公示之后才入账。")
    if settled.late:
        return words.gettext("已记为整改好了。过了期限，不加分，也不扣分。")
    if settled.why:
        why = words.sentence(settled.why)
        return words.gettext("已记为整改好了，不扣分。这次没有加分：%(why)s", why=why)
    if settled.award is None:
        return words.gettext("已记为整改好了，不扣分。细则里没有整改加分这一条，所以不加分。")
    points = words.signed(settled.award.points or 0)
    if settled.award.state == "booked":
        return words.gettext("已记为整改好了，%(points)s 分已入账。", points=points)
    return words.gettext("已记为整改好了，%(points)s 分等别人审核。", points=points)
