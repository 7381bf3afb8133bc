"""Consistency: per rule and grid, a question where a grid is far from the others, and never a word about staff."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from governance.affairs.awards import checking
from governance.affairs.oversight import consistency
from governance.affairs.oversight.consistency import QUESTIONS, compare_grids, last_quarter
from governance.base import clock
from governance.base.database import db
from governance.village.households import Status
from governance.village.places import Level, add_place
from governance.village.staff import Role
from tests.factories import (
    make_award,
    make_household,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
)
from tests.reads import statements

AUGUST = datetime(2026, 8, 12, 8, tzinfo=UTC)
QUARTER = (date(2026, 7, 1), date(2026, 10, 1))


@pytest.fixture
def clock_at():
    return AUGUST


@pytest.fixture
def village(village, officer):
    """Three grids of four households each, in August."""
    village.grids.append(add_place(Level.GRID, village.place.code + "03", "3组网格"))
    for n in range(8):
        home = make_household(village, group=n % 2 + 1 if n < 4 else 3)
        home.grid_id = village.grids[home.group_no - 1].id
    db.session.commit()
    return village


def homes_of(village, grid):
    return [one for one in village.homes if one.grid_id == village.grids[grid].id]


def use(village, rule, counts, points=None):
    """Award the rule so often in each grid."""
    given = {"points": points} if points else {}
    for grid, count in enumerate(counts):
        homes = homes_of(village, grid)
        for n in range(count):
            make_award(village.scorer, homes[n % len(homes)], rule, **given)


def compared(village):
    ids = [grid.id for grid in village.grids]
    return compare_grids(village.id, ids, *QUARTER)


def asks(village):
    return [cell.asks for line in compared(village) for cell in line.cells]


def test_a_rule_is_counted_per_hundred_resident_households(village):
    use(village, make_rule(village, "E03"), [2, 4, 6])
    [line] = compared(village)
    assert (line.code, line.behaviour, line.count) == ("E03", "参加义务劳动", 12)
    assert [cell.rate for cell in line.cells] == [50, 100, 150]
    assert [cell.average for cell in line.cells] == [None] * 3


def test_a_grid_that_uses_a_rule_much_more_or_less_is_a_question(village):
    use(village, make_rule(village), [1, 6, 13])
    assert asks(village) == [("less",), (), ("more",)]


def test_a_few_awards_apart_are_chance(village):
    use(village, make_rule(village), [1, 4, 9])
    assert asks(village) == [(), (), ("more",)]  # 3 fewer than in the middle, and 5 more


@pytest.mark.parametrize("counts", [[10, 10, 20], [10, 20, 20], [4, 4, 4]])
def test_up_to_twice_and_down_to_half_nothing_is_asked(village, counts):
    use(village, make_rule(village), counts)
    assert asks(village) == [(), (), ()]


def test_below_ten_awards_nothing_is_asked(village):
    use(village, make_rule(village, "A1"), [1, 1, 7])
    use(village, make_rule(village, "B1"), [1, 1, 8])
    assert asks(village) == [(), (), (), (), (), ("more",)]


def test_points_far_from_the_other_grids_are_a_question(village):
    rule = make_rule(village, points_min=2, points_max=10)
    use(village, rule, [4, 4], points=3)
    use(village, rule, [0, 0, 4], points=8)
    [line] = compared(village)
    assert [cell.average for cell in line.cells] == [3, 3, 8]
    assert [cell.asks for cell in line.cells] == [(), (), ("higher",)]


def test_low_points_are_a_question_and_half_the_range_is_not_yet(village):
    rule = make_rule(village, "A1", points_min=2, points_max=10)
    use(village, rule, [4, 4], points=8)
    use(village, rule, [0, 0, 4], points=3)
    half = make_rule(village, "B1", points_min=2, points_max=10)
    use(village, half, [4, 4], points=7)
    use(village, half, [0, 0, 4], points=3)
    assert asks(village) == [(), (), ("lower",), (), (), ()]


def test_who_lives_away_and_empty_houses_do_not_count_and_a_grid_of_them_is_no_question(village):
    for home in homes_of(village, 2):
        home.status = Status.EMPTY.value
    homes_of(village, 1)[0].status = Status.AWAY.value
    db.session.commit()
    rule = make_rule(village)
    for home in (*homes_of(village, 0) * 2, *homes_of(village, 1)[1:] * 2):
        make_award(village.scorer, home, rule)
    [line] = compared(village)
    assert [cell.rate for cell in line.cells] == [200, 200, None]
    assert [cell.asks for cell in line.cells] == [(), (), ()]


def test_only_awards_of_the_quarter_that_stand_are_counted(village):
    rule = make_rule(village, review="first")
    use(village, rule, [3, 3, 3])
    rejected = make_award(village.scorer, village.homes[0], rule)
    checker = make_staff(Role.COMMITTEE, village.place)
    checking.reject(village.id, checker.id, [rejected], "没有去")
    with clock.set_to(datetime(2026, 10, 1, 8, tzinfo=UTC)):
        make_award(village.scorer, village.homes[0], rule)
    other = make_village("白家村")
    make_award(make_scorer(other), other.homes[0], make_rule(other))
    [line] = compared(village)
    assert line.count == 9


def test_rules_stand_by_code_and_grids_in_their_order_whatever_the_counts(village):
    use(village, make_rule(village, "B2"), [9, 1, 4])
    use(village, make_rule(village, "A1"), [1, 1, 1])
    lines = compared(village)
    assert [line.code for line in lines] == ["A1", "B2"]
    for line in lines:
        assert [cell.grid_id for cell in line.cells] == [grid.id for grid in village.grids]


def test_of_two_grids_each_is_compared_with_the_other(village):
    use(village, make_rule(village, "A1"), [8, 3])
    use(village, make_rule(village, "B1"), [8, 4])
    ids = [grid.id for grid in village.grids[:2]]
    for home in homes_of(village, 2):
        home.status = Status.AWAY.value
    db.session.commit()
    lines = compare_grids(village.id, ids, *QUARTER)
    assert [cell.asks for cell in lines[0].cells] == [("more",), ("less",)]
    assert [cell.asks for cell in lines[1].cells] == [(), ()]


def test_a_village_of_one_grid_has_nothing_to_compare(village):
    use(village, make_rule(village), [20])
    [line] = compare_grids(village.id, [village.grids[0].id], *QUARTER)
    assert line.cells[0].asks == ()


def test_a_quarter_without_awards_is_empty(village):
    assert compared(village) == []


def test_it_takes_two_statements_however_many_rules_there_are(village):
    for n in range(5):
        use(village, make_rule(village, f"R{n}"), [1, 1, 1])
    with statements() as asked:
        assert len(compared(village)) == 5
    assert len(asked) == 2


def test_no_question_speaks_of_a_person():
    for sentence in QUESTIONS.values():
        assert set(consistency_names(sentence)) == {"rule", "grid"}


def consistency_names(sentence):
    return [part.split(")")[0] for part in sentence.split("%(")[1:]]


def test_staff_are_not_even_read():
    """What is not asked for cannot be shown: neither filer nor checker is in the statements."""
    source = Path(consistency.__file__).read_text(encoding="utf-8")
    assert "filed_by" not in source
    assert "first_by" not in source
    assert "Staff" not in source


@pytest.mark.parametrize(
    ("day", "since", "until"),
    [
        (date(2026, 1, 1), date(2025, 10, 1), date(2026, 1, 1)),
        (date(2026, 4, 30), date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 12, 31), date(2026, 7, 1), date(2026, 10, 1)),
    ],
)
def test_the_quarter_before(day, since, until):
    assert last_quarter(day) == (since, until)
