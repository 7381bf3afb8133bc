"""Inspections: what was seen is found again by month, checklist and place."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.affairs.field import inspecting, inspections
from governance.affairs.field.inspections import Wanted
from governance.base import clock
from governance.base.database import new_id
from tests.factories import make_checklist, make_public_place, make_seen


def test_the_last_result_of_each_sheet_is_remembered(village, officer):
    checklist, other, home = (
        make_checklist(village),
        make_checklist(village, target="both"),
        village.homes[0],
    )
    place = make_public_place(village)
    earlier = clock.now() - timedelta(days=3)
    for seen in (
        make_seen(home, checklist, "B1"),
        make_seen(home, checklist, "B0", seen_at=earlier),
        make_seen(home, other),
        make_seen(place, other, "B0"),
    ):
        inspecting.record_one(officer, seen)
    last = inspections.last_results(village.id, [home.id, place.id])
    assert last[home.id][checklist.code].findings == ["B1"]
    assert last[home.id][other.code].score == 20
    assert last[place.id][other.code].findings == ["B0"]


def test_results_are_found_by_month_sheet_and_household(village, officer):
    checklist, other = make_checklist(village), make_checklist(village)
    for home in village.homes[:2]:
        inspecting.record_one(officer, make_seen(home, checklist))
    inspecting.record_one(officer, make_seen(village.homes[0], other))
    assert inspections.results(village.id, Wanted(sheet_code=checklist.code))[1] == 2
    assert inspections.results(village.id, Wanted(household_id=village.homes[0].id))[1] == 2
    assert inspections.results(village.id, Wanted(month=clock.today()))[1] == 3
    long_ago = clock.today() - timedelta(days=70)
    assert inspections.results(village.id, Wanted(month=long_ago)) == ([], 0)
    with pytest.raises(inspections.UnknownInspection):
        inspections.get_result(village.id, new_id())
