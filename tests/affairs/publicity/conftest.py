"""A village whose notices are looked at: who scores, who checks and answers, on a Monday morning."""

from __future__ import annotations

from datetime import datetime

import pytest

from governance.village.staff import Role
from tests.factories import Village, make_scorer, make_staff
from tests.moments import MONDAY

COMMITTEE = ("周文书", "石委员", "赵会计", "杨主任")


@pytest.fixture
def clock_at() -> datetime:
    """A Monday; no public holiday for weeks."""
    return MONDAY


@pytest.fixture
def village(village: Village) -> Village:
    """With an officer, a committee of four and a supervisor, known by their ids."""
    village.scorer = make_scorer(village)
    village.people = [make_staff(Role.COMMITTEE, village.place, name=name).id for name in COMMITTEE]
    village.supervisor = make_staff(Role.SUPERVISOR, village.place).id
    return village
