"""Complaints and suggestions (投诉建议): from anybody, without signing in; each has a number to look up the answer."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from governance.base.database import Model, new_id


class Complaint(Model):
    """What somebody wrote, and the answer. `number` cannot be guessed: it is the key to the answer."""

    __tablename__ = "complaints"
    __table_args__ = (
        UniqueConstraint("village_id", "number"),
        CheckConstraint("(answer IS NULL) = (answered_by IS NULL)", name="answered_by_somebody"),
        Index("ix_complaints_queue", "village_id", "made_at"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(String(60), default="")
    made_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None]


complaints = Complaint.__table__
