"""The passbook (积分存折): a household's lines with who recorded them, and what still waits."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import bindparam, func, select

from governance.affairs.awards.life import State, awards
from governance.base.database import AnyRow, db, in_village, one_of
from governance.ledger import book
from governance.village.staff import Staff

lines, staff = book.lines, Staff.__table__


def read(
    village_id: uuid.UUID, household_id: uuid.UUID, limit: int = 20, before: int | None = None
) -> Sequence[AnyRow]:
    """Lines, newest first, with `filer`: who recorded an award, else who made the line."""
    before = book.NEVER if before is None else book.within(before)
    values = {"village": village_id, "household": household_id, "before": before, "limit": limit}
    return db.session.execute(_LINES, values).all()


_LINES = (
    select(
        lines.c.seq,
        lines.c.at,
        lines.c.kind,
        lines.c.memo,
        lines.c.standing,
        lines.c.spendable,
        lines.c.owed,
        lines.c.standing_after,
        lines.c.spendable_after,
        staff.c.name.label("filer"),
    )
    .join(awards, in_village(awards.c.id, lines.c.source), isouter=True)
    .join(staff, staff.c.id == func.coalesce(awards.c.filed_by, lines.c.actor), isouter=True)
    .where(
        lines.c.village_id == bindparam("village"),
        lines.c.household_id == bindparam("household"),
        lines.c.seq < bindparam("before"),
    )
    .order_by(lines.c.seq.desc())
    .limit(bindparam("limit"))
)


def waiting(village_id: uuid.UUID, household_id: uuid.UUID) -> Sequence[AnyRow]:
    """The household's awards that are not booked yet, newest first."""
    return db.session.execute(_WAITING, {"village": village_id, "household": household_id}).all()


_WAITING = (
    select(awards, staff.c.name.label("filer"))
    .join(staff, staff.c.id == awards.c.filed_by)
    .where(
        awards.c.village_id == bindparam("village"),
        awards.c.household_id == bindparam("household"),
        one_of(awards.c.state, (State.FILED, State.CHECKED, State.PUBLISHED)),
    )
    .order_by(awards.c.filed_at.desc())
    .limit(50)
)
