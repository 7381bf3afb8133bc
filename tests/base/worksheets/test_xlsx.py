"""What the cells of an .xlsx say, and which worksheets are seen."""

from __future__ import annotations

import datetime
import io

import openpyxl
import pytest

from governance.base.worksheets import xlsx
from governance.base.worksheets.reading import read_worksheets
from governance.base.worksheets.worksheet import FileTooLarge
from tests import tables
from tests.base.worksheets.files import (
    LAST,
    SHEET,
    STRINGS,
    refusal,
    rows,
    with_rows,
    with_strings,
)


def test_cells_become_text_as_excel_shows_them():
    found = rows(tables.xlsx(["甲", 4, 4.5, 13800000001, True, None, "001", " 乙 "]))
    assert found == {0: ["甲", "4", "4.5", "13800000001", "是", "", "001", "乙"]}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("4.0", "4"),
        ("1.3800000001E10", "13800000001"),
        ("620502199001011234", "6.205021990010112e+17"),
        ("9" * 400, "inf"),
        ("oops", "oops"),
        ("", None),
    ],
)
def test_a_number_is_said_as_it_is_written(written, said):
    found = rows(with_rows(f'<row r="3"><c r="A3"><v>{written}</v></c></row>'))
    assert found.get(2) == ([said] if said else None)


def test_texts_are_read_wherever_a_program_writes_them():
    made = with_rows(
        '<row r="2"><c r="A2" t="inlineStr"><is><r><t>王</t></r><r><t>秀兰</t></r></is></c>',
        '<c r="B2" t="str"><f>A1</f><v>算出来的</v></c></row>',
    )
    assert rows(made)[1] == ["王秀兰", "算出来的"]


def test_cells_share_texts_and_how_one_is_read_aloud_is_not_part_of_it():
    aloud = '<rPh sb="0" eb="2"><t>hanzi</t></rPh>'
    made = with_strings(
        f"<sst><si><r><t>汉</t></r><r><t>字</t></r>{aloud}</si><si><t> </t></si></sst>"
    )
    assert rows(made) == {0: ["汉字"]}


def test_more_shared_texts_than_any_table_has_are_refused(monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_CELLS", 5)
    with pytest.raises(FileTooLarge):
        read_worksheets(with_strings(f"<sst>{'<si/>' * 6}</sst>"))


def test_elements_may_have_a_prefix_and_rows_need_no_numbers():
    plain = "<x:worksheet xmlns:x='y'><x:sheetData><x:row><x:c t='inlineStr'><x:is><x:t>甲</x:t></x:is></x:c>"
    plain += "<x:c/><x:c><x:v>3</x:v></x:c></x:row><x:row/><x:row><x:c><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    made = tables.with_part(tables.xlsx(["甲"]), SHEET, plain.encode())
    assert rows(made) == {0: ["甲", "", "3"], 2: ["5"]}


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (datetime.date(2026, 3, 17), "2026-03-17"),
        (datetime.datetime.fromisoformat("2026-03-17T08:30"), "2026-03-17 08:30"),
        (datetime.time(8, 30), "08:30"),
    ],
)
def test_a_date_is_said_and_noticed(day, said):
    (found,) = read_worksheets(tables.xlsx(["甲", day, 45000]))
    assert found.rows == {0: ["甲", said, "45000"]}
    assert found.dates == {(0, 1)}


def test_a_date_in_a_format_of_the_chinese_excel_is_one_too():
    book = openpyxl.Workbook()
    book.active["A1"] = 46098
    book.active["A1"].number_format = 'yyyy"年"m"月"d"日"'
    made = tables.saved(book)
    styles = (
        tables.part_of(made, "xl/styles.xml").decode().replace('numFmtId="164"', 'numFmtId="31"')
    )
    (found,) = read_worksheets(tables.with_part(made, "xl/styles.xml", styles.encode()))
    assert (found.rows, found.dates) == ({0: ["2026-03-17"]}, {(0, 0)})


