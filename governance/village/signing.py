"""Signing in: passwords checked and changed, and the lock after wrong ones."""

from __future__ import annotations

import uuid
from datetime import timedelta

from governance.base import clock
from governance.base.database import atomic, db
from governance.base.errors import BadInput, NotAllowed, TooMany, phrase
from governance.village.passwords import check_new_password, hash_password, is_password
from governance.village.staff import Staff, find_staff

TRIES = 5  # wrong passwords before the lock
LOCK = timedelta(minutes=15)


class WrongPassword(NotAllowed):
    """The name or the password is wrong; which of them is not said."""

    code = "wrong_password"
    message = phrase("用户名或密码不对。")


class Locked(TooMany):
    """Too many wrong passwords."""

    code = "locked"
    message = phrase("密码输错次数太多，请 %(minutes)s 分钟后再试。")


def sign_in(username: str, password: str) -> Staff:
    """Check a password. Raises WrongPassword, Locked (five wrong ones lock for a quarter of an hour)."""
    person = find_staff(username.strip())
    if person and person.locked_until and person.locked_until > clock.now():
        wait = person.locked_until - clock.now()
        raise Locked(minutes=int(wait.total_seconds() // 60) + 1)
    # Checked before the transaction: a password hash takes longer than a village's write lock may last.
    good = is_password(person.password_hash if person else None, password)
    if person and good and person.active:
        if person.wrong_tries or person.locked_until:
            with atomic():
                person.wrong_tries, person.locked_until = 0, None
        return person
    if person:
        _count_wrong_try(person.id)
    raise WrongPassword


def _count_wrong_try(staff_id: uuid.UUID) -> None:
    with atomic():
        person = db.session.get_one(Staff, staff_id, populate_existing=True, with_for_update=True)
        person.wrong_tries += 1
        if person.wrong_tries >= TRIES:
            person.wrong_tries, person.locked_until = 0, clock.now() + LOCK


def change_password(person: Staff, old: str, new: str) -> None:
    """Change one's own password and end all other sign-ins. Raises BadInput."""
    if not is_password(person.password_hash, old):
        raise BadInput(phrase("现在的密码不对。"), field="old")
    set_password(person, new)


def set_password(person: Staff, new: str) -> None:
    """Set a new password, unlock, and end all sign-ins made with the old one. Raises BadInput."""
    check_new_password(new, person.username)
    hashed = hash_password(new)
    with atomic():
        person.password_hash = hashed
        person.epoch += 1
        person.wrong_tries, person.locked_until = 0, None


def unlock(person: Staff) -> None:
    """End the lock after wrong passwords before its time."""
    with atomic():
        person.wrong_tries, person.locked_until = 0, None
