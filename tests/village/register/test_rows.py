"""From a sheet to entries: where the table begins, what is no household, which faults are named where."""

from __future__ import annotations

import datetime

import pytest

from governance.base.worksheets.reading import read_worksheets
from governance.village.register.rows import read_register
from tests import tables
from tests.tables import HEADINGS, MEMBER_HEADINGS, home, register, xlsx
from tests.village.register.registers import entries, faults


def family(code, *people, group="1组", door="1组1号", head="汪丽"):
    """Rows of a member register as Excel keeps them: the household stands on the first only."""
    first = [code, group, head, *people[0], door, "13800000001", "常住"]
    return [first, *([None, None, None, *person, None, None, None] for person in people[1:])]


def test_the_village_register_is_read_whole():
    read = read_register(read_worksheets(tables.SHIJIA.read_bytes()))
    assert (len(read.entries), read.faults, read.skipped) == (417, [], [426])
    assert read.columns.header == 2
    assert {one.group_no for one in read.entries} == set(range(1, 9))
    assert sum(one.size for one in read.entries) == 1598  # what its own total row says
    assert all(one.door.group == one.group_no for one in read.entries)
    tidied = next(one for one in read.entries if one.row == 417)
    assert (tidied.head, tidied.phone) == ("陈军莲", "17789097621")
    full_width = next(one for one in read.entries if one.row == 415)
    assert full_width.phone == "15817338640"


def test_the_member_register_is_read_whole():
    read = read_register(read_worksheets((tables.DATA / "anjia_members.xlsx").read_bytes()))
    assert (len(read.entries), read.faults) == (236, [])
    assert read.columns.by_member
    first = read.entries[0]
    assert (first.head, first.door.number, first.status) == ("汪丽", 1, "resident")
    assert first.members == [
        ("汪丽", "户主"),
        ("汪福", "配偶"),
        ("汪永春", "子"),
        ("石军明", "女"),
        ("汪玉勇", "母亲"),
    ]
    assert sum(len(one.members) for one in read.entries) == 917


def test_every_broken_row_is_wrong_in_its_own_way_and_says_so():
    found = faults((tables.DATA / "broken.xlsx").read_bytes())
    assert [(row, column) for row, column, _ in found] == [
        (2, "户主姓名"),
        (3, "家庭人口"),
        (4, "联系电话"),
        (5, "居住状态"),
        (7, "门牌号"),
        (8, "村民小组"),
        (9, "户主姓名"),
        (10, "户主姓名"),
    ]
    for (_, _, sentence), word in zip(
        found,
        ("没有填", "-2", "1380000", "不知道", "第 6 行", "没有填", "公式", "<script>"),
        strict=True,
    ):
        assert word in sentence


def test_all_faults_of_a_row_are_named_at_once():
    row = home(
        size="很多", phone="12", status="?", party="?", note="620502199001011234", head="a=b"
    )
    assert len(faults(register(row))) == 6


def test_the_first_sheet_with_headings_is_read_and_the_others_are_counted():
    assert (
        read_register(
            read_worksheets(register(home(), sheets=["填写说明", "旧表"]))
        ).other_worksheets
        == 2
    )


@pytest.mark.parametrize(
    "row",
    [
        ["合计", None, None, 8],
        ["合 计：", None, None, 8],
        [None, "1组小计", None, 8],
        [None, None, "总计", 8],
        ["制表人：村文书"],
        ["填报日期：2026年10月", None, None, None, "审核人：张三"],
        ["备注：本表一式两份"],
        HEADINGS,
        [None, None, None, None, None, None, None, None, None, "旁边的字"],
    ],
)
def test_totals_remarks_and_repeated_headings_are_no_households(row):
    read = read_register(read_worksheets(register(home(1), row, home(2))))
    assert ([one.row for one in read.entries], read.skipped, read.faults) == ([2, 4], [3], [])


def test_a_title_merged_across_in_the_middle_is_no_household():
    read = read_register(
        read_worksheets(register(home(1), ["二、外出户"], home(2), merged=["A3:I3"]))
    )
    assert ([one.row for one in read.entries], read.skipped, read.faults) == ([2, 4], [3], [])


def test_blank_rows_are_passed_over_even_inside_a_merged_group_or_with_a_number_only():
    rows = [home(1), [None, None], [7], home(4)]
    data = register(*rows, merged=["B2:B5"])
    assert [one.row for one in entries(data)] == [2, 5]


def test_a_merged_group_holds_for_all_its_households():
    data = xlsx(["小组", "户主"], ["2组", "甲某"], [None, "乙某"], merged=["A2:A3"])
    assert [one.group_no for one in entries(data)] == [2, 2]


