"""Reminders (提醒): before points are taken the household is told, and has time to put it right."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.affairs.awards.life import awards
from governance.base import clock
from governance.base.database import AnyRow, Model, db, get_row, in_village
from governance.base.errors import NotThere, phrase
from governance.village.households import households
from governance.village.rules.rulebook import Rule, rules_in_force
from governance.village.staff import Staff

SHOWN_AFTER = 30  # days a household still sees a reminder that is settled


class ReminderState(StrEnum):
    """Where a reminder stands."""

    OPEN = "open"
    CORRECTED = "corrected"
    DEDUCTED = "deducted"
    WITHDRAWN = "withdrawn"


STATE_NAMES = {
    ReminderState.OPEN: phrase("待整改"),
    ReminderState.CORRECTED: phrase("已整改"),
    ReminderState.DEDUCTED: phrase("已扣分"),
    ReminderState.WITHDRAWN: phrase("已撤销"),
}


class Reminder(Model):
    """What was found at a household, by a rule that reminds first, and until when it can be put right."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("village_id", "year", "number"),
        ForeignKeyConstraint(
            ["village_id", "household_id"], ["households.village_id", "households.id"]
        ),
        ForeignKeyConstraint(["village_id", "rule_id"], ["rules.village_id", "rules.id"]),
        ForeignKeyConstraint(["village_id", "award_id"], ["awards.village_id", "awards.id"]),
        CheckConstraint("state IN ('open','corrected','deducted','withdrawn')", name="state_known"),
        CheckConstraint("(state = 'open') = (settled_by IS NULL)", name="settled_by_somebody"),
        Index("ix_reminders_award", "village_id", "award_id"),
        Index("ix_reminders_household", "village_id", "household_id", "state"),
        Index("ix_reminders_queue", "village_id", "state", "deadline"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    year: Mapped[int]
    number: Mapped[int]
    household_id: Mapped[uuid.UUID]
    grid_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"))
    rule_id: Mapped[uuid.UUID]
    rule_code: Mapped[str] = mapped_column(String(12))
    behaviour: Mapped[str] = mapped_column(String(100))
    points: Mapped[int]  # what it would cost
    note: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime]
    deadline: Mapped[date]  # the last day to put it right
    filed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    filed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default=ReminderState.OPEN.value)
    settled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    settled_at: Mapped[datetime | None]
    award_id: Mapped[uuid.UUID | None]  # the bonus for putting it right, or the deduction
    reason: Mapped[str | None] = mapped_column(Text)  # why it was withdrawn


reminders = Reminder.__table__
staff = Staff.__table__

SETTLED = tuple(one for one in ReminderState if one is not ReminderState.OPEN)


class UnknownReminder(NotThere):
    """No such reminder in this village."""

    code = "unknown_reminder"
    message = phrase("没有找到这一条提醒。")


def get_reminder(village_id: uuid.UUID, reminder_id: uuid.UUID, *, lock: bool = False) -> Reminder:
    """A reminder of the village, locked if it is about to be settled. Raises UnknownReminder."""
    return get_row(Reminder, village_id, reminder_id, UnknownReminder, lock=lock)


def find_reminders(village_id: uuid.UUID, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Reminder]:
    """Reminders of the village by id."""
    wanted = list(ids)
    if not wanted:
        return {}
    found = db.session.scalars(
        select(Reminder).where(Reminder.village_id == village_id, Reminder.id.in_(wanted))
    )
    return {one.id: one for one in found}


def allows_deduction(reminder: Reminder, rule_code: str, day: date) -> bool:
    """Whether points may be taken by a rule for what was seen on `day`: reminded of it, and the time is over."""
    same = reminder.rule_code == rule_code
    return same and reminder.state == ReminderState.OPEN and day > reminder.deadline


def bonus_rule(village_id: uuid.UUID) -> Rule | None:
    """The rule in force that rewards putting right in time what a reminder named; the first, if several."""
    found = [rule for rule in rules_in_force(village_id) if rule.amends and not rule.minus]
    return min(found, key=lambda one: one.position, default=None)


def rule_now(village_id: uuid.UUID, code: str) -> Rule | None:
    """The version in force of the rule a reminder was given by, as long as it takes points."""
    found = (one for one in rules_in_force(village_id) if one.code == code and one.minus)
    return next(found, None)


def reminder_of(village_id: uuid.UUID, award_id: uuid.UUID) -> Reminder | None:
    """The reminder an award carries: the deduction that followed it, or the bonus for putting it right."""
    return db.session.scalar(
        select(Reminder).where(Reminder.village_id == village_id, Reminder.award_id == award_id)
    )


def find_open(village_id: uuid.UUID, household_id: uuid.UUID, rule_code: str) -> Reminder | None:
    """The open reminder of a household by a rule; there is at most one."""
    return db.session.scalar(
        select(Reminder).where(
            Reminder.village_id == village_id,
            Reminder.household_id == household_id,
            Reminder.rule_code == rule_code,
            Reminder.state == ReminderState.OPEN.value,
        )
    )


