"""Samples (抽查): the supervision committee draws last month's awards by lot and looks again."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from governance.base.database import Model, new_id


class Sample(Model):
    """One drawing: the month, how many, and the seed that draws the same awards again."""

    __tablename__ = "samples"
    __table_args__ = (CheckConstraint("size >= 1", name="size_from_one"),)

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    month: Mapped[int]
    size: Mapped[int]
    pool: Mapped[int]  # how many awards it was drawn from
    seed: Mapped[str] = mapped_column(String(32))
    drawn_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    drawn_at: Mapped[datetime]


class SampleItem(Model):
    """One award drawn, and what was found when it was looked at again."""

    __tablename__ = "sample_items"
    __table_args__ = (
        ForeignKeyConstraint(["village_id", "sample_id"], ["samples.village_id", "samples.id"]),
        ForeignKeyConstraint(["village_id", "award_id"], ["awards.village_id", "awards.id"]),
        CheckConstraint("result IN ('','true','doubt')", name="result_known"),
        CheckConstraint("(result = '') = (looked_by IS NULL)", name="looked_by_somebody"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    sample_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    award_id: Mapped[uuid.UUID]
    result: Mapped[str] = mapped_column(String(6), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    looked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    looked_at: Mapped[datetime | None]


samples, sample_items = Sample.__table__, SampleItem.__table__
