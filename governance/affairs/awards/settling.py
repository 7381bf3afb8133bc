"""Settling a reminder (整改核实): it was put right, or it was not and only now points are taken."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from governance.affairs.awards import recording
from governance.affairs.awards.items import LONGEST_NOTE, Item, Outcome, Scorer
from governance.affairs.awards.refusals import (
    CapReached,
    NotResident,
    NotYourPlace,
    RuleRetired,
)
from governance.affairs.awards.reminders import (
    Reminder,
    ReminderState,
    bonus_rule,
    get_reminder,
    rule_now,
)
from governance.affairs.awards.reminding import ReminderSettled, name_reminder_photos
from governance.affairs.recusal import Concern, refuse_partial
from governance.base import clock
from governance.base.database import atomic, once_more
from governance.base.errors import BadInput, Conflict, HemeiError, phrase
from governance.base.text import with_lines
from governance.ledger import book
from governance.village.households import UnknownHousehold, get_household
from governance.village.rules.rulebook import Rule

WITHOUT_POINTS = (CapReached, NotResident, UnknownHousehold)  # it was put right all the same


class StillTime(Conflict):
    """The household may still put it right."""

    code = "still_time"
    message = phrase("整改期限到 %(deadline)s，过了这一天还没有改好，才能扣分。")


class NoteTooLong(BadInput):
    """More words than fit."""

    message = phrase("说明不超过 %(longest)s 个字。")
    field = "note"


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a reminder: its award, if there is one, and if not why not (`late`, or a refusal)."""

    reminder: Reminder
    award: Outcome | None = None
    late: bool = False
    why: HemeiError | None = None
    again: bool = False  # it was settled before, by the same person in the same way


def correct(
    scorer: Scorer,
    reminder_id: uuid.UUID,
    award_id: uuid.UUID,
    photos: Sequence[uuid.UUID] = (),
    note: str = "",
) -> Settled:
    """Confirm that it was put right. In time, the rule that rewards it is recorded under `award_id`.

    Late, or without such a rule, or where its cap is reached, the reminder is closed without points.
    No photo is demanded; the award goes its ordinary way, so another person checks it.

    Raises UnknownReminder, NotYourPlace, OwnHousehold, ReminderSettled, NoteTooLong, KeyConflict.
    """
    note = _note(note)

    def settle(reminder: Reminder) -> Settled:
        late, rule = clock.today() > reminder.deadline, bonus_rule(scorer.village_id)
        outcome = (
            None
            if late or rule is None
            else _reward(scorer, reminder, rule, award_id, photos, note)
        )
        _close(reminder, ReminderState.CORRECTED, scorer)
        if outcome is None or outcome.error:
            name_reminder_photos(scorer, reminder.id, photos)
            return Settled(reminder, late=late, why=outcome.error if outcome else None)
        reminder.award_id = award_id
        return Settled(reminder, outcome)

    return _settle(scorer, reminder_id, ReminderState.CORRECTED, settle)


def _reward(
    scorer: Scorer,
    reminder: Reminder,
    rule: Rule,
    award_id: uuid.UUID,
    photos: Sequence[uuid.UUID],
    note: str,
) -> Outcome:
    """Record the bonus; its error says why there is none. Raises what is no reason to close without points."""
    item = Item(
        award_id,
        reminder.household_id,
        rule.id,
        clock.now(),
        points=None if rule.fixed else rule.points_min,
        note=note,
        photos=tuple(photos),
        reminder_id=reminder.id,
    )
    outcome = recording.record(scorer, [item], [rule])[0]
    if outcome.error and not isinstance(outcome.error, WITHOUT_POINTS):
        raise outcome.error
    return outcome


def deduct(
    scorer: Scorer,
    reminder_id: uuid.UUID,
    award_id: uuid.UUID,
    points: int | None = None,
    note: str = "",
) -> Settled:
    """File the deduction, once the deadline is past and nothing was put right; it carries its reminder.

    The rule in force under the reminder's code decides; `points` where it leaves a choice. Without a
    note the reminder's own words stand.

    Raises UnknownReminder, NotYourPlace, OwnHousehold, StillTime, ReminderSettled, RuleRetired,
    PointsOutOfRange, CapReached, NotResident, UnknownHousehold, NoteTooLong, KeyConflict.
    """
    note = _note(note)

    def settle(reminder: Reminder) -> Settled:
        if clock.today() <= reminder.deadline:
            raise StillTime(deadline=reminder.deadline)
        rule = rule_now(scorer.village_id, reminder.rule_code)
        if rule is None:
            raise RuleRetired(rule=reminder.behaviour)
        item = Item(
            award_id,
            reminder.household_id,
            rule.id,
            clock.now(),
            points=None if rule.fixed else points,
            note=note or reminder.note,
            reminder_id=reminder.id,
        )
        outcome = recording.record_one(scorer, item, rule)
        _close(reminder, ReminderState.DEDUCTED, scorer)
        reminder.award_id = award_id
        return Settled(reminder, outcome)

    return _settle(scorer, reminder_id, ReminderState.DEDUCTED, settle)


def _settle(
    scorer: Scorer,
    reminder_id: uuid.UUID,
    to: ReminderState,
    settle: Callable[[Reminder], Settled],
) -> Settled:
    """Settle an open reminder under its locks; who settled it the same way before is told so."""
    _refuse_partial(scorer, get_reminder(scorer.village_id, reminder_id))
    return once_more(lambda: _settle_once(scorer, reminder_id, to, settle))


def _settle_once(
    scorer: Scorer,
    reminder_id: uuid.UUID,
    to: ReminderState,
    settle: Callable[[Reminder], Settled],
) -> Settled:
    with atomic():
        book.lock(scorer.village_id, [get_reminder(scorer.village_id, reminder_id).household_id])
        reminder = get_reminder(scorer.village_id, reminder_id, lock=True)
        if reminder.state == to and reminder.settled_by == scorer.staff_id:
            return Settled(reminder, again=True)
        if reminder.state != ReminderState.OPEN:
            raise ReminderSettled.of(reminder)
        return settle(reminder)


def _refuse_partial(scorer: Scorer, reminder: Reminder) -> None:
    """An officer settles in their own grids, and nobody for their own household."""
    home = get_household(scorer.village_id, reminder.household_id)
    if scorer.grid_ids is not None and home.grid_id not in scorer.grid_ids:
        raise NotYourPlace
    refuse_partial(Concern(scorer.village_id, (home.id,), reminder.id), scorer.staff_id, "remind")


def _close(reminder: Reminder, state: ReminderState, scorer: Scorer) -> None:
    reminder.state = state.value
    reminder.settled_by, reminder.settled_at = scorer.staff_id, clock.now()


def _note(note: str) -> str:
    note = with_lines(note)
    if len(note) > LONGEST_NOTE:
        raise NoteTooLong(longest=LONGEST_NOTE)
    return note
