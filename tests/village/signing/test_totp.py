"""The second step: the phone's number once, a code on paper once, and no guessing."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from governance.base import clock
from governance.village.signing import log, totp
from governance.village.signing.signins import Where
from governance.village.signing.totp import AlreadyOn, CodeLocked, WrongCode
from governance.village.staff import Role
from tests.factories import make_staff, make_village

HERE = Where("198.51.100.7")


@pytest.fixture
def clerk(ctx):
    return make_staff(Role.COMMITTEE, make_village().place, "clerk")


def number_at(secret, moment):
    return pyotp.TOTP(secret).at(moment)


@pytest.fixture
def step(clerk):
    """A second step that is on; its secret and codes."""
    secret = totp.new_secret()
    with clock.set_to(clock.now() - timedelta(hours=1)):
        codes = totp.turn_on(clerk, secret, number_at(secret, clock.now()), HERE)
    return secret, codes


def try_number(clerk, typed, where=HERE):
    totp.check_number(clerk.id, typed, where)


def test_it_is_turned_on_by_the_first_number(clerk):
    secret = totp.new_secret()
    with pytest.raises(WrongCode):
        totp.turn_on(clerk, secret, "000000", HERE)
    assert totp.find_step(clerk.id) is None
    codes = totp.turn_on(clerk, secret, number_at(secret, clock.now()), HERE)
    assert len(set(codes)) == totp.CODES
    assert totp.find_step(clerk.id).secret == secret
    with pytest.raises(AlreadyOn):
        totp.turn_on(clerk, secret, number_at(secret, clock.now()), HERE)


def test_the_phones_number_passes_once(clerk, step):
    secret, _ = step
    with clock.set_to(clock.now()):
        number = number_at(secret, clock.now())
        try_number(clerk, f" {number[:3]} {number[3:]} ")
        with pytest.raises(WrongCode):
            try_number(clerk, number)


@pytest.mark.parametrize(
    ("seconds", "passes"), [(-60, True), (60, True), (-120, False), (120, False)]
)
def test_a_phone_may_be_a_minute_early_or_late(clerk, step, seconds, passes):
    secret, _ = step
    with clock.set_to(clock.now()):
        number = number_at(secret, clock.now() + timedelta(seconds=seconds))
        if passes:
            try_number(clerk, number)
        else:
            with pytest.raises(WrongCode):
                try_number(clerk, number)


def test_a_code_on_paper_passes_once_with_or_without_its_dash(clerk, step):
    _, codes = step
    try_number(clerk, codes[0])
    try_number(clerk, f"{codes[1][:5]}-{codes[1][5:]}".upper())
    for used in codes[:2]:
        with pytest.raises(WrongCode):
            try_number(clerk, used)
    assert len(totp.find_step(clerk.id).codes) == totp.CODES - 2


@pytest.mark.parametrize("typed", ["", "abc", "１２３４５６", "000000", "数字", "x" * 500])
def test_anything_else_is_wrong(clerk, step, typed):
    with pytest.raises(WrongCode):
        try_number(clerk, typed)


def test_five_wrong_numbers_lock_wherever_they_come_from(clerk, step):
    """Who gets here knows the password: it is the person that is counted."""
    secret, _ = step
    start = clock.now()
    with clock.set_to(start):
        for number in range(totp.LOCK.most):
            with pytest.raises(WrongCode):
                try_number(clerk, "000000", Where(f"198.51.100.{number}"))
        with pytest.raises(CodeLocked):
            try_number(clerk, number_at(secret, start))
    with clock.set_to(start + totp.LOCK.span):
        try_number(clerk, number_at(secret, clock.now()))


def test_a_device_that_signed_in_before_is_not_locked_by_others(clerk, step):
    secret, _ = step
    known = Where(HERE.address, mark="d1", people=frozenset({clerk.id}))
    for _ in range(totp.LOCK.most):
        with pytest.raises(WrongCode):
            try_number(clerk, "000000")
    try_number(clerk, number_at(secret, clock.now()), known)


def test_neither_secret_nor_codes_can_be_read_as_they_are_typed(clerk, step):
    _, codes = step
    kept = repr(totp.find_step(clerk.id).codes)
    assert not any(code in kept for code in codes)


def test_it_is_turned_off_by_oneself_or_by_an_admin_and_noted(clerk, step):
    admin = make_staff(Role.ADMIN, None)
    totp.turn_off(clerk.id, HERE, admin.id)
    assert totp.find_step(clerk.id) is None
    events = log.events_of(clerk.id, 10)
    assert [(row.what, row.doer) for row in events] == [("totp_off", admin.name), ("totp_on", None)]
    totp.turn_off(clerk.id, HERE)
    assert len(log.events_of(clerk.id, 10)) == 2


def test_what_an_authenticator_reads_names_the_service_and_the_account(clerk):
    address = totp.secret_address("ABCDEFGHABCDEFGHABCDEFGHABCDEFGH", "clerk", "和美积分")
    read = pyotp.parse_uri(address)
    assert (read.name, read.issuer, read.secret) == ("clerk", "和美积分", "ABCDEFGH" * 4)
