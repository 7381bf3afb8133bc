"""Workbooks of old carry and tell the same."""

from __future__ import annotations

import datetime
import io

import xlwt

from governance.base.worksheets import xls
from governance.base.worksheets.reading import read_worksheets
from tests import tables
from tests.base.worksheets.files import (
    old,
    refusal,
    rows,
)


def test_the_old_format_carries_the_same_cells():
    found = rows((tables.DATA / "two_rows.xls").read_bytes())
    assert found == {0: ["村民小组", "户主姓名", "家庭人口"], 1: ["1组", "王秀兰", "4"]}


def test_the_old_format_tells_the_same_of_its_cells():
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    sheet.write_merge(0, 2, 0, 0, "1组")
    sheet.write(0, 1, xlwt.Formula("1+1"))
    sheet.write(1, 1, datetime.date(2026, 3, 17), day)
    sheet.write(2, 1, True)
    sheet.write(3, 1, " ")
    sheet.row(2).hidden = True
    sheet.col(3).hidden = True
    for row in range(4, 3000):
        sheet.write(row, 2, "", day)  # a format and nothing else
    book.add_sheet("藏").write(0, 0, "甲")
    book.get_sheet(1).visibility = 1
    file = io.BytesIO()
    book.save(file)
    (found,) = read_worksheets(file.getvalue())
    assert found.rows == {0: ["1组", ""], 1: ["1组", "2026-03-17"], 2: ["1组", "是"]}
    assert (found.formulas, found.dates) == ({(0, 1)}, {(1, 1)})
    assert (found.hidden_rows, found.spread) == ({2}, {(1, 0), (2, 0)})
    assert 3 in found.hidden_columns


def test_an_old_workbook_larger_than_any_register_is_refused(monkeypatch):
    monkeypatch.setattr(xls, "LARGEST", 1000)
    assert "另存为 .xlsx" in refusal(old(["甲"]))
