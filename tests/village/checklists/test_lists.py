"""Checklists: versions instead of edits, dates that decide, results that give only what a rule gives by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from governance.base import clock
from governance.base.database import new_id
from governance.base.errors import BadInput
from governance.village.checklists import lists
from governance.village.checklists.lists import (
    ChecklistCodeTaken,
    NotLatestChecklist,
    UnknownChecklist,
    add_checklist,
    checklists_in_force,
    find_checklist_on,
    find_checklists,
    get_checklist,
    load_checklist,
    retire_checklist,
    revise_checklist,
    titles_in_force,
    versions_of,
    wording_of,
)
from governance.village.checklists.wording import ChecklistWording, Given, Reminding, Target
from tests.factories import SCENES, make_checklist, make_reminder_rule, make_rule, make_village


def wording(code="A", **more):
    plain = {"title": "入户检查", "scenes": SCENES, "since": date(clock.today().year, 1, 1)}
    return ChecklistWording(code=code, **(plain | more))


def day(count):
    return clock.today() + clock.days(count)


def test_what_was_added_is_what_is_read(village):
    rule = make_rule(village, "E01")
    made = add_checklist(village.id, wording(outcomes=(Given(15, rule.code),)), None)
    found = get_checklist(village.id, made.id)
    assert wording_of(found) == wording(outcomes=(Given(15, "E01"),))
    assert (found.version, found.full, found.scenes) == (1, 20, SCENES)
    assert find_checklists(village.id, [made.id, new_id()]) == {made.id: found}


def test_two_in_force_cannot_share_a_code(village):
    make_checklist(village, "A")
    with pytest.raises(ChecklistCodeTaken, match="A"):
        make_checklist(village, "A")
    make_checklist(make_village("白家村"), "A")


def test_a_revision_ends_the_older_version_on_its_first_day(village):
    old = make_checklist(village, "A")
    new = revise_checklist(old, wording(title="入户大检查", since=day(5)), None)
    assert (new.version, old.until) == (2, new.since)
    assert [one.title for one in checklists_in_force(village.id)] == ["入户检查"]
    assert [one.title for one in checklists_in_force(village.id, day(5))] == ["入户大检查"]
    assert find_checklist_on(village.id, "A", day(4)).version == 1
    assert find_checklist_on(village.id, "B", day(4)) is None
    assert [one.version for one in versions_of(village.id, "A")] == [2, 1]
    assert [one.version for one in lists.all_checklists(village.id)] == [2]


def test_an_older_version_is_neither_revised_nor_retired(village):
    old = make_checklist(village, "A")
    revise_checklist(old, wording(since=day(5)), None)
    with pytest.raises(NotLatestChecklist):
        revise_checklist(old, wording(since=day(6)), None)
    with pytest.raises(NotLatestChecklist):
        retire_checklist(old, day(6))


def test_a_version_never_begins_before_the_one_it_replaces_nor_ends_before_it_began(village):
    made = make_checklist(village, "A", since=day(0))
    with pytest.raises(BadInput) as refusal:
        revise_checklist(made, wording(since=day(-1)), None)
    assert refusal.value.field == "since"
    with pytest.raises(BadInput) as refusal:
        retire_checklist(made, day(-1))
    assert refusal.value.field == "until"


def test_a_retired_one_is_in_force_until_the_day_before_and_its_code_may_come_back(village):
    made = make_checklist(village, "A")
    retire_checklist(made, day(1))
    assert made.in_force(day(0))
    assert not made.in_force(day(1))
    with pytest.raises(ChecklistCodeTaken):
        make_checklist(village, "A", since=day(0))
    assert make_checklist(village, "A", since=day(1)).version == 2


@pytest.mark.parametrize(
    "more",
    [
        {"points": -5},
        {"points": None, "points_min": 1, "points_max": 5},
        {"evidence": "photo"},
        {"since": date(2999, 1, 1)},
    ],
    ids=["a deduction", "a range", "a photo", "not yet in force"],
)
def test_a_result_gives_nothing_that_asks_for_more(village, more):
    make_rule(village, "E01", **more)
    with pytest.raises(BadInput) as refusal:
        make_checklist(village, outcomes=(Given(15, "E01"),))
    assert refusal.value.field == "outcomes"
    assert lists.all_checklists(village.id) == []


def test_a_result_reminds_only_by_a_rule_that_reminds(village):
    make_rule(village, "E01", points=-5)
    for code in ("E01", "E99"):
        with pytest.raises(BadInput) as refusal:
            make_checklist(village, remind=Reminding(code))
        assert refusal.value.field == "remind"
    rule = make_reminder_rule(village, code="E51")
    assert make_checklist(village, remind=Reminding(rule.code, 12)).reminds == Reminding("E51", 12)


def test_the_same_loaded_again_changes_nothing_and_keeps_what_a_result_gives(village):
    make_rule(village, "E01")
    first = load_checklist(village.id, wording(outcomes=(Given(15, "E01"),)), None)
    again = load_checklist(village.id, wording(since=day(0)), None)
    assert again.id == first.id
    newer = load_checklist(village.id, wording(title="入户大检查", since=day(0)), None)
    assert (newer.version, newer.gives) == (2, (Given(15, "E01"),))
    retire_checklist(newer, day(0))
    assert load_checklist(village.id, wording(since=day(0)), None).version == 3


def test_households_and_public_places_have_theirs_and_some_are_for_both(village):
    for code, target in (("A", "household"), ("B", "public"), ("C", "both")):
        make_checklist(village, code, title=f"检查{code}", target=target)
    told = {
        target: [row.title for row in titles_in_force(village.id, target)]
        for target in (Target.HOUSEHOLD, Target.PUBLIC)
    }
    assert told == {Target.HOUSEHOLD: ["检查A", "检查C"], Target.PUBLIC: ["检查B", "检查C"]}
    both = find_checklist_on(village.id, "C", day(0))
    assert (both.for_households, both.for_public) == (True, True)


def test_a_checklist_of_another_village_is_not_known(village):
    other = make_checklist(make_village("白家村"))
    with pytest.raises(UnknownChecklist):
        get_checklist(village.id, other.id)
    assert find_checklists(village.id, [other.id]) == {}
    assert checklists_in_force(village.id) == []


def test_what_a_wording_says_is_checked_before_anything_is_written(village):
    with pytest.raises(BadInput):
        add_checklist(village.id, replace(wording(), title=""), None)
    assert lists.all_checklists(village.id) == []
