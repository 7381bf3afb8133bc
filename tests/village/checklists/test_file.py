"""Checklists as files: both published shapes are read, every fault is named by row and column."""

from __future__ import annotations

import pytest

from governance.base.errors import BadInput
from governance.village.checklists.file import (
    SHIPPED,
    BadChecklistFile,
    read_checklists,
    shipped_checklists,
)
from governance.village.checklists.lists import add_checklist
from governance.village.checklists.wording import Finding, Reminding, Scene, Target, clean
from governance.village.rules.rulebook import rules_in_force
from tests.factories import make_reminder_rule, make_rule

HEADINGS = "场所,编号,问题,场所分值,扣分,要同意"


def read(*rows, headings=HEADINGS):
    return read_checklists("\n".join((headings, *rows)).encode(), "A", "检查")


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_shipped_is_a_checklist_that_may_be_added(village, name):
    for wording in shipped_checklists(name):
        assert add_checklist(village.id, wording, None).scenes == clean(wording).scenes


def test_the_sixty_points_are_four_scenes_of_thirty_two_findings_and_the_room_wants_consent():
    [checklist] = shipped_checklists("household_60")
    assert (checklist.full, len(checklist.scenes)) == (60, 4)
    assert sum(len(scene.findings) for scene in checklist.scenes) == 32
    assert any(scene.consent for scene in checklist.scenes)
    assert not all(scene.consent for scene in checklist.scenes)


def test_one_file_makes_two_where_it_says_what_is_looked_at():
    household, public = shipped_checklists("three_clean")
    assert (household.target, public.target) == (Target.HOUSEHOLD, Target.PUBLIC)
    assert public.code == household.code + "_public"
    assert public.title.endswith("（公共场所）")


def test_what_is_shipped_gives_points_only_by_rules_in_force_that_may_be_given(village):
    def given():
        [checklist] = shipped_checklists("household_60", rules_in_force(village.id))
        return [one.rule for one in checklist.outcomes]

    assert given() == []
    make_rule(village, "E01")
    make_rule(village, "E02", evidence="photo")
    assert given() == ["E01"]


def test_what_is_shipped_reminds_only_by_a_rule_that_reminds(village):
    def reminding():
        household, public = shipped_checklists("three_clean", rules_in_force(village.id))
        assert public.remind is None
        return household.remind

    assert reminding() is None
    make_reminder_rule(village, code="E51")
    assert reminding() == Reminding("E51")


def test_what_is_not_shipped_is_refused():
    with pytest.raises(BadInput):
        shipped_checklists("../../secret")


def test_a_scenes_points_stand_in_its_first_row_and_its_consent_in_any():
    [checklist] = read(
        "室内,A0,地面垃圾,10,-4,", "室内,A1,物品杂乱,,8,是", "庭院,B0,工具杂乱,10,3,"
    )
    assert checklist.scenes == (
        Scene("室内", 10, True, (Finding("A0", "地面垃圾", 4), Finding("A1", "物品杂乱", 8))),
        Scene("庭院", 10, False, (Finding("B0", "工具杂乱", 3),)),
    )
    assert checklist.outcomes == ()


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",A0,地面垃圾,10,4,", "场所"),
        ("室内,A0,地面垃圾,十分,4,", "场所分值"),
        ("室内,A0,地面垃圾,10,4.5,", "扣分"),
        ("室内,A0,地面垃圾,10,1000,", "扣分"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named_by_row_and_column(row, column):
    with pytest.raises(BadChecklistFile) as refusal:
        read("庭院,B0,工具杂乱,10,3,", "", row)
    assert refusal.value.values == {"row": 4, "column": column}


def test_what_is_looked_at_is_the_household_or_the_public_place():
    headings = "group,code,item,where"
    household, public = read(
        "庭院,1,杂物,household", "村道,2,垃圾,household+public", headings=headings
    )
    assert [len(one.scenes) for one in (household, public)] == [2, 1]
    with pytest.raises(BadChecklistFile) as refusal:
        read("庭院,1,杂物,天上", headings=headings)
    assert refusal.value.values == {"row": 2, "column": "检查对象"}


def test_a_file_without_its_headings_is_refused():
    with pytest.raises(BadInput, match="「场所」「编号」「问题」"):
        read("室内,地面垃圾", headings="场所,问题")
