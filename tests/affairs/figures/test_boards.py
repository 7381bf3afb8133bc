"""Boards: a month's first households, its categories, whom nobody has recorded, what could be redeemed."""

from __future__ import annotations

import pytest

from governance.affairs.figures import boards
from governance.base import clock
from governance.village import households
from tests.factories import give_points, make_award, make_household, make_rule, make_village

MONTH = 202611


def points_of(rows):
    return [(row.group_no, row.number, row.points) for row in rows]


@pytest.fixture
def gained(village, officer):
    """+5 and +8 for the first household, +8 for the second, -5 for the third, nothing for the fourth."""
    five, eight = make_rule(village), make_rule(village, points=8, category="人居环境")
    minus = make_rule(village, points=-5, category="人居环境")
    for home, rule in zip((0, 0, 1, 2), (five, eight, eight, minus), strict=True):
        make_award(officer, village.homes[home], rule)
    return village


def test_the_red_board_begins_with_who_gained_most_and_names_nobody_who_lost(gained):
    assert points_of(boards.month_board(gained.id, MONTH)) == [(1, 1, 13), (2, 1, 8)]
    assert points_of(boards.month_board(gained.id, MONTH, limit=1)) == [(1, 1, 13)]
    assert boards.month_board(gained.id, MONTH - 1) == []


def test_who_left_or_lives_away_is_on_no_board(gained):
    households.close_household(gained.homes[0])
    gained.homes[1].status = "away"
    assert boards.month_board(gained.id, MONTH) == []


def test_equal_points_stand_in_door_order(village, officer):
    rule = make_rule(village)
    for home in reversed(village.homes):
        make_award(officer, home, rule)
    board = points_of(boards.month_board(village.id, MONTH))
    assert board == [(1, 1, 5), (1, 2, 5), (2, 1, 5), (2, 2, 5)]


def test_a_months_categories_are_added_up_over_villages(gained):
    other = make_village("白家村")
    told = [tuple(row) for row in boards.categories_of([gained.id, other.id], MONTH)]
    assert told == [("人居环境", 16, -5, 3), ("公共参与", 5, 0, 1)]
    assert boards.categories_of([other.id], MONTH) == []


def test_nobody_is_forgotten_for_a_quarter_without_being_named(gained, officer):
    missing = [row.id for row in boards.never_scored(gained.id)]
    assert missing == [gained.homes[3].id]
    make_award(officer, gained.homes[3], make_rule(gained, review="first"))  # waiting counts
    assert boards.never_scored(gained.id) == []
    with clock.set_to(clock.now() + clock.days(60)):  # another quarter
        assert len(boards.never_scored(gained.id)) == 4


def test_only_households_that_can_be_scored_are_missed_and_counted(village):
    make_household(village, status="away")
    households.close_household(village.homes[0])
    assert len(boards.never_scored(village.id)) == boards.count_residents(village.id) == 3


def test_what_could_be_redeemed_is_added_up_without_closed_households(village):
    other = make_village("白家村", homes=1)
    give_points(village, village.homes[0], 20)
    give_points(village, village.homes[1], 3)
    give_points(other, other.homes[0], 100)
    assert boards.outstanding([village.id]) == 23
    assert boards.outstanding([village.id, other.id]) == 123
    households.close_household(village.homes[0])
    assert boards.outstanding([village.id]) == 3
    assert boards.outstanding([]) == 0


def test_groups_are_counted_in_their_order(village):
    make_household(village, 1)
    rows = boards.never_scored(village.id)
    assert boards.by_group(rows) == {1: 3, 2: 2}
    assert list(boards.by_group(reversed(rows))) == [1, 2]
