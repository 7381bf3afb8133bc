"""Kin: declared by oneself, taken back by somebody else, and who is near to whom."""

from __future__ import annotations

import pytest

from governance.base.errors import BadInput
from governance.village import kin
from governance.village.staff import Role
from tests.factories import make_staff, make_village


def test_a_declaration_is_made_changed_and_taken_back_by_somebody_else(village):
    person, clerk = (
        make_staff(Role.OFFICER, village.place),
        make_staff(Role.COMMITTEE, village.place),
    )
    home = village.homes[0]
    kin.declare_kin(person.id, home, "own")
    kin.declare_kin(person.id, home, "relative")
    [one] = kin.declared_by(village.id, person.id)
    assert (one.id, one.relation) == (home.id, "relative")
    with pytest.raises(kin.OwnDeclaration):
        kin.withdraw_kin(village.id, person.id, home.id, by=person.id)
    kin.withdraw_kin(village.id, person.id, home.id, by=clerk.id)
    kin.withdraw_kin(village.id, person.id, home.id, by=clerk.id)
    assert kin.kin_of(village.id, person.id) == set()
    with pytest.raises(BadInput):
        kin.declare_kin(person.id, home, "friend")


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("own", "own", True),  # they live in one house
        ("own", "relative", True),
        ("relative", "own", True),
        ("relative", "relative", False),  # both related to a third: not to each other
    ],
)
def test_people_are_near_who_share_a_house_or_declared_each_others(village, one, other, near):
    people = [make_staff(Role.OFFICER, village.place).id for _ in range(3)]
    for person, relation in zip(people, (one, other), strict=False):
        kin.declare_kin(person, village.homes[0], relation)
    assert kin.are_near(village.id, *people[:2]) is near
    assert kin.are_near(village.id, *people[1:]) is False
    assert kin.are_near(village.id, people[0], people[0]) is False


def test_who_is_related_is_told_for_the_households_asked_and_their_village(village):
    person = make_staff(Role.OFFICER, village.place)
    mine, other = village.homes
    kin.declare_kin(person.id, mine, "own")
    assert kin.related_to(village.id, [mine.id, other.id]) == {(person.id, mine.id)}
    assert kin.related_to(village.id, [other.id]) == set()
    assert kin.related_to(make_village().id, [mine.id]) == set()
