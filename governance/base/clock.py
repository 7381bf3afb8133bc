"""The only source of time: now in UTC, today in the village (Asia/Shanghai)."""

from __future__ import annotations

import time
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

VILLAGE_TIME = ZoneInfo("Asia/Shanghai")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _set_to.get() or machine()


def machine() -> datetime:
    """What the machine's own clock shows, right or wrong."""
    return datetime.now(UTC)


def is_set() -> bool:
    """Whether the clock was stopped at a moment on purpose (demo data, tests)."""
    return _set_to.get() is not None


@cache
def boot() -> str:
    """Which start of the machine this is; empty where the system does not tell."""
    return BOOT_ID.read_text().strip() if BOOT_ID.exists() else ""


def since_boot() -> timedelta:
    """How long the machine has been on, asleep or awake: no setting of the date changes it."""
    source = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return timedelta(seconds=time.clock_gettime(source))


def today() -> date:
    """The date on the village's wall."""
    return local_date(now())


def local_date(moment: datetime) -> date:
    """The date in the village at an aware `moment`."""
    return moment.astimezone(VILLAGE_TIME).date()


def local_time(moment: datetime) -> datetime:
    """An aware `moment` as the village's wall clock shows it."""
    return moment.astimezone(VILLAGE_TIME)


def month_of(day: date) -> int:
    """A month as one whole number, e.g. 202611."""
    return day.year * 100 + day.month


def quarter_start(day: date) -> date:
    """The first day of the quarter that holds `day`."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def months_before(day: date, months: int) -> date:
    """The same day some months earlier; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def start_of(day: date) -> datetime:
    """Midnight in the village at the beginning of `day`, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=VILLAGE_TIME).astimezone(UTC)


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Stop the clock at an aware `moment`: for demo data and tests."""
    if moment.tzinfo is None:
        raise ValueError("the clock is set to an aware moment")
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)


def days(count: float) -> timedelta:
    """A span of `count` days."""
    return timedelta(days=count)
