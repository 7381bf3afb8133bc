"""Caps: which days count together, and counting as a naive count would."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.affairs.awards.caps import Uses, window
from governance.base import clock
from governance.village.rules.wording import Period
from tests.factories import make_award, make_rule, make_scorer, make_village

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
HOMES = ("a", "b")
CODES = ("E01", "E02")


def same_period(period, one, other):
    """What a cap means, said another way."""
    return {
        Period.EVENT: one == other,
        Period.MONTH: (one.year, one.month) == (other.year, other.month),
        Period.QUARTER: (one.year, (one.month + 2) // 3) == (other.year, (other.month + 2) // 3),
        Period.YEAR: one.year == other.year,
        Period.ONCE: True,
    }[period]


@given(period=st.sampled_from(list(Period)), day=days, other=days)
def test_a_window_holds_exactly_the_days_of_its_period(period, day, other):
    first, last = window(period, day)
    assert first <= day <= last
    assert (first <= other <= last) is same_period(period, day, other)


@pytest.mark.parametrize("period", list(Period))
@pytest.mark.parametrize(
    "day", [date.min, date(9999, 12, 31), date(2024, 2, 29), date(2023, 12, 1)]
)
def test_the_first_and_last_days_of_the_calendar_have_a_window_too(period, day):
    first, last = window(period, day)
    assert first <= day <= last


def test_windows_at_the_ends_of_a_year():
    assert window(Period.MONTH, date(2024, 2, 10)) == (date(2024, 2, 1), date(2024, 2, 29))
    assert window(Period.QUARTER, date(2026, 12, 31)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert window(Period.YEAR, date(2026, 1, 1)) == (date(2026, 1, 1), date(2026, 12, 31))


@settings(max_examples=200)
@given(
    used=st.lists(st.tuples(st.sampled_from(HOMES), st.sampled_from(CODES), days), max_size=30),
    period=st.sampled_from(list(Period)),
    limit=st.integers(1, 5),
    home=st.sampled_from(HOMES),
    code=st.sampled_from(CODES),
    day=days,
)
def test_uses_are_counted_as_by_hand(used, period, limit, home, code, day):
    uses = Uses()
    for one in used:
        uses.add(*one)
    rule = SimpleNamespace(code=code, cap_period=period, cap_count=limit)
    by_hand = sum(
        1
        for whose, what, when in used
        if (whose, what) == (home, code) and same_period(period, when, day)
    )
    assert uses.count(home, rule, day) == by_hand
    assert uses.full(home, rule, day) is (by_hand >= limit)


def test_a_rule_without_a_cap_is_never_full():
    uses, rule = Uses(), SimpleNamespace(code="E01", cap_period=None, cap_count=None)
    for _ in range(99):
        uses.add("a", "E01", date(2026, 1, 1))
    assert not uses.full("a", rule, date(2026, 1, 1))


def test_uses_are_read_for_every_window_asked_for(ctx):
    village = make_village()
    rule = make_rule(village, cap_count=9, cap_period="month", since=date(2020, 1, 1))
    uncapped = make_rule(village)
    scorer, home = make_scorer(village), village.homes[0]
    for _ in range(3):
        make_award(scorer, home, rule)
    make_award(scorer, village.homes[1], rule)
    make_award(scorer, home, uncapped)
    today = clock.today()
    long_ago = today - timedelta(days=400)
    uses = Uses.load(village.id, [home.id], [(rule, today), (rule, long_ago), (uncapped, today)])
    assert uses.count(home.id, rule, today) == 3
    assert uses.count(home.id, rule, long_ago) == 0
    assert uses.count(village.homes[1].id, rule, today) == 0
