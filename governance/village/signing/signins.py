"""Sign-ins (登录): who is let in on which device, until they leave or the time is over.

The browser keeps the id in its signed cookie, the table says whether it still holds. What has ended
is deleted; that it happened stays in the log.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, bindparam, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import AnyRow, Model, atomic, db
from governance.village.persons import Person, person_of, persons, staff

REMEMBERED = clock.days(30)
PASSING = timedelta(hours=24)  # not to be remembered: a long day at the desk
SEEN_EVERY = timedelta(minutes=10)  # a sign-in in use is written to once in this time
MOST = 20  # devices of one person; the one not seen for longest gives way


class SignIn(Model):
    """Somebody let in on one device. `ends_at` is the end however much it is used."""

    __tablename__ = "sign_ins"
    __table_args__ = (
        {"info": {"passing": True}},
    )  # not for backups: an ended one must not come back

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(45))
    device: Mapped[str] = mapped_column(String(40))


sign_ins = SignIn.__table__


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody comes from: the network, the kind of device, and its mark with who signed in there before."""

    address: str
    device: str = ""
    mark: str = ""
    people: frozenset[uuid.UUID] = field(default_factory=frozenset)

    def knows(self, staff_id: uuid.UUID) -> bool:
        """Whether this device has let somebody in before."""
        return bool(self.mark) and staff_id in self.people


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that holds, and whose it is."""

    id: uuid.UUID
    seen_at: datetime
    person: Person

    @property
    def unseen(self) -> bool:
        """Whether it is time to write down that it is in use."""
        return clock.now() - self.seen_at >= SEEN_EVERY


def begin(staff_id: uuid.UUID, where: Where, *, remember: bool) -> uuid.UUID:
    """Let somebody in on a device; the id is for its cookie."""
    now, sign_in_id = clock.now(), uuid.uuid4()
    with atomic():
        _make_room(staff_id)
        db.session.execute(
            insert(sign_ins).values(
                id=sign_in_id,
                staff_id=staff_id,
                began_at=now,
                seen_at=now,
                ends_at=now + (REMEMBERED if remember else PASSING),
                address=where.address,
                device=where.device,
            )
        )
    return sign_in_id


def _make_room(staff_id: uuid.UUID) -> None:
    """Delete what is over, and what would be one too many."""
    held = select(sign_ins.c.id, sign_ins.c.ends_at).where(sign_ins.c.staff_id == staff_id)
    rows = db.session.execute(held.order_by(sign_ins.c.seen_at.desc())).all()
    over = [row.id for row in rows if row.ends_at <= clock.now()]
    gone = over + [row.id for row in rows if row.id not in over][MOST - 1 :]
    if gone:
        db.session.execute(delete(sign_ins).where(sign_ins.c.id.in_(gone)))


# The visitor of every request: this is the one statement that each of them begins with.
_HOLDS = (
    persons(sign_ins.join(staff, staff.c.id == sign_ins.c.staff_id))
    .add_columns(sign_ins.c.seen_at)
    .where(sign_ins.c.id == bindparam("sign_in"), sign_ins.c.ends_at > bindparam("now"))
)


def find_signed_in(sign_in_id: uuid.UUID) -> SignedIn | None:
    """The sign-in with its person and all their posts, while it holds and they are active."""
    rows = db.session.execute(_HOLDS, {"sign_in": sign_in_id, "now": clock.now()}).all()
    person = person_of(rows)
    return SignedIn(sign_in_id, rows[0].seen_at, person) if person else None


def note_seen(sign_in_id: uuid.UUID) -> None:
    """Write down that a sign-in is in use."""
    with atomic():
        db.session.execute(
            update(sign_ins).where(sign_ins.c.id == sign_in_id).values(seen_at=clock.now())
        )


def sign_ins_of(staff_id: uuid.UUID) -> Sequence[AnyRow]:
    """Where somebody is signed in, the device in use last first."""
    return db.session.execute(
        select(sign_ins)
        .where(sign_ins.c.staff_id == staff_id, sign_ins.c.ends_at > clock.now())
        .order_by(sign_ins.c.seen_at.desc())
    ).all()


def end(staff_id: uuid.UUID, sign_in_id: uuid.UUID) -> bool:
    """End one sign-in of somebody; whether it was open."""
    mine = sign_ins.c.staff_id == staff_id, sign_ins.c.id == sign_in_id
    with atomic():
        ended = db.session.execute(delete(sign_ins).where(*mine).returning(sign_ins.c.id)).first()
    return ended is not None


def end_all(staff_id: uuid.UUID, but: uuid.UUID | None = None) -> int:
    """End all sign-ins of somebody, or all `but` one; how many there were."""
    mine = [sign_ins.c.staff_id == staff_id]
    if but is not None:
        mine.append(sign_ins.c.id != but)
    with atomic():
        ended = db.session.execute(delete(sign_ins).where(*mine).returning(sign_ins.c.id)).all()
    return len(ended)


def forget_old_sign_ins() -> None:
    """Delete the sign-ins whose time is over."""
    with atomic():
        db.session.execute(delete(sign_ins).where(sign_ins.c.ends_at <= clock.now()))
