"""Households: added with account and codes, edited, moved, closed and opened again; numbers are given once."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from governance.base import clock
from governance.base.database import db, new_id
from governance.base.errors import BadInput
from governance.ledger import book
from governance.village import codes, households, places
from governance.village.households import (
    CodeInUse,
    Details,
    HouseholdClosed,
    Status,
    UnknownHousehold,
)
from governance.village.members import members_of
from governance.village.places import Level
from governance.village.register import numbering
from governance.village.register.numbering import GroupFull, settle_household
from tests.factories import make_household, make_village


@pytest.fixture
def village(ctx):
    return make_village(homes=0)


def names(home):
    return [(one.name, one.relation) for one in members_of(home.village_id, home.id)]


def tokens(home):
    found = (codes.code_in_use(home.village_id, home.id, kind) for kind in ("door", "card"))
    return [one and one.token for one in found]


def details(**changes):
    return replace(Details(1, 5, "王秀兰", size=4), **changes)


def test_a_new_household_has_an_account_a_door_code_and_a_card(village):
    home = make_household(village, number=5)
    assert home.code == "1组5号"
    assert home.door == "1组5号"
    assert book.find_figures(village.id, home.id) == book.Figures(0, 0)
    door, card = tokens(home)
    assert door.startswith(village.place.tag)
    assert card.startswith(village.place.tag)
    assert door != card


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("group_no", 0),
        ("group_no", 1000),
        ("number", 0),
        ("number", 10_000),
        ("size", -1),
        ("size", 100),
        ("status", "gone"),
        ("head", ""),
        ("phone", "123"),
        ("door", "东" * 61),
        ("note", "字" * 201),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(village, field, value):
    with pytest.raises(BadInput) as refused:
        households.add_household(village.place, village.grids[0].id, details(**{field: value}))
    assert refused.value.field == field


@pytest.mark.parametrize("people", [[("", "子")], [("汪福", "女" * 21)]])
def test_members_are_checked_too(village, people):
    with pytest.raises(BadInput) as refused:
        households.clean(details(members=people))
    assert refused.value.field == "members"


def test_there_are_at_least_as_many_people_as_are_listed(village):
    assert households.clean(details(size=1, members=[("甲某", ""), ("乙某", "")])).size == 2


def test_a_number_in_use_is_refused_with_whose_it_is(village):
    make_household(village, number=5, head="陈海荣")
    with pytest.raises(CodeInUse, match="陈海荣"):
        make_household(village, number=5)
    make_household(village, group=2, number=5)


def test_editing_keeps_the_members_unless_they_are_given(village):
    home = make_household(village, number=5, members=[("王秀兰", "户主"), ("汪福", "配偶")])
    households.edit_household(home, home.grid_id, replace(households.details_of(home), note="独居"))
    assert names(home) == [("王秀兰", "户主"), ("汪福", "配偶")]
    with_one = replace(households.details_of(home), members=[("汪福", "户主")])
    households.edit_household(home, home.grid_id, with_one)
    assert names(home) == [("汪福", "户主")]
    households.edit_household(home, home.grid_id, replace(with_one, members=[]))
    assert names(home) == []


def test_a_moved_household_keeps_its_points_and_codes(village):
    home = make_household(village, number=5)
    before = tokens(home)
    moved = replace(households.details_of(home), group_no=2, number=7)
    households.edit_household(home, village.grids[1].id, moved)
    assert (home.code, home.grid_id, tokens(home)) == ("2组7号", village.grids[1].id, before)


def test_a_move_to_a_number_in_use_is_refused_and_changes_nothing(village):
    make_household(village, number=6)
    home = make_household(village, number=5)
    with pytest.raises(CodeInUse):
        households.edit_household(
            home, home.grid_id, replace(households.details_of(home), number=6)
        )
    db.session.refresh(home)
    assert home.number == 5


def test_a_closed_household_gives_its_number_free_and_its_codes_stop(village):
    home = make_household(village, number=5)
    old = tokens(home)
    households.close_household(home)
    assert home.closed_on == clock.today()
    assert tokens(home) == [None, None]
    assert codes.find_code(village.place, old[0]).replaced_at is not None
    make_household(village, number=5)


def test_closing_twice_closes_once(village):
    home = make_household(village)
    with clock.set_to(clock.now() - clock.days(3)):
        households.close_household(home)
        closed_on = home.closed_on
    households.close_household(home)
    assert home.closed_on == closed_on


def test_a_closed_household_is_not_edited_and_gets_no_code(village):
    home = make_household(village)
    households.close_household(home)
    with pytest.raises(HouseholdClosed):
        households.edit_household(home, home.grid_id, households.details_of(home))
    with pytest.raises(HouseholdClosed):
        households.replace_code(home, village.place, "door", "")


def test_a_household_opened_again_has_new_codes_once(village):
    home = make_household(village)
    old = tokens(home)
    households.close_household(home)
    households.reopen_household(home, village.place)
    fresh = tokens(home)
    assert home.closed_on is None
    assert None not in fresh
    assert not set(fresh) & set(old)
    households.reopen_household(home, village.place)
    assert tokens(home) == fresh


def test_a_household_whose_number_was_given_away_stays_closed(village):
    home = make_household(village, number=5)
    households.close_household(home)
    make_household(village, number=5, head="陈海荣")
    with pytest.raises(CodeInUse, match="陈海荣"):
        households.reopen_household(home, village.place)


@pytest.mark.parametrize("kind", ["door", "card"])
def test_a_code_is_replaced_once_by_a_form_sent_twice(village, kind):
    home = make_household(village)
    old = codes.code_in_use(village.id, home.id, kind).token
    assert households.replace_code(home, village.place, kind, old)
    new = codes.code_in_use(village.id, home.id, kind).token
    assert new != old
    assert codes.find_code(village.place, old).replaced_at is not None
    assert not households.replace_code(home, village.place, kind, old)
    assert codes.code_in_use(village.id, home.id, kind).token == new


def test_another_villages_household_is_not_found(village):
    other = make_village(homes=1)
    for one in (other.homes[0].id, uuid.uuid4()):
        with pytest.raises(UnknownHousehold):
            households.get_household(village.id, one)


def test_many_are_changed_at_once_and_only_they(village):
    first, second = make_household(village, number=5), make_household(village, number=6)
    changed = replace(
        households.details_of(first), status=Status.EMPTY.value, members=[("汪福", "户主")]
    )
    households.edit_households(village.id, {first.id: changed})
    assert (first.status, second.status) == ("empty", "resident")
    assert (names(first), names(second)) == ([("汪福", "户主")], [])
    households.edit_households(village.id, {})


class TestSettling:
    def test_the_next_free_number_was_never_anybodys(self, village):
        households.close_household(make_household(village, number=1))
        make_household(village, number=2)
        assert settle_household(village.place, details(number=0)).number == 3

    def test_the_group_says_the_grid_and_gets_one_if_it_has_none(self, village):
        assert settle_household(village.place, details()).grid_id == village.grids[0].id
        home = settle_household(village.place, details(group_no=7))
        grid = places.get_place_by_id(home.grid_id)
        assert (grid.level, grid.code[-2:], grid.name) == (Level.GRID, "07", "7组网格")

    def test_a_grid_that_is_named_is_taken(self, village):
        home = settle_household(village.place, details(), grid_id=village.grids[1].id)
        assert home.grid_id == village.grids[1].id

    def test_the_same_form_twice_is_one_household(self, village):
        key = new_id()
        first = settle_household(village.place, details(number=0), household_id=key)
        again = settle_household(village.place, details(number=0), household_id=key)
        assert first.id == again.id == key
        assert numbering.used_numbers(village.id) == {1: {1}}

    def test_a_refused_household_makes_no_grid(self, village):
        with pytest.raises(BadInput):
            settle_household(village.place, details(group_no=9, head=""))
        assert len(places.grids_of(village.id)) == 2

    def test_who_meets_another_at_the_grids_code_is_settled_once_more(self, village, monkeypatch):
        def meet(*_):
            monkeypatch.undo()
            raise IntegrityError("insert", {}, Exception("places.code"))

        monkeypatch.setattr(places, "add_place", meet)
        home = settle_household(village.place, details(group_no=7, number=0))
        assert (home.number, places.get_place_by_id(home.grid_id).name) == (1, "7组网格")

    def test_a_group_without_a_free_number_is_refused(self, village, monkeypatch):
        monkeypatch.setattr(numbering, "NUMBERS", range(1, 2))
        make_household(village, number=1)
        with pytest.raises(GroupFull):
            settle_household(village.place, details(number=0))
