"""Objections (异议): somebody disagrees, somebody uninvolved decides with reasons, and supervision may be asked once."""

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

from governance.base.database import Model, db, new_id, one_of


class ObjectionState(StrEnum):
    """Where an objection stands; `appealed` is dismissed by the committee and before the supervision committee."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    APPEALED = "appealed"


HOLDS = (
    ObjectionState.OPEN,
    ObjectionState.APPEALED,
)  # what is objected to is not booked meanwhile


class Channel(StrEnum):
    """How an objection came in."""

    PAGE = "page"
    SPOKEN = "spoken"
    PHONED = "phoned"
    WRITTEN = "written"


class Objection(Model):
    """A household disagrees with an award, with a line of its passbook, or misses an award (neither named)."""

    __tablename__ = "objections"
    __table_args__ = (
        UniqueConstraint("village_id", "year", "number"),
        ForeignKeyConstraint(
            ["village_id", "household_id"], ["households.village_id", "households.id"]
        ),
        ForeignKeyConstraint(["village_id", "award_id"], ["awards.village_id", "awards.id"]),
        ForeignKeyConstraint(["village_id", "line_seq"], ["lines.village_id", "lines.seq"]),
        ForeignKeyConstraint(["village_id", "remedy_id"], ["awards.village_id", "awards.id"]),
        CheckConstraint("award_id IS NULL OR line_seq IS NULL", name="one_thing"),
        CheckConstraint("state IN ('open','upheld','dismissed','appealed')", name="state_known"),
        CheckConstraint("channel IN ('page','spoken','phoned','written')", name="channel_known"),
        CheckConstraint("(channel = 'page') = (entered_by IS NULL)", name="entered_by_somebody"),
        CheckConstraint(
            "(state = 'open') = (decided_by IS NULL) AND (state = 'open') = (answer IS NULL)",
            name="decided_with_reasons",
        ),
        CheckConstraint("(final_by IS NULL) = (final_answer IS NULL)", name="final_with_reasons"),
        Index("ix_objections_queue", "village_id", "state", "due_on"),
        Index("ix_objections_award", "village_id", "award_id"),
        Index("ix_objections_household", "village_id", "household_id"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    year: Mapped[int]
    number: Mapped[int]
    household_id: Mapped[uuid.UUID]
    award_id: Mapped[uuid.UUID | None]
    line_seq: Mapped[int | None]
    channel: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(Text)
    entered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default=ObjectionState.OPEN.value)
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Text)
    remedy_id: Mapped[uuid.UUID | None]
    appealed_at: Mapped[datetime | None]
    appeal_words: Mapped[str | None] = mapped_column(Text)
    final_due_on: Mapped[date | None]
    final_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    final_at: Mapped[datetime | None]
    final_answer: Mapped[str | None] = mapped_column(Text)


objections = Objection.__table__


def held_awards(village_id: uuid.UUID, award_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of `award_ids` that somebody objects to and that are not decided yet: they are not booked meanwhile."""
    found = db.session.scalars(
        select(objections.c.award_id).where(
            objections.c.village_id == village_id,
            objections.c.award_id.in_(list(award_ids)),
            one_of(objections.c.state, HOLDS),
        )
    )
    return {award_id for award_id in found if award_id is not None}
