"""The headings of a register: wherever they stand, in any order and under other names."""

from __future__ import annotations

import pytest

from governance.base.worksheets.reading import read_worksheets
from governance.village.register.columns import NoHeadings
from governance.village.register.rows import read_register
from tests.tables import HEADINGS, home, register, xlsx
from tests.village.register.registers import entries


def test_the_headings_may_stand_lower_and_in_any_order_and_under_other_names():
    data = xlsx(["石家村"], [], ["电话", "户主", "组别"], ["13800000001", "王秀兰", "二组"])
    (one,) = entries(data)
    assert (one.row, one.group_no, one.head, one.phone) == (4, 2, "王秀兰", "13800000001")


def test_headings_of_two_rows_are_read_from_the_fuller_one():
    data = xlsx(
        ["序号", "小组", "户主", None],
        [None, None, "姓名", "电话"],
        [1, "1组", "王秀兰", "13800000001"],
        merged=["A1:A2", "B1:B2", "C1:D1"],
    )
    (one,) = entries(data)
    assert (one.head, one.phone) == ("王秀兰", "13800000001")


def test_a_list_that_calls_the_head_a_name_is_a_household_list():
    (one,) = entries(xlsx(["组", "姓名"], ["1", "王秀兰"]))
    assert (one.head, one.members) == ("王秀兰", None)


@pytest.mark.parametrize("rows", [[["甲", "乙"]], [["户主姓名"]], [["村民小组", "备注"]], [[]]])
def test_a_table_without_headings_is_refused(rows):
    with pytest.raises(NoHeadings):
        read_register(read_worksheets(xlsx(*rows, ["1组", "王秀兰"])))


def test_identity_numbers_are_not_read_and_unknown_columns_are_named():
    data = register(
        [*home(), "620502199001011234", "5000"], headings=[*HEADINGS, "户主身份证号码", "年收入"]
    )
    read = read_register(read_worksheets(data))
    assert (read.columns.identity, read.columns.ignored) == (["户主身份证号码"], ["年收入"])
    assert "620502199001011234" not in repr(read.entries)


def test_a_second_column_for_the_same_thing_is_named_as_unused():
    data = register([*home(), "13900000002"], headings=[*HEADINGS, "手机号"])
    read = read_register(read_worksheets(data))
    assert read.columns.ignored == ["手机号"]
    assert read.entries[0].phone == "13800000001"
