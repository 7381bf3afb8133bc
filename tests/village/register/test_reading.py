"""Reading a file from a village's PC: what is no table is refused with a sentence, and quickly."""

from __future__ import annotations

import datetime

import openpyxl
import pytest

from governance.village.register import reading
from governance.village.register.reading import IS_DATE, IS_ERROR, IS_FORMULA
from governance.village.register.xlsx import FileTooLarge
from tests import tables
from tests.village.register.registers import read, refusal

SHEET = "xl/worksheets/sheet1.xml"


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


def test_a_csv_longer_than_any_village_is_refused():
    with pytest.raises(FileTooLarge):
        read(b"a\n" * (reading.MAX_ROWS + 1))
    with pytest.raises(FileTooLarge):
        read(b"a," * (reading.MAX_COLUMNS + 1))
