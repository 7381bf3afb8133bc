"""Staff: posts where roles are held, passwords and their lock, admins that never run out; kin and teams."""

from __future__ import annotations

import pytest

from governance.base import clock
from governance.base.database import new_id
from governance.base.errors import BadInput, NotThere
from governance.village import persons, staff, team
from governance.village.staff import LEVELS, LastAdmin, NotIndependent, Role, UsernameTaken
from tests.factories import PASSWORD, make_staff, make_village
from tests.races import together
from tests.reads import posts_of


def test_every_role_is_held_at_its_own_levels(village):
    at = {
        "county": village.county,
        "town": village.town,
        "village": village.place,
        "grid": village.grids[0],
    }
    person = make_staff(Role.OFFICER, village.grids[1])
    for role in Role:
        for level, place in at.items():
            if level in LEVELS[role]:
                other = make_staff(Role.OFFICER, village.grids[1])
                staff.appoint(other, role, place)
            else:
                with pytest.raises(BadInput):
                    staff.appoint(person, role, place)
    with pytest.raises(BadInput):
        staff.appoint(person, Role.OFFICER, None)


def test_the_same_post_twice_is_one_post(village):
    person = make_staff(Role.OFFICER, village.place)
    staff.appoint(person, Role.OFFICER, village.place)
    assert len(posts_of(person)) == 1
    admin = make_staff(Role.ADMIN, None)
    staff.appoint(admin, Role.ADMIN, None)
    assert len(posts_of(admin)) == 1


def test_a_post_ends_by_a_date_and_the_next_one_begins_anew(village):
    person = make_staff(Role.OFFICER, village.place)
    [first] = posts_of(person)
    with clock.set_to(clock.now() + clock.days(1)):
        staff.dismiss(person, first.id)
        assert first.ended_at == clock.now()
    assert persons.find_person(person.id).posts == ()
    assert team.staff_at([village.id]) == []
    assert team.villages_of([""], person.id) == set()
    with pytest.raises(NotThere):
        team.get_person_below([village.place.code], person.id)
    with pytest.raises(NotThere):  # what is over is not ended again
        staff.dismiss(person, first.id)
    staff.appoint(person, Role.OFFICER, village.place)
    [second] = posts_of(person)
    assert (second.id != first.id, second.made_at > first.made_at) == (True, True)
    assert [post.role for post in persons.find_person(person.id).posts] == [Role.OFFICER]


def test_a_committee_member_whose_post_is_over_may_supervise(village):
    person = make_staff(Role.COMMITTEE, village.place)
    staff.dismiss(person, posts_of(person)[0].id)
    staff.appoint(person, Role.SUPERVISOR, village.place)
    assert persons.find_person(person.id).holds(Role.SUPERVISOR)


def test_an_admin_whose_post_is_over_is_no_admin_that_is_left(village):
    leaving, last = (make_staff(Role.ADMIN, village.place) for _ in range(2))
    staff.dismiss(leaving, posts_of(leaving)[0].id)
    with pytest.raises(LastAdmin):
        staff.dismiss(last, posts_of(last)[0].id)
    with pytest.raises(LastAdmin):
        staff.set_active(last, False)
    staff.set_active(leaving, False)  # nobody's admin any more


def test_the_committee_is_not_its_own_supervisor(village):
    clerk, watcher = (
        make_staff(Role.COMMITTEE, village.place),
        make_staff(Role.SUPERVISOR, village.place),
    )
    with pytest.raises(NotIndependent):
        staff.appoint(clerk, Role.SUPERVISOR, village.place)
    with pytest.raises(NotIndependent):
        staff.appoint(watcher, Role.COMMITTEE, village.place)
    staff.appoint(clerk, Role.SUPERVISOR, make_village("白家村").place)  # elsewhere they may


@pytest.mark.parametrize("username", ["a", "x" * 31, "a b", "<b>", "", "a@b"])
def test_a_sign_in_name_is_of_letters_and_digits(village, username):
    with pytest.raises(BadInput) as refusal:
        staff.add_staff(username, "张文书", PASSWORD, [])
    assert refusal.value.field == "username"


def test_a_sign_in_name_is_taken_once(village):
    make_staff(Role.OFFICER, village.place, "zhang")
    with pytest.raises(UsernameTaken):
        make_staff(Role.OFFICER, village.place, " zhang ")


def test_one_name_given_eight_times_at_the_same_moment_is_one_person(app, village):
    def add(_number):
        with app.app_context():
            try:
                return staff.add_staff("zhang", "张文书", PASSWORD, []).username
            except UsernameTaken as refusal:
                return refusal.code

    assert sorted(together(8, add)) == ["username_taken"] * 7 + ["zhang"]


def test_somebody_whose_post_is_refused_is_not_added_at_all(village):
    with pytest.raises(BadInput):
        staff.add_staff("zhang", "张文书", PASSWORD, [(Role.TOWN, village.place)])
    assert staff.find_staff("zhang") is None


def test_a_password_is_not_kept_as_it_was_typed(village):
    assert PASSWORD not in make_staff(Role.OFFICER, village.place).password_hash


def test_the_last_admin_stays(village):
    first = make_staff(Role.ADMIN, None)
    with pytest.raises(LastAdmin):
        staff.dismiss(first, posts_of(first)[0].id)
    with pytest.raises(LastAdmin):
        staff.set_active(first, False)
    make_staff(Role.ADMIN, village.county)  # who governs one county does not govern the service
    with pytest.raises(LastAdmin):
        staff.set_active(first, False)
    second = make_staff(Role.ADMIN, None)
    staff.set_active(first, False)
    with pytest.raises(LastAdmin):  # an admin who cannot sign in is none
        staff.dismiss(second, posts_of(second)[0].id)


def test_an_admin_above_lets_an_admin_below_go(village):
    below = make_staff(Role.ADMIN, village.place)
    with pytest.raises(LastAdmin):
        staff.dismiss(below, posts_of(below)[0].id)
    make_staff(Role.ADMIN, village.county)
    staff.dismiss(below, posts_of(below)[0].id)
    assert posts_of(below) == []


def test_nobody_is_dismissed_from_another_persons_post(village):
    one, other = make_staff(Role.OFFICER, village.place), make_staff(Role.OFFICER, village.place)
    for post in (posts_of(other)[0].id, new_id()):
        with pytest.raises(NotThere):
            staff.dismiss(one, post)
    with pytest.raises(NotThere):
        staff.get_staff(new_id())
