"""A workbook is looked at before it is unpacked: too much, or put together wrongly, is refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from governance.base.errors import BadInput
from governance.village.register import reading, xlsx
from governance.village.register.rows import read_register
from governance.village.register.xlsx import FileTooLarge
from tests import tables
from tests.village.register.registers import read, refusal

SHEET = "xl/worksheets/sheet1.xml"


def test_a_zip_of_something_else_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "不是 .xlsx" in refusal(file.getvalue())


def test_a_cut_off_workbook_is_refused():
    whole = tables.SHIJIA.read_bytes()
    for length in (100, 3000, len(whole) - 30):
        assert "打不开" in refusal(whole[:length])


def test_a_workbook_that_unpacks_to_far_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(xlsx, "LARGEST", 2**20)
    bomb = tables.with_part(tables.xlsx(["甲"]), "xl/media/big.bin", b"\0" * 2**21)
    assert len(bomb) < 20_000
    with pytest.raises(FileTooLarge):
        read(bomb)


def test_one_cell_at_the_far_end_is_refused_before_the_rectangle_is_laid_out():
    made = tables.xlsx(["甲"])
    sheet = tables.part_of(made, SHEET).decode()
    for far in ("XFD1048576", "A30001", "CW1"):
        cell = f'<row r="1048576"><c r="{far}"><v>1</v></c></row></sheetData>'
        spread = tables.with_part(made, SHEET, sheet.replace("</sheetData>", cell).encode())
        with pytest.raises(FileTooLarge):
            read(spread)


def test_formatted_but_empty_cells_far_down_do_not_count():
    made = tables.xlsx(["甲"])
    sheet = tables.part_of(made, SHEET).decode()
    cell = '<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>'
    (read_back,) = read(tables.with_part(made, SHEET, sheet.replace("</sheetData>", cell).encode()))
    assert read_back.rows == [["甲"]]


def test_merged_areas_that_spread_over_too_much_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "MAX_FILLED", 5)
    rows = [["甲", str(number)] for number in range(9)]
    with pytest.raises(FileTooLarge):
        read(tables.xlsx(*rows, merged=["A1:A9"]))


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml"])
def test_a_document_type_is_refused(part):
    """Entities that multiply themselves need one; a spreadsheet has none."""
    made = tables.xlsx(["甲"])
    content = tables.part_of(made, part).decode()
    head, _, body = content.rpartition("?>")
    evil = f'{head}{"?>" if head else ""}<!DOCTYPE x [<!ENTITY a "b">]>{body}'
    assert "打不开" in refusal(tables.with_part(made, part, evil.encode()))


@pytest.mark.parametrize(
    ("part", "content"),
    [
        (SHEET, b"<worksheet><sheetData><row r='x'/></sheetData></worksheet>"),
        (SHEET, b"<worksheet><sheetData><row><c r='??'/></row></sheetData></worksheet>"),
        (SHEET, b"not xml"),
        ("xl/_rels/workbook.xml.rels", b"<Relationships/>"),
        ("xl/workbook.xml", b"<workbook/>"),
    ],
)
def test_a_workbook_put_together_wrongly_is_refused(part, content):
    with pytest.raises(BadInput):
        read_register(tables.with_part(tables.register(tables.home()), part, content))


def test_a_panic_of_the_rust_reader_is_an_unreadable_file(monkeypatch):
    class PanicException(BaseException):
        """Named as pyo3 names it."""

    def panic(_file):
        raise PanicException

    monkeypatch.setattr(reading.CalamineWorkbook, "from_filelike", panic, raising=False)
    assert "打不开" in refusal(tables.xlsx(["甲"]))
