"""Milestones (大事记): what the service itself last did, and when: the clock it trusted, the backup it made."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import String, Text, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from governance.base.database import AnyRow, Model, atomic, db

BACKUP = "backup"


class Milestone(Model):
    """The last time of one kind. Of no village: one row a kind for the whole service."""

    __tablename__ = "milestones"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]
    detail: Mapped[str] = mapped_column(Text)  # JSON


milestones = Milestone.__table__


def find_milestone(name: str) -> tuple[datetime, dict[str, Any]] | None:
    """When a thing was last done, and what was noted of it."""
    row: AnyRow | None = db.session.execute(
        select(milestones.c.at, milestones.c.detail).where(milestones.c.name == name)
    ).first()
    return (row.at, json.loads(row.detail)) if row else None


def keep_milestone(name: str, at: datetime, **detail: Any) -> None:
    """Note that a thing was done at a moment; the time before is forgotten."""
    with atomic():
        values = {"at": at, "detail": json.dumps(detail, ensure_ascii=False)}
        changed = db.session.execute(
            update(milestones).where(milestones.c.name == name).values(values)
        )
        if not changed.rowcount:  # type: ignore[attr-defined]
            db.session.execute(insert(milestones).values(name=name, **values))
