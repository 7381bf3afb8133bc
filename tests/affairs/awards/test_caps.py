"""Caps: which days count together, and counting as a naive count would."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.affairs.awards import checking, reversal
from governance.affairs.awards.caps import Uses, window
from governance.affairs.awards.recording import record_one
from governance.affairs.awards.refusals import CapReached
from governance.affairs.field.undo import withdraw
from governance.base import clock
from governance.village.rules import rulebook
from governance.village.rules.wording import Period
from governance.village.staff import Role
from tests.affairs.awards.refused import refused
from tests.factories import make_award, make_item, make_rule, make_scorer, make_staff, make_village

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


@pytest.mark.parametrize(
    ("period", "earlier", "counts"),
    [
        ("event", timedelta(0), True),
        ("event", timedelta(days=1), False),
        ("month", timedelta(days=14), True),
        ("month", timedelta(days=15), False),
        ("quarter", timedelta(days=45), True),
        ("quarter", timedelta(days=46), False),
        ("year", timedelta(days=318), True),
        ("year", timedelta(days=319), False),
        ("once", timedelta(days=3000), True),
    ],
)
def test_a_cap_counts_its_own_period_only(village, officer, home, period, earlier, counts):
    noon = datetime(2026, 11, 15, 4, tzinfo=UTC)
    capped = make_rule(village, cap_count=1, cap_period=period, since=date(2010, 1, 1))
    with clock.set_to(noon):
        make_award(officer, home, capped, seen_at=noon - earlier)
        if counts:
            refusal = refused(officer, make_item(home, capped), CapReached)
            assert refusal.values["count"] == 1
        else:
            assert record_one(officer, make_item(home, capped)).outcome == "recorded"


def test_a_cap_is_of_one_household_and_one_rule(village, officer, home):
    capped, other = (make_rule(village, cap_count=1, cap_period="month") for _ in range(2))
    make_award(officer, home, capped)
    assert record_one(officer, make_item(home, other)).outcome == "recorded"
    assert record_one(officer, make_item(village.homes[1], capped)).outcome == "recorded"
    refused(officer, make_item(home, capped), CapReached)


def test_a_cap_outlives_a_new_wording(village, officer, home):
    old = make_rule(village, cap_count=1, cap_period="month")
    make_award(officer, home, old)
    newer = rulebook.revise_rule(
        old, replace(rulebook.wording_of(old), behaviour="换了说法", since=clock.today()), None
    )
    refused(officer, make_item(home, newer), CapReached)


def test_withdrawn_rejected_and_reversed_awards_free_the_cap(village, officer, home):
    checker = make_staff(Role.COMMITTEE, village.place)
    waiting = make_rule(village, review="first", cap_count=1, cap_period="month")
    booked = make_rule(village, cap_count=1, cap_period="month")
    withdraw(officer, make_award(officer, home, waiting))
    checking.reject(village.id, checker.id, [make_award(officer, home, waiting)], "不属实")
    mistaken = make_award(officer, home, booked)
    reversal.ask_reversal(village.id, checker.id, mistaken, "记错户")
    second = make_staff(Role.COMMITTEE, village.place).id
    reversal.confirm_reversal(village.id, second, mistaken)
    assert record_one(officer, make_item(home, waiting)).outcome == "recorded"
    assert record_one(officer, make_item(home, booked)).outcome == "recorded"
