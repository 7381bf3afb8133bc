"""Publicity (公示): notices and what they list, as everybody could read it."""

from __future__ import annotations

import uuid
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
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.base.database import Model, new_id


class NoticeState(StrEnum):
    """Where a notice stands."""

    DRAFT = "draft"
    POSTED = "posted"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Listed(StrEnum):
    """Why a notice lists an award."""

    CHECKED = "checked"  # booked when the notice closes
    BOOKED = "booked"  # a small standard plus, booked at once
    REVERSED = "reversed"  # taken back since


class Notice(Model):
    """A notice: its number, the period it covers, how long it hangs, and the end of the book at that moment.

    A draft has no number and lists nothing yet; what is posted is never edited, only withdrawn.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("village_id", "year", "number"),
        ForeignKeyConstraint(["village_id", "replaces"], ["notices.village_id", "notices.id"]),
        CheckConstraint("state IN ('draft','posted','closed','withdrawn')", name="state_known"),
        CheckConstraint("days IN (3,5,7)", name="days_known"),
        CheckConstraint("first_on <= last_on", name="period_in_order"),
        CheckConstraint(
            "(state = 'draft') = (number IS NULL) AND (state = 'draft') = (posted_at IS NULL)"
            " AND (state = 'draft') = (closes_at IS NULL)",
            name="posted_whole",
        ),
        CheckConstraint(
            "(state = 'withdrawn') = (reason IS NOT NULL)", name="withdrawn_with_reason"
        ),
        Index("ix_notices_due", "village_id", "state", "closes_at"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    year: Mapped[int | None]
    number: Mapped[int | None]
    first_on: Mapped[date]
    last_on: Mapped[date]
    days: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default=NoticeState.DRAFT.value)
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    posted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    posted_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    head_seq: Mapped[int | None]
    head_hash: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None]
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)
    replaces: Mapped[uuid.UUID | None]


class NoticeItem(Model):
    """One line of a notice as it was posted. `name` is empty where nobody is named: a deduction."""

    __tablename__ = "notice_items"
    __table_args__ = (
        ForeignKeyConstraint(["village_id", "notice_id"], ["notices.village_id", "notices.id"]),
        ForeignKeyConstraint(["village_id", "award_id"], ["awards.village_id", "awards.id"]),
        UniqueConstraint("village_id", "notice_id", "award_id", "listed"),
        CheckConstraint("listed IN ('checked','booked','reversed')", name="listed_known"),
        Index("ix_notice_items_award", "village_id", "award_id"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    notice_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    award_id: Mapped[uuid.UUID]
    listed: Mapped[str] = mapped_column(String(10))
    household_id: Mapped[uuid.UUID]
    group_no: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(30), default="")
    behaviour: Mapped[str] = mapped_column(String(100))
    points: Mapped[int]
    seen_on: Mapped[date]


notices, notice_items = Notice.__table__, NoticeItem.__table__
