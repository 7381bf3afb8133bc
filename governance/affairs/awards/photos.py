"""Photos that prove an award: re-encoded, upright, without EXIF, seen only by those who check."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import Model, atomic, db, insert_for, once_more
from governance.base.errors import Conflict, NotThere, phrase
from governance.base.files import write_file
from governance.base.pictures import shrink


class Photo(Model):
    """A photo by its id; the picture itself is a file named by village and id."""

    __tablename__ = "photos"
    __table_args__ = (Index("ix_photos_award", "village_id", "award_id"),)

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    award_id: Mapped[uuid.UUID | None]
    taken_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    named_at: Mapped[datetime]
    stored_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]  # when its time was over: the row tells that there was one
    removed_act: Mapped[uuid.UUID | None]  # the act that says why
    digest: Mapped[str | None] = mapped_column(String(64))  # SHA-256 of the file


photos = Photo.__table__


def store_photo(
    folder: Path, village_id: uuid.UUID, photo_id: uuid.UUID, by: uuid.UUID, data: bytes
) -> bool:
    """Keep a photo under the id its maker gave it; False if it was kept already.

    Raises BadPhoto, PhotoTooLarge, Conflict (somebody else's photo has this id).
    """
    small = shrink(data)
    return once_more(lambda: _store(folder, village_id, photo_id, by, small))


def _store(
    folder: Path, village_id: uuid.UUID, photo_id: uuid.UUID, by: uuid.UUID, small: bytes
) -> bool:
    with atomic():
        photo = db.session.get(Photo, (village_id, photo_id), with_for_update=True)
        if photo is None:
            photo = Photo(village_id=village_id, id=photo_id, taken_by=by, named_at=clock.now())
            db.session.add(photo)
        if photo.taken_by != by:
            raise Conflict
        if photo.stored_at is not None or photo.removed_at is not None:
            return False
        write_file(path_of(folder, village_id, photo_id), small)
        photo.stored_at, photo.digest = clock.now(), hashlib.sha256(small).hexdigest()
    return True


def spent_photos(village_id: uuid.UUID, staff_id: uuid.UUID, ids: set[uuid.UUID]) -> set[uuid.UUID]:
    """Those of `ids` that prove another award already, or that somebody else took."""
    if not ids:
        return set()
    found = db.session.scalars(
        select(photos.c.id).where(
            photos.c.village_id == village_id,
            photos.c.id.in_(ids),
            photos.c.award_id.is_not(None) | (photos.c.taken_by != staff_id),
        )
    )
    return set(found)


def name_photos(rows: list[dict[str, Any]]) -> None:
    """Tie photos to their awards, whether the picture came before the award or is still to come.

    A photo that proves another award already, or that somebody else took, stays as it is.
    """
    if not rows:
        return
    statement = insert_for(photos).values(rows)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=[photos.c.village_id, photos.c.id],
            set_={"award_id": statement.excluded.award_id},
            where=photos.c.award_id.is_(None) & (photos.c.taken_by == statement.excluded.taken_by),
        )
    )


def get_photo(village_id: uuid.UUID, photo_id: uuid.UUID) -> Photo:
    """A photo that has arrived. Raises NotThere."""
    photo = db.session.get(Photo, (village_id, photo_id))
    if photo is None or photo.stored_at is None:
        raise NotThere(phrase("没有这张照片，或者还没有传上来。"))
    return photo


def photos_of(village_id: uuid.UUID, award_id: uuid.UUID) -> Sequence[Photo]:
    """The photos an award names, whether they have arrived or not."""
    return db.session.scalars(
        select(Photo)
        .where(Photo.village_id == village_id, Photo.award_id == award_id)
        .order_by(Photo.id)
    ).all()


def find_photos(
    village_id: uuid.UUID, ids: Iterable[uuid.UUID], taken_by: uuid.UUID
) -> Sequence[Photo]:
    """Photos by their ids that somebody took: those of an item that was not recorded yet."""
    return db.session.scalars(
        select(Photo)
        .where(Photo.village_id == village_id, Photo.id.in_(list(ids)), Photo.taken_by == taken_by)
        .order_by(Photo.id)
    ).all()


def photos_by_award(
    village_id: uuid.UUID, award_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, list[uuid.UUID]]:
    """The photos that have arrived, by award."""
    rows = db.session.execute(
        select(photos.c.award_id, photos.c.id)
        .where(
            photos.c.village_id == village_id,
            photos.c.award_id.in_(list(award_ids)),
            photos.c.stored_at.is_not(None),
        )
        .order_by(photos.c.id)
    )
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for award_id, photo_id in rows:
        found.setdefault(award_id, []).append(photo_id)
    return found


def file_of(folder: Path, village_id: uuid.UUID, photo_id: uuid.UUID) -> Path:
    """The file of a photo that has arrived. Raises NotThere, also when a backup lost it."""
    path = path_of(folder, village_id, photo_id)
    if not path.exists():
        raise NotThere(phrase("没有这张照片，或者还没有传上来。"))
    return path


def path_of(folder: Path, village_id: uuid.UUID, photo_id: uuid.UUID) -> Path:
    """Where a photo's file lies."""
    return folder / "photos" / str(village_id) / f"{photo_id}.jpg"
