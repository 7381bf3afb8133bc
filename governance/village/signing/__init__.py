"""Signing in: a password tried, wrong ones counted, somebody let in; passwords changed and handed over.

Wrong passwords count by the name and the network they come from, or by the device if it has let this
person in before: whoever guesses elsewhere locks nobody out. A name that nobody has is counted,
noted and answered alike, in the same time.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta

from governance.base import clock
from governance.base.database import atomic
from governance.base.errors import BadInput, NotAllowed, TooMany, phrase
from governance.base.tries import Limit, count_try, forget_tries, forget_tries_on, free_again
from governance.village import staff
from governance.village.passwords import check_new_password, hash_password, is_password
from governance.village.signing import log, signins
from governance.village.signing.log import What
from governance.village.signing.signins import Where
from governance.village.staff import Staff, find_staff

LOCK = Limit(5, timedelta(minutes=15))  # wrong passwords for one name, or of one device
GUESSES = (Limit(30, timedelta(minutes=1)), Limit(300, timedelta(hours=1)))  # from one network
NAMED, AROUND = "sign-in", "sign-in from"


class WrongPassword(NotAllowed):
    """The name or the password is wrong; which of them is not said."""

    code = "wrong_password"
    message = phrase("用户名或密码不对。")


class Locked(TooMany):
    """Too many wrong passwords."""

    code = "locked"
    message = phrase("密码输错次数太多，请 %(minutes)s 分钟后再试。")


class GuessedTooOften(TooMany):
    """Too many wrong passwords of whatever names from one network."""

    code = "guessed_too_often"
    message = phrase("从这个网络输错的次数太多，请过一会儿再试。以前登录过的手机、电脑不受影响。")


def sign_in(username: str, password: str, where: Where) -> Staff:
    """Try a password. Raises WrongPassword; Locked (five wrong ones, for a quarter of an hour), GuessedTooOften."""
    name = username.strip()
    person = find_staff(name)
    known = person is not None and where.knows(person.id)
    who = _who(name, where, known=known)
    if again := free_again(NAMED, who, LOCK):
        raise Locked(minutes=minutes_until(again))
    if not known and free_again(AROUND, where.address, *GUESSES):
        raise GuessedTooOften
    # Checked before the transaction: a password hash takes longer than a village's write lock may last.
    good = is_password(person.password_hash if person else None, password)
    if person and good and person.active:
        return person
    _note_wrong(who, person.id if person else None, where, known=known)
    raise WrongPassword


def _who(name: str, where: Where, *, known: bool) -> str:
    """By what wrong passwords count: the device that is known, else the name at this network."""
    return where.mark if known else f"{name.casefold()} {where.address}"


def _note_wrong(who: str, staff_id: uuid.UUID | None, where: Where, *, known: bool) -> None:
    with atomic():
        locked = count_try(NAMED, who, LOCK, subject_id=staff_id)
        if not known:
            count_try(AROUND, where.address, *GUESSES)
        log.note(What.LOCKED if locked else What.WRONG, staff_id, where)


def let_in(person: Staff, where: Where, *, remember: bool) -> uuid.UUID:
    """Begin a sign-in after the password was right; its id."""
    who = _who(person.username, where, known=where.knows(person.id))
    with atomic():
        forget_tries(NAMED, who, LOCK)
        log.note(What.LET_IN, person.id, where)
        return signins.begin(person.id, where, remember=remember)


def confirm_password(person: Staff, typed: str) -> None:
    """Let somebody who is signed in show that it is them, at a screen that may have been left open.

    Raises BadInput, Locked.
    """
    who = f"own {person.id}"
    if again := free_again(NAMED, who, LOCK):
        raise Locked(minutes=minutes_until(again), field="old")
    if not is_password(person.password_hash, typed):
        count_try(NAMED, who, LOCK, subject_id=person.id)
        raise BadInput(phrase("现在的密码不对。"), field="old")


def minutes_until(moment: datetime) -> int:
    """The minutes until then, begun ones counted."""
    return int((moment - clock.now()).total_seconds() // 60) + 1


def change_password(person: Staff, old: str, new: str, where: Where) -> None:
    """Change one's own password and end all sign-ins. Raises BadInput, Locked."""
    confirm_password(person, old)
    if old == new:
        raise BadInput(phrase("新密码和现在的一样，请换一个。"), field="password")
    _renew(person, new, What.CHANGED, where, by=None)


def set_password(person: Staff, new: str, where: Where, by: uuid.UUID | None = None) -> None:
    """Hand somebody a new password, which they change at their first sign-in; unlock; end all sign-ins. Raises BadInput."""
    _renew(person, new, What.RESET, where, by)


def _renew(person: Staff, new: str, what: What, where: Where, by: uuid.UUID | None) -> None:
    check_new_password(new, person.username, person.name)
    hashed = hash_password(new)
    with atomic():
        person.password_hash, person.first_password = hashed, by is not None
        forget_tries_on(person.id)
        signins.end_all(person.id)
        log.note(what, person.id, where, by)


def password_mark(person: Staff) -> str:
    """What a cookie may know a password by, to see that it is still the same: nothing to guess with."""
    return hashlib.sha256(f"mark {person.password_hash}".encode()).hexdigest()[:16]


def unlock(person: Staff, where: Where, by: uuid.UUID) -> None:
    """End the lock after wrong passwords before its time."""
    with atomic():
        forget_tries_on(person.id)
        log.note(What.UNLOCKED, person.id, where, by)


def set_active(person: Staff, active: bool, where: Where, by: uuid.UUID) -> None:
    """Let somebody sign in, or no longer: then all their sign-ins end. Raises LastAdmin."""
    with atomic():
        staff.set_active(person, active)
        signins.end_all(person.id)
        log.note(What.ALLOWED if active else What.STOPPED, person.id, where, by)
