"""Giving a reminder (发提醒), and withdrawing one: what is wrong, and until when it can be put right."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, select

from governance.affairs.awards.admission import admit_household, admit_rule
from governance.affairs.awards.items import LONGEST_NOTE, Scorer
from governance.affairs.awards.photos import name_photos
from governance.affairs.awards.refusals import clean_reason
from governance.affairs.awards.reminders import (
    STATE_NAMES,
    Reminder,
    ReminderState,
    find_open,
    find_reminders,
    get_reminder,
    reminders,
)
from governance.affairs.recusal import Concern, refuse_partial
from governance.base import clock
from governance.base.database import AnyRow, atomic, db
from governance.base.errors import BadInput, Conflict, NotAllowed, phrase
from governance.base.text import with_lines
from governance.ledger import book
from governance.village.households import households
from governance.village.kin import OF_STAFF, kinships
from governance.village.numbers import next_number
from governance.village.places import lock_place
from governance.village.rules.rulebook import Rule, get_rule


class NoReminderRule(BadInput):
    """The rule takes or gives points without a reminder."""

    code = "no_reminder_rule"
    message = phrase("「%(rule)s」这条细则不用先提醒。")
    field = "rule"


class NothingSaid(BadInput):
    """A reminder that does not say what is wrong."""

    code = "nothing_said"
    message = phrase("请写明看到了什么、在哪里，不超过 %(longest)s 个字。")
    field = "note"


class AlreadyReminded(Conflict):
    """There is an open reminder of the same household by the same rule."""

    code = "already_reminded"
    message = phrase(
        "这一户已经有一张没有办完的提醒单（〔%(year)s〕%(number)s 号，%(deadline)s 到期），办完再发新的。"
    )


class ReminderSettled(Conflict):
    """Somebody was faster."""

    code = "reminder_settled"
    message = phrase("这张提醒单现在是「%(now)s」，不能再办理。")

    @classmethod
    def of(cls, reminder: Reminder) -> ReminderSettled:
        """Say where the reminder stands."""
        return cls(now=STATE_NAMES[ReminderState(reminder.state)])


class NotYourReminder(NotAllowed):
    """An officer withdraws what they gave; the rest is the committee's."""

    code = "not_your_reminder"
    message = phrase("这张提醒单不是您发的，要撤销请告诉村委会。")


def remind(
    scorer: Scorer,
    reminder_id: uuid.UUID,
    household_id: uuid.UUID,
    rule_id: uuid.UUID,
    note: str,
    seen_at: datetime,
    photos: Sequence[uuid.UUID] = (),
) -> Reminder:
    """Remind a household of what was seen; it has the rule's days to put it right, today not counted.

    The same id again is the same reminder. Photos show how it looked before; nobody has to take one.

    Raises NothingSaid, NoReminderRule, AlreadyReminded, KeyConflict, and what scoring raises
    (UnknownHousehold, NotYourPlace, NotResident, OwnHousehold, RuleNotThere, SeenInFuture, RuleRetired).
    """
    note = with_lines(note)
    if not note or len(note) > LONGEST_NOTE:
        raise NothingSaid(longest=LONGEST_NOTE)
    refuse_partial(Concern(scorer.village_id, (household_id,)), scorer.staff_id, "remind")
    with atomic():
        lock_place(
            scorer.village_id
        )  # first of all locks; two who remind at once are one after the other
        told = (household_id, rule_id, note, seen_at, scorer.staff_id)
        before = find_reminders(scorer.village_id, [reminder_id]).get(reminder_id)
        if before:
            if _told(before) != told:
                raise book.KeyConflict
            return before
        return _give(scorer, reminder_id, told, photos)


