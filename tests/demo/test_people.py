"""Who signs in to the demo, and where they work."""

from __future__ import annotations

import pytest

from governance import demo
from governance.base.config import DEMO_PASSWORD
from governance.demo import people
from governance.village import persons, places, signing, staff, team
from governance.village.kin import kin_of
from governance.village.signing.signins import Where
from governance.village.staff import Role


@pytest.mark.parametrize(("username", "role"), demo.SIGN_INS)
def test_each_role_has_a_sign_in(village, username, role):
    person = persons.find_person(signing.sign_in(username, DEMO_PASSWORD, Where("")).id)
    assert not person.first_password  # the demo is for looking: nobody is sent to change it
    assert [post.role for post in person.posts] == [role]


def test_the_officer_works_in_grid_3_and_keeps_hands_off_their_own_household(village):
    officer = persons.find_person(staff.find_staff("officer").id)
    assert officer.posts[0].code == f"{people.VILLAGE}03"
    assert len(kin_of(village.id, officer.id)) == 1


def test_every_grid_has_an_officer_and_a_second_check_is_a_third_persons(village):
    grids = places.grids_of(village.id)
    officers = team.staff_at([grid.id for grid in grids])
    assert [len(one.posts) for one in officers] == [1] * len(grids) == [1] * people.GRIDS
    assert {one.posts[0].code for one in officers} == {grid.code for grid in grids}
    committee = [one for one in team.staff_at([village.id]) if one.holds(Role.COMMITTEE)]
    assert len(committee) == 3
