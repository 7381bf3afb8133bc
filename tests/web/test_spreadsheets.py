"""Every door that takes a spreadsheet reads it with the one guarded reader."""

from __future__ import annotations

import io

import pytest

from governance.base.worksheets.package import Package
from tests import tables
from tests.base.worksheets.files import LAST, with_rows

# Where a file is uploaded, what else the form asks for, and rows it takes.
DOORS = {
    "households/register/": ({}, [tables.HEADINGS, tables.home(3)]),
    "rules/load": ({"since": "2026-12-01"}, [["类别", "行为", "分值"], ["环境", "扫雪", "5"]]),
    "inspections/load": (
        {"code": "snow", "title": "扫雪"},
        [["场所", "编号", "问题"], ["门前", "1", "有积雪"]],
    ),
    "gifts/load": ({}, [["名称", "积分"], ["扫帚", "5"]]),
}


@pytest.fixture(params=DOORS)
def upload(request, stage):
    """Upload a file at a door of the committee; the rows that it takes."""
    fields, rows = DOORS[request.param]
    client = stage.app.test_client()
    client.set_cookie("session", stage.cookies["committee"])
    address = f"/desk/{stage.mine.codes['village']}/{request.param}"

    def send(data, name="table.xlsx"):
        return client.post(address, data=fields | {"file": (io.BytesIO(data), name)})

    return send, rows


def test_one_cell_at_the_far_end_is_named_at_every_door(upload):
    """Laid out as a rectangle these few kilobytes took all memory, and the worker with it."""
    send, _ = upload
    answer = send(with_rows(f'<row r="{LAST}"><c r="XFD{LAST}" t="str"><v>甲</v></c></row>'))
    assert answer.status_code == 422
    assert "第 1048576 行第 16384 列还有内容" in answer.text


def test_white_space_and_formats_far_down_are_no_content_at_any_door(upload):
    send, rows = upload
    formatted = "".join(f'<row r="{row}"><c r="A{row}" s="0"/></row>' for row in range(9, 40_000))
    space = f'<row r="{LAST}"><c r="A{LAST}" t="str"><v> </v></c></row></sheetData>'
    made = tables.xlsx(*rows)
    sheet = tables.part_of(made, "xl/worksheets/sheet1.xml").decode()
    answer = send(
        tables.with_part(
            made,
            "xl/worksheets/sheet1.xml",
            sheet.replace("</sheetData>", formatted + space).encode(),
        )
    )
    assert answer.status_code in (200, 303), answer.text


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-8", "gb18030"])
def test_a_csv_of_excel_or_wps_is_taken_at_every_door(upload, coding):
    send, rows = upload
    answer = send(tables.csv_text(*rows).encode(coding), "table.csv")
    assert answer.status_code in (200, 303), answer.text


def test_a_file_is_read_once_for_preview_and_import(stage, monkeypatch):
    """What was read is kept; the file itself is not looked at again."""
    opened = []
    begin = Package.__init__
    monkeypatch.setattr(
        Package, "__init__", lambda self, data: opened.append(1) or begin(self, data)
    )
    client = stage.app.test_client()
    client.set_cookie("session", stage.cookies["committee"])
    home = f"/desk/{stage.mine.codes['village']}/households/register/"
    data = tables.register(tables.home(3))
    preview = client.post(home, data={"file": (io.BytesIO(data), "a.xlsx")}).location
    assert "就这样导入" in client.get(preview).text
    client.post(preview, data={"digest": ""})
    assert opened == [1]
