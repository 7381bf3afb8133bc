"""Drafts of a rulebook: begun, changed in place, given up; refused in words where they may not be changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from governance.base import clock
from governance.base.database import new_id
from governance.base.errors import BadInput
from governance.village.rules import drafts
from governance.village.rules.adoption import adopt_set
from governance.village.rules.drafts import SetClosed, SetNotThere, SetState
from governance.village.rules.file import read_rules
from governance.village.rules.rulebook import (
    RuleCodeTaken,
    RuleNotThere,
    all_rules,
    retire_rule,
    revise_rule,
    wording_of,
)
from tests.factories import make_meeting, make_rule, make_village, make_wording


def yes():
    return make_meeting(), clock.today()


def codes(village, draft):
    return [one.code for one in drafts.rules_of_set(village.id, draft.id)]


def test_a_draft_begins_as_a_copy_of_the_rules_in_force_and_of_those_passed_already(village, clerk):
    make_rule(village, code="A01", cap_count=2, cap_period="month", note="说明")
    coming = make_rule(village, code="B01", category="平安建设")
    revise_rule(
        coming, replace(wording_of(coming), points_max=9, since=clock.today() + clock.days(9)), None
    )
    retire_rule(make_rule(village, code="C01"), clock.today())
    draft = drafts.start_set(village.id, clerk, "2027 年细则", drafts.wordings_to_copy(village.id))
    first, second = drafts.rules_of_set(village.id, draft.id)
    assert (first.code, first.cap_count, first.note) == ("A01", 2, "说明")
    assert (second.code, second.points_max) == ("B01", 9)
    assert draft.state == SetState.DRAFT
    assert drafts.rule_counts(village.id) == {draft.id: 2}


def test_a_version_called_off_before_its_day_is_not_copied(village, clerk):
    called_off = make_rule(village, code="A01", since=clock.today() + clock.days(5))
    retire_rule(called_off, called_off.since)
    assert drafts.wordings_to_copy(village.id) == []


def test_several_drafts_stand_side_by_side_newest_first(village, clerk):
    first, second = (drafts.start_set(village.id, clerk, name) for name in ("甲稿", "乙稿"))
    assert [one.title for one in drafts.sets_of(village.id)] == ["乙稿", "甲稿"]
    drafts.add_draft_rule(village.id, first.id, make_wording())
    assert codes(village, first) == ["E01"]
    assert codes(village, second) == []


def test_a_draft_from_a_file_takes_the_codes_the_rulebook_knows(village, clerk):
    make_rule(village, code="E07", category="人居环境", behaviour="打扫门前")
    file = read_rules("类别,行为,分值\n人居环境,打扫门前,8\n人居环境,浇花种草,2\n".encode())
    draft = drafts.start_set(
        village.id, clerk, "文件来的", drafts.wordings_of_file(village.id, file)
    )
    assert codes(village, draft) == ["E07", "E01"]


@pytest.mark.parametrize("title", ["", " ", "甲", "长" * 61])
def test_a_draft_wants_a_name(village, clerk, title):
    with pytest.raises(BadInput) as refused:
        drafts.start_set(village.id, clerk, title)
    assert refused.value.field == "title"


def test_a_draft_with_one_code_twice_is_not_begun(village, clerk):
    with pytest.raises(RuleCodeTaken):
        drafts.start_set(
            village.id, clerk, "重了", [make_wording(), make_wording(behaviour="打扫屋后")]
        )
    assert drafts.sets_of(village.id) == []


def test_a_rule_is_added_changed_in_place_and_dropped(village, clerk):
    draft = drafts.start_set(village.id, clerk, "草案")
    rule = drafts.add_draft_rule(village.id, draft.id, make_wording(code="ｅ01 "))
    assert rule.code == "E01"
    changed = drafts.edit_draft_rule(
        village.id, draft.id, rule.id, make_wording(code="X99", points_min=2, points_max=8)
    )
    assert (changed.id, changed.code, changed.points_min) == (rule.id, "E01", 2)
    drafts.drop_draft_rule(village.id, draft.id, rule.id)
    assert codes(village, draft) == []
    assert all_rules(village.id) == []


def test_a_code_stands_once_in_a_draft(village, clerk):
    draft = drafts.start_set(village.id, clerk, "草案", [make_wording()])
    with pytest.raises(RuleCodeTaken) as refused:
        drafts.add_draft_rule(village.id, draft.id, make_wording(behaviour="打扫屋后"))
    assert "草案里已经有 E01" in str(refused.value)


def test_a_fault_in_a_draft_rule_names_its_field(village, clerk):
    draft = drafts.start_set(village.id, clerk, "草案", [make_wording()])
    [rule] = drafts.rules_of_set(village.id, draft.id)
    for wrong, field in (
        (make_wording(points_min=0, points_max=0), "points_min"),
        (make_wording(category=""), "category"),
    ):
        for write in (
            lambda one: drafts.add_draft_rule(village.id, draft.id, replace(one, code="N1")),
            lambda one: drafts.edit_draft_rule(village.id, draft.id, rule.id, one),
        ):
            with pytest.raises(BadInput) as refused:
                write(wrong)
            assert refused.value.field == field
    assert codes(village, draft) == ["E01"]


def test_a_dropped_rule_is_put_back_as_it_stands(village, clerk):
    make_rule(village, code="A01", points=7)
    draft = drafts.start_set(village.id, clerk, "草案")
    assert drafts.put_back_rule(village.id, draft.id, "A01").points_max == 7
    with pytest.raises(RuleCodeTaken):
        drafts.put_back_rule(village.id, draft.id, "A01")
    with pytest.raises(RuleNotThere):
        drafts.put_back_rule(village.id, draft.id, "Z99")


@pytest.mark.parametrize("how", ["dropped", "adopted"])
def test_a_closed_set_is_read_and_not_changed(village, clerk, how):
    draft = drafts.start_set(village.id, clerk, "草案", [make_wording()])
    [rule] = drafts.rules_of_set(village.id, draft.id)
    if how == "dropped":
        drafts.drop_set(village.id, clerk, draft.id)
    else:
        adopt_set(village.id, clerk, draft.id, *yes())
    for change in (
        lambda: drafts.add_draft_rule(village.id, draft.id, make_wording("E02")),
        lambda: drafts.edit_draft_rule(village.id, draft.id, rule.id, make_wording(points_max=9)),
        lambda: drafts.drop_draft_rule(village.id, draft.id, rule.id),
        lambda: drafts.drop_set(village.id, clerk, draft.id),
        lambda: adopt_set(village.id, clerk, draft.id, *yes()),
    ):
        with pytest.raises(SetClosed) as refused:
            change()
        assert "另起一份草案" in str(refused.value)
    assert codes(village, draft) == ["E01"]
    assert drafts.get_set(village.id, draft.id).state == how
    assert len(all_rules(village.id)) == (how == "adopted")


def test_nothing_of_another_village_or_set_is_found(village, clerk):
    other = make_village("白家村", homes=0)
    draft = drafts.start_set(village.id, clerk, "草案", [make_wording()])
    second = drafts.start_set(village.id, clerk, "另一份")
    [rule] = drafts.rules_of_set(village.id, draft.id)
    for ask in (
        lambda: drafts.get_set(other.id, draft.id),
        lambda: drafts.get_set(village.id, new_id()),
        lambda: drafts.add_draft_rule(other.id, draft.id, make_wording("E02")),
        lambda: drafts.drop_set(other.id, clerk, draft.id),
    ):
        with pytest.raises(SetNotThere):
            ask()
    for set_id in (second.id, new_id()):
        with pytest.raises(RuleNotThere):
            drafts.get_draft_rule(village.id, set_id, rule.id)
    with pytest.raises(RuleNotThere):
        drafts.drop_draft_rule(village.id, second.id, rule.id)
