"""Photos held against their digests: each file is there and is the picture that was stored, or its time was over."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

from sqlalchemy import Connection, select

from governance.affairs.acts import acts
from governance.affairs.awards.photoage import REMOVED, SHORTEST
from governance.affairs.awards.photos import path_of, photos
from governance.base.database import AnyRow, in_village
from governance.base.errors import phrase
from governance.ledger.audit import Broken, Proof


def prove_photos(picture: Connection, village_id: uuid.UUID, folder: Path, proof: Proof) -> None:
    """Read every photo that is kept. Raises Broken with the first that is gone or another."""
    query = (
        select(photos, acts.c.what, acts.c.at)
        .join(acts, in_village(acts.c.id, photos.c.removed_act), isouter=True)
        .where(photos.c.village_id == village_id)
        .order_by(photos.c.id)
    )
    with picture.execute(query, execution_options={"yield_per": 1000}) as rows:
        for row in rows:
            if row.stored_at is not None:
                _prove_file(path_of(folder, village_id, row.id), row)
            elif row.digest is not None:
                _prove_removed(row)
                proof.erased += 1


def _prove_file(path: Path, row: AnyRow) -> None:
    if not path.is_file():
        raise Broken(phrase("照片 %(photo)s 的文件不见了。"), photo=row.id)
    if row.digest not in (None, hashlib.sha256(path.read_bytes()).hexdigest()):
        raise Broken(phrase("照片 %(photo)s 被换过或者改动过。"), photo=row.id)


def _prove_removed(row: AnyRow) -> None:
    """A photo goes when its time is over, by an act of the calendar that says so."""
    if row.what != REMOVED or row.at < row.named_at + SHORTEST:
        raise Broken(phrase("照片 %(photo)s 没有到期就被删除了。"), photo=row.id)
