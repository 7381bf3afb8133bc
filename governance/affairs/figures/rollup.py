"""The roll-up over many villages: one statement per figure, whatever their number. No names, no ranking."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from governance.affairs.awards.life import LIVE, awards, category_months
from governance.base import clock
from governance.base.database import beside_index, db, in_village, one_of
from governance.ledger import book
from governance.village.households import SCORABLE, households


@dataclass(frozen=True, slots=True)
class Figures:
    """What a town or county looks at: of one village, or added up.

    `living` are the households that live there (the others are not scored), `scored` those of them
    recorded at least once this quarter, `entries`, `plus` and `minus` what was booked in the month,
    `outstanding` the points that could still be redeemed.
    """

    households: int = 0
    living: int = 0
    scored: int = 0
    entries: int = 0
    plus: int = 0
    minus: int = 0
    outstanding: int = 0

    def __add__(self, other: Figures) -> Figures:
        """Both together."""
        return Figures(
            *(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True))
        )

    @property
    def coverage(self) -> int | None:
        """The share of living households scored this quarter, in per cent; None where nobody lives."""
        return self.scored * 100 // self.living if self.living else None


def add_up(figures: Iterable[Figures]) -> Figures:
    """The sum over several villages."""
    return sum(figures, Figures())


def figures_of(village_ids: Sequence[uuid.UUID], month: int) -> dict[uuid.UUID, Figures]:
    """Every village's figures, with those of a month."""
    registered = _by_village(_registered(village_ids))
    scored = _by_village(_scored(village_ids))
    booked = _by_village(_booked(village_ids, month))
    owed = _by_village(_owed(village_ids))
    return {
        one: Figures(
            *registered.get(one, (0, 0)),
            *scored.get(one, (0,)),
            *booked.get(one, (0, 0, 0)),
            *owed.get(one, (0,)),
        )
        for one in village_ids
    }


def _by_village(query: Select[Any]) -> dict[uuid.UUID, tuple[int, ...]]:
    return {
        row[0]: tuple(int(figure or 0) for figure in row[1:]) for row in db.session.execute(query)
    }


def _open(village_ids: Sequence[uuid.UUID]) -> ColumnElement[bool]:
    return households.c.village_id.in_(village_ids) & households.c.closed_on.is_(None)


def _living() -> ColumnElement[bool]:
    return households.c.status.in_([one.value for one in SCORABLE])


def _registered(village_ids: Sequence[uuid.UUID]) -> Select[Any]:
    return (
        select(households.c.village_id, func.count(), func.sum(case((_living(), 1), else_=0)))
        .where(_open(village_ids))
        .group_by(households.c.village_id)
    )


def _scored(village_ids: Sequence[uuid.UUID]) -> Select[Any]:
    """The counterpart of `boards.never_scored`, over many villages."""
    recorded = select(awards.c.household_id).where(
        in_village(awards.c.household_id, households.c.id),
        awards.c.seen_on >= clock.quarter_start(clock.today()),
        one_of(beside_index(awards.c.state), LIVE),
    )
    return (
        select(households.c.village_id, func.count())
        .where(_open(village_ids), _living(), recorded.exists())
        .group_by(households.c.village_id)
    )


def _booked(village_ids: Sequence[uuid.UUID], month: int) -> Select[Any]:
    table = category_months
    return (
        select(
            table.c.village_id,
            func.sum(table.c.entries),
            func.sum(table.c.plus),
            func.sum(table.c.minus),
        )
        .where(table.c.village_id.in_(village_ids), table.c.month == month)
        .group_by(table.c.village_id)
    )


def _owed(village_ids: Sequence[uuid.UUID]) -> Select[Any]:
    accounts = book.accounts
    return (
        select(accounts.c.village_id, func.sum(accounts.c.spendable))
        .join(households, in_village(households.c.id, accounts.c.household_id))
        .where(_open(village_ids))
        .group_by(accounts.c.village_id)
    )
