"""Uploaded registers between preview and import: what was read of one village's files, under random names, kept a day."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path

from governance.base import clock
from governance.base.errors import Conflict, NotThere, phrase
from governance.base.files import write_file
from governance.base.worksheets.keeping import pack, unpack
from governance.base.worksheets.worksheet import Worksheet

KEPT = clock.days(1)


class UploadGone(NotThere):
    """No such upload: imported, discarded, or too old."""

    code = "upload_gone"
    message = phrase("这份表已经导入过，或者放得太久了。如果还没导入，请重新上传。")


class UploadInUse(Conflict):
    """Somebody, or the same click twice, is importing this upload."""

    code = "upload_in_use"
    message = phrase("这份表正在导入，或者已经导入过了，没有重复导入。请到农户名册里看。")


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


def claim_upload(folder: Path, village_id: uuid.UUID, upload_id: uuid.UUID) -> None:
    """Take the file for an import, once: renaming is what only one can do. Raises UploadInUse."""
    path = _path(folder, village_id, upload_id)
    try:
        path.rename(_claimed(path))
    except FileNotFoundError:
        raise UploadInUse from None


def release_upload(folder: Path, village_id: uuid.UUID, upload_id: uuid.UUID) -> None:
    """Give a claimed file back: its import came to nothing."""
    path = _path(folder, village_id, upload_id)
    _claimed(path).rename(path)


def drop_upload(folder: Path, village_id: uuid.UUID, upload_id: uuid.UUID) -> None:
    """Throw a file away."""
    path = _path(folder, village_id, upload_id)
    path.unlink(missing_ok=True)
    _claimed(path).unlink(missing_ok=True)


def _path(folder: Path, village_id: uuid.UUID, upload_id: uuid.UUID) -> Path:
    return folder / str(village_id) / str(upload_id)


def _claimed(path: Path) -> Path:
    return path.with_suffix(".importing")