def _give(
    scorer: Scorer,
    reminder_id: uuid.UUID,
    told: tuple[uuid.UUID, uuid.UUID, str, datetime, uuid.UUID],
    photos: Sequence[uuid.UUID],
) -> Reminder:
    household_id, rule_id, note, seen_at, _ = told
    household = admit_household(_find_home(scorer, household_id), scorer.grid_ids)
    rule = admit_rule(get_rule(scorer.village_id, rule_id), seen_at, clock.local_date(seen_at))
    if not rule.reminds:
        raise NoReminderRule(rule=rule.behaviour)
    if first := find_open(scorer.village_id, household_id, rule.code):
        raise AlreadyReminded(year=first.year, number=first.number, deadline=first.deadline)
    reminder = Reminder(
        village_id=scorer.village_id,
        id=reminder_id,
        household_id=household_id,
        grid_id=household.grid_id,
        rule_id=rule.id,
        rule_code=rule.code,
        behaviour=rule.behaviour,
        points=rule.points_max,
        note=note,
        seen_at=seen_at,
        deadline=deadline_of(rule),
        filed_by=scorer.staff_id,
        filed_at=clock.now(),
        state=ReminderState.OPEN.value,
        **next_number(reminders, scorer.village_id),
    )
    db.session.add(reminder)
    db.session.flush()
    name_reminder_photos(scorer, reminder_id, photos)
    return reminder


def deadline_of(rule: Rule) -> date:
    """The last day to put right what somebody is reminded of today."""
    return clock.today() + clock.days(rule.remind_days or 1)


def withdraw_reminder(
    village_id: uuid.UUID,
    by: uuid.UUID,
    reminder_id: uuid.UUID,
    reason: str,
    *,
    own_only: bool = False,
) -> Reminder:
    """Withdraw an open reminder that was given by mistake; twice is once.

    `own_only`: by an officer, who withdraws what they gave themselves; the committee any.

    Raises ReasonMissing, BadInput, UnknownReminder, NotYourReminder, OwnHousehold, ReminderSettled.
    """
    reason = clean_reason(reason)
    reminder = get_reminder(village_id, reminder_id)
    if own_only and reminder.filed_by != by:
        raise NotYourReminder
    refuse_partial(Concern(village_id, (reminder.household_id,), reminder_id), by, "remind")
    with atomic():
        reminder = get_reminder(village_id, reminder_id, lock=True)
        if reminder.state == ReminderState.WITHDRAWN and reminder.settled_by == by:
            return reminder
        if reminder.state != ReminderState.OPEN:
            raise ReminderSettled.of(reminder)
        reminder.state = ReminderState.WITHDRAWN.value
        reminder.settled_by, reminder.settled_at = by, clock.now()
        reminder.reason = reason
    return reminder


def name_reminder_photos(
    scorer: Scorer, reminder_id: uuid.UUID, photos: Sequence[uuid.UUID]
) -> None:
    """Tie photos to a reminder, as scoring ties them to an award."""
    name_photos(
        [
            {
                "village_id": scorer.village_id,
                "id": one,
                "award_id": reminder_id,
                "taken_by": scorer.staff_id,
                "named_at": clock.now(),
            }
            for one in photos
        ]
    )


def _told(reminder: Reminder) -> tuple[uuid.UUID, uuid.UUID, str, datetime, uuid.UUID]:
    """What makes a reminder the same when it is sent again."""
    return (
        reminder.household_id,
        reminder.rule_id,
        with_lines(reminder.note),  # as it would be kept today
        reminder.seen_at,
        reminder.filed_by,
    )


def _find_home(scorer: Scorer, household_id: uuid.UUID) -> AnyRow | None:
    values = {
        "village": scorer.village_id,
        "household": household_id,
        "staff": scorer.staff_id,
    }
    return db.session.execute(_HOME, values).first()


_HOME = (
    select(
        households.c.grid_id,
        households.c.group_no,
        households.c.number,
        households.c.status,
        households.c.closed_on,
        kinships.c.relation,
    )
    .join(kinships, OF_STAFF, isouter=True)
    .where(
        households.c.village_id == bindparam("village"), households.c.id == bindparam("household")
    )
)
