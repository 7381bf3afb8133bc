"""Passwords: which ones are accepted, and how they are kept."""

from __future__ import annotations

from functools import cache

from pypinyin import lazy_pinyin
from werkzeug.security import check_password_hash, generate_password_hash
from zxcvbn import zxcvbn

from governance.base.errors import BadInput, phrase

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 200
HASH = "scrypt"  # how passwords are hashed; the tests choose a cheaper way
GUESSED = 1_000_000  # guesses that common words, names, dates and runs of keys last no longer than
JUDGED = 72  # characters that are looked at
# What the lists of the library, made of the world's leaked passwords, do not know of here.
HERE = ("woaini", "woaini1314", "woaini520", "wo1314520", "5201314", "1314520", "aini1314")


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return generate_password_hash(password, HASH)


def is_password(hashed: str | None, typed: str) -> bool:
    """Whether it is the password; for nobody's (None) it takes as long to say no."""
    return check_password_hash(_nobody(HASH) if hashed is None else hashed, typed)


@cache
def _nobody(method: str) -> str:
    return generate_password_hash("nobody", method)


def check_new_password(password: str, username: str, name: str) -> None:
    """Refuse a password that is short, endless, the name itself, or among the first to be guessed. Raises BadInput."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(
            phrase("密码至少 %(length)s 位。"), field="password", length=SHORTEST_PASSWORD
        )
    if len(password) > LONGEST_PASSWORD:
        raise BadInput(phrase("密码太长。"), field="password")
    if _bare(password) in {_bare(username), _bare(name), _spelt(name)} - {""}:
        raise BadInput(phrase("密码不能是用户名或者姓名，加几个数字也不行。"), field="password")
    if _guesses(password, username, name) < GUESSED:
        raise BadInput(
            phrase(
                "这个密码太容易猜中。不要用生日、电话、连着的键，也不要在常见的词后面加几个数字。"
            ),
            field="password",
        )


def _bare(text: str) -> str:
    """The letters of a text: 王秀兰88 is 王秀兰."""
    return "".join(char for char in text.casefold() if char.isalpha())


def _spelt(name: str) -> str:
    """A name in pinyin: wangxiulan."""
    return "".join(lazy_pinyin(_bare(name)))


def _guesses(password: str, username: str, name: str) -> float:
    own = [username, name, _spelt(name), *HERE]
    return float(zxcvbn(password[:JUDGED], user_inputs=own)["guesses"])
