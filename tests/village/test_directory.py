"""The village's list: found by any name, code, door or phone; filtered, in door order, a page at a time."""

from __future__ import annotations

import pytest

from governance.village import directory, households
from tests.factories import give_points, make_household, make_village


@pytest.fixture
def village(ctx):
    village = make_village(homes=0)
    make_household(village, 1, 2, head="李志明", door="东街32号", phone="13900000002")
    make_household(village, 1, 1, head="王秀兰", members=[("王秀兰", "户主"), ("汪福", "配偶")])
    make_household(village, 2, 17, head="陈海荣", status="empty")
    return village


def heads(village, words="", **filters):
    return [row.head for row in directory.search(village.id, words, **filters)[0]]


def test_the_list_is_in_door_order_with_the_figures(village):
    give_points(village, village.homes[0], 7)
    rows, total = directory.search(village.id)
    assert [(row.head, row.spendable) for row in rows] == [
        ("王秀兰", 0),
        ("李志明", 7),
        ("陈海荣", 0),
    ]
    assert total == 3


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("秀", "王秀兰"),
        ("王 秀兰", "王秀兰"),
        ("汪福", "王秀兰"),
        ("东街", "李志明"),
        ("１３９", "李志明"),
        ("2组17号", "陈海荣"),
        ("2组17", "陈海荣"),
        ("2-17", "陈海荣"),
        ("0217", "陈海荣"),
        ("2组", "陈海荣"),
        ("二组17号", "陈海荣"),
        ("第二组十七号", "陈海荣"),
        ("二组", "陈海荣"),
        ("0002", "李志明"),
    ],
)
def test_a_household_is_found_by_name_code_door_or_phone(village, words, found):
    assert heads(village, words) == [found]


@pytest.mark.parametrize("words", ["%", "_", "无此人", "\\", "'", "\0", "9组", "99-99", "0000"])
def test_what_matches_nothing_finds_nothing(village, words):
    assert heads(village, words) == ([] if words != "\0" else ["王秀兰", "李志明", "陈海荣"])


def test_filters_narrow_the_list(village):
    assert heads(village, status="empty") == ["陈海荣"]
    assert heads(village, grid_ids=[village.grids[0].id]) == ["王秀兰", "李志明"]
    assert heads(village, grid_ids=[]) == []


def test_closed_households_are_listed_apart(village):
    households.close_household(village.homes[0])
    assert heads(village) == ["王秀兰", "陈海荣"]
    assert heads(village, closed=True) == ["李志明"]
    assert [row.head for row in directory.codes_for_print(village.id, "door")] == [
        "王秀兰",
        "陈海荣",
    ]


def test_a_page_is_a_part_of_the_whole(village):
    rows, total = directory.search(village.id, limit=2, offset=2)
    assert ([row.head for row in rows], total) == (["陈海荣"], 3)
    assert directory.search(village.id, limit=2, offset=10**6) == ([], 3)


def test_another_village_is_another_list(village):
    assert heads(make_village(homes=1), "王秀兰") != []
    assert len(heads(village, "王秀兰")) == 1


def test_sheets_print_the_present_code_of_one_a_grid_or_all(village):
    home = village.homes[1]
    assert len(directory.codes_for_print(village.id, "card")) == 3
    assert len(directory.codes_for_print(village.id, "card", grid_id=village.grids[1].id)) == 1
    before = directory.codes_for_print(village.id, "card", household_id=home.id)[0]
    households.replace_code(home, village.place, "card", before.token)
    (after,) = directory.codes_for_print(village.id, "card", household_id=home.id)
    assert after.token != before.token
    assert len(after.card_number) == 8
