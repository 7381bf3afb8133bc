"""Passwords: which are accepted, which are the first that anybody would try."""

from __future__ import annotations

import runpy

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from governance.base.errors import BadInput
from governance.village import passwords
from governance.village.passwords import check_new_password, hash_password, is_password

NAMES = ("zhang3", "王秀兰")


def refusal(password, names=NAMES):
    with pytest.raises(BadInput) as refused:
        check_new_password(password, *names)
    return str(refused.value)


@pytest.mark.parametrize(
    "good",
    ["路灯-豆角-七点半", "correct-horse", "brand-new-one", "tianshui741000x", "8位以上的中文密码"],
)
def test_what_nobody_guesses_is_accepted(good):
    check_new_password(good, *NAMES)


def test_the_three_thousand_most_common_are_refused():
    """Of all lengths the list has; the first eight thousand hold three thousand of eight letters and more."""
    common = [one for one in FREQUENCY_LISTS["passwords"] if len(one) >= 8][:3000]
    assert len(common) == 3000
    passed = []
    for one in common:
        try:
            check_new_password(one, *NAMES)
        except BadInput:
            continue
        passed.append(one)
    assert passed == []


@pytest.mark.parametrize(
    "bad",
    [
        "12345678",
        "88888888",
        "20260125",  # a date
        "1qaz2wsx",
        "asdfghjkl",
        "woaini1314",  # common here, in no list of the world
        "woaini520",
        "5201314a",
        "a1234567",
        "Password1!",
        "abcabcabc",
    ],
)
def test_what_everybody_would_try_is_refused(bad):
    assert "太容易猜中" in refusal(bad)


@pytest.mark.parametrize(
    ("bad", "names"),
    [
        ("zhang3zhang", ("zhang3zhang", "王秀兰")),
        ("ZHANG-3-ZHANG", ("zhang3zhang", "王秀兰")),
        ("wangxiulan", NAMES),
        ("WangXiuLan88", NAMES),
        ("王秀兰12345", NAMES),
    ],
)
def test_the_name_is_refused_with_or_without_figures(bad, names):
    assert "用户名或者姓名" in refusal(bad, names)


@pytest.mark.parametrize(
    ("bad", "told"), [("", "至少 8 位"), ("abc-d7x", "至少 8 位"), ("x" * 201, "太长")]
)
def test_what_is_too_short_or_endless_is_refused(bad, told):
    assert told in refusal(bad)


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
