"""The clock: now in UTC, today in the village, months and quarters, a clock that can be set."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from governance.base import clock


def test_today_is_the_date_on_the_villages_wall():
    with clock.set_to(datetime(2026, 11, 20, 16, 0, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 21)
    with clock.set_to(datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 20)


def test_now_is_aware_and_goes_on():
    first = clock.now()
    assert first.tzinfo is UTC
    assert clock.now() >= first


def test_a_set_clock_stands_nests_and_is_given_back():
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    with clock.set_to(moment):
        with clock.set_to(moment + clock.days(1)):
            assert clock.now() == moment + timedelta(days=1)
        assert clock.now() == moment
    assert clock.now() > moment


def test_the_clock_is_not_set_to_a_moment_without_a_zone():
    with pytest.raises(ValueError, match="aware"), clock.set_to(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 3, 31), date(2026, 1, 1)),
        (date(2026, 4, 1), date(2026, 4, 1)),
        (date(2026, 11, 21), date(2026, 10, 1)),
        (date(2026, 12, 31), date(2026, 10, 1)),
    ],
)
def test_a_quarter_begins_in_january_april_july_and_october(day, start):
    assert clock.quarter_start(day) == start


def test_months_are_whole_numbers_in_order():
    assert clock.month_of(date(2026, 11, 21)) == 202611
    assert clock.month_of(date(2026, 12, 31)) < clock.month_of(date(2027, 1, 1))


def test_a_day_begins_at_midnight_in_the_village():
    start = clock.start_of(date(2026, 11, 21))
    assert start == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert clock.local_date(start) == date(2026, 11, 21)
    assert clock.local_time(start).hour == 0
