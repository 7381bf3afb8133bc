"""Loading a list of gifts: headings in two languages, faults by row and column, nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

import governance
from governance.affairs.shop import gifts
from governance.affairs.shop.giftfile import FaultyRows, Loaded, NoHeadings, load_gifts, read_gifts
from governance.base.errors import BadInput
from governance.base.worksheets.reading import TableTooLong
from governance.base.worksheets.worksheet import UnreadableFile
from tests.factories import make_gift
from tests.tables import saved

CATALOGUE = Path(governance.__file__).parent / "data/rewards/catalogue.csv"
CHINESE = (
    "石家村积分超市,,,\n名称,所需积分,库存,价值（元）,每户每月\n肥皂,５,120,5.50,4\n\n大米,50,,,\n"
)


def test_the_catalogue_is_loaded_with_its_stock(village):
    assert load_gifts(village.id, CATALOGUE.read_bytes()) == Loaded(16, 0)
    soap = next(one for one in gifts.all_gifts(village.id) if one.name == "肥皂")
    assert (soap.points, soap.stock, soap.worth_cents, soap.month_limit) == (5, 120, 500, 4)
    [move], _ = gifts.moves_of(village.id, soap.id)
    assert (move.kind, move.change, move.by) == ("delivery", 120, None)


def test_the_same_file_twice_adds_nothing(village):
    load_gifts(village.id, CATALOGUE.read_bytes())
    assert load_gifts(village.id, CATALOGUE.read_bytes()) == Loaded(0, 16)
    assert sum(one.stock for one in gifts.all_gifts(village.id)) == 1107


def test_a_known_gift_stays_as_the_committee_has_it(village):
    make_gift(village, "肥皂", points=7, stock=3)
    assert load_gifts(village.id, CHINESE.encode()) == Loaded(1, 1)
    soap = next(one for one in gifts.all_gifts(village.id) if one.name == "肥皂")
    assert (soap.points, soap.stock) == (7, 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headings_below_a_title_in_every_encoding(encoding):
    soap, rice = read_gifts(CHINESE.encode(encoding))
    assert (soap.terms.name, soap.terms.points, soap.stock) == ("肥皂", 5, 120)
    assert (soap.terms.worth_cents, soap.terms.month_limit) == (550, 4)
    assert (rice.terms.name, rice.stock, rice.terms.worth_cents, rice.terms.month_limit) == (
        "大米",
        0,
        0,
        None,
    )


def test_every_fault_is_named_by_row_and_column_and_nothing_is_loaded(village):
    rows = [
        "name,points,stock,value_yuan,per_household_month",
        "好的,5,1,1,1",
        ",5,1,1,1",
        "无分,,1,1,1",
        "半分,0.5,1,1,1",
        "负数,5,-1,1,1",
        "太多,5,99999,1,1",
        "价值,5,1,五元,1",
        "限量,5,1,1,0",
        "好的,6,1,1,1",
    ]
    with pytest.raises(FaultyRows) as refusal:
        load_gifts(village.id, "\n".join(rows).encode())
    named = [(fault.row, str(fault.column)) for fault in refusal.value.faults]
    assert named == [
        (3, "名称"),
        (4, "积分"),
        (5, "积分"),
        (6, "库存"),
        (7, "库存"),
        (8, "价值"),
        (9, "每户每月"),
        (10, "名称"),
    ]
    assert "8" in str(refusal.value)
    assert gifts.all_gifts(village.id) == []


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", UnreadableFile),
        (b"\xff\xff\xff", UnreadableFile),
        (b"PK\x03\x04 no Excel file", UnreadableFile),
        (b"a,b\n1,2\n", NoHeadings),
        (b"name,points\n" + b"a,1\n" * 1001, TableTooLong),
    ],
)
def test_a_file_nothing_can_be_read_from_is_refused(data, refusal):
    with pytest.raises(refusal) as refused:
        read_gifts(data)
    assert refused.value.field == "file"


def test_an_excel_file_is_read_like_any_other():
    book = Workbook()
    book.active.append(["名称", "积分", "库存"])
    book.active.append(["肥皂", 5, 120])
    [soap] = read_gifts(saved(book))
    assert (soap.terms.name, soap.terms.points, soap.stock) == ("肥皂", 5, 120)


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: b"name,points\n" + text.encode())
)
def test_whatever_is_in_the_file_it_is_read_or_refused(data):
    try:
        rows = read_gifts(data)
    except BadInput:
        return
    assert all(row.terms.points >= 1 for row in rows)
