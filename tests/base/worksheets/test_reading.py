"""Files from a village's PC: what is no table is refused with a sentence, for every door."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from governance.base.worksheets import reading
from governance.base.worksheets.reading import TableTooLong, read_table
from governance.base.worksheets.worksheet import UnreadableFile
from tests import tables
from tests.base.worksheets.files import (
    refusal,
)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "空的"),
        (b" \r\n ", "空的"),
        (b"PK\x03\x04 not a zip", "打不开"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000, "打不开"),
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
    whole = (tables.DATA / "two_rows.xls").read_bytes()
    for length in (100, 600, 3000):
        assert "打不开" in refusal(whole[:length])


def test_a_table_is_the_first_worksheet_with_something_in_it():
    book = openpyxl.load_workbook(io.BytesIO(tables.xlsx([], sheets=["二"])))
    book["二"].append(["乙"])
    assert read_table(tables.saved(book), 9) == {0: ["乙"]}
    with pytest.raises(UnreadableFile, match="空的"):
        read_table(tables.xlsx([" "]), 9)


def test_a_table_longer_than_its_kind_is_refused():
    assert len(read_table(b"a\n\n\nb\n", 2)) == 2
    with pytest.raises(TableTooLong, match="最多 1 行"):
        read_table(b"a\nb\n", 1)
