"""Passwords: which ones are accepted, and how they are kept."""

from __future__ import annotations

from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash

from governance.base.errors import BadInput, phrase

SHORTEST_PASSWORD = 8
HASH = "scrypt"  # how passwords are hashed; the tests choose a cheaper way


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return generate_password_hash(password, HASH)


def is_password(hashed: str | None, typed: str) -> bool:
    """Whether it is the password; for nobody's (None) it takes as long to say no."""
    return check_password_hash(_nobody(HASH) if hashed is None else hashed, typed)


@cache
def _nobody(method: str) -> str:
    return generate_password_hash("nobody", method)


def check_new_password(password: str, username: str) -> None:
    """Refuse a password that is short, endless, or the name itself. Raises BadInput."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(
            phrase("密码至少 %(length)s 位。"), field="password", length=SHORTEST_PASSWORD
        )
    if len(password) > 200:
        raise BadInput(phrase("密码太长。"), field="password")
    if password.lower() == username.lower():
        raise BadInput(phrase("密码不能和用户名一样。"), field="password")
