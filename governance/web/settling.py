"""What the officer's page and the reminder desk share: the forms that settle a reminder, and what is told then."""

from __future__ import annotations

import uuid
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import IntegerField, TextAreaField
from wtforms.validators import Optional

from governance.affairs.amends import Settled
from governance.affairs.refusals import LONGEST_REASON
from governance.affairs.reminders import ReminderState, rule_now
from governance.affairs.scoring import LONGEST_NOTE
from governance.base import clock
from governance.village.rulebook import Rule
from governance.web import words
from governance.web.forms import Form, at_most, required

PHOTO = {"accept": "image/*", "capture": "environment"}


class CorrectForm(Form):
    """It was put right: a word and a photo, if somebody likes."""

    note = TextAreaField(_l("说明"), [at_most(LONGEST_NOTE)])
    photo = FileField(_l("整改后的照片"), render_kw=PHOTO)


class DeductForm(Form):
    """It was not: points where the rule leaves a choice, and why."""

    points = IntegerField(_l("扣几分（写负数）"), [Optional()])
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
                ("correct", CorrectForm), ("deduct", DeductForm), ("withdraw", WithdrawForm),
            )
        )  # fmt: skip

    def show(self, reminder: Any) -> None:
        """Begin the deduction with the reminder's words."""
        if self.deduct.note.data is None:
            self.deduct.note.data = reminder.note


def page_values(village_id: uuid.UUID, reminder: Any) -> dict[str, Any]:
    """What a reminder's page asks beside the reminder itself: is it over, and by which rule points go."""
    open_ = reminder.state == ReminderState.OPEN
    rule: Rule | None = rule_now(village_id, reminder.rule_code) if open_ else None
    return {"overdue": open_ and clock.today() > reminder.deadline, "rule": rule}


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
