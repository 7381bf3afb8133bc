"""A workbook looked at before it is opened: how large it unpacks, where its formulas stand.

The fast reader (calamine) gives a formula's last value only, and lays out the whole rectangle up
to the last cell: one cell at the far end of an otherwise empty sheet would take all memory.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from governance.base.errors import BadInput, phrase

LARGEST = 150 * 2**20  # bytes, unpacked
MAX_ROWS, MAX_COLUMNS = 30_000, 100
MAX_PARTS = 2_000
WORKBOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"

Position = tuple[int, int]  # row and column, from 0


class UnreadableFile(BadInput):
    """What was uploaded is no table this house can read."""

    code = "unreadable_file"
    message = phrase("这个表格打不开，可能损坏了。请用 Excel 或 WPS 打开后另存为 .xlsx，再传一次。")
    field = "file"


class FileTooLarge(UnreadableFile):
    """More than a village's register can be."""

    code = "file_too_large"
    message = phrase("表格太大了，最多 %(rows)s 行、%(columns)s 列。请把不用的行列删掉。")

    @classmethod
    def new(cls) -> FileTooLarge:
        """The refusal, with the limits in it."""
        return cls(rows=MAX_ROWS, columns=MAX_COLUMNS)


@dataclass(slots=True)
class Facts:
    """What the reader will not say about a worksheet."""

    formulas: set[Position] = field(default_factory=set)
    errors: set[Position] = field(default_factory=set)


def look_into(data: bytes) -> dict[str, Facts]:
    """The facts of each worksheet by its name. Raises UnreadableFile, FileTooLarge."""
    try:
        parts = _unpack(data)
        return {name: _scan(parts[path]) for name, path in _worksheets(parts).items()}
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        ElementTree.ParseError,
        LookupError,
        ValueError,
        RuntimeError,
        NotImplementedError,
        EOFError,
        OSError,
    ):
        raise UnreadableFile from None


def _unpack(data: bytes) -> dict[str, bytes]:
    """The workbook's own parts; pictures and the like are measured, and dropped."""
    parts: dict[str, bytes] = {}
    room = LARGEST
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if len(archive.infolist()) > MAX_PARTS:
            raise FileTooLarge.new()
        for part in archive.infolist():
            with archive.open(part) as packed:  # reading stops at the size the part declares
                content = packed.read(room + 1)
            room -= len(content)
            if room < 0:
                raise FileTooLarge.new()
            if part.filename in parts:
                raise UnreadableFile
            parts[part.filename] = content if part.filename.endswith((".xml", ".rels")) else b""
    return parts


def _worksheets(parts: dict[str, bytes]) -> dict[str, str]:
    """The part of each sheet by the sheet's name."""
    links = {
        one.attrib["Id"]: one.attrib["Target"]
        for one in _tree(parts[LINKS]).iter()
        if "Target" in one.attrib
    }
    found = {}
    for sheet in _tree(parts[WORKBOOK]).iter():
        if not sheet.tag.endswith("}sheet"):
            continue
        link = next(value for name, value in sheet.attrib.items() if name.endswith("}id"))
        target = links[link].lstrip("/")
        if "worksheets/" in target:
            found[sheet.attrib["name"]] = target if target.startswith("xl/") else f"xl/{target}"
    return found


def _tree(content: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise UnreadableFile
    return ElementTree.fromstring(content)  # noqa: S314 - no document type, so no entities


class _Scanner:
    """Walks a worksheet's cells, noting the filled rectangle, formulas and error values."""

    def __init__(self) -> None:
        self.facts = Facts()
        self.row = self.column = -1
        self.error = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
        elif name == "c":
            self._cell(attributes.get("r"))
            self.error = attributes.get("t") == "e"
        elif name in ("v", "is", "f"):
            self._filled(name)

    def _cell(self, reference: str | None) -> None:
        if reference is None:
            self.column += 1
            return
        found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", reference)
        if found is None:
            raise UnreadableFile
        self.row, self.column = int(found[2]) - 1, _column_number(found[1])

    def _filled(self, name: str) -> None:
        if not (0 <= self.row < MAX_ROWS and 0 <= self.column < MAX_COLUMNS):
            raise FileTooLarge.new()
        if name == "f":
            self.facts.formulas.add((self.row, self.column))
        elif name == "v" and self.error:
            self.facts.errors.add((self.row, self.column))


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _scan(content: bytes) -> Facts:
    scanner = _Scanner()
    parser = expat.ParserCreate()
    parser.StartElementHandler = scanner.start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.Parse(content, True)
    return scanner.facts


def _refuse_doctype(*_words: Any) -> None:
    raise UnreadableFile
