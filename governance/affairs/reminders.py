"""Reminders (提醒): before points are taken the household is told, and has time to put it right."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.base.database import Model, db


class ReminderState(StrEnum):
    """Where a reminder stands."""

    OPEN = "open"
    CORRECTED = "corrected"
    DEDUCTED = "deducted"
    WITHDRAWN = "withdrawn"


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
