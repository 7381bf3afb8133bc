"""Trying a draft on the past (试算): what a quarter's awards would have come to under it.

Only what the draft changes is applied, so a draft that changes nothing changes no point. What the
past does not hold cannot be told: acts by new rules, and those a cap kept from being recorded.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from governance.affairs.awards.caps import window
from governance.affairs.awards.life import LIVE, awards
from governance.base import clock
from governance.base.database import db
from governance.village.rules.adoption import Comparison, compare
from governance.village.rules.drafts import DraftRule, get_set
from governance.village.rules.rulebook import Rule
from governance.village.scheme import find_scheme


class Past(NamedTuple):
    """One award that counts, as it stands."""

    household_id: uuid.UUID
    code: str
    behaviour: str
    points: int
    seen_on: date


@dataclass(slots=True)
class RuleTrial:
    """What became of one rule's awards. `mark`: added, changed, dropped, same, or ended long ago."""

    code: str
    behaviour: str
    mark: str
    count_before: int = 0
    count_after: int = 0
    points_before: int = 0
    points_after: int = 0

    @property
    def moved(self) -> bool:
        """Whether anything would have been different."""
        return (self.count_before, self.points_before) != (self.count_after, self.points_after)


@dataclass(slots=True)
class Trial:
    """A quarter under the draft beside the quarter as it was."""

    first: date
    last: date
    running: bool  # the quarter is not over yet: the one before has no award
    cents_per_point: int
    rules: list[RuleTrial]
    households: int = 0  # with an award in the quarter
    changed: int = 0  # of them, those with an award that would have been different
    more: int = 0
    less: int = 0
    most_gained: int = 0  # by one household; nobody is named
    most_lost: int = 0
    points_before: int = 0
    points_after: int = 0
    plus_before: int = 0
    plus_after: int = 0

    @property
    def awards(self) -> int:
        """How many awards were taken through the draft."""
        return sum(one.count_before for one in self.rules)

    @property
    def cents_before(self) -> int:
        """What the plus points came to, in cents: the most that could be redeemed for them."""
        return self.plus_before * self.cents_per_point

    @property
    def cents_after(self) -> int:
        """What they would have come to."""
        return self.plus_after * self.cents_per_point


def try_out(village_id: uuid.UUID, set_id: uuid.UUID, today: date | None = None) -> Trial:
    """Take the last full quarter's awards through a draft, or the running one's if it had none.

    An adopted set is tried on what the assembly could look back on. Raises SetNotThere.
    """
    rule_set = get_set(village_id, set_id)
    today = rule_set.assembly_on or today or clock.today()
    found = compare(village_id, rule_set)
    first, last = quarter_before(today)
    past = _awards(village_id, first, last)
    running = not past
    if running:
        first, last = clock.quarter_start(today), today
        past = _awards(village_id, first, last)
    caps = _Caps.changed_by(found)
    caps.load(village_id, first)
    worth = find_scheme(village_id).cents_per_point
    return take_through(found, past, caps, Trial(first, last, running, worth, []))


def quarter_before(day: date) -> tuple[date, date]:
    """The first and last day of the quarter before the one that holds `day`."""
    last = clock.quarter_start(day) - clock.days(1)
    return clock.quarter_start(last), last


