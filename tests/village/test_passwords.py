"""Passwords: which ones are accepted, and that nothing of them is kept."""

from __future__ import annotations

import runpy

import pytest

from governance.base.errors import BadInput
from governance.village import passwords
from governance.village.passwords import check_new_password, hash_password, is_password


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", "至少 8 位"),
        ("1234567", "至少 8 位"),
        ("x" * 201, "太长"),
        ("officer1", "不能和用户名一样"),
        ("OFFICER1", "不能和用户名一样"),
    ],
)
def test_a_password_that_is_short_endless_or_the_name_is_refused(password, sentence):
    with pytest.raises(BadInput) as refusal:
        check_new_password(password, "Officer1")
    assert sentence in str(refusal.value)
    assert refusal.value.field == "password"


@pytest.mark.parametrize("password", ["12345678", "x" * 200, "王秀兰家的老黄狗叫大福"])
def test_any_other_is_taken(password):
    check_new_password(password, "officer1")


def test_what_is_kept_tells_neither_the_password_nor_that_two_are_alike():
    one, other = hash_password("correct-horse"), hash_password("correct-horse")
    assert "correct-horse" not in one
    assert one != other
    assert is_password(one, "correct-horse")
    assert not is_password(one, "correct-Horse")
    assert not is_password(one, "")


def test_nobody_has_no_password():
    """Not even the word that nobody's hash is made of."""
    assert not is_password(None, "")
    assert not is_password(None, "correct-horse")


def test_in_earnest_they_are_hashed_slowly(monkeypatch):
    kept = runpy.run_path(passwords.__file__)["HASH"]  # the tests choose a cheaper way
    monkeypatch.setattr(passwords, "HASH", kept)
    hashed = hash_password("correct-horse")
    assert hashed.startswith("scrypt:32768:8:1$")
    assert is_password(hashed, "correct-horse")
