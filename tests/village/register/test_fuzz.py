"""Whatever a sheet holds, the planner answers with a plan or a refusal; what it plans can be carried out."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from governance.base.database import atomic
from governance.base.errors import HemeiError
from governance.base.worksheets.reading import read_worksheets
from governance.ledger import audit
from governance.village import directory
from governance.village.register import workbooks
from governance.village.register.importing import import_register
from governance.village.register.planning import plan_import
from governance.village.register.rows import read_register
from tests import tables
from tests.factories import make_village
from tests.tables import HEADINGS, MEMBER_HEADINGS, csv_text

FEW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ODD = [
    "",
    "\0",
    "\ufeff",
    "=1+1",
    "-2",
    "合计",
    "备注：",
    "<script>",
    "1e309",
    "9" * 400,
    "𠮷" * 40,
    "؀",
    "²",
    "½",
    "Ⅷ",
]
WORDS = [
    "1组",
    "一组",
    "十组",
    "1组1号",
    "一组一号",
    "东街3号",
    "王秀兰",
    "李 志明",
    "户主",
    "配偶",
    "4人",
    "13800000001",
    "常住",
    "空户",
    "是",
    "√",
    "H1",
]
cells = st.one_of(st.sampled_from(ODD), st.sampled_from(WORDS), st.text(max_size=8))
headings = st.one_of(
    st.just(HEADINGS),
    st.just(MEMBER_HEADINGS),
    st.lists(
        st.sampled_from([*HEADINGS, *MEMBER_HEADINGS, "身份证号", "年收入", ""]),
        min_size=1,
        max_size=10,
    ),
)


class Undo(Exception):
    """What was imported by one example is not there for the next."""


@pytest.fixture
def village(ctx):
    return make_village(homes=1)


def carry_out(village, register, seen):
    with atomic():
        list(import_register(village.place, register))
        seen(village)
        raise Undo


def proves(village):
    """What came in is whole: each household has its account, and comes out and in again unchanged."""
    homes, total = directory.search(village.id, limit=10_000)
    assert len(homes) == total
    assert audit.audit_book(village.id).fault is None
    again = plan_import(
        village.place, read_register(read_worksheets(workbooks.export_households(village.id)))
    )
    assert (again.faults, again.added, again.changed) == ([], [], [])


def answer(village, data):
    """Read, plan and import a file: a plan with faults, a refusal, or a village that is whole."""
    try:
        register = read_register(read_worksheets(data))
        plan = plan_import(village.place, register)
    except HemeiError as refusal:
        return str(refusal)
    for fault in plan.faults:
        assert fault.text % fault.values if fault.values else fault.text
    if plan.faults:
        return plan.faults
    with pytest.raises(Undo):
        carry_out(village, register, proves)
    return plan


@FEW
@given(headings, st.lists(st.lists(cells, max_size=10), max_size=6))
def test_any_cells_under_any_headings(village, heading, rows):
    assert answer(village, csv_text(heading, *rows).encode("utf-8", "replace")) is not None


@FEW
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1组", "二组", "7组"]),
            st.sampled_from(["王秀兰", "李志明", "陈海荣", "刘玉兰"]),
            st.sampled_from(["", "4", "3人"]),
            st.sampled_from(["", "1组1号", "二组2号", "7组3号", "东街3号", "西街", "12-3"]),
            st.sampled_from(["", "13800000001"]),
            st.sampled_from(["", "常住", "空户"]),
        ),
        max_size=8,
    )
)
@example([("1组", "王秀兰", "", "东街3号", "", ""), ("1组", "李志明", "", "东街3号", "", "")])
def test_plausible_registers_are_faulty_or_come_in_whole(village, rows):
    heading = ["村民小组", "户主姓名", "家庭人口", "门牌号", "联系电话", "居住状态"]
    assert answer(village, tables.xlsx(heading, *rows)) is not None


@FEW
@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]),
)
def test_any_bytes_at_all(village, data, start):
    assert answer(village, start + data) is not None


@FEW
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_a_workbook_damaged_anywhere(village, place, damage):
    whole = (tables.DATA / "broken.xlsx").read_bytes()
    place %= len(whole)
    assert answer(village, whole[:place] + damage + whole[place + len(damage) :]) is not None


@FEW
@given(
    st.integers(0, 4000),
    st.sampled_from(
        [b"<", b'"', b"&x;", b"<row r='9999999'>", b"<c r='ZZZ9'><v>", b"\xff", b"</row>"]
    ),
)
def test_a_worksheet_damaged_inside(village, place, damage):
    name = "xl/worksheets/sheet1.xml"
    whole = (tables.DATA / "broken.xlsx").read_bytes()
    sheet = tables.part_of(whole, name)
    place %= len(sheet)
    assert (
        answer(village, tables.with_part(whole, name, sheet[:place] + damage + sheet[place:]))
        is not None
    )
