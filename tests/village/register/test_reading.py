"""Reading a file from a village's PC: what is no table is refused with a sentence, and quickly."""

from __future__ import annotations

import datetime
import io
import zipfile

import openpyxl
import pytest

from governance.base.errors import BadInput
from governance.village.register import reading, xlsx
from governance.village.register.reading import IS_DATE, IS_ERROR, IS_FORMULA, read_worksheets
from governance.village.register.rows import read_register
from governance.village.register.xlsx import FileTooLarge, UnreadableFile
from tests import tables

SHEET = "xl/worksheets/sheet1.xml"


def read(data):
    return list(read_worksheets(data))


def refusal(data):
    with pytest.raises(UnreadableFile) as refused:
        read(data)
    return str(refused.value)


def test_cells_become_text_as_excel_shows_them():
    (sheet,) = read(tables.xlsx(["甲", 4, 4.5, 13800000001, True, None, "001"]))
    assert sheet.rows == [["甲", "4", "4.5", "13800000001", "是", "", "001"]]
    assert sheet.odd == {}


def test_rows_keep_their_numbers_when_the_sheet_begins_lower_down():
    (sheet,) = read(tables.xlsx([], [], ["", "甲"]))
    assert sheet.rows[2] == ["", "甲"]


def test_a_merged_cell_holds_for_each_of_its_rows():
    (sheet,) = read(tables.xlsx(["1组", "甲"], [None, "乙"], [None, "丙"], merged=["A1:A3"]))
    assert [row[0] for row in sheet.rows] == ["1组", "1组", "1组"]
    assert sheet.spread == {(1, 0), (2, 0)}


def test_a_cell_merged_across_is_a_title_and_is_not_repeated():
    (sheet,) = read(tables.xlsx(["石家村花名册", None, None], ["甲", "乙", "丙"], merged=["A1:C1"]))
    assert sheet.rows[0] == ["石家村花名册", "", ""]
    assert sheet.wide == {0}


def test_formulas_dates_and_error_values_are_noticed():
    made = tables.xlsx(["甲", "=1+1", datetime.date(2026, 3, 17), "#REF!"])
    (sheet,) = read(made)
    assert sheet.odd == {(0, 1): IS_FORMULA, (0, 2): IS_DATE, (0, 3): IS_ERROR}


def test_hidden_sheets_are_left_out():
    book = openpyxl.Workbook()
    book.active.title = "藏起来的"
    book.active.append(["甲"])
    book.active.sheet_state = "hidden"
    book.create_sheet("看得见的").append(["乙"])
    book.active = 1
    assert [sheet.name for sheet in read(tables.saved(book))] == ["看得见的"]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_each_coding_excel_and_wps_write(coding, delimiter):
    text = tables.csv_text(["村民小组", "户主姓名"], ["1组", "王秀兰"]).replace(",", delimiter)
    (sheet,) = read(text.encode(coding))
    assert sheet.rows == [["村民小组", "户主姓名"], ["1组", "王秀兰"]]


def test_a_csv_cell_that_excel_would_reckon_is_a_formula():
    (sheet,) = read("户主姓名,小组\r\n=1+1,1组\r\n".encode())
    assert sheet.odd == {(1, 0): IS_FORMULA}


def test_the_village_register_is_read_as_an_old_xls_too():
    """The old format carries the same cells; a tiny BIFF file stands for it."""
    (sheet,) = read((tables.DATA / "two_rows.xls").read_bytes())
    assert sheet.rows == [["村民小组", "户主姓名", "家庭人口"], ["1组", "王秀兰", "4"]]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "空的"),
        (b" \r\n ", "空的"),
        (b"PK\x03\x04 not a zip", "打不开"),
        (reading.OLE + b"\0" * 4000, "打不开"),
        (reading.OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"%PDF-1.7\0\x01\x02", "不是 .xlsx"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "不是 .xlsx"),
        ("<html><table><tr><td>户主</td></tr></table>".encode(), "网页"),
        (b"\xff\xfe\x00\xd8\x00\xd8", "不是 .xlsx"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(data, sentence):
    assert sentence in refusal(data)


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


def test_a_csv_longer_than_any_village_is_refused():
    with pytest.raises(FileTooLarge):
        read(b"a\n" * (reading.MAX_ROWS + 1))
    with pytest.raises(FileTooLarge):
        read(b"a," * (reading.MAX_COLUMNS + 1))


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
