"""Milestones: the last time of each kind, and what was noted of it."""

from __future__ import annotations

from datetime import UTC, datetime

from governance.base.milestones import find_milestone, keep_milestone

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
SECOND = datetime(2026, 11, 2, tzinfo=UTC)


def test_only_the_last_time_of_each_kind_is_kept(ctx):
    assert find_milestone("backup") is None
    keep_milestone("backup", FIRST, file="一月.hemei")
    keep_milestone("clock", FIRST, boot="")
    keep_milestone("backup", SECOND, file="二月.hemei")
    assert find_milestone("backup") == (SECOND, {"file": "二月.hemei"})
    assert find_milestone("clock") == (FIRST, {"boot": ""})
