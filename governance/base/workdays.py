"""Working days (工作日): what is due in 7 working days does not count weekends and public holidays."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar


def is_workday(day: date) -> bool:
    """Whether offices are open; in years whose holidays are not announced yet, Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def after_workdays(day: date, count: int) -> date:
    """The `count`-th working day after `day`, which itself is not counted (民法典 art. 201)."""
    while count:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day


def workdays_until(today: date, due: date) -> int:
    """How many working days are left after `today` up to `due`; negative when it is past, 0 on the day."""
    sign, first, last = (1, today, due) if due >= today else (-1, due, today)
    days = (last - first).days
    return sign * sum(is_workday(first + timedelta(days=one)) for one in range(1, days + 1))
