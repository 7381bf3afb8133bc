"""Uploaded registers between preview and import: what was read of one village's files, under random names, kept a day."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path

from governance.base import clock
from governance.base.errors import NotThere, phrase
from governance.base.files import write_file
from governance.base.worksheets.keeping import pack, unpack
from governance.base.worksheets.worksheet import Worksheet

KEPT = clock.days(1)


class UploadGone(NotThere):
    """No such upload: imported, discarded, or too old."""

    code = "upload_gone"
    message = phrase("这份表已经导入过，或者放得太久了。如果还没导入，请重新上传。")


def keep_upload(folder: Path, village_id: uuid.UUID, worksheets: Iterable[Worksheet]) -> uuid.UUID:
    """Keep what was read until it is imported; the village's old ones are thrown away."""
    limit = (clock.now() - KEPT).timestamp()
    for old in (folder / str(village_id)).glob("*"):
        if old.stat().st_mtime < limit:
            old.unlink(missing_ok=True)
    upload_id = uuid.uuid4()
    write_file(_path(folder, village_id, upload_id), pack(worksheets))
    return upload_id


def read_upload(folder: Path, village_id: uuid.UUID, upload_id: uuid.UUID) -> list[Worksheet]:
    """What was read of the file. Raises UploadGone, also for what an older version kept."""
    try:
        return unpack(_path(folder, village_id, upload_id).read_bytes())
    except (FileNotFoundError, ValueError):
        raise UploadGone from None


def drop_upload(folder: Path, village_id: uuid.UUID, upload_id: uuid.UUID) -> None:
    """Throw a file away."""
    _path(folder, village_id, upload_id).unlink(missing_ok=True)


def _path(folder: Path, village_id: uuid.UUID, upload_id: uuid.UUID) -> Path:
    return folder / str(village_id) / str(upload_id)
