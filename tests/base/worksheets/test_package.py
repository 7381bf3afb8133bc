"""An .xlsx is unpacked no further than is good for us; formats cost nothing."""

from __future__ import annotations

import io
import zipfile

import pytest

from governance.base.worksheets import package
from governance.base.worksheets.reading import read_worksheets
from governance.base.worksheets.worksheet import FileTooLarge
from tests import tables
from tests.base.worksheets.files import (
    LAST,
    SHEET,
    refusal,
    rows,
    with_rows,
)


def test_two_parts_of_one_name_are_refused():
    file = io.BytesIO(tables.xlsx(["甲"]))
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(SHEET, "<worksheet/>")
    assert "打不开" in refusal(file.getvalue())


def test_a_packing_that_unpacks_without_measure_is_refused():
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(tables.xlsx(["甲"]))) as made,
        zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2) as packed,
    ):
        for name in made.namelist():
            packed.writestr(name, made.read(name))
    assert "打不开" in refusal(file.getvalue())


def test_columns_formatted_to_the_last_row_cost_nothing():
    """A reader that parses them needs 14 seconds for four columns."""
    blank = "".join(
        f'<row r="{row}" s="1" customFormat="1"><c r="A{row}" s="0"/><c r="B{row}" s="0"></c></row>'
        for row in range(2, 200_001)
    )
    walked = []
    keep = package.Package.walk

    def walk(self, pieces, *handlers):
        keep(self, (walked.append(len(piece)) or piece for piece in pieces), *handlers)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(package.Package, "walk", walk)
        assert rows(with_rows(blank)) == {0: ["甲", "乙"]}
    assert sum(walked) < 20_000


def test_a_word_below_a_million_formatted_rows_keeps_its_row():
    blank = "".join(f'<row r="{row}"><c r="A{row}" s="0"/></row>' for row in range(2, 50_000))
    word = f'<row r="{LAST}"><c r="A{LAST}" s="0"/><c r="B{LAST}" t="str"><v>制表：张文书</v></c></row>'
    assert rows(with_rows(blank, word)) == {0: ["甲", "乙"], LAST - 1: ["", "制表：张文书"]}


@pytest.mark.parametrize(
    ("limit", "most"),
    [("LARGEST", 2**20), ("MAX_PARTS", 5), ("MAX_TAGS", 100), ("LONGEST_ROW", 1000)],
)
def test_a_workbook_that_unpacks_to_far_too_much_is_refused(monkeypatch, limit, most):
    bomb = with_rows('<row r="3"><c r="A3"/>' + " " * 2**22 + "<c/>" * 1000 + "</row>")
    assert len(bomb) < 30_000
    monkeypatch.setattr(package, limit, most)
    with pytest.raises(FileTooLarge):
        read_worksheets(bomb)


def test_a_picture_in_a_workbook_is_not_even_unpacked(monkeypatch):
    monkeypatch.setattr(package, "LARGEST", 2**20)
    made = tables.with_part(tables.xlsx(["甲"]), "xl/media/big.bin", b"\0" * 2**22)
    assert rows(made) == {0: ["甲"]}
