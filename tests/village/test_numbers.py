"""Numbers of the year: from 1 in each village and year, without a gap, whoever comes first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from governance.affairs.publicity.objecting import MISSING, file_objection
from governance.affairs.publicity.objections import objections
from governance.base import clock
from governance.base.database import atomic
from governance.village.numbers import next_number
from tests.factories import make_objection, make_village
from tests.races import at_once

NEW_YEAR = datetime(2026, 12, 31, 16, tzinfo=UTC)  # midnight in the village


def number_now(village):
    with atomic():
        return next_number(objections, village.id)


def test_the_first_is_one_and_the_next_follows_the_last(village):
    with clock.set_to(NEW_YEAR - timedelta(seconds=1)):
        assert number_now(village) == {"year": 2026, "number": 1}
        make_objection(village, village.homes[0])
        assert number_now(village) == {"year": 2026, "number": 2}


def test_each_year_and_each_village_counts_for_itself(village):
    with clock.set_to(NEW_YEAR - timedelta(seconds=1)):
        make_objection(village, village.homes[0])
        assert number_now(make_village("白家村"))["number"] == 1
    with clock.set_to(NEW_YEAR):
        assert number_now(village) == {"year": 2027, "number": 1}


def test_whoever_takes_one_at_the_same_moment_waits_for_the_next(app, village):
    home = village.homes[0].id
    verbs = [
        lambda n=n: file_objection(village.id, home, MISSING, f"第{n}件没有记").number
        for n in range(6)
    ]
    assert sorted(at_once(app, *verbs)) == [1, 2, 3, 4, 5, 6]
