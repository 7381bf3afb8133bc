"""A draft held against the rulebook, and the assembly's decision that puts it in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from governance.base import clock
from governance.base.errors import BadInput
from governance.village.decisions import NotEnoughVotes
from governance.village.rules import drafts
from governance.village.rules.adoption import EmptyDraft, RuleComing, adopt_set, compare
from governance.village.rules.drafts import SetClosed
from governance.village.rules.rulebook import (
    all_rules,
    retire_rule,
    revise_rule,
    rules_in_force,
    versions_of,
    wording_of,
)
from tests.factories import make_meeting, make_rule, make_wording


def day(count=0):
    return clock.today() + clock.days(count)


def decided(since=None, **more):
    """What the assembly decided, and from when: the last arguments of `adopt_set`."""
    return make_meeting(**{"held_on": day(-2)} | more), since or day(10)


def copied(village, clerk):
    return drafts.start_set(village.id, clerk, "草案", drafts.wordings_to_copy(village.id))


def edit(village, draft, code, **more):
    rule = next(one for one in drafts.rules_of_set(village.id, draft.id) if one.code == code)
    return drafts.edit_draft_rule(village.id, draft.id, rule.id, replace(rule.wording(), **more))


def drop(village, draft, code):
    rule = next(one for one in drafts.rules_of_set(village.id, draft.id) if one.code == code)
    drafts.drop_draft_rule(village.id, draft.id, rule.id)


def made(village, clerk):
    """A01 changed, B01 dropped, C01 as it was, N01 new."""
    for code in ("A01", "B01", "C01"):
        make_rule(village, code=code, points=5)
    draft = copied(village, clerk)
    edit(village, draft, "A01", points_min=8, points_max=8, cap_count=2, cap_period="month")
    drop(village, draft, "B01")
    drafts.add_draft_rule(village.id, draft.id, make_wording("N01"))
    return draft


def in_force(village, on):
    return {rule.code: rule.points_max for rule in rules_in_force(village.id, on)}


def test_a_copy_changes_nothing(village, clerk):
    make_rule(village, code="A01", evidence="photo", cap_count=1, cap_period="year")
    make_rule(village, code="M01", points=-5, evidence="reminder", review="second")
    found = compare(village.id, copied(village, clerk))
    assert found.empty
    assert len(found.same) == 2


def test_the_comparison_names_what_is_added_changed_and_dropped(village, clerk):
    found = compare(village.id, made(village, clerk))
    assert [one.code for one in found.added] == ["N01"]
    assert [one.code for one in found.dropped] == ["B01"]
    assert [(one.after.code, one.parts) for one in found.changed] == [("A01", ("points", "cap"))]
    assert [rule.code for rule, _ in found.same] == ["C01"]
    assert found.marks == {"N01": "added", "A01": "changed", "B01": "dropped"}


@pytest.mark.parametrize(
    ("part", "more"),
    [
        ("category", {"category": "平安建设"}),
        ("pillar", {"pillar": "自治"}),
        ("behaviour", {"behaviour": "参加义务植树"}),
        ("unit", {"unit": "人次"}),
        ("points", {"points_max": 9}),
        ("cap", {"cap_count": 1, "cap_period": "once"}),
        ("evidence", {"evidence": "照片"}),
        ("review", {"review": "second"}),
        ("note", {"note": "说明"}),
    ],
)
def test_each_part_of_a_rule_is_compared(village, clerk, part, more):
    make_rule(village, code="A01")
    draft = copied(village, clerk)
    edit(village, draft, "A01", **more)
    assert [one.parts for one in compare(village.id, draft).changed] == [(part,)]


def test_the_days_of_a_reminder_are_compared(village, clerk):
    make_rule(village, code="M01", points=-5, evidence="reminder", review="second")
    draft = copied(village, clerk)
    edit(village, draft, "M01", remind_days=3)
    assert [one.parts for one in compare(village.id, draft).changed] == [("remind_days",)]


def test_a_rule_that_was_to_end_and_stays_in_the_draft_is_a_change_and_goes_on(village, clerk):
    retire_rule(make_rule(village, code="A01"), day(30))
    draft = copied(village, clerk)
    assert [one.parts for one in compare(village.id, draft).changed] == [("until",)]
    adopt_set(village.id, clerk, draft.id, *decided())
    assert in_force(village, day(40)) == {"A01": 5}


def test_from_its_day_the_draft_is_in_force_and_the_day_before_the_old_rules_are(village, clerk):
    draft = made(village, clerk)
    adopt_set(village.id, clerk, draft.id, *decided())
    assert in_force(village, day(9)) == {"A01": 5, "B01": 5, "C01": 5}
    assert in_force(village, day(10)) == {"A01": 8, "C01": 5, "N01": 5}
    newest, oldest = versions_of(village.id, "A01")
    assert (newest.assembly_on, newest.since, newest.made_by) == (day(-2), day(10), clerk)
    assert (newest.cap_count, oldest.points_max, oldest.until) == (2, 5, day(10))
    assert len(versions_of(village.id, "C01")) == 1
    assert next(one for one in all_rules(village.id) if one.code == "N01").assembly_on == day(-2)


def test_the_set_keeps_the_date_and_the_votes(village, clerk):
    draft = made(village, clerk)
    adopt_set(village.id, clerk, draft.id, *decided(note=" 应到 52 人，地点村委会 "))
    kept = drafts.get_set(village.id, draft.id)
    assert (kept.state, kept.present, kept.votes_for, kept.votes_against) == ("adopted", 45, 43, 1)
    assert (kept.assembly_on, kept.since, kept.ended_by) == (day(-2), day(10), clerk)
    assert kept.note == "应到 52 人，地点村委会"


def test_the_sets_that_count_are_those_to_come_and_the_last_that_came(village, clerk):
    def adopted(title, since):
        draft = drafts.start_set(village.id, clerk, title, [make_wording("A01")])
        adopt_set(village.id, clerk, draft.id, *decided(since=since))

    for title, since in (("第一份", day()), ("第二份", day()), ("明年的", day(40))):
        adopted(title, since)
    drafts.start_set(village.id, clerk, "草案")
    titles = [one.title for one in drafts.sets_that_count(village.id)]
    assert titles == ["明年的", "第二份"]


def test_adopted_twice_is_once(village, clerk):
    draft = made(village, clerk)
    adopt_set(village.id, clerk, draft.id, *decided())
    with pytest.raises(SetClosed):
        adopt_set(village.id, clerk, draft.id, *decided())
    assert len(versions_of(village.id, "A01")) == 2


def test_what_an_adopted_set_changed_can_still_be_read(village, clerk):
    draft = made(village, clerk)
    before = compare(village.id, draft)
    adopt_set(village.id, clerk, draft.id, *decided())
    after = compare(village.id, drafts.get_set(village.id, draft.id))
    assert after.marks == before.marks
    assert [one.parts for one in after.changed] == [("points", "cap")]


def test_a_draft_without_changes_may_be_adopted_and_leaves_every_rule(village, clerk):
    make_rule(village, code="A01")
    draft = copied(village, clerk)
    assert adopt_set(village.id, clerk, draft.id, *decided()).empty
    assert [rule.version for rule in all_rules(village.id)] == [1]


def test_what_changed_in_the_rulebook_meanwhile_is_compared_at_the_moment_of_adoption(
    village, clerk
):
    draft = made(village, clerk)
    rule = next(one for one in all_rules(village.id) if one.code == "C01")
    revise_rule(rule, replace(wording_of(rule), points_min=6, points_max=6, since=day()), None)
    make_rule(village, code="D01")
    retire_rule(next(one for one in all_rules(village.id) if one.code == "A01"), day())
    assert compare(village.id, draft).marks == {
        "A01": "added",
        "B01": "dropped",
        "C01": "changed",
        "D01": "dropped",
        "N01": "added",
    }
    adopt_set(village.id, clerk, draft.id, *decided())
    assert in_force(village, day(10)) == {"A01": 8, "C01": 5, "N01": 5}


def test_a_rule_that_ends_before_the_draft_begins_is_added_anew(village, clerk):
    rule = make_rule(village, code="A01")
    draft = copied(village, clerk)
    retire_rule(rule, day(5))
    adopt_set(village.id, clerk, draft.id, *decided())
    assert in_force(village, day(7)) == {}
    assert in_force(village, day(10)) == {"A01": 5}


def test_a_draft_may_not_begin_before_a_version_passed_already(village, clerk):
    rule = make_rule(village, code="A01")
    revise_rule(rule, replace(wording_of(rule), points_max=9, since=day(20)), None)
    draft = copied(village, clerk)
    with pytest.raises(RuleComing) as refused:
        adopt_set(village.id, clerk, draft.id, *decided())
    assert refused.value.field == "since"
    assert "A01" in str(refused.value)
    adopt_set(village.id, clerk, draft.id, *decided(since=day(20)))
    assert in_force(village, day(20)) == {"A01": 9}


def test_new_rules_follow_in_the_drafts_order(village, clerk):
    make_rule(village, code="Z01")
    draft = copied(village, clerk)
    for code in ("N03", "N01", "N02"):
        drafts.add_draft_rule(village.id, draft.id, make_wording(code, category="新类别"))
    adopt_set(village.id, clerk, draft.id, *decided())
    assert [one.code for one in rules_in_force(village.id, day(10))] == ["Z01", "N03", "N01", "N02"]


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("held_on", {"held_on": date(2999, 1, 1)}),
        ("present", {"present": 0, "votes_for": 0, "votes_against": 0}),
        ("entitled", {"entitled": 100_001}),
        ("votes_for", {"votes_for": -1}),
        ("votes_against", {"votes_against": -1}),
        ("votes_against", {"votes_for": 40, "votes_against": 6}),
        ("since", {"since": date(2020, 1, 1)}),
        ("note", {"note": "长" * 201}),
    ],
)
def test_a_decision_that_cannot_be_is_refused_at_its_field(village, clerk, field, more):
    draft = made(village, clerk)
    with pytest.raises(BadInput) as refused:
        adopt_set(village.id, clerk, draft.id, *decided(**more))
    assert refused.value.field == field
    assert drafts.get_set(village.id, draft.id).state == "draft"
    assert len(all_rules(village.id)) == 3


@pytest.mark.parametrize(
    ("present", "votes_for", "enough"),
    [
        (1, 1, True),
        (1, 0, False),
        (2, 1, False),
        (44, 22, False),
        (44, 23, True),
        (45, 22, False),
        (45, 23, True),
    ],
)
def test_more_than_half_of_those_present_must_be_for_it(village, clerk, present, votes_for, enough):
    draft = made(village, clerk)
    decision = decided(entitled=present, present=present, votes_for=votes_for, votes_against=0)
    if enough:
        adopt_set(village.id, clerk, draft.id, *decision)
        return
    with pytest.raises(NotEnoughVotes) as refused:
        adopt_set(village.id, clerk, draft.id, *decision)
    assert "村民委员会组织法" in str(refused.value)
    assert f"至少 {present // 2 + 1} 票" in str(refused.value)
    assert len(all_rules(village.id)) == 3


def test_a_draft_without_rules_is_not_adopted(village, clerk):
    make_rule(village, code="A01")
    draft = drafts.start_set(village.id, clerk, "空的")
    with pytest.raises(EmptyDraft):
        adopt_set(village.id, clerk, draft.id, *decided())
    assert in_force(village, day(30)) == {"A01": 5}


def test_a_refusal_in_the_middle_leaves_everything_as_it_was(village, clerk, monkeypatch):
    draft = made(village, clerk)

    def fail(*_):
        raise RuntimeError("power cut")

    monkeypatch.setattr("governance.village.rules.adoption.retire_rule", fail)
    with pytest.raises(RuntimeError):
        adopt_set(village.id, clerk, draft.id, *decided())
    assert in_force(village, day(10)) == {"A01": 5, "B01": 5, "C01": 5}
    assert drafts.get_set(village.id, draft.id).state == "draft"
