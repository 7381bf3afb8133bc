"""The list of a notice as a file: it opens in Excel, holds no formula, and keeps numbers numbers."""

from __future__ import annotations

import csv
import io

from openpyxl import load_workbook

from governance.affairs.publicity import table
from governance.affairs.publicity.hanging import Mark
from tests.factories import make_shown
from tests.tables import may_compute


def test_csv_opens_in_excel_and_holds_no_formula():
    content = table.write_csv(
        [make_shown("=1+1", points=-5), make_shown("", None, mark=Mark.OBJECTED)]
    )
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[1] == ["1", "1组", "'=1+1", "参加村民代表会议", "-5", "1", "2026-03-01", ""]
    assert rows[2][1:3] == ["", ""]
    assert rows[2][7] == "异议中"


def test_excel_holds_numbers_and_texts():
    sheet = load_workbook(io.BytesIO(table.write_xlsx("2026-1", [make_shown("=1+1")]))).active
    assert [cell.value for cell in sheet[2]][:5] == [1, "1组", "=1+1", "参加村民代表会议", 5]
    assert may_compute(table.write_xlsx("2026-1", [make_shown("=1+1"), make_shown("@x")])) == []
