"""Days that tests speak of, and the way from one to a later one."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

from governance.base import clock

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)  # in the village
MONDAY = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)  # half past nine; no public holiday for weeks


def later(days: float, hours: float = 0) -> AbstractContextManager[None]:
    """The clock, some days on."""
    return clock.set_to(clock.now() + timedelta(days=days, hours=hours))
