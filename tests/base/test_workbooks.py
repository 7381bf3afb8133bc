"""The one writer of Excel files: nothing is a formula, nothing becomes one, and an empty table is ready to be filled in."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from governance.base.workbooks import FILLED_IN, Table, write_book
from tests.tables import may_compute, rows_of

COLUMNS = (("名称", 10), ("分值", 6))


def opened(*tables):
    return load_workbook(io.BytesIO(write_book(*tables)))


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-1", "@x", '=HYPERLINK("http://evil","x")', "\t=1", "\u200b=1"]
)
def test_a_text_that_begins_like_a_formula_is_text_and_stays_text_when_it_is_edited(text):
    data = write_book(Table("甲", COLUMNS, [(text, -5)]))
    assert may_compute(data) == []
    [_, cells] = load_workbook(io.BytesIO(data)).active.iter_rows()
    assert [cell.data_type for cell in cells] == ["s", "n"]
    assert cells[0].quotePrefix


def test_numbers_stay_numbers_and_nothing_stays_nothing():
    assert rows_of(write_book(Table("甲", COLUMNS, [("乙", -5), ("", None)]))) == [
        ["名称", "分值"],
        ["乙", -5.0],
    ]


def test_what_is_no_character_of_such_a_file_is_left_out():
    """A single one made the whole file impossible to write."""
    assert rows_of(write_book(Table("甲", COLUMNS, [("a\x0bb\0", 1)])))[1] == ["ab", 1.0]


def test_headings_are_bold_and_stay_in_view_over_columns_of_their_width():
    sheet = opened(Table("甲", COLUMNS)).active
    assert [(cell.value, cell.font.bold) for cell in sheet[1]] == [("名称", True), ("分值", True)]
    assert sheet.freeze_panes == "A2"
    assert [sheet.column_dimensions[letter].width for letter in "AB"] == [10, 6]


@pytest.mark.parametrize(
    ("text", "wrapped"),
    [("五个字而已", None), ("六个字也不多", True), ("两\n行", True), ("=1+1+1+1+1", True)],
)
def test_a_text_longer_than_its_column_is_wrapped(text, wrapped):
    assert opened(Table("甲", COLUMNS, [(text, 1)])).active["A2"].alignment.wrap_text is wrapped


def test_an_empty_table_offers_choices_and_keeps_texts():
    book = opened(
        Table("甲", COLUMNS, as_text=["名称"], choices={"分值": ("五", "十")}),
        Table("说明", (("列", 12), ("怎么填", 70)), [("名称", "必填")]),
    )
    assert book.sheetnames == ["甲", "说明"]
    assert book["甲"].column_dimensions["A"].number_format == "@"
    [rule] = book["甲"].data_validations.dataValidation
    assert (rule.formula1, str(rule.sqref)) == ('"五,十"', f"B2:B{FILLED_IN + 1}")
