"""The reminder desk (提醒): who was reminded of what, until when, and the slips to print."""

from __future__ import annotations

from governance.affairs import reminders as _reminders  # noqa: F401
from governance.web.committee.desk import make_desk

door = make_desk("reminders", __name__, "/reminders")