# What the pages show.


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reminders somebody wants to see; nothing named means all."""

    states: tuple[ReminderState, ...] = (ReminderState.OPEN,)
    grid_ids: frozenset[uuid.UUID] | None = None
    until: date | None = None  # the deadline is not later than this day
    since: date | None = None  # nor earlier than this

    def where(self, village_id: uuid.UUID) -> list[Any]:
        """The conditions."""
        where = [
            reminders.c.village_id == village_id,
            reminders.c.state.in_([one.value for one in self.states]),
        ]
        if self.grid_ids is not None:
            where.append(households.c.grid_id.in_(self.grid_ids))
        if self.until:
            where.append(reminders.c.deadline <= self.until)
        if self.since:
            where.append(reminders.c.deadline >= self.since)
        return where


_WITH_PEOPLE = (
    select(
        reminders,
        households.c.group_no,
        households.c.number.label("door_no"),
        households.c.head,
        households.c.grid_id.label("home_grid_id"),
        staff.c.name.label("filer"),
        awards.c.points.label("award_points"),
        awards.c.state.label("award_state"),
        awards.c.behaviour.label("award_behaviour"),
    )
    .join(households, in_village(households.c.id, reminders.c.household_id))
    .join(staff, staff.c.id == reminders.c.filed_by)
    .join(awards, in_village(awards.c.id, reminders.c.award_id), isouter=True)
)


def listed(
    village_id: uuid.UUID, wanted: Wanted, *, limit: int = 50, offset: int = 0
) -> tuple[Sequence[AnyRow], int]:
    """Reminders with household, filer and award, and how many there are.

    Open ones by deadline, the first due first; settled ones newest first.
    """
    open_ = wanted.states == (ReminderState.OPEN,)
    order = (reminders.c.deadline,) if open_ else (reminders.c.settled_at.desc(),)
    rows = db.session.execute(
        _WITH_PEOPLE.where(*wanted.where(village_id))
        .order_by(*order, reminders.c.id)
        .limit(limit)
        .offset(offset)
    ).all()
    return rows, count_wanted(village_id, wanted)


def count_wanted(village_id: uuid.UUID, wanted: Wanted) -> int:
    """How many reminders are wanted."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(reminders)
            .join(households, in_village(households.c.id, reminders.c.household_id))
            .where(*wanted.where(village_id))
        )
        or 0
    )


def get_detail(village_id: uuid.UUID, reminder_id: uuid.UUID) -> AnyRow:
    """One reminder with household, filer and award. Raises UnknownReminder."""
    found = db.session.execute(
        _WITH_PEOPLE.where(reminders.c.village_id == village_id, reminders.c.id == reminder_id)
    ).first()
    if found is None:
        raise UnknownReminder
    return found


def count_overdue(village_id: uuid.UUID) -> int:
    """How many reminders are past their deadline and wait for somebody to look: the overview's figure."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(reminders)
            .where(
                reminders.c.village_id == village_id,
                reminders.c.state == ReminderState.OPEN.value,
                reminders.c.deadline < clock.today(),
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What a household is told: its open reminders, those settled lately, the rule that rewards putting right."""

    open: list[AnyRow]
    settled: list[AnyRow]
    bonus: Rule | None


def told_to(village_id: uuid.UUID, household_id: uuid.UUID) -> Told:
    """The reminders of a household, the first due first."""
    since = clock.now() - clock.days(SHOWN_AFTER)
    values = {"village": village_id, "household": household_id, "since": since}
    rows = db.session.execute(_OF_HOUSEHOLD, values).all()
    open_ = [row for row in rows if row.state == ReminderState.OPEN]
    settled = [row for row in rows if row.state != ReminderState.OPEN]
    return Told(open_, settled, bonus_rule(village_id) if open_ else None)


_OF_HOUSEHOLD = (
    _WITH_PEOPLE.where(
        reminders.c.village_id == bindparam("village"),
        reminders.c.household_id == bindparam("household"),
        or_(
            reminders.c.state == ReminderState.OPEN.value,
            and_(
                reminders.c.state != ReminderState.WITHDRAWN.value,
                reminders.c.settled_at >= bindparam("since"),
            ),
        ),
    )
    .order_by(reminders.c.state != ReminderState.OPEN.value, reminders.c.deadline, reminders.c.id)
    .limit(50)
)


def shows_photo(
    village_id: uuid.UUID, subject_id: uuid.UUID, grid_ids: frozenset[uuid.UUID] | None
) -> bool:
    """Whether a photo of `subject_id` is of a reminder in these grids, before or after it was put right."""
    wanted = Wanted(tuple(ReminderState), grid_ids).where(village_id)
    found = _WITH_PEOPLE.where(
        *wanted, (reminders.c.id == subject_id) | (reminders.c.award_id == subject_id)
    )
    return db.session.execute(found.limit(1)).first() is not None


def people_of(reminder: Any) -> dict[uuid.UUID, str]:
    """The names of who gave a reminder and who settled it."""
    ids = {reminder.filed_by, reminder.settled_by} - {None}
    return dict(
        db.session.execute(select(staff.c.id, staff.c.name).where(staff.c.id.in_(ids))).all()
    )
