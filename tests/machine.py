"""A machine whose clock can be wrong: set back or ahead, started anew, left switched off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from governance.base import clock


class Machine:
    """The machine's clock in a test: `shows` is what it tells, `on_for` how long it has really been on."""

    def __init__(self, patch: pytest.MonkeyPatch):
        self.shows = datetime.now(UTC)
        self.on_for, self.starts = timedelta(hours=1), 1
        patch.setattr(clock, "machine", lambda: self.shows)
        patch.setattr(clock, "since_boot", lambda: self.on_for)
        patch.setattr(clock, "boot", lambda: f"start {self.starts}")

    def run(self, **span: float) -> None:
        """Time passes, and the clock goes right."""
        self.shows += timedelta(**span)
        self.on_for += timedelta(**span)

    def set_clock(self, **span: float) -> None:
        """Somebody, or an empty battery, sets the clock."""
        self.shows += timedelta(**span)

    def restart(self, **off: float) -> None:
        """Switched off, and on again after a time."""
        self.shows += timedelta(**off)
        self.on_for, self.starts = timedelta(minutes=1), self.starts + 1
