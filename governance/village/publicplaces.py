"""Public places (公共场所) that are inspected: a square, a road, a stretch of a ditch; each in a grid."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import Model, atomic, db, get_row, new_id
from governance.base.errors import BadInput, NotThere, phrase
from governance.base.text import one_line
from governance.village.places import get_grid, lock_place

MOST_PLACES = 200


class PublicPlace(Model):
    """A public place of a village, looked after by the officer of its grid."""

    __tablename__ = "public_places"

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    grid_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"))
    name: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class UnknownPlace(NotThere):
    """No such public place in this village."""

    code = "unknown_place"
    message = phrase("没有找到这个公共场所。")


def add_public_place(village_id: uuid.UUID, grid_id: uuid.UUID, name: str) -> PublicPlace:
    """Add a public place. Raises BadInput, NotThere (grid)."""
    with atomic():
        lock_place(village_id)
        name = _clean(village_id, name)
        place = PublicPlace(
            village_id=village_id,
            id=new_id(),
            grid_id=get_grid(village_id, grid_id).id,
            name=name,
            made_at=clock.now(),
        )
        db.session.add(place)
        db.session.flush()
    return place


def edit_public_place(place: PublicPlace, grid_id: uuid.UUID, name: str) -> None:
    """Rename a place, or give it to another grid. Raises BadInput, NotThere (grid)."""
    with atomic():
        lock_place(place.village_id)
        place.name = _clean(place.village_id, name, place.id)
        place.grid_id = get_grid(place.village_id, grid_id).id


def close_public_place(place: PublicPlace) -> None:
    """Inspect a place no longer; what was found there stays. Twice is once."""
    with atomic():
        place.closed_at = place.closed_at or clock.now()


def _clean(village_id: uuid.UUID, name: str, itself: uuid.UUID | None = None) -> str:
    name = one_line(name)
    if not 1 <= len(name) <= 40:
        raise BadInput(phrase("请填写公共场所的名称，不超过 40 个字。"), field="name")
    others = [one for one in public_places(village_id) if one.id != itself]
    if any(one.name == name for one in others):
        raise BadInput(phrase("「%(name)s」已经有了。"), field="name", name=name)
    if len(others) >= MOST_PLACES:
        raise BadInput(phrase("公共场所太多，最多 %(most)s 个。"), field="name", most=MOST_PLACES)
    return name


def get_public_place(village_id: uuid.UUID, place_id: uuid.UUID) -> PublicPlace:
    """A public place of the village. Raises UnknownPlace."""
    return get_row(PublicPlace, village_id, place_id, UnknownPlace)


def find_public_places(
    village_id: uuid.UUID, ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, PublicPlace]:
    """Public places by id, also closed ones."""
    found = db.session.scalars(
        select(PublicPlace).where(PublicPlace.village_id == village_id, PublicPlace.id.in_(ids))
    )
    return {one.id: one for one in found}


def public_places(
    village_id: uuid.UUID, grid_ids: frozenset[uuid.UUID] | None = None
) -> Sequence[PublicPlace]:
    """The public places that are inspected, of some grids or all, by name."""
    query = (
        select(PublicPlace)
        .where(PublicPlace.village_id == village_id, PublicPlace.closed_at.is_(None))
        .order_by(PublicPlace.name)
    )
    if grid_ids is not None:
        query = query.where(PublicPlace.grid_id.in_(grid_ids))
    return db.session.scalars(query).all()
