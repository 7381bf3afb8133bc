"""Nominations (待接受的任命): a post for somebody who works elsewhere. It holds once they have accepted it themselves.

An admin appoints whoever works at or below their own places. Anybody else is asked: a post that
nobody asked for could lead a phone to another village.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from governance.base import clock
from governance.base.database import AnyRow, Model, atomic, db, new_id
from governance.base.errors import NotThere, phrase
from governance.village.places import Level, Place
from governance.village.staff import Role, Staff, appoint, check_post, get_staff


class Nomination(Model):
    """A role at a place that somebody may accept or decline."""

    __tablename__ = "nominations"
    __table_args__ = (
        CheckConstraint(
            "role IN ('officer','committee','supervisor','storekeeper','town','county','admin')",
            name="role_known",
        ),
        UniqueConstraint("staff_id", "role", "place_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    role: Mapped[str] = mapped_column(String(12))
    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), index=True)
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]


class UnknownNomination(NotThere):
    """It was accepted, declined or taken back already."""

    code = "unknown_nomination"
    message = phrase("没有这个任命，可能已经接受、谢绝或者撤回。")


_maker = aliased(Staff)


def nominate(person: Staff, role: Role, place: Place, by: uuid.UUID) -> None:
    """Ask somebody to take a post; asked twice is once. Raises BadInput, NotIndependent."""
    with atomic():
        db.session.get_one(Staff, person.id, with_for_update=True)
        if check_post(person.id, role, place):
            return
        asked = select(Nomination.id).where(
            Nomination.staff_id == person.id,
            Nomination.role == role.value,
            Nomination.place_id == place.id,
        )
        if db.session.scalar(asked) is None:
            db.session.add(
                Nomination(
                    staff_id=person.id,
                    role=role.value,
                    place_id=place.id,
                    made_by=by,
                    made_at=clock.now(),
                )
            )


def nominations_for(staff_id: uuid.UUID) -> Sequence[AnyRow]:
    """What somebody is asked to take, with the place and who asks."""
    return db.session.execute(
        select(
            Nomination.id,
            Nomination.role,
            Nomination.made_at,
            Place.name.label("place"),
            _maker.name.label("maker"),
        )
        .join(Place, Place.id == Nomination.place_id)
        .join(_maker, _maker.id == Nomination.made_by)
        .where(Nomination.staff_id == staff_id)
        .order_by(Nomination.made_at)
    ).all()


def nominations_at(place_id: uuid.UUID) -> Sequence[AnyRow]:
    """Who was asked to take a post at a place and has not answered: only their sign-in name."""
    return db.session.execute(
        select(Nomination.id, Nomination.role, Nomination.made_at, Staff.username)
        .join(Staff, Staff.id == Nomination.staff_id)
        .where(Nomination.place_id == place_id)
        .order_by(Nomination.made_at)
    ).all()


def accept(staff_id: uuid.UUID, nomination_id: uuid.UUID) -> uuid.UUID:
    """Take the post; the place it is held at, the village for a grid. Raises UnknownNomination, NotIndependent."""
    with atomic():
        found = _take(nomination_id)
        if found.staff_id != staff_id:
            raise UnknownNomination
        place = db.session.get_one(Place, found.place_id)
        appoint(get_staff(staff_id), Role(found.role), place)
        db.session.delete(found)
    return (place.parent_id if place.level == Level.GRID else None) or place.id


def decline(staff_id: uuid.UUID, nomination_id: uuid.UUID) -> None:
    """Do not take the post. Raises UnknownNomination."""
    with atomic():
        found = _take(nomination_id)
        if found.staff_id != staff_id:
            raise UnknownNomination
        db.session.delete(found)


def take_back(place_id: uuid.UUID, nomination_id: uuid.UUID) -> None:
    """Ask no longer. Raises UnknownNomination."""
    with atomic():
        found = _take(nomination_id)
        if found.place_id != place_id:
            raise UnknownNomination
        db.session.delete(found)


def _take(nomination_id: uuid.UUID) -> Nomination:
    found = db.session.get(Nomination, nomination_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise UnknownNomination
    return found
