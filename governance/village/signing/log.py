"""The record of sign-ins: let in, refused, locked, passwords set. The person and their admin read it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, delete, insert, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from governance.base import clock
from governance.base.database import AnyRow, Model, atomic, db, new_id
from governance.base.errors import Phrase, phrase
from governance.village.signing.signins import Where
from governance.village.staff import Staff

KEPT = clock.days(
    185
)  # 网络安全法: network logs are kept six months at least; longer is nobody's business


class What(StrEnum):
    """What happened at the sign-in."""

    LET_IN = "let_in"
    LEFT = "left"
    ENDED = "ended"
    WRONG = "wrong"
    LOCKED = "locked"
    WRONG_CODE = "wrong_code"
    RECOVERED = "recovered"
    CHANGED = "changed"
    RESET = "reset"
    UNLOCKED = "unlocked"
    STOPPED = "stopped"
    ALLOWED = "allowed"
    TOTP_ON = "totp_on"
    TOTP_OFF = "totp_off"


WHAT_NAMES: dict[What, Phrase] = {
    What.LET_IN: phrase("登录"),
    What.LEFT: phrase("退出"),
    What.ENDED: phrase("在别处让这里退出"),
    What.WRONG: phrase("密码不对"),
    What.LOCKED: phrase("输错太多，锁 15 分钟"),
    What.WRONG_CODE: phrase("密码对，验证码不对"),
    What.RECOVERED: phrase("用恢复码登录"),
    What.CHANGED: phrase("修改密码"),
    What.RESET: phrase("密码被重设"),
    What.UNLOCKED: phrase("解除锁定"),
    What.STOPPED: phrase("停用"),
    What.ALLOWED: phrase("恢复使用"),
    What.TOTP_ON: phrase("开启两步验证"),
    What.TOTP_OFF: phrase("关闭两步验证"),
}
ALARMING = (What.WRONG, What.LOCKED, What.WRONG_CODE, What.RECOVERED)


class SignInEvent(Model):
    """Something that happened at the sign-in. A name that nobody has is not kept: a password may stand there by mistake."""

    __tablename__ = "sign_in_events"
    __table_args__ = (
        Index("ix_sign_in_events_staff", "staff_id", "at"),
        Index("ix_sign_in_events_at", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(12))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))  # if somebody else did it
    address: Mapped[str] = mapped_column(String(45))
    device: Mapped[str] = mapped_column(String(40))


events = SignInEvent.__table__
_staff, _doer = aliased(Staff), aliased(Staff)
LISTED = (
    select(events, _staff.name, _staff.username, _doer.name.label("doer"))
    .join(_staff, _staff.id == events.c.staff_id, isouter=True)
    .join(_doer, _doer.id == events.c.by, isouter=True)
    .order_by(events.c.at.desc(), events.c.id.desc())
)


def note(what: What, staff_id: uuid.UUID | None, where: Where, by: uuid.UUID | None = None) -> None:
    """Note what happened to whose sign-in; `staff_id` is None for a name that nobody has."""
    with atomic():
        db.session.execute(
            insert(events).values(
                id=new_id(),
                at=clock.now(),
                what=what.value,
                staff_id=staff_id,
                by=by,
                address=where.address,
                device=where.device,
            )
        )


def events_of(staff_id: uuid.UUID, limit: int) -> Sequence[AnyRow]:
    """What happened to somebody's sign-in, newest first."""
    return db.session.execute(LISTED.where(events.c.staff_id == staff_id).limit(limit)).all()


def forget_old_events() -> int:
    """Delete what is older than it has to be kept; how many there were."""
    with atomic():
        old = delete(events).where(events.c.at < clock.now() - KEPT).returning(events.c.id)
        return len(db.session.execute(old).all())
