"""A file from a village's PC, read into worksheets of text: .xlsx, .xls or .csv. Every door reads with this."""

from __future__ import annotations

import struct
import zipfile
import zlib
from xml.parsers import expat

from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError

from governance.base.errors import BadInput, phrase
from governance.base.worksheets.csv import read_csv
from governance.base.worksheets.worksheet import UnreadableFile, Worksheet
from governance.base.worksheets.xls import read_xls
from governance.base.worksheets.xlsx import read_xlsx

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# What readers raise when a file is cut off, or not what it says.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    XLRDError,
    CompDocError,
    struct.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RuntimeError,
    EOFError,
    OSError,
)


class TableTooLong(BadInput):
    """More rows than anybody keeps in such a list."""

    code = "table_too_long"
    message = phrase("表太长，最多 %(most)s 行。")
    field = "file"


def read_worksheets(data: bytes) -> list[Worksheet]:
    """The visible worksheets of a file, in order. Raises UnreadableFile, FileTooLarge."""
    if not data.strip():
        raise UnreadableFile(phrase("这个文件是空的。"))
    try:
        if data.startswith(ZIP):
            return list(read_xlsx(data))
        if data.startswith(OLE):
            _refuse_password(data)
            return list(read_xls(data))
        return [read_csv(data)]
    except BROKEN:
        raise UnreadableFile from None


def _refuse_password(data: bytes) -> None:
    if ENCRYPTED in data:
        raise UnreadableFile(phrase("这个表格设了打开密码，请取消密码后再传。"))


def read_table(data: bytes, most_rows: int) -> dict[int, list[str]]:
    """The first worksheet with something in it: its filled rows by their place; Excel's row 1 is 0.

    Raises UnreadableFile, FileTooLarge, TableTooLong.
    """
    rows = next((one.rows for one in read_worksheets(data) if one.rows), None)
    if rows is None:
        raise UnreadableFile(phrase("文件是空的。"))
    if len(rows) > most_rows:
        raise TableTooLong(most=most_rows)
    return rows