def take_through(found: Comparison, past: Sequence[Past], caps: _Caps, trial: Trial) -> Trial:
    """Judge award after award, in the order they were seen, and add up."""
    drafts = {one.code: one for one in found.added} | {
        one.after.code: one.after for one in found.changed if "points" in one.parts
    }
    marks = found.marks | {rule.code: "same" for rule, _ in found.same}
    differing: list[DraftRule | Rule] = [*found.added, *found.dropped]
    differing += [change.after for change in found.changed]
    rows = {one.code: RuleTrial(one.code, one.behaviour, marks[one.code]) for one in differing}
    sums: Counter[uuid.UUID] = Counter()
    touched: set[uuid.UUID] = set()
    homes: set[uuid.UUID] = set()
    for award in past:
        row = rows.get(award.code)
        if row is None:
            row = rows[award.code] = RuleTrial(
                award.code, award.behaviour, marks.get(award.code, "ended")
            )
        points = award.points
        if row.mark == "dropped" or not caps.take(award):
            points = 0
        elif draft := drafts.get(award.code):
            points = moved_into(draft, points)
        homes.add(award.household_id)
        _count(trial, row, award.points, points)
        if points != award.points:
            touched.add(award.household_id)
            sums[award.household_id] += points - award.points
    trial.households, trial.changed = len(homes), len(touched)
    _tell_homes(trial, sums.values())
    trial.rules = sorted(rows.values(), key=lambda one: (not one.moved, one.code))
    return trial


def moved_into(draft: DraftRule, points: int) -> int:
    """The points an award would have got: the fixed ones, or those given, moved into the new range."""
    return min(max(points, draft.points_min), draft.points_max)


def _count(trial: Trial, row: RuleTrial, before: int, after: int) -> None:
    row.count_before += 1
    row.count_after += after != 0
    row.points_before += before
    row.points_after += after
    trial.points_before += before
    trial.points_after += after
    trial.plus_before += max(before, 0)
    trial.plus_after += max(after, 0)


def _tell_homes(trial: Trial, changes: Iterable[int]) -> None:
    for change in changes:
        trial.more += change > 0
        trial.less += change < 0
        trial.most_gained = max(trial.most_gained, change)
        trial.most_lost = max(trial.most_lost, -change)


@dataclass(slots=True)
class _Caps:
    """The caps a draft changes, and how often each household has used them in each window."""

    rules: dict[str, Any] = field(default_factory=dict)  # code -> the draft's rule
    used: defaultdict[tuple[uuid.UUID, str, date], int] = field(
        default_factory=lambda: defaultdict(int)
    )

    @classmethod
    def changed_by(cls, found: Comparison) -> _Caps:
        """New rules' caps count too: an act may have been recorded under the code before it was ended."""
        changed = [one.after for one in found.changed if "cap" in one.parts]
        return cls({one.code: one for one in (*changed, *found.added) if one.cap_period})

    def load(self, village_id: uuid.UUID, first: date) -> None:
        """Count what a window holds before the quarter begins: those acts would have come first."""
        spans = {code: window(rule.cap_period, first)[0] for code, rule in self.rules.items()}
        early = [code for code, begin in spans.items() if begin < first]
        if not early:
            return
        begin = min(spans[code] for code in early)
        for award in _awards(village_id, begin, first - clock.days(1), early):
            if award.seen_on >= spans[award.code]:
                self.take(award)

    def take(self, award: Past) -> bool:
        """Count one use; whether the cap has room for it."""
        rule = self.rules.get(award.code)
        if rule is None:
            return True
        key = award.household_id, award.code, window(rule.cap_period, award.seen_on)[0]
        self.used[key] += 1
        return self.used[key] <= int(rule.cap_count)


def _awards(
    village_id: uuid.UUID, first: date, last: date, codes: Sequence[str] = ()
) -> list[Past]:
    """The awards that count, seen from `first` to `last`, in the order they were seen."""
    statement = _SEEN.where(awards.c.rule_code.in_(codes)) if codes else _SEEN
    rows = db.session.execute(statement, {"village": village_id, "first": first, "last": last})
    return [Past(*row) for row in rows]


_SEEN = (
    select(
        awards.c.household_id,
        awards.c.rule_code,
        awards.c.behaviour,
        awards.c.points,
        awards.c.seen_on,
    )
    .where(
        awards.c.village_id == bindparam("village"),
        awards.c.seen_on.between(bindparam("first"), bindparam("last")),
        awards.c.state.in_([state.value for state in LIVE]),
    )
    .order_by(awards.c.seen_on, awards.c.seen_at, awards.c.id)
)
