"""The package an .xlsx file is: parts in a ZIP, unpacked piece by piece and no further than is good for us."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from xml.parsers import expat

from governance.base.worksheets.worksheet import FileTooLarge, UnreadableFile

LARGEST = (
    600 * 2**20
)  # bytes of all parts that are read, unpacked: six columns formatted to the last row are 190 MB
MAX_PARTS = 2_000
MAX_TAGS = 4_000_000  # that are parsed, at a microsecond each
PIECE = 2**20
LONGEST_ROW = 8 * 2**20  # bytes of XML
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others unpack without measure
SHEET_DATA = re.compile(rb"<((?:\w+:)?)sheetData\b[^<>]*>")

OnElement = Callable[[str, dict[str, str]], Any]


class Package:
    """An open package."""

    def __init__(self, data: bytes):
        """Open it. Raises FileTooLarge, and what a damaged ZIP raises."""
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.room, self.tags = LARGEST, MAX_TAGS
        if len(self.archive.infolist()) > MAX_PARTS:
            raise FileTooLarge.new()
        self.names = frozenset(self.archive.namelist())
        if len(self.names) < len(self.archive.infolist()):
            raise UnreadableFile  # two parts of one name: which is meant?

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part, unpacked piece by piece. Raises FileTooLarge, UnreadableFile."""
        info = self.archive.getinfo(name)
        if info.compress_type not in METHODS:
            raise UnreadableFile
        with self.archive.open(info) as part:
            while piece := part.read(PIECE):
                self.room -= len(piece)
                if self.room < 0:
                    raise FileTooLarge.new()
                yield piece

    def walk(
        self,
        pieces: Iterator[bytes],
        start: OnElement,
        end: Callable[[str], Any] | None = None,
        text: Callable[[str], Any] | None = None,
    ) -> None:
        """Walk through the XML of a part; a document type, which could make entities multiply, is refused.

        Raises FileTooLarge, UnreadableFile, and what damaged XML raises.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        for piece in pieces:
            self.tags -= piece.count(b"<")
            if self.tags < 0:
                raise FileTooLarge.new()
            parser.Parse(piece, False)
        parser.Parse(b"", True)


def _refuse_doctype(*_words: Any) -> None:
    raise UnreadableFile


def local(tag: str) -> str:
    """The name of an element without its prefix."""
    return tag.rpartition(":")[2]


def without_empty_rows(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """A worksheet's XML without the cells and rows that hold a format and nothing else.

    Formatting whole columns writes a million of them. They are told by what is not in them, in
    pieces of whole rows, without being parsed; rows that do not say their number are left alone.
    """
    head = b""
    for piece in pieces:
        head += piece
        if found := SHEET_DATA.search(head):
            yield head[: found.end()]
            rest = _chain(head[found.end() :], pieces)
            yield from rest if found[0].endswith(b"/>") else _filled_rows(found[1], rest)
            return
        if len(head) > LONGEST_ROW:
            break
    yield head
    yield from pieces


def _chain(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others


def _filled_rows(prefix: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    row, ending = b"<%srow" % prefix, b"</%ssheetData" % prefix
    buffer, numbered = b"", None
    for piece in pieces:
        buffer += piece
        end = buffer.find(ending)
        cut = end if end >= 0 else buffer.rfind(row)
        if cut > 0 and numbered is None:
            numbered = _is_numbered(row, buffer)
        if cut > 0 or end == 0:
            yield _trimmed(prefix, buffer[:cut]) if numbered else buffer[:cut]
            buffer = buffer[cut:]
        if end >= 0:
            break
        if len(buffer) > LONGEST_ROW:
            raise FileTooLarge.new()
    yield buffer
    yield from pieces


def _is_numbered(row: bytes, buffer: bytes) -> bool:
    return re.match(rb'\s*%s\b[^<>]*\br="' % row, buffer) is not None


def _trimmed(prefix: bytes, rows: bytes) -> bytes:
    if not any(b"<%s%s" % (prefix, name) in rows for name in (b"v", b"is", b"f")):
        return b""
    cell, row = _empty(prefix)
    return row.sub(b"", cell.sub(b"", rows))


@cache
def _empty(prefix: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """An empty cell that says where it stands, and an empty row; neither is gone back over (`*+`)."""
    cell = rb'<%sc\b(?=[^<>]*\br=")[^<>]*+(?:(?<=/)>|></%sc>)' % (prefix, prefix)
    row = rb"<%srow\b[^<>]*+(?:(?<=/)>|>\s*</%srow>)" % (prefix, prefix)
    return re.compile(cell), re.compile(row)
