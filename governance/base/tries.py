"""How often something was tried: counted in the database, so that all workers count together.

A count belongs to what is tried and by whom (a name at an address, a device), is kept under a digest
of both, and is over by itself. Who may not be told apart must be counted alike: an unknown name too.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, case, delete, exists, select
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import AnyRow, Model, atomic, db, insert_for


class Try(Model):
    """How often one thing was tried since its time began. `subject_id`: whose lock it may become."""

    __tablename__ = "tries"
    __table_args__ = ({"info": {"passing": True}},)  # not for backups

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    tried: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    subject_id: Mapped[uuid.UUID | None] = mapped_column(index=True)


tries = Try.__table__
# Two that count at one moment read the clock one after the other, and may write in the other order.
AT_ONE_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries are free within a span that begins with the first of them."""

    most: int
    span: timedelta


def free_again(what: str, who: str, *limits: Limit) -> datetime | None:
    """When it may be tried again; None if now."""
    by_id = {_id(what, who, one): one for one in limits}
    rows = db.session.execute(select(tries).where(tries.c.id.in_(by_id))).all()
    used_up = (row.ends_at for row in rows if _is_used_up(row, by_id[row.id]))
    return max(used_up, default=None)


def _is_used_up(row: AnyRow, limit: Limit) -> bool:
    """A time that ends later than one that began now was counted by a wrong clock: it is over."""
    left = row.ends_at - clock.now()
    return bool(row.tried >= limit.most and timedelta() < left <= limit.span + AT_ONE_MOMENT)


def count_try(what: str, who: str, *limits: Limit, subject_id: uuid.UUID | None = None) -> bool:
    """Count one try; whether no more are free now."""
    with atomic():
        # In one order: two that count the same tries wait for each other, never both.
        counts = [
            (_count(_id(what, who, one), one.span, subject_id), one.most)
            for one in sorted(limits, key=lambda one: one.span)
        ]
    return any(count >= most for count, most in counts)


def _count(try_id: str, span: timedelta, subject_id: uuid.UUID | None) -> int:
    now = clock.now()
    new = insert_for(tries).values(id=try_id, tried=1, ends_at=now + span, subject_id=subject_id)
    over = (tries.c.ends_at <= now) | (tries.c.ends_at > now + span + AT_ONE_MOMENT)
    counted = new.on_conflict_do_update(
        index_elements=["id"],
        set_={
            "tried": case((over, 1), else_=tries.c.tried + 1),
            "ends_at": case((over, new.excluded.ends_at), else_=tries.c.ends_at),
        },
    )
    return int(db.session.execute(counted.returning(tries.c.tried)).scalar_one())


def forget_tries(what: str, who: str, *limits: Limit) -> None:
    """Begin the count anew: it was no guess."""
    ids = [_id(what, who, one) for one in limits]
    with atomic():
        db.session.execute(delete(tries).where(tries.c.id.in_(ids)))


def forget_tries_on(subject_id: uuid.UUID) -> None:
    """End every lock that tries on somebody have become."""
    with atomic():
        db.session.execute(delete(tries).where(tries.c.subject_id == subject_id))


def locked(subject_id: Any, most: int) -> ColumnElement[bool]:
    """Whether `most` tries or more stand on somebody at this moment: for the columns of a list."""
    return exists().where(
        tries.c.subject_id == subject_id, tries.c.ends_at > clock.now(), tries.c.tried >= most
    )


def forget_old_tries() -> None:
    """Delete the counts whose time is over."""
    with atomic():
        db.session.execute(delete(tries).where(tries.c.ends_at <= clock.now()))


def _id(what: str, who: str, limit: Limit) -> str:
    told = f"{what}\0{who}\0{limit.span.total_seconds():.0f}"
    return hashlib.sha256(told.encode()).hexdigest()
