"""The passbook (积分存折): a household's lines with who recorded them, and what still waits."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, case, func, select

from governance.affairs.awards.life import State, awards
from governance.affairs.shop.redemptions import redemptions
from governance.base.database import AnyRow, db, in_village, one_of
from governance.ledger import book
from governance.ledger.lines import Kind
from governance.village.staff import Staff

lines, staff = book.lines, Staff.__table__

# What somebody wrote beside a line's words; it stays with what the line is about.
NOTE = case(
    (lines.c.kind == Kind.AWARD.value, awards.c.note),
    (lines.c.kind == Kind.REVERSAL.value, awards.c.reason),
    (lines.c.kind == Kind.RETURN.value, redemptions.c.reason),
).label("note")
OF_AWARD = in_village(awards.c.id, lines.c.source)
OF_REDEMPTION = in_village(redemptions.c.id, lines.c.source)


def read(
    village_id: uuid.UUID, household_id: uuid.UUID, limit: int = 20, before: int | None = None
) -> Sequence[AnyRow]:
    """Lines, newest first, with `filer`, who recorded an award, else who made the line, and the `note` beside it."""
    before = book.NEVER if before is None else book.within(before)
    values = {"village": village_id, "household": household_id, "before": before, "limit": limit}
    return db.session.execute(_LINES, values).all()


_LINES = (
    select(
        lines.c.seq,
        lines.c.at,
        lines.c.kind,
        lines.c.memo,
        lines.c.source,
        lines.c.standing,
        lines.c.spendable,
        lines.c.owed,
        lines.c.standing_after,
        lines.c.spendable_after,
        staff.c.name.label("filer"),
        NOTE,
    )
    .join(awards, OF_AWARD, isouter=True)
    .join(redemptions, OF_REDEMPTION, isouter=True)
    .join(staff, staff.c.id == func.coalesce(awards.c.filed_by, lines.c.actor), isouter=True)
    .where(
        lines.c.village_id == bindparam("village"),
        lines.c.household_id == bindparam("household"),
        lines.c.seq < bindparam("before"),
    )
    .order_by(lines.c.seq.desc())
    .limit(bindparam("limit"))
)


def words_of(line: Any) -> str:
    """What a line says, with the note beside it. A line of an older version holds its note itself."""
    noted = line.note and line.note not in line.memo
    return f"{line.memo}（{line.note}）" if noted else str(line.memo)


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