def test_without_a_group_column_the_door_says_the_group():
    (one,) = entries(xlsx(["户主", "门牌"], ["王秀兰", "3组17号"]))
    assert (one.group_no, one.door.number) == (3, 17)
    ((row, column, _),) = faults(xlsx(["户主", "门牌"], ["王秀兰", "东街1号"]))
    assert (row, column) == (2, "村民小组")


def test_a_door_in_another_group_than_the_group_column_says_is_a_fault():
    ((row, column, sentence),) = faults(register(home(door="2组1号")))
    assert (row, column) == (2, "门牌号")
    assert "2组1号" in sentence


def test_what_is_not_said_stays_unsaid():
    (one,) = entries(register([None, "1组", "王秀兰"]))
    assert (one.size, one.phone, one.status, one.note) == (None, None, None, None)
    assert one.party is False  # of this column an empty cell means no
    (other,) = entries(xlsx(["组", "户主"], ["1", "王秀兰"]))
    assert other.party is None


@pytest.mark.parametrize("door", ["1组5号", "一组5号", "1组05号"])
def test_two_rows_with_one_code_are_named(door):
    found = faults(register(home(5), home(5, "李志明", door=door)))
    assert [(row, column) for row, column, _ in found] == [(3, "门牌号")]
    assert "第 2 行" in found[0][2]


def test_a_twin_is_named_though_its_first_has_another_fault():
    found = faults(register(home(5, phone="1"), home(5, "李志明")))
    assert [row for row, _, _ in found] == [2, 3]


def test_two_of_one_name_in_a_group_need_a_door():
    rows = [home(door=None), home(door=None)]
    ((row, column, sentence),) = faults(register(*rows))
    assert (row, column) == (3, "户主姓名")
    assert "门牌号" in sentence
    assert len(entries(register(home(door="东街1号"), home(door="东街2号")))) == 2


def test_a_date_or_an_error_in_a_cell_is_a_fault_of_that_cell():
    data = register(home(door=datetime.date(2026, 3, 17), phone="#N/A"))
    assert {(row, column) for row, column, _ in faults(data)} == {(2, "门牌号"), (2, "联系电话")}


def test_families_are_told_apart_by_their_code_without_any_merging():
    data = xlsx(
        MEMBER_HEADINGS,
        *family("H1", ("汪丽", "户主"), ("汪福", "配偶")),
        *family("H2", ("彭冬财", "户主"), door="1组2号", head="彭冬财"),
    )
    first, second = entries(data)
    assert first.members == [("汪丽", "户主"), ("汪福", "配偶")]
    assert (second.row, second.head) == (4, "彭冬财")


def test_families_without_any_code_begin_with_their_head():
    data = xlsx(
        ["小组", "姓名", "与户主关系"],
        ["1组", "汪丽", "户主"],
        [None, "汪福", "配偶"],
        ["1组", "彭冬财", "户主"],
    )
    assert [(one.head, len(one.members)) for one in entries(data)] == [("汪丽", 2), ("彭冬财", 1)]


def test_a_household_without_listed_members_has_one_row_without_a_name():
    data = xlsx(MEMBER_HEADINGS, *family("H1", (None, None)))
    assert [(one.head, one.members) for one in entries(data)] == [("汪丽", None)]


def test_a_relation_without_a_name_is_a_fault():
    found = faults(xlsx(MEMBER_HEADINGS, *family("H1", ("汪丽", "户主"), (None, "配偶"))))
    assert [(row, column) for row, column, _ in found] == [(3, "姓名")]


def test_a_family_with_two_heads_is_a_fault():
    rows = family("H1", ("汪丽", "户主"), ("汪福", "户主"))
    rows[1][0] = "H1"
    found = faults(xlsx(MEMBER_HEADINGS, *rows))
    assert [(row, column) for row, column, _ in found] == [(3, "与户主关系")]


def test_rows_of_one_family_that_disagree_are_a_fault():
    rows = family("H1", ("汪丽", "户主"), ("汪福", "配偶"))
    rows[1][0], rows[1][6] = "H1", "13900000002"
    found = faults(xlsx(MEMBER_HEADINGS, *rows))
    assert [(row, column) for row, column, _ in found] == [(3, "手机号")]


def test_a_family_whose_head_is_nowhere_is_a_fault():
    rows = family("H1", ("汪福", "配偶"), head=None)
    assert [(row, column) for row, column, _ in faults(xlsx(MEMBER_HEADINGS, *rows))] == [
        (2, "户主")
    ]


def test_the_household_code_column_serves_as_the_door():
    data = xlsx(
        ["户编号", "小组", "户主", "姓名", "关系"], ["1组7号", "1组", "汪丽", "汪丽", "户主"]
    )
    (one,) = entries(data)
    assert one.door.number == 7
