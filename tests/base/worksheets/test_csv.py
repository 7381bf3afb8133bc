"""CSV in each coding, and no endless ones."""

from __future__ import annotations

import pytest

from governance.base.worksheets.reading import read_worksheets
from governance.base.worksheets.worksheet import FileTooLarge
from tests import tables
from tests.base.worksheets.files import (
    LAST,
    rows,
)


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_each_coding_excel_and_wps_write(coding, delimiter):
    text = tables.csv_text(["村民小组", "户主姓名"], ["1组", "王秀兰"]).replace(",", delimiter)
    assert rows(text.encode(coding)) == {0: ["村民小组", "户主姓名"], 1: ["1组", "王秀兰"]}


def test_a_csv_cell_that_excel_would_reckon_is_a_formula():
    (found,) = read_worksheets("户主姓名,小组\r\n=1+1,1组\r\n".encode())
    assert found.formulas == {(1, 0)}


def test_a_csv_of_nothing_but_delimiters_is_refused_before_it_is_looked_through():
    for data in (b"," * 20_000, b"\n" * LAST + b"a"):
        with pytest.raises(FileTooLarge):
            read_worksheets(b"a\n" + data)
