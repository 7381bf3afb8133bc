"""Boards and roll-ups: rows kept when points were booked; nothing here sums lines."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, func, select

from governance.affairs.awards.life import LIVE, awards, category_months
from governance.base import clock
from governance.base.database import AnyRow, beside_index, db, in_village, one_of
from governance.ledger import book
from governance.village.households import SCORABLE, households

months = book.months


def month_board(village_id: uuid.UUID, month: int, limit: int = 20) -> Sequence[AnyRow]:
    """The red board of a month: the households that gained most points, in order; only plus figures."""
    values = {"village": village_id, "month": month, "limit": limit}
    return db.session.execute(_BOARD, values).all()


_BOARD = (
    select(
        households.c.id,
        households.c.group_no,
        households.c.number,
        households.c.head,
        households.c.minor,
        months.c.points,
        months.c.entries,
    )
    .join(households, in_village(households.c.id, months.c.household_id))
    .where(
        months.c.village_id == bindparam("village"),
        months.c.month == bindparam("month"),
        months.c.points > 0,
        one_of(households.c.status, SCORABLE),
        households.c.closed_on.is_(None),
    )
    .order_by(months.c.points.desc(), households.c.group_no, households.c.number)
    .limit(bindparam("limit"))
)


def categories_of(village_ids: Iterable[uuid.UUID], month: int) -> Sequence[AnyRow]:
    """A month's booked points by category over some villages: plus, minus, entries."""
    table = category_months
    return db.session.execute(
        select(
            table.c.category,
            func.sum(table.c.plus).label("plus"),
            func.sum(table.c.minus).label("minus"),
            func.sum(table.c.entries).label("entries"),
        )
        .where(table.c.village_id.in_(list(village_ids)), table.c.month == month)
        .group_by(table.c.category)
        .order_by(func.sum(table.c.plus).desc(), table.c.category)
    ).all()


def never_scored(village_id: uuid.UUID) -> Sequence[AnyRow]:
    """Resident households nobody has recorded anything for this quarter, in door order."""
    since = clock.quarter_start(clock.today())
    scored = select(awards.c.household_id).where(
        awards.c.village_id == village_id,
        awards.c.household_id == households.c.id,
        awards.c.seen_on >= since,
        one_of(beside_index(awards.c.state), LIVE),
    )
    return db.session.execute(
        select(
            households.c.id,
            households.c.group_no,
            households.c.number,
            households.c.head,
            households.c.grid_id,
            households.c.status,
        )
        .where(
            households.c.village_id == village_id,
            households.c.closed_on.is_(None),
            one_of(households.c.status, SCORABLE),
            ~scored.exists(),
        )
        .order_by(households.c.group_no, households.c.number)
    ).all()


def outstanding(village_ids: Iterable[uuid.UUID]) -> int:
    """Points households could still redeem: what the village owes in gifts."""
    total = db.session.scalar(
        select(func.sum(book.accounts.c.spendable))
        .join(households, in_village(households.c.id, book.accounts.c.household_id))
        .where(households.c.village_id.in_(list(village_ids)), households.c.closed_on.is_(None))
    )
    return int(total or 0)


def count_residents(village_id: uuid.UUID) -> int:
    """How many open households can be scored."""
    total = db.session.scalar(
        select(func.count())
        .select_from(households)
        .where(
            households.c.village_id == village_id,
            households.c.closed_on.is_(None),
            one_of(households.c.status, SCORABLE),
        )
    )
    return int(total or 0)


def by_group(rows: Iterable[AnyRow]) -> dict[int, int]:
    """How many of some households each group has, in the groups' order."""
    counts = Counter(row.group_no for row in rows)
    return {group: counts[group] for group in sorted(counts)}
