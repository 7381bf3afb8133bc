"""An import: planned against the village, carried out whole or not at all, and found again by an export."""

from __future__ import annotations

import pytest

from governance.village import households
from governance.village.members import members_of
from tests import tables
from tests.tables import MEMBER_HEADINGS, home, register, xlsx
from tests.village.register.registers import bring_in, counts, differences, homes, one_home, plan


@pytest.mark.parametrize(
    "file", [tables.SHIJIA, tables.DATA / "anjia_members.xlsx"], ids=lambda one: one.stem
)
def test_the_same_file_twice_changes_nothing(village, file):
    bring_in(village, file.read_bytes())
    again = plan(village, file.read_bytes())
    assert counts(again) == (0, 0, len(homes(village)), 0)
    assert bring_in(village, file.read_bytes()) == 1  # nothing to tell but the beginning


def test_members_come_in_with_their_household(village):
    bring_in(village, (tables.DATA / "anjia_members.xlsx").read_bytes())
    first = one_home(village, "1组1号")
    people = members_of(village.id, first.id)
    assert [(one.name, one.relation) for one in people][:2] == [("汪丽", "户主"), ("汪福", "配偶")]
    assert first.size == 5


def test_what_differs_is_changed_and_named(village):
    bring_in(village, register(home(1), home(2, "李志明")))
    before = one_home(village, "1组1号")
    data = register(
        home(1, "王小兰", size=5, phone="13900000002", status="空户", party="是", note="迁入")
    )
    planned = plan(village, data)
    assert counts(planned) == (0, 1, 0, 1)
    assert differences(planned) == [
        ("head", "王秀兰", "王小兰"),
        ("size", 4, 5),
        ("phone", "13800000001", "13900000002"),
        ("status", "resident", "empty"),
        ("party", False, True),
        ("note", "", "迁入"),
    ]
    bring_in(village, data)
    after = one_home(village, "1组1号")
    assert (after.id, after.head, after.status, after.grid_id) == (
        before.id,
        "王小兰",
        "empty",
        before.grid_id,
    )


def test_empty_cells_and_absent_columns_leave_what_the_register_has(village):
    bring_in(village, register(home(1, status="空户", party="是", note="独居")))
    assert counts(plan(village, xlsx(["组", "户主", "门牌"], ["1组", "王秀兰", "1组1号"]))) == (
        0,
        0,
        1,
        0,
    )
    empty = [None, "1组", "王秀兰", None, "1组1号", None, None, "是", None]
    assert counts(plan(village, register(empty))) == (0, 0, 1, 0)


def test_households_the_sheet_does_not_name_stay(village):
    bring_in(village, register(home(1), home(2, "李志明")))
    bring_in(village, register(home(2, "李志明")))
    assert [one.closed_on for one in homes(village)] == [None, None]


def test_a_changed_family_is_written_anew(village):
    rows = [
        ["H1", "1组", "汪丽", "汪丽", "户主", "1组1号", None, None],
        ["H1", "1组", "汪丽", "汪福", "配偶", "1组1号", None, None],
    ]
    bring_in(village, xlsx(MEMBER_HEADINGS, *rows))
    planned = plan(village, xlsx(MEMBER_HEADINGS, rows[0]))
    assert differences(planned) == [
        ("size", 2, 1),
        ("members", [("汪丽", "户主"), ("汪福", "配偶")], [("汪丽", "户主")]),
    ]
    bring_in(village, xlsx(MEMBER_HEADINGS, rows[0]))
    found = households.get_household(village.id, one_home(village).id)
    assert [one.name for one in members_of(found.village_id, found.id)] == ["汪丽"]


def test_a_household_list_leaves_the_members_alone(village):
    bring_in(
        village, xlsx(MEMBER_HEADINGS, ["H1", "1组", "汪丽", "汪丽", "户主", "1组1号", None, None])
    )
    bring_in(village, register(home(1, "汪丽", size=3)))
    found = households.get_household(village.id, one_home(village).id)
    assert (found.size, len(members_of(found.village_id, found.id))) == (3, 1)
