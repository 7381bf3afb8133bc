"""Public places: named once in a village, in one of its grids, closed without losing what was found there."""

from __future__ import annotations

import pytest

from governance.base import clock
from governance.base.database import new_id
from governance.base.errors import BadInput, NotThere
from governance.village import publicplaces
from governance.village.publicplaces import (
    UnknownPlace,
    add_public_place,
    close_public_place,
    edit_public_place,
    find_public_places,
    get_public_place,
    public_places,
)
from tests.factories import make_public_place, make_village


def names(village, *grids):
    of = frozenset(grid.id for grid in grids) or None
    return [one.name for one in public_places(village.id, of)]


def test_they_are_listed_by_name_of_all_grids_or_some(village):
    make_public_place(village, "水渠", grid=1)
    make_public_place(village, "文化广场")
    assert names(village) == sorted(["水渠", "文化广场"])
    assert names(village, village.grids[1]) == ["水渠"]


@pytest.mark.parametrize("name", ["", " \u200b ", "长" * 41])
def test_a_place_has_a_name_of_1_to_40_characters(village, name):
    with pytest.raises(BadInput) as refusal:
        make_public_place(village, name or " ")
    assert refusal.value.field == "name"
    assert names(village) == []


def test_a_name_is_given_once_but_a_closed_places_is_free_again(village):
    square = make_public_place(village, "文化广场")
    with pytest.raises(BadInput, match="已经有了"):
        make_public_place(village, " 文化广场 ")
    edit_public_place(square, square.grid_id, "文化广场")  # its own name is no other's
    close_public_place(square)
    make_public_place(village, "文化广场")
    assert names(village) == ["文化广场"]
    make_public_place(make_village("白家村"), "文化广场")


def test_there_are_not_more_than_can_be_looked_after(village, monkeypatch):
    monkeypatch.setattr(publicplaces, "MOST_PLACES", 1)
    square = make_public_place(village)
    with pytest.raises(BadInput, match="最多 1 个"):
        make_public_place(village)
    edit_public_place(square, square.grid_id, "新广场")


def test_a_place_is_renamed_and_given_to_another_grid_of_its_village(village):
    square = make_public_place(village, "文化广场")
    edit_public_place(square, village.grids[1].id, "东头广场")
    found = get_public_place(village.id, square.id)
    assert (found.name, found.grid_id) == ("东头广场", village.grids[1].id)
    stranger = make_village("白家村")
    with pytest.raises(NotThere):
        edit_public_place(square, stranger.grids[0].id, "东头广场")
    with pytest.raises(NotThere):
        add_public_place(village.id, stranger.grids[0].id, "水渠")


def test_a_closed_place_is_found_by_its_id_and_closed_once(village):
    square = make_public_place(village)
    close_public_place(square)
    first = square.closed_at
    with clock.set_to(clock.now() + clock.days(1)):
        close_public_place(square)
    assert square.closed_at == first
    assert names(village) == []
    assert find_public_places(village.id, [square.id, new_id()]) == {square.id: square}


def test_a_place_of_another_village_is_not_known(village):
    square = make_public_place(make_village("白家村"))
    with pytest.raises(UnknownPlace):
        get_public_place(village.id, square.id)
    assert find_public_places(village.id, [square.id]) == {}