def test_formulas_and_error_values_are_noticed():
    made = with_rows(
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2"><f>C9</f></c>',
        '<c r="C2" t="e"><v>#REF!</v></c></row>',
    )
    (found,) = read_worksheets(made)
    assert found.rows[1] == ["2", "", "#REF!"]
    assert found.formulas == {(1, 0), (1, 1)}
    assert found.errors == {(1, 2)}


def test_rows_keep_their_numbers_and_empty_ones_are_none():
    assert rows(tables.xlsx([], [], ["", "甲"], [" "], ["　", None, "乙"])) == {
        2: ["", "甲"],
        4: ["", "", "乙"],
    }


def test_hidden_sheets_are_left_out_hidden_rows_and_columns_are_told():
    book = openpyxl.Workbook()
    book.active.title = "藏起来的"
    book.active.append(["甲"])
    book.active.sheet_state = "hidden"
    seen = book.create_sheet("看得见的")
    for row in ("乙", "丙"):
        seen.append([row, row])
    seen.row_dimensions[2].hidden = True
    seen.row_dimensions[9].hidden = True  # nothing stands there
    seen.column_dimensions["B"].hidden = True
    book.active = 1
    (found,) = read_worksheets(tables.saved(book))
    assert found.name == "看得见的"
    assert (found.hidden_rows, found.hidden_columns) == ({1}, {1})


def test_all_visible_worksheets_are_read_in_order():
    book = openpyxl.load_workbook(io.BytesIO(tables.xlsx(["甲"], sheets=["二", "三"])))
    book["三"].append(["丙"])
    assert [(one.name, one.rows) for one in read_worksheets(tables.saved(book))] == [
        ("Sheet", {0: ["甲"]}),
        ("二", {}),
        ("三", {0: ["丙"]}),
    ]


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", STRINGS])
def test_a_document_type_is_refused(part):
    """Entities that multiply themselves need one; a spreadsheet has none."""
    made = with_strings("<sst><si/><si/></sst>")
    content = tables.part_of(made, part).decode()
    head, _, body = content.rpartition("?>")
    evil = f'{head}{"?>" if head else ""}<!DOCTYPE x [<!ENTITY a "b">]>{body}'
    assert "打不开" in refusal(tables.with_part(made, part, evil.encode()))


@pytest.mark.parametrize(
    ("part", "content"),
    [
        (SHEET, b"<worksheet><sheetData><row r='x'/></sheetData></worksheet>"),
        (SHEET, b"<worksheet><sheetData><row><c r='??'/></row></sheetData></worksheet>"),
        (
            SHEET,
            b"<worksheet><sheetData><row r='1'><c t='s'><v>99</v></c></row></sheetData></worksheet>",
        ),
        (
            SHEET,
            b"<worksheet><sheetData><row r='1'><c s='x'><v>9</v></c></row></sheetData></worksheet>",
        ),
        (SHEET, b"not xml"),
        ("xl/_rels/workbook.xml.rels", b"<Relationships/>"),
        ("xl/workbook.xml", b"<workbook><sheet/></workbook>"),
        ("xl/styles.xml", b"<a><numFmt/></a>"),
    ],
)
def test_a_workbook_put_together_wrongly_is_refused(part, content):
    assert "打不开" in refusal(tables.with_part(tables.register(tables.home()), part, content))


def test_one_cell_at_the_far_end_is_named():
    """Laid out as a rectangle, these two cells are 17 billion."""
    made = with_rows(f'<row r="{LAST}"><c r="XFD{LAST}" t="str"><v>甲</v></c></row>')
    assert len(made) < 6000
    assert "第 1048576 行第 16384 列" in refusal(made)


@pytest.mark.parametrize("cell", ["A40000", f"XFD{LAST}", "CW1"])
def test_white_space_is_no_content_wherever_it_stands(cell):
    made = with_rows(f'<row><c r="{cell}" t="str"><v> \u3000</v></c></row>')
    assert rows(made) == {0: ["甲", "乙"]}


def test_more_merged_areas_than_anybody_makes_are_refused(monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_MERGED", 1)
    with pytest.raises(FileTooLarge):
        read_worksheets(tables.xlsx(["甲"], ["乙"], merged=["A1:B1", "A2:B2"]))
