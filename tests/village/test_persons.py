"""Persons: somebody with all their posts, as the doors ask for them; who may not sign in is nobody."""

from __future__ import annotations

from governance.base.database import new_id
from governance.village import persons, staff
from governance.village.staff import Role
from tests.factories import make_staff
from tests.reads import posts_of


def test_a_person_is_read_with_all_their_posts(village):
    person = make_staff(Role.OFFICER, village.grids[0], "zhang")
    staff.appoint(person, Role.STOREKEEPER, village.place)
    found = persons.find_person(person.id)
    assert found.holds(Role.STOREKEEPER)
    assert not found.holds(Role.ADMIN, Role.TOWN)
    assert {(post.role, post.code) for post in found.posts} == {
        (Role.OFFICER, village.grids[0].code),
        (Role.STOREKEEPER, village.place.code),
    }


def test_of_each_post_its_village_is_known_and_of_those_above_none(village):
    person = make_staff(Role.OFFICER, village.grids[0])
    staff.appoint(person, Role.TOWN, village.town)
    at = {post.role: post.village for post in persons.find_person(person.id).posts}
    assert (at[Role.OFFICER].id, at[Role.OFFICER].code) == (village.id, village.place.code)
    assert at[Role.TOWN] is None


def test_who_holds_no_post_is_somebody_all_the_same(village):
    person = make_staff(Role.OFFICER, village.grids[0])
    [post] = posts_of(person)
    staff.dismiss(person, post.id)
    assert persons.find_person(person.id).posts == ()


def test_who_is_stopped_or_never_was_is_nobody(village):
    person = make_staff(Role.OFFICER, village.grids[0])
    staff.set_active(person, False)
    assert persons.find_person(person.id) is None
    assert persons.find_person(new_id()) is None
