"""The team: posts within what one may reach, people without a post, households by grid."""

from __future__ import annotations

import pytest

from governance.base.errors import NotThere
from governance.village import households, staff, team
from governance.village.staff import Role
from tests.factories import make_staff, make_village
from tests.reads import posts_of


def test_a_team_shows_the_posts_within_and_says_there_are_others(village):
    other = make_village("白家村")
    person = make_staff(Role.OFFICER, village.grids[0])
    staff.appoint(person, Role.OFFICER, other.grids[0])
    [seen] = team.staff_at([village.id, village.grids[0].id])
    assert [post.code for post in seen.posts] == [village.grids[0].code]
    assert seen.elsewhere
    assert not team.get_person_below([""], person.id).elsewhere
    assert team.staff_at([village.town.id]) == []


def test_whoever_has_no_post_is_seen_by_the_whole_service_alone(village):
    person = make_staff(Role.OFFICER, village.grids[0])
    staff.dismiss(person, posts_of(person)[0].id)
    assert team.get_person_below([""], person.id).posts == ()
    with pytest.raises(NotThere):
        team.get_person_below([village.county.code], person.id)
    with pytest.raises(NotThere):
        team.get_colleague([village.id, *(grid.id for grid in village.grids)], person.id)


def test_grids_are_counted_without_closed_households(village):
    assert team.grid_sizes(village.id) == {grid.id: 1 for grid in village.grids}
    households.close_household(village.homes[0])
    assert team.grid_sizes(village.id) == {village.grids[1].id: 1}
