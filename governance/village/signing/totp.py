"""The second step (两步验证): a number from the phone after the password, for whoever wants it. Codes on paper for its loss."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import JSON, BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import Model, atomic, db
from governance.base.errors import Conflict, NotAllowed, TooMany, phrase
from governance.base.tries import Limit, count_try, forget_tries, free_again
from governance.village.signing import log
from governance.village.signing.log import What
from governance.village.signing.signins import Where
from governance.village.staff import Role, Staff

ROLES = (Role.COMMITTEE, Role.SUPERVISOR, Role.ADMIN)  # whose sign-in moves points or people
STEP = 30  # seconds a number holds
DRIFT = 2  # steps that the phone and the village's computer may lie apart
CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without what paper makes look alike
LOCK = Limit(5, timedelta(minutes=15))
NAME = "second step"


class SecondStep(Model):
    """Somebody's secret, shared with their phone; `last_step` keeps a number from being used twice."""

    __tablename__ = "second_steps"

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(32))
    since: Mapped[datetime]
    last_step: Mapped[int] = mapped_column(BigInteger)
    codes: Mapped[list[str]] = mapped_column(JSON)  # digests of those not used yet


class WrongCode(NotAllowed):
    """The number is not the one the phone shows now, and none of the codes on paper."""

    code = "wrong_code"
    message = phrase("验证码不对。请看手机上现在显示的 6 位数字，或者用一个没用过的恢复码。")
    field = "code"


class CodeLocked(TooMany):
    """Too many wrong numbers after a right password."""

    code = "code_locked"
    message = phrase("验证码输错次数太多，请 15 分钟后再试。")
    field = "code"


class AlreadyOn(Conflict):
    """The second step is on; it is turned off before another phone takes over."""

    code = "already_on"
    message = phrase("两步验证已经开着。要换手机，请先关闭再开启。")


def find_step(staff_id: uuid.UUID) -> SecondStep | None:
    """Somebody's second step, if they turned it on."""
    return db.session.get(SecondStep, staff_id)


def new_secret() -> str:
    """A secret to be shown once, as a QR code and in letters."""
    return pyotp.random_base32()


def secret_address(secret: str, username: str, issuer: str) -> str:
    """What an authenticator's camera reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def turn_on(person: Staff, secret: str, number: str, where: Where) -> list[str]:
    """Turn the second step on once the phone shows the right number; the codes to print. Raises WrongCode, AlreadyOn."""
    step = _step_of(secret, number, after=0)
    if step is None:
        raise WrongCode
    codes = _new_codes()
    with atomic():
        db.session.get_one(Staff, person.id, with_for_update=True)
        if find_step(person.id):
            raise AlreadyOn
        db.session.add(
            SecondStep(
                staff_id=person.id,
                secret=secret,
                since=clock.now(),
                last_step=step,
                codes=[_digest(one) for one in codes],
            )
        )
        log.note(What.TOTP_ON, person.id, where)
    return codes


def turn_off(staff_id: uuid.UUID, where: Where, by: uuid.UUID | None = None) -> None:
    """Turn it off: by oneself, or by an admin when phone and paper are lost."""
    with atomic():
        found = db.session.get(SecondStep, staff_id, with_for_update=True)
        if found:
            db.session.delete(found)
            log.note(What.TOTP_OFF, staff_id, where, by)


def check_number(staff_id: uuid.UUID, typed: str, where: Where) -> None:
    """Compare what was typed with the phone's number or a code on paper; each works once. Raises WrongCode, CodeLocked."""
    who = where.mark if where.knows(staff_id) else str(staff_id)
    if free_again(NAME, who, LOCK):
        raise CodeLocked
    with atomic():
        held = db.session.get_one(
            SecondStep, staff_id, with_for_update=True, populate_existing=True
        )
        good = _use_number(held, typed) or _use_code(held, typed, where)
        if good:
            forget_tries(NAME, who, LOCK)
        else:
            count_try(NAME, who, LOCK, subject_id=staff_id)
            log.note(What.WRONG_CODE, staff_id, where)
    if not good:
        raise WrongCode


def _use_number(held: SecondStep, typed: str) -> bool:
    step = _step_of(held.secret, typed, after=held.last_step)
    if step is not None:
        held.last_step = step
    return step is not None


def _use_code(held: SecondStep, typed: str, where: Where) -> bool:
    digest = _digest(typed)
    if digest not in held.codes:
        return False
    held.codes = [one for one in held.codes if one != digest]
    log.note(What.RECOVERED, held.staff_id, where)
    return True


def _step_of(secret: str, typed: str, after: int) -> int | None:
    """The step whose number was typed, if it lies about now and after the last one used."""
    number, totp = "".join(typed.split()), pyotp.TOTP(secret)
    now = int(clock.now().timestamp()) // STEP
    for step in range(max(now - DRIFT, after + 1), now + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), number.encode()):
            return step
    return None


def _new_codes() -> list[str]:
    return ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(CODES)]


def _digest(code: str) -> str:
    """Fifty random bits need no slow hash."""
    plain = "".join(code.casefold().replace("-", "").split())
    return hashlib.sha256(plain.encode()).hexdigest()
