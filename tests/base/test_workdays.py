"""Working days: weekends and holidays are not counted, make-up days are, unknown years fall back to the week."""

from __future__ import annotations

from datetime import date

import pytest

from governance.base.workdays import after_workdays, is_workday, workdays_until


def test_the_national_day_week_is_no_working_time():
    assert after_workdays(date(2026, 9, 30), 1) == date(2026, 10, 8)


def test_a_make_up_saturday_counts():
    assert is_workday(date(2026, 2, 14))  # for the Spring Festival of 2026


def test_seven_working_days_over_plain_weeks():
    assert after_workdays(date(2026, 11, 20), 7) == date(2026, 12, 1)


def test_a_year_without_announced_holidays_counts_monday_to_friday():
    assert not is_workday(date(2099, 1, 3))
    assert is_workday(date(2099, 1, 1))


@pytest.mark.parametrize(
    ("today", "left"), [(date(2026, 11, 27), 2), (date(2026, 12, 1), 0), (date(2026, 12, 3), -2)]
)
def test_the_days_left_are_working_days(today, left):
    assert workdays_until(today, date(2026, 12, 1)) == left
