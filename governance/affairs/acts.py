"""Who did what (操作记录): acts at the desks, and attempts that were refused. Only added to, never changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, insert
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import Model, atomic, db, new_id


class Act(Model):
    """Something somebody of the staff did, or tried and was refused; `what` is a code, said in words at the desk.

    What the calendar does by itself is done by nobody.
    """

    __tablename__ = "acts"
    __table_args__ = (Index("ix_acts_at", "village_id", "at"),)

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    what: Mapped[str] = mapped_column(String(60))
    household_id: Mapped[uuid.UUID | None]
    subject_id: Mapped[uuid.UUID | None]  # the award, notice, rule, ... concerned
    refused: Mapped[str] = mapped_column(
        String(40), default=""
    )  # the refusal's code, if it was refused


acts = Act.__table__


def note_act(
    village_id: uuid.UUID,
    staff_id: uuid.UUID | None,
    what: str,
    household_id: uuid.UUID | None = None,
    subject_id: uuid.UUID | None = None,
    refused: str = "",
) -> uuid.UUID:
    """Note that somebody did something, or was refused with a code; nobody: the calendar did it. The act's id."""
    [act] = note_acts(village_id, staff_id, what, [(household_id, subject_id)], refused)
    return act


def note_acts(
    village_id: uuid.UUID,
    staff_id: uuid.UUID | None,
    what: str,
    concerned: Iterable[tuple[uuid.UUID | None, uuid.UUID | None]],
    refused: str = "",
) -> list[uuid.UUID]:
    """Note the same of several things: (household, subject) each. The acts' ids."""
    rows: list[dict[str, Any]] = [
        {
            "village_id": village_id,
            "id": new_id(),
            "at": clock.now(),
            "staff_id": staff_id,
            "what": what,
            "household_id": household,
            "subject_id": subject,
            "refused": refused,
        }
        for household, subject in concerned
    ]
    if rows:
        with atomic():
            db.session.execute(insert(acts), rows)
    return [row["id"] for row in rows]
