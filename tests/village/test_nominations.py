"""A post for somebody who works elsewhere: asked for, and held only once they accepted it themselves."""

from __future__ import annotations

import pytest

from governance.base.database import new_id
from governance.base.errors import BadInput
from governance.village import nominations, staff
from governance.village.nominations import (
    UnknownNomination,
    accept,
    decline,
    nominate,
    nominations_at,
    nominations_for,
    take_back,
)
from governance.village.staff import NotIndependent, Role
from tests.factories import make_nomination, make_staff, make_village
from tests.reads import posts_of


@pytest.fixture
def person(village):
    """Somebody of another village."""
    return make_staff(Role.OFFICER, make_village("白家村").place, "chen", "陈海荣")


def roles(person):
    return [post.role for post in posts_of(person)]


def test_it_is_told_who_asks_for_what_and_nothing_is_held_yet(village, person):
    clerk = make_staff(Role.ADMIN, village.county, name="高志远")
    nominate(person, Role.COMMITTEE, village.place, clerk.id)
    nominate(person, Role.COMMITTEE, village.place, clerk.id)  # asked twice is once
    [asked] = nominations_for(person.id)
    assert (asked.role, asked.place, asked.maker) == ("committee", "石家村", "高志远")
    [waiting] = nominations_at(village.id)
    assert (waiting.id, waiting.username) == (asked.id, "chen")
    assert "陈海荣" not in map(str, waiting)  # a village elsewhere is told no more than it typed
    assert roles(person) == ["officer"]


def test_accepted_it_is_a_post_at_its_village(village, person):
    asked = make_nomination(person, village.grids[0], Role.OFFICER)
    assert accept(person.id, asked) == village.id
    assert {post.place_id for post in posts_of(person)} > {village.grids[0].id}
    assert nominations_for(person.id) == []
    with pytest.raises(UnknownNomination):
        accept(person.id, asked)


def test_declined_or_taken_back_it_is_gone(village, person):
    decline(person.id, make_nomination(person, village.town))
    take_back(village.town.id, make_nomination(person, village.town))
    assert nominations_for(person.id) == []
    assert roles(person) == ["officer"]


def test_nobody_answers_for_another_and_no_other_place_takes_it_back(village, person):
    asked = make_nomination(person, village.town)
    somebody = make_staff(Role.OFFICER, village.place)
    for answer in (
        lambda: accept(somebody.id, asked),
        lambda: decline(somebody.id, asked),
        lambda: take_back(village.county.id, asked),
        lambda: accept(person.id, new_id()),
    ):
        with pytest.raises(UnknownNomination):
            answer()
    assert len(nominations_for(person.id)) == 1


def test_what_is_held_already_or_can_not_be_held_is_not_asked(village, person):
    staff.appoint(person, Role.COMMITTEE, village.place)
    nominate(person, Role.COMMITTEE, village.place, person.id)
    assert nominations_for(person.id) == []
    with pytest.raises(NotIndependent):
        nominate(person, Role.SUPERVISOR, village.place, person.id)
    with pytest.raises(BadInput):
        nominate(person, Role.TOWN, village.place, person.id)


def test_what_became_impossible_meanwhile_is_refused_when_it_is_accepted(village, person):
    asked = make_nomination(person, village.place, Role.SUPERVISOR)
    staff.appoint(person, Role.COMMITTEE, village.place)
    with pytest.raises(NotIndependent):
        nominations.accept(person.id, asked)
    assert len(nominations_for(person.id)) == 1
