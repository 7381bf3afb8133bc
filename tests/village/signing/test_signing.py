"""Signing in: wrong passwords lock whoever guesses and nobody else; a new password ends every sign-in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from governance.base import clock
from governance.base.database import db
from governance.base.errors import BadInput
from governance.village import passwords, signing, team
from governance.village.signing import GuessedTooOften, Locked, WrongPassword, log, signins
from governance.village.signing.signins import Where
from governance.village.staff import Role
from tests.factories import PASSWORD, make_staff, make_village

HERE, THERE = Where("198.51.100.7"), Where("203.0.113.9")


@pytest.fixture
def zhang(village):
    return make_staff(Role.OFFICER, village.place, "zhang")


def guess(name="zhang", times=1, where=HERE):
    for _ in range(times):
        with pytest.raises(WrongPassword):
            signing.sign_in(name, "wrong-one", where)


def noted(staff_id):
    return [row.what for row in log.events_of(staff_id, 100)][::-1]


def test_the_right_password_signs_in_and_a_wrong_one_does_not(zhang):
    assert signing.sign_in(" zhang ", PASSWORD, HERE).id == zhang.id
    for name, password in (("zhang", "wrong-one"), ("nobody", PASSWORD), ("zhang", ""), ("", "")):
        with pytest.raises(WrongPassword):
            signing.sign_in(name, password, HERE)


def test_the_lock_tells_how_long_and_ends_by_itself(zhang):
    start = clock.now()
    with clock.set_to(start):
        guess(times=signing.LOCK.most)
        with pytest.raises(Locked) as refusal:
            signing.sign_in("zhang", PASSWORD, HERE)
        assert 15 <= refusal.value.values["minutes"] <= 16
    with clock.set_to(start + signing.LOCK.span + timedelta(seconds=1)):
        assert signing.sign_in("zhang", PASSWORD, HERE)


def test_a_stranger_locks_nobody_out(zhang):
    """Whoever guesses at another network locks only that network's way to the name."""
    guess(times=signing.LOCK.most, where=THERE)
    with pytest.raises(Locked):
        signing.sign_in("zhang", PASSWORD, THERE)
    assert signing.sign_in("zhang", PASSWORD, HERE)


def test_a_device_that_signed_in_before_is_not_locked_by_whoever_shares_its_network(zhang):
    known = Where(HERE.address, mark="d1", people=frozenset({zhang.id}))
    guess(times=signing.LOCK.most, where=HERE)
    assert signing.sign_in("zhang", PASSWORD, known)
    for number in range(30):  # nor by the limit on the whole network
        guess(f"nobody{number}", where=HERE) if number < 25 else None
    with pytest.raises(GuessedTooOften):
        signing.sign_in("somebody-else", PASSWORD, HERE)
    assert signing.sign_in("zhang", PASSWORD, known)


def test_a_known_device_in_wrong_hands_is_locked_for_itself(zhang):
    known = Where(HERE.address, mark="d1", people=frozenset({zhang.id}))
    guess(times=signing.LOCK.most, where=known)
    with pytest.raises(Locked):
        signing.sign_in("zhang", PASSWORD, known)
    assert signing.sign_in("zhang", PASSWORD, Where(HERE.address, mark="d2"))


def test_a_mark_says_nothing_of_people_who_did_not_sign_in_there(zhang):
    other = Where(HERE.address, mark="d1", people=frozenset())
    guess(times=signing.LOCK.most, where=HERE)
    with pytest.raises(Locked):
        signing.sign_in("zhang", PASSWORD, other)


def told(name, times):
    """What somebody hears who tries a wrong password again and again."""
    heard = []
    for _ in range(times):
        with pytest.raises((WrongPassword, Locked)) as refusal:
            signing.sign_in(name, "wrong-one", HERE)
        heard.append((type(refusal.value), str(refusal.value)))
    return heard


def test_a_name_that_nobody_has_is_answered_as_one_that_somebody_has(zhang):
    assert told("zhang", 7) == told("nobody", 7)


def test_and_it_is_answered_with_the_same_work(zhang, monkeypatch):
    """The time: as many hashes, and the same statements."""

    def work(name):
        hashes, statements = [], []
        with monkeypatch.context() as patch:
            check = passwords.check_password_hash
            patch.setattr(
                passwords, "check_password_hash", lambda *said: hashes.append(1) or check(*said)
            )
            listen = lambda *call: statements.append(call[2])  # noqa: E731
            event.listen(db.engine, "before_cursor_execute", listen)
            told(name, 6)
            event.remove(db.engine, "before_cursor_execute", listen)
        return len(hashes), statements

    assert work("zhang") == work("nobody")


