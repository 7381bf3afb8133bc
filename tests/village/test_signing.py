"""Signing in: the lock after wrong passwords, new passwords, what stays of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.base import clock
from governance.base.database import db
from governance.base.errors import BadInput
from governance.village import signing, staff, team
from governance.village.signing import Locked, WrongPassword
from governance.village.staff import Role
from tests.factories import PASSWORD, make_staff


def test_the_right_password_signs_in_and_a_wrong_one_does_not(village):
    person = make_staff(Role.OFFICER, village.place, "zhang")
    assert signing.sign_in(" zhang ", PASSWORD).id == person.id
    for name, password in (("zhang", "wrong-one"), ("nobody", PASSWORD), ("zhang", ""), ("", "")):
        with pytest.raises(WrongPassword):
            signing.sign_in(name, password)


def test_the_lock_tells_how_long_and_ends_by_itself(village):
    make_staff(Role.OFFICER, village.place, "zhang")
    start = clock.now()
    with clock.set_to(start):
        for _ in range(signing.TRIES):
            with pytest.raises(WrongPassword):
                signing.sign_in("zhang", "wrong-one")
        with pytest.raises(Locked) as refusal:
            signing.sign_in("zhang", PASSWORD)
        assert 15 <= refusal.value.values["minutes"] <= 16
    with clock.set_to(start + signing.LOCK + timedelta(seconds=1)):
        assert signing.sign_in("zhang", PASSWORD)
        assert staff.get_staff(staff.find_staff("zhang").id).locked_until is None


def test_who_is_deactivated_neither_signs_in_nor_stays(village):
    person = make_staff(Role.OFFICER, village.place, "zhang")
    staff.set_active(person, False)
    assert staff.find_person(person.id) is None
    with pytest.raises(WrongPassword):
        signing.sign_in("zhang", PASSWORD)
    staff.set_active(person, True)
    assert staff.find_person(person.id).epoch > 1


def test_a_new_password_raises_the_epoch(village):
    person = make_staff(Role.OFFICER, village.place, "zhang")
    with pytest.raises(BadInput):
        signing.change_password(person, "wrong-one", "brand-new-one")
    for bad in ("short", "x" * 201):
        with pytest.raises(BadInput):
            signing.set_password(person, bad)
    assert person.epoch == 1
    signing.change_password(person, PASSWORD, "brand-new-one")
    assert person.epoch == 2
    assert signing.sign_in("zhang", "brand-new-one")


def test_a_lock_shows_while_it_lasts(village):
    person = make_staff(Role.OFFICER, village.place)
    person.locked_until = clock.now() + signing.LOCK
    db.session.commit()
    assert team.get_colleague([village.id], person.id).locked
    with clock.set_to(clock.now() + signing.LOCK * 2):
        assert not team.get_colleague([village.id], person.id).locked
    signing.unlock(person)
    assert not team.get_colleague([village.id], person.id).locked
