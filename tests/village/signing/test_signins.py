"""Sign-ins: each device has its own, which ends when somebody leaves, when its time is over, or all at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from governance.base import clock
from governance.base.database import db, new_id
from governance.village import persons, staff
from governance.village.signing import signins
from governance.village.signing.signins import Where
from governance.village.staff import Role
from tests.factories import make_staff, make_village

HERE = Where("198.51.100.7", "android wechat")


@pytest.fixture
def person(ctx):
    village = make_village()
    person = make_staff(Role.OFFICER, village.grids[0])
    staff.appoint(person, Role.STOREKEEPER, village.place)
    return person


def begin(person, remember=True, where=HERE):
    return signins.begin(person.id, where, remember=remember)


def test_a_sign_in_tells_who_it_is_with_all_posts_in_one_statement(person):
    sign_in_id, seen = begin(person), []
    event.listen(db.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    found = signins.find_signed_in(sign_in_id)
    assert len(seen) == 1
    again = persons.find_person(person.id)
    assert (found.person.id, set(found.person.posts)) == (again.id, set(again.posts))
    assert {post.role for post in found.person.posts} == {Role.OFFICER, Role.STOREKEEPER}


def test_it_ends_however_much_it_is_used(person):
    start = clock.now()
    with clock.set_to(start):
        remembered, passing = begin(person), begin(person, remember=False)
    for days in range(1, 30):
        with clock.set_to(start + clock.days(days)):
            assert signins.find_signed_in(remembered)
            signins.note_seen(remembered)
            assert signins.find_signed_in(passing) is None
    with clock.set_to(start + signins.REMEMBERED):
        assert signins.find_signed_in(remembered) is None


def test_what_was_left_stays_left(person):
    first, second = begin(person), begin(person)
    assert signins.end(person.id, first)
    assert signins.find_signed_in(first) is None
    assert signins.find_signed_in(second)
    assert not signins.end(person.id, first)


def test_nobody_ends_the_sign_in_of_another(person):
    other = make_staff(Role.ADMIN, None)
    assert not signins.end(other.id, begin(person))


def test_all_but_this_one_end_at_once(person):
    mine, *others = (begin(person) for _ in range(3))
    assert signins.end_all(person.id, but=mine) == 2
    assert signins.find_signed_in(mine)
    assert not any(map(signins.find_signed_in, others))
    assert signins.end_all(person.id) == 1


def test_it_is_written_to_at_most_every_ten_minutes(person):
    start = clock.now()
    with clock.set_to(start):
        sign_in_id = begin(person)
        assert not signins.find_signed_in(sign_in_id).unseen
    with clock.set_to(start + signins.SEEN_EVERY - timedelta(seconds=1)):
        assert not signins.find_signed_in(sign_in_id).unseen
    with clock.set_to(start + signins.SEEN_EVERY):
        assert signins.find_signed_in(sign_in_id).unseen
        signins.note_seen(sign_in_id)
        assert not signins.find_signed_in(sign_in_id).unseen


def test_a_persons_list_shows_what_is_open_the_last_used_first(person):
    start = clock.now()
    with clock.set_to(start):
        old, new, over = begin(person), begin(person), begin(person, remember=False)
    with clock.set_to(start + clock.days(2)):
        signins.note_seen(old)
        listed = signins.sign_ins_of(person.id)
    assert [row.id for row in listed] == [old, new]
    assert over not in [row.id for row in listed]
    assert {(row.address, row.device) for row in listed} == {(HERE.address, HERE.device)}


def test_the_device_not_seen_for_longest_gives_way(person):
    start = clock.now()
    ids = []
    for number in range(signins.MOST + 3):
        with clock.set_to(start + timedelta(minutes=number)):
            ids.append(begin(person))
    held = {row.id for row in signins.sign_ins_of(person.id)}
    assert held == set(ids[-signins.MOST :])


def test_what_is_over_is_deleted(person):
    with clock.set_to(clock.now() - clock.days(31)):
        begin(person)
    kept = begin(person)
    signins.forget_old_sign_ins()
    assert db.session.scalars(select(signins.sign_ins.c.id)).all() == [kept]


def test_an_id_that_is_none_lets_nobody_in(person):
    begin(person)
    assert signins.find_signed_in(new_id()) is None
    assert db.session.scalar(select(func.count()).select_from(signins.sign_ins)) == 1


def test_a_guessed_id_has_nothing_to_go_by(person):
    """Random all through: an id in the order of time would leave half of it to guess."""
    assert begin(person).version == 4
