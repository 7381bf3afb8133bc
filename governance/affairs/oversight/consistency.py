"""Consistency (记分比一比): how often each rule is used in each grid, and where it is worth asking why.

A grid that differs is a question, never a verdict: neighbours differ, rules fit some places better. Nothing
here names, counts or ranks who filed.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median

from sqlalchemy import func, select

from governance.affairs.awards.life import LIVE, awards
from governance.base.database import AnyRow, db, in_village, one_of
from governance.base.errors import Phrase, phrase
from governance.village.households import SCORABLE, households
from governance.village.rules.rulebook import Rule

rules = Rule.__table__
ENOUGH = 10  # awards by a rule in the village, below which nothing is asked
APART = 5  # awards between what a grid has and what the median would give it: a few are chance
TIMES = 2  # more than twice, or less than half, of the village's median
QUESTIONS: dict[str, Phrase] = {
    "more": phrase("「%(rule)s」在%(grid)s记得比别处多，可以问一问原因。"),
    "less": phrase("「%(rule)s」在%(grid)s记得比别处少，可以问一问原因。"),
    "higher": phrase("「%(rule)s」在%(grid)s给的分比别处高，可以问一问原因。"),
    "lower": phrase("「%(rule)s」在%(grid)s给的分比别处低，可以问一问原因。"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A rule in a grid: how often, how often per 100 resident households, the points on average, what to ask."""

    grid_id: uuid.UUID
    homes: int  # resident households
    count: int
    average: float | None  # None: the rule has no range, or was not used
    asks: tuple[str, ...] = ()

    @property
    def rate(self) -> float | None:
        """How often per 100 resident households; None where nobody lives."""
        return 100 * self.count / self.homes if self.homes else None


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule over the village's grids, in the grids' own order."""

    code: str
    behaviour: str
    count: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A rule's points from `low` to `high`, as they stood in the time looked at."""

    low: int
    high: int


def last_quarter(today: date) -> tuple[date, date]:
    """The first day of the quarter before the one of `today`, and the first day after it."""
    until = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    since = date(until.year, until.month - 3, 1) if until.month > 3 else date(until.year - 1, 10, 1)
    return since, until


def compare_grids(
    village_id: uuid.UUID, grid_ids: Sequence[uuid.UUID], since: date, until: date
) -> list[RuleLine]:
    """Each rule used between `since` and `until` (not included), by code; its cells follow `grid_ids`."""
    residents = _residents(village_id)
    used: dict[str, dict[uuid.UUID, AnyRow]] = {}
    for row in _used(village_id, since, until):
        used.setdefault(row.rule_code, {})[row.grid_id] = row
    return [_line(code, used[code], grid_ids, residents) for code in sorted(used)]


def _line(
    code: str,
    rows: dict[uuid.UUID, AnyRow],
    grid_ids: Sequence[uuid.UUID],
    residents: dict[uuid.UUID, int],
) -> RuleLine:
    found = list(rows.values())
    span = Span(min(row.low for row in found), max(row.high for row in found))
    plain = [_cell(grid_id, rows.get(grid_id), residents, span) for grid_id in grid_ids]
    total = sum(row.entries for row in found)
    cells = _asked(plain, span) if total >= ENOUGH else plain
    return RuleLine(code, max(row.behaviour for row in found), total, tuple(cells))


def _cell(
    grid_id: uuid.UUID, row: AnyRow | None, residents: dict[uuid.UUID, int], span: Span
) -> Cell:
    count = row.entries if row else 0
    average = row.points / row.entries if row and span.low < span.high else None
    return Cell(grid_id, residents.get(grid_id, 0), count, average)


def _asked(cells: list[Cell], span: Span) -> list[Cell]:
    """The cells with what may be asked about them."""
    lived_in = [cell for cell in cells if cell.rate is not None]
    return [
        replace(
            cell, asks=(*_by_rate(cell, _middle(cell, lived_in)), *_by_points(cell, cells, span))
        )
        for cell in cells
    ]


def _middle(cell: Cell, lived_in: list[Cell]) -> float | None:
    """The village's median; of two grids the other one's, for a median of two lies between them."""
    wanted = lived_in if len(lived_in) > 2 else [one for one in lived_in if one is not cell]
    return median([one.rate or 0 for one in wanted]) if wanted else None


def _by_rate(cell: Cell, middle: float | None) -> tuple[str, ...]:
    if cell.rate is None or middle is None:
        return ()
    expected = middle * cell.homes / 100
    if abs(cell.count - expected) < APART:
        return ()
    if cell.rate > TIMES * middle:
        return ("more",)
    return ("less",) if cell.rate < middle / TIMES else ()


def _by_points(cell: Cell, cells: list[Cell], span: Span) -> tuple[str, ...]:
    """Compared with the other grids' average: a large grid would hide itself in the village's."""
    others = [one for one in cells if one is not cell and one.average is not None]
    if cell.average is None or not others:
        return ()
    count = sum(one.count for one in others)
    elsewhere = sum((one.average or 0) * one.count for one in others) / count
    off = cell.average - elsewhere
    if abs(off) <= (span.high - span.low) / 2:
        return ()
    return ("higher",) if off > 0 else ("lower",)


def _used(village_id: uuid.UUID, since: date, until: date) -> Sequence[AnyRow]:
    """By rule and grid: how often, the points together, the rule's range then. One statement for all rules."""
    return db.session.execute(
        select(
            awards.c.rule_code,
            awards.c.grid_id,
            func.count().label("entries"),
            func.sum(awards.c.points).label("points"),
            func.min(rules.c.points_min).label("low"),
            func.max(rules.c.points_max).label("high"),
            func.max(awards.c.behaviour).label("behaviour"),
        )
        .join(rules, in_village(rules.c.id, awards.c.rule_id))
        .where(
            awards.c.village_id == village_id,
            awards.c.seen_on >= since,
            awards.c.seen_on < until,
            one_of(awards.c.state, LIVE),
        )
        .group_by(awards.c.rule_code, awards.c.grid_id)
    ).all()


def _residents(village_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many open households that can be scored each grid has now."""
    rows = db.session.execute(
        select(households.c.grid_id, func.count())
        .where(
            households.c.village_id == village_id,
            households.c.closed_on.is_(None),
            one_of(households.c.status, SCORABLE),
        )
        .group_by(households.c.grid_id)
    )
    return {row[0]: row[1] for row in rows}
