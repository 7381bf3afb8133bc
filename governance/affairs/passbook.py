"""The passbook (积分存折): a household's lines with who recorded them, and what still waits."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select

from governance.affairs.awards import State, awards
from governance.base.database import db
from governance.ledger import book
from governance.village.staff import Staff

lines = book.lines


def read(
    village_id: uuid.UUID, household_id: uuid.UUID, limit: int = 20, before: int | None = None
) -> Sequence[Row[Any]]:
    """Lines, newest first, with `filer`: who recorded an award, else who made the line."""
    query = (
        select(lines, Staff.name.label("filer"), awards.c.state.label("award_state"))
        .join(
            awards,
            (awards.c.village_id == lines.c.village_id) & (awards.c.id == lines.c.source),
            isouter=True,
        )
        .join(
            Staff,
            Staff.id == func.coalesce(awards.c.filed_by, lines.c.actor),
            isouter=True,
        )
        .where(lines.c.village_id == village_id, lines.c.household_id == household_id)
        .order_by(lines.c.seq.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(lines.c.seq < before)
    return db.session.execute(query).all()


def waiting(village_id: uuid.UUID, household_id: uuid.UUID) -> Sequence[Row[Any]]:
    """The household's awards that are not booked yet, newest first."""
    return db.session.execute(
        select(awards, Staff.name.label("filer"))
        .join(Staff, Staff.id == awards.c.filed_by)
        .where(
            awards.c.village_id == village_id,
            awards.c.household_id == household_id,
            awards.c.state.in_([State.FILED.value, State.CHECKED.value, State.PUBLISHED.value]),
        )
        .order_by(awards.c.filed_at.desc())
        .limit(50)
    ).all()
