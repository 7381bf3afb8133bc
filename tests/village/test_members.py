"""The people of a household: in the register's order, and only this household's."""

from __future__ import annotations

from governance.base.database import atomic
from governance.village.members import Member, insert_members, members_of, replace_members

FAMILY = [("王秀兰", "户主"), ("汪福", "配偶"), ("汪小福", "子")]


def names(village, home=0):
    return [(one.name, one.relation) for one in members_of(village.id, village.homes[home].id)]


def test_they_stand_in_the_registers_order(village):
    with atomic():
        insert_members(village.id, {village.homes[0].id: FAMILY})
    assert names(village) == FAMILY
    assert names(village, 1) == []


def test_written_anew_they_are_the_new_ones_and_the_neighbours_stay(village):
    one, other = (home.id for home in village.homes)
    with atomic():
        insert_members(village.id, {one: FAMILY, other: [("陈海荣", "户主")]})
    with atomic():
        replace_members(village.id, {one: [("汪福", "户主")]})
    assert (names(village), names(village, 1)) == ([("汪福", "户主")], [("陈海荣", "户主")])


def test_nobody_named_is_nobody_kept_and_nothing_to_write_is_no_statement(village):
    one = village.homes[0].id
    with atomic():
        insert_members(village.id, {one: FAMILY})
        replace_members(village.id, {})
    assert names(village) == FAMILY
    with atomic():
        replace_members(village.id, {one: None})
    assert names(village) == []


def test_no_number_of_an_identity_card_has_a_place_to_stand():
    columns = set(Member.__table__.columns.keys())
    assert columns == {"village_id", "id", "household_id", "position", "name", "relation"}
