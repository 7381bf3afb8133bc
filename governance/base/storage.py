"""What goes wrong where data is kept, told apart: a full disk is not a busy one."""

from __future__ import annotations

import errno
import shutil
from enum import StrEnum
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from governance.base.errors import Phrase, phrase

LOW = 10**9  # bytes left on the disk before somebody is told


class Trouble(StrEnum):
    """Why something could not be kept or read."""

    FULL = "full"
    READ_ONLY = "read_only"
    BROKEN = "broken"
    GONE = "gone"
    BUSY = "busy"


SENTENCES: dict[Trouble, Phrase] = {
    Trouble.FULL: phrase("电脑的磁盘满了，这次没有存下来。请管理员清出空间，再提交一次。"),
    Trouble.READ_ONLY: phrase(
        "数据文件只能读、不能写，这次没有存下来。请管理员检查数据文件夹的权限和磁盘。"
    ),
    Trouble.BROKEN: phrase(
        "数据文件读不出来，可能坏了，这次没有办成。请先停用，让管理员用最近的备份恢复。"
    ),
    Trouble.GONE: phrase("数据库连不上，这次没有办成。请过一会儿再试，还不行就请管理员检查。"),
    Trouble.BUSY: phrase("系统正忙，这次没有办成。请过一会儿再试一次。"),
}

# SQLite tells its troubles in words (sqlite.org/rescode.html); the first that fits is meant.
_WORDS = (
    ("disk is full", Trouble.FULL),
    ("readonly", Trouble.READ_ONLY),
    ("malformed", Trouble.BROKEN),
    ("not a database", Trouble.BROKEN),
    ("disk i/o error", Trouble.BROKEN),
    ("unable to open", Trouble.GONE),
    ("locked", Trouble.BUSY),
)
# PostgreSQL by class or code (postgresql.org/docs/current/errcodes-appendix.html).
_CODES = (
    ("53100", Trouble.FULL),
    ("25006", Trouble.READ_ONLY),
    ("XX001", Trouble.BROKEN),
    ("XX002", Trouble.BROKEN),
    ("58", Trouble.BROKEN),
    ("53300", Trouble.BUSY),
    ("57P", Trouble.GONE),
    ("08", Trouble.GONE),
    ("40", Trouble.BUSY),
    ("55P03", Trouble.BUSY),
    ("57014", Trouble.BUSY),
)
_FILES = {
    errno.ENOSPC: Trouble.FULL,
    errno.EDQUOT: Trouble.FULL,
    errno.EROFS: Trouble.READ_ONLY,
    errno.EACCES: Trouble.READ_ONLY,
    errno.EPERM: Trouble.READ_ONLY,
    errno.EIO: Trouble.BROKEN,
}


def trouble_of(error: BaseException) -> Trouble | None:
    """Which trouble of storage an error is; None for any other fault, a broken law of a table among them."""
    if isinstance(error, OSError):
        return _FILES.get(error.errno or 0)
    if not isinstance(error, DBAPIError):
        return None
    code = getattr(error.orig, "sqlstate", None)
    if code:
        return next((trouble for start, trouble in _CODES if code.startswith(start)), None)
    said = str(error.orig).lower()
    known = next((trouble for words, trouble in _WORDS if words in said), None)
    if known is None and (error.connection_invalidated or "connection" in said):
        return Trouble.GONE
    return known


def bytes_left(folder: Path) -> int:
    """The room left on the disk that holds `folder`, in bytes."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
