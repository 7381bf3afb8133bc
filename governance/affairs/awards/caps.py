"""How often a rule has been used for a household, and whether once more is allowed."""

from __future__ import annotations

import uuid
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from sqlalchemy import bindparam, select

from governance.affairs.awards.life import LIVE, awards
from governance.base import clock
from governance.base.database import ByKeys
from governance.village.rules.rulebook import Rule
from governance.village.rules.wording import Period


@lru_cache(maxsize=64)  # a page asks for the window of each of its rules, twice
def window(period: str, day: date) -> tuple[date, date]:
    """The first and last day a cap of `period` counts for something seen on `day`."""
    if period == Period.EVENT:
        return day, day
    if period == Period.MONTH:
        return day.replace(day=1), _month_end(day)
    if period == Period.QUARTER:
        first = clock.quarter_start(day)
        return first, _month_end(first.replace(month=first.month + 2))
    if period == Period.YEAR:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return date.min, date.max


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


class Uses:
    """The live awards of some households by capped rules: read once, then counted in memory.

    A rule's uses are counted over all its versions, because a cap is on the act, not on its wording.
    """

    def __init__(self) -> None:
        self._days: defaultdict[tuple[uuid.UUID, str], list[date]] = defaultdict(list)

    @classmethod
    def load(
        cls,
        village_id: uuid.UUID,
        household_ids: Iterable[uuid.UUID],
        wanted: Iterable[tuple[Rule, date]],
    ) -> Uses:
        """Read what the caps of `wanted` (rule, day it was seen) need, in a statement for each period."""
        uses = cls()
        spans: dict[str, tuple[date, date]] = {}
        for rule, day in wanted:
            if rule.cap_period is None:
                continue
            first, last = window(rule.cap_period, day)
            have = spans.get(rule.code, (first, last))
            spans[rule.code] = min(first, have[0]), max(last, have[1])
        codes: defaultdict[tuple[date, date], list[str]] = defaultdict(list)
        for code, span in spans.items():
            codes[span].append(code)
        homes = set(household_ids)
        for (first, last), some in codes.items():
            values = {"village": village_id, "first": first, "last": last}
            rows = _USES.rows(values, households=homes, codes=some)
            for household_id, code, day, state in rows:
                if state in LIVE:
                    uses.add(household_id, code, day)
        return uses

    def add(self, household_id: uuid.UUID, rule_code: str, day: date) -> None:
        """Count one more use."""
        self._days[household_id, rule_code].append(day)

    def by_household(self) -> dict[uuid.UUID, dict[str, list[date]]]:
        """The days that were read, by household and rule code."""
        found: dict[uuid.UUID, dict[str, list[date]]] = {}
        for (household_id, code), days in self._days.items():
            found.setdefault(household_id, {})[code] = days
        return found

    def count(self, household_id: uuid.UUID, rule: Rule, day: date) -> int:
        """How often the rule was used for the household in the cap's period around `day`."""
        if rule.cap_period is None:
            return 0
        first, last = window(rule.cap_period, day)
        days = self._days.get((household_id, rule.code), ())
        return sum(first <= seen <= last for seen in days)

    def full(self, household_id: uuid.UUID, rule: Rule, day: date) -> bool:
        """Whether the cap is reached."""
        return rule.cap_count is not None and self.count(household_id, rule, day) >= rule.cap_count


# The state is not asked for here: SQLite would then look through the village's whole queue by state.
_USES = ByKeys(
    select(awards.c.household_id, awards.c.rule_code, awards.c.seen_on, awards.c.state).where(
        awards.c.village_id == bindparam("village"),
        awards.c.seen_on.between(bindparam("first"), bindparam("last")),
    ),
    households=awards.c.household_id,
    codes=awards.c.rule_code,
)
