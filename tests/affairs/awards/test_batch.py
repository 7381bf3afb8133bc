"""A batch: each item stands alone, points and proof are judged, a second sending changes nothing."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from governance.affairs.awards.life import awards
from governance.affairs.awards.photos import photos
from governance.affairs.awards.recording import record, record_one
from governance.affairs.awards.refusals import EvidenceMissing, PointsOutOfRange
from governance.base.database import db, new_id
from tests.affairs.awards.refused import refused
from tests.factories import make_award, make_household, make_item, make_rule, make_scorer
from tests.reads import figures_of


@pytest.mark.parametrize("points", [None, 1, 11, -5, 0, 10**12])
def test_points_outside_the_rules_range_are_refused(village, officer, home, points):
    ranged = make_rule(village, points_min=2, points_max=10)
    refusal = refused(officer, make_item(home, ranged, points=points), PointsOutOfRange)
    assert (refusal.values["low"], refusal.values["high"]) == (2, 10)


def test_points_other_than_a_fixed_rules_are_refused(officer, home, rule):
    refused(officer, make_item(home, rule, points=6), PointsOutOfRange)
    assert record_one(officer, make_item(home, rule, points=5)).points == 5


def test_points_within_the_range_are_taken(village, officer, home):
    ranged = make_rule(village, points_min=-10, points_max=-2)
    assert record_one(officer, make_item(home, ranged, points=-2)).points == -2


def test_a_photo_rule_wants_a_photo(village, officer, home):
    photo_rule = make_rule(village, evidence="photo")
    refused(officer, make_item(home, photo_rule), EvidenceMissing)
    assert (
        record_one(officer, make_item(home, photo_rule, photos=(new_id(),))).outcome == "recorded"
    )


def test_one_photo_does_not_prove_two_awards(village, officer, home):
    photo_rule, picture = make_rule(village, evidence="photo"), new_id()
    first, second = (make_item(one, photo_rule, photos=(picture,)) for one in village.homes[:2])
    assert [one.outcome for one in record(officer, [first, second])] == ["recorded", "refused"]
    refused(officer, second, EvidenceMissing)
    assert db.session.scalars(select(photos.c.award_id).where(photos.c.id == picture)).all() == [
        first.id
    ]


def test_somebody_elses_photo_proves_nothing(village, officer, home):
    photo_rule, picture = make_rule(village, evidence="photo"), new_id()
    make_award(make_scorer(village), home, photo_rule, photos=(picture,))
    refused(officer, make_item(home, photo_rule, photos=(picture,)), EvidenceMissing)


def test_five_hundred_items_each_stand_alone_and_a_second_sending_changes_nothing(
    village, officer, rule
):
    capped = make_rule(village, cap_count=7, cap_period="month")
    gone = make_household(village, status="away")
    dice = random.Random(7)
    items = [
        make_item(dice.choice(village.homes[:3]), dice.choice([rule, capped])) for _ in range(440)
    ]
    items += [make_item(gone, rule) for _ in range(20)]
    items += [replace(make_item(village.homes[0], rule), rule_id=new_id()) for _ in range(20)]
    items += dice.sample(items[:440], 20)
    dice.shuffle(items)
    first = record(officer, items)
    assert [one.id for one in first] == [one.id for one in items]
    recorded = {one.id for one in first if one.outcome == "recorded"}
    assert len(recorded) == count_awards(village)
    for outcome in first:
        assert (outcome.error is not None) == (outcome.outcome == "refused")
    for home in village.homes[:3]:
        figures = figures_of(village, home)
        seen = [one for one in items if one.household_id == home.id and one.id in recorded]
        assert figures.standing == figures.spendable == 5 * len({one.id for one in seen})
        assert len({one.id for one in seen if one.rule_id == capped.id}) == 7
    again = record(officer, items)
    assert {one.outcome for one in again} == {"already", "refused"}
    assert {one.id for one in again if one.outcome == "already"} == recorded
    assert len(recorded) == count_awards(village)


def test_a_batch_sent_in_two_halves_that_overlap_counts_each_once(village, officer, rule):
    items = [make_item(village.homes[n % 3], rule) for n in range(30)]
    record(officer, items[:20])
    second = record(officer, items[10:])
    assert [one.outcome for one in second] == ["already"] * 10 + ["recorded"] * 10
    assert count_awards(village) == 30


def test_an_empty_batch_is_an_empty_answer(officer):
    assert record(officer, []) == []


def count_awards(village):
    return db.session.scalar(
        select(func.count()).select_from(awards).where(awards.c.village_id == village.id)
    )