def test_right_passwords_are_no_guesses(village):
    """An assembly hall: sixty people behind one address, in one minute."""
    people = [make_staff(Role.OFFICER, village.place, f"officer-{n}") for n in range(60)]
    with clock.set_to(clock.now()):
        for person in people:
            assert signing.sign_in(person.username, PASSWORD, HERE).id == person.id


def test_guessing_names_from_one_network_is_slowed_down(zhang):
    with clock.set_to(clock.now()):
        for number in range(30):
            guess(f"nobody{number}")
        with pytest.raises(GuessedTooOften):
            signing.sign_in("zhang", PASSWORD, HERE)
        assert signing.sign_in("zhang", PASSWORD, THERE)


def test_four_wrong_ones_and_a_right_one_start_the_count_again(zhang):
    for _ in range(2):
        guess(times=signing.LOCK.most - 1)
        signing.let_in(signing.sign_in("zhang", PASSWORD, HERE), HERE, remember=True)


def test_who_is_stopped_neither_signs_in_nor_stays(zhang):
    sign_in_id = signing.let_in(zhang, HERE, remember=True)
    signing.set_active(zhang, False, HERE, zhang.id)
    assert signins.find_signed_in(sign_in_id) is None
    with pytest.raises(WrongPassword):
        signing.sign_in("zhang", PASSWORD, HERE)
    signing.set_active(zhang, True, HERE, zhang.id)
    assert signins.find_signed_in(sign_in_id) is None


def test_a_new_password_ends_every_sign_in(zhang):
    ids = [signing.let_in(zhang, where, remember=True) for where in (HERE, THERE)]
    with pytest.raises(BadInput):
        signing.change_password(zhang, "wrong-one", "brand-new-one", HERE)
    for bad in ("short", "x" * 201, PASSWORD):
        with pytest.raises(BadInput):
            signing.change_password(zhang, PASSWORD, bad, HERE)
    assert all(signins.find_signed_in(one) for one in ids)
    signing.change_password(zhang, PASSWORD, "brand-new-one", HERE)
    assert not any(signins.find_signed_in(one) for one in ids)
    assert signing.sign_in("zhang", "brand-new-one", HERE)


def test_ones_own_password_is_not_guessed_at_a_screen_left_open(zhang):
    for _ in range(signing.LOCK.most):
        with pytest.raises(BadInput):
            signing.change_password(zhang, "wrong-one", "brand-new-one", HERE)
    with pytest.raises(Locked):
        signing.change_password(zhang, PASSWORD, "brand-new-one", HERE)


def test_a_password_that_another_hands_over_is_only_a_first_one(zhang):
    admin = make_staff(Role.ADMIN, None)
    signing.set_password(zhang, "handed-over-7", HERE, admin.id)
    assert zhang.first_password
    signing.change_password(zhang, "handed-over-7", "brand-new-one", HERE)
    assert not zhang.first_password
    signing.set_password(zhang, "from-the-shell", HERE)
    assert not zhang.first_password


def test_a_lock_shows_while_it_lasts_and_is_ended_by_a_manager(village, zhang):
    def locked():
        return team.get_colleague([village.id], zhang.id).locked

    guess(times=signing.LOCK.most)
    assert locked()
    with clock.set_to(clock.now() + signing.LOCK.span * 2):
        assert not locked()
    signing.unlock(zhang, HERE, zhang.id)
    assert not locked()
    assert signing.sign_in("zhang", PASSWORD, HERE)


def test_a_new_password_ends_the_lock(zhang):
    guess(times=signing.LOCK.most)
    signing.set_password(zhang, "brand-new-one", HERE)
    assert signing.sign_in("zhang", "brand-new-one", HERE)


def test_whoever_manages_reads_what_happened_to_their_people(village, zhang):
    other = make_village()
    stranger = make_staff(Role.OFFICER, other.place, "li")
    guess("zhang")
    guess("li")
    guess("nobody")
    signing.let_in(stranger, HERE, remember=True)

    def seen(roots, **more):
        asked = {"alarming": False, "limit": 10, "offset": 0} | more
        rows, total = team.sign_in_events(roots, **asked)
        assert total == len(rows)
        return [(row.username, row.what) for row in rows][::-1]

    assert seen((village.place.code,)) == [("zhang", "wrong")]
    assert seen((other.county.code,)) == [("li", "wrong"), ("li", "let_in")]
    assert seen((other.county.code,), alarming=True) == [("li", "wrong")]
    assert (None, "wrong") in seen(("",))
    assert len(seen(("",))) == 4
