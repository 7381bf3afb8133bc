"""The roll-up: every village's figures, added up as they are, without a name."""

from __future__ import annotations

from dataclasses import fields

import pytest

from governance.affairs.figures import boards, rollup
from governance.affairs.figures.rollup import Figures, add_up, figures_of
from governance.village import households
from tests.factories import give_points, make_award, make_household, make_rule, make_village

MONTH = 202611


def test_a_villages_figures_by_hand(village, officer):
    make_household(village, status="away")
    households.close_household(village.homes[3])
    make_award(officer, village.homes[0], make_rule(village, points=8))
    make_award(officer, village.homes[1], make_rule(village, points=-5))
    make_award(officer, village.homes[1], make_rule(village, review="first"))  # not booked
    give_points(village, village.homes[2], 20)
    assert figures_of([village.id], MONTH)[village.id] == Figures(
        households=4, living=3, scored=2, entries=2, plus=8, minus=-5, outstanding=28
    )


def test_they_agree_with_the_villages_own_boards(village, officer):
    make_award(officer, village.homes[0], make_rule(village))
    figures = figures_of([village.id], MONTH)[village.id]
    assert figures.living - figures.scored == len(boards.never_scored(village.id))
    assert figures.outstanding == boards.outstanding([village.id])
    assert figures.living == boards.count_residents(village.id)


def test_each_village_has_its_own_and_one_without_anything_has_none(village, officer):
    empty = make_village("白家村", homes=0)
    make_award(officer, village.homes[0], make_rule(village))
    told = figures_of([village.id, empty.id], MONTH)
    assert (told[village.id].entries, told[empty.id]) == (1, Figures())
    assert figures_of([], MONTH) == {}


def test_another_months_bookings_do_not_count(village, officer):
    make_award(officer, village.homes[0], make_rule(village))
    before = figures_of([village.id], MONTH - 1)[village.id]
    assert (before.entries, before.plus, before.scored) == (0, 0, 1)


@pytest.mark.parametrize(
    ("living", "scored", "coverage"), [(0, 0, None), (3, 0, 0), (3, 2, 66), (3, 3, 100)]
)
def test_coverage_is_rounded_down_and_of_nobody_unknown(living, scored, coverage):
    assert Figures(living=living, scored=scored).coverage == coverage


def test_figures_are_added_up_one_by_one():
    one = Figures(*range(1, 8))
    assert add_up([one, one]) == Figures(*range(2, 16, 2))
    assert add_up([]) == Figures()


def test_no_figure_has_a_name():
    assert all(field.type == "int" for field in fields(rollup.Figures))
