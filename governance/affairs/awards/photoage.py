"""How long photos are kept (照片保存期): after the village's months the file goes, the row says that there was one."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from governance.affairs.acts import note_act
from governance.affairs.awards.photos import Photo, path_of
from governance.affairs.trust import find_doubt, refuse_in_doubt
from governance.base import clock
from governance.base.database import atomic, db
from governance.village.places import Place
from governance.village.scheme import find_scheme

REMOVED = "photos_removed"  # the act that says why
SHORTEST = clock.days(28)  # no village keeps them for less than a month


def remove_old(folder: Path, village_id: uuid.UUID, months: int) -> int:
    """Delete the photos that have been kept for `months`; how many. The rows stay, and say so.

    Raises DateInDoubt.
    """
    refuse_in_doubt(village_id)
    before = clock.start_of(clock.months_before(clock.today(), months))
    with atomic():
        old = db.session.scalars(
            select(Photo)
            .where(
                Photo.village_id == village_id,
                Photo.stored_at.is_not(None),
                Photo.stored_at < before,
            )
            .with_for_update()
        ).all()
        act = note_act(village_id, None, REMOVED) if old else None
        for photo in old:
            photo.stored_at, photo.removed_at, photo.removed_act = None, clock.now(), act
    for photo in old:  # a file whose row says it is gone is looked for by nobody
        path_of(folder, village_id, photo.id).unlink(missing_ok=True)
    return len(old)


def digest_old(folder: Path, village_id: uuid.UUID) -> None:
    """Digest what an older version stored without a digest, so that it can be proved from now on."""
    undigested = select(Photo).where(
        Photo.village_id == village_id, Photo.stored_at.is_not(None), Photo.digest.is_(None)
    )
    with atomic():
        for photo in db.session.scalars(undigested.with_for_update()).all():
            path = path_of(folder, village_id, photo.id)
            if path.is_file():
                photo.digest = hashlib.sha256(path.read_bytes()).hexdigest()


def remove_all_old(folder: Path) -> Iterator[tuple[Place, int]]:
    """Delete what is too old wherever the date is not in doubt; tells each village where photos went, and how many."""
    having = select(Photo.village_id).where(Photo.stored_at.is_not(None)).distinct()
    for village in db.session.scalars(select(Place).where(Place.id.in_(having))).all():
        digest_old(folder, village.id)
        if find_doubt(village.id):
            continue
        count = remove_old(folder, village.id, find_scheme(village.id).photo_months)
        if count:
            yield village, count
