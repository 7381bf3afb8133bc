"""What counts is what has something in it: rows, columns, cells; and cells that are merged."""

from __future__ import annotations

import pytest

from governance.base.worksheets import worksheet
from governance.base.worksheets.reading import read_worksheets
from governance.base.worksheets.worksheet import FileTooLarge
from tests import tables
from tests.base.worksheets.files import (
    SHEET,
    old,
    refusal,
    rows,
    with_strings,
)


def test_a_merged_cell_holds_for_each_of_its_rows():
    (found,) = read_worksheets(
        tables.xlsx(["=1组", "甲"], [None, "乙"], [None, None], [None, "丙"], merged=["A1:A4"])
    )
    assert {row: cells[-1] for row, cells in found.rows.items()} == {0: "甲", 1: "乙", 3: "丙"}
    assert found.spread == {(1, 0), (3, 0)}
    assert found.formulas == {(0, 0), (1, 0), (3, 0)}
    assert found.merged == [((0, 0), (3, 0))]


def test_a_cell_merged_across_is_a_title_and_is_not_repeated():
    (found,) = read_worksheets(
        tables.xlsx(["石家村花名册", None, None], ["甲", "乙", "丙"], merged=["A1:C1"])
    )
    assert found.rows[0] == ["石家村花名册"]
    assert found.wide == {0}


def test_more_filled_rows_than_any_village_has_are_refused(monkeypatch):
    monkeypatch.setattr(worksheet, "MAX_ROWS", 3)
    assert len(rows(tables.xlsx(*[["甲"]] * 3))) == 3
    for data in (tables.xlsx(*[["甲"]] * 4), b"a\n" * 4, old(*[["甲"]] * 4)):
        assert "最多 3 行" in refusal(data)


@pytest.mark.parametrize("make", [tables.xlsx, old, lambda row: tables.csv_text(row).encode()])
def test_more_columns_than_any_table_has_are_refused(make):
    assert len(rows(make(["甲"] * worksheet.MAX_COLUMNS))[0]) == worksheet.MAX_COLUMNS
    assert "第 1 行第 101 列" in refusal(make(["甲"] * (worksheet.MAX_COLUMNS + 1)))


@pytest.mark.parametrize("module", ["xlsx", "xls", "csv"])
def test_more_cells_than_any_table_has_are_refused(monkeypatch, module):
    made = {"xlsx": tables.xlsx, "xls": old, "csv": lambda *some: tables.csv_text(*some).encode()}
    monkeypatch.setattr(f"governance.base.worksheets.{module}.MAX_CELLS", 5)
    with pytest.raises(FileTooLarge):
        read_worksheets(made[module](*[["甲", "乙", "丙"]] * 2))


def test_merged_areas_that_spread_over_too_much_are_refused(monkeypatch):
    monkeypatch.setattr(worksheet, "MAX_CELLS", 5)
    made = [["甲", str(number)] for number in range(9)]
    with pytest.raises(FileTooLarge):
        read_worksheets(tables.xlsx(*made, merged=["A1:A9"]))


def test_a_cell_is_cut_where_excel_would_cut_it():
    assert len(rows(f"甲,{'乙' * 40_000}".encode())[0][1]) == worksheet.LONGEST_CELL


def test_a_long_text_that_stands_in_thousands_of_cells_is_refused(monkeypatch):
    """Two texts shared by 12,000 cells are 29 kB of a file, and were minutes of reading."""
    monkeypatch.setattr(worksheet, "MAX_LETTERS", 100)
    cells = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>1</v></c></row>' for row in range(2, 13)
    )
    strings = f"<sst><si><t>短</t></si><si><t>{'长' * 10}</t></si></sst>"
    sheet = f"<worksheet><sheetData>{cells}</sheetData></worksheet>"
    made = tables.with_part(with_strings(strings), SHEET, sheet.encode())
    assert "字太多" in refusal(made)
    assert "字太多" in refusal("\n".join(["长" * 10] * 11).encode())
    assert len(rows("\n".join(["长" * 10] * 10).encode())) == 10
