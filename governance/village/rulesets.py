"""Rule sets (细则草案): drafted, compared with what is in force, put to the assembly, adopted."""

from __future__ import annotations

import uuid
from datetime import date, datetime

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
from governance.village.evidence import NO_EVIDENCE


class RuleSet(Model):
    """A whole rulebook in the making; adopted once, with the assembly's date and votes, from a day on."""

    __tablename__ = "rule_sets"
    __table_args__ = (
        CheckConstraint("state IN ('draft','adopted','dropped')", name="state_known"),
        CheckConstraint(
            "(state = 'adopted') = (assembly_on IS NOT NULL)"
            " AND (state = 'adopted') = (since IS NOT NULL)"
            " AND (state = 'adopted') = (present IS NOT NULL)",
            name="adopted_whole",
        ),
        CheckConstraint("votes_for + votes_against <= present", name="votes_of_those_present"),
        Index("ix_rule_sets_made", "village_id", "made_at"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(8), default="draft")
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    assembly_on: Mapped[date | None]
    present: Mapped[int | None]
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    since: Mapped[date | None]
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]


class DraftRule(Model):
    """One rule of a draft, with the same words as a rule in force."""

    __tablename__ = "draft_rules"
    __table_args__ = (
        ForeignKeyConstraint(["village_id", "set_id"], ["rule_sets.village_id", "rule_sets.id"]),
        UniqueConstraint("village_id", "set_id", "code"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    set_id: Mapped[uuid.UUID]
    code: Mapped[str] = mapped_column(String(12))
    position: Mapped[int]
    category: Mapped[str] = mapped_column(String(20))
    pillar: Mapped[str] = mapped_column(String(4), default="")
    behaviour: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str] = mapped_column(String(10), default="")
    points_min: Mapped[int]
    points_max: Mapped[int]
    cap_count: Mapped[int | None]
    cap_period: Mapped[str | None] = mapped_column(String(8))
    evidence: Mapped[str] = mapped_column(String(40), default=NO_EVIDENCE)
    review: Mapped[str] = mapped_column(String(8))
    remind_days: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")


rule_sets, draft_rules = RuleSet.__table__, DraftRule.__table__
