"""The rulebook: versions instead of edits, dates that decide, one latest version per code."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.base import clock
from governance.base.errors import BadInput
from governance.village.rules import rulebook
from governance.village.rules.rulebook import (
    NotLatestVersion,
    RuleCodeTaken,
    RuleNotThere,
    add_rule,
    add_rules,
    retire_rule,
    revise_rule,
    rules_in_force,
    versions_of,
    wording_of,
)
from governance.village.rules.wording import clean
from tests.factories import make_rule, make_village, make_wording


def days(count):
    return clock.today() + timedelta(days=count)


def codes(rules):
    return [rule.code for rule in rules]


def test_two_rules_in_force_cannot_share_a_code(village):
    add_rule(village.id, make_wording(), None)
    with pytest.raises(RuleCodeTaken, match="E01"):
        add_rule(village.id, make_wording(behaviour="另一件事"), None)
    with pytest.raises(RuleCodeTaken):
        add_rules(village.id, [make_wording(code="N1"), make_wording(code="N1")], None)
    assert codes(rules_in_force(village.id)) == ["E01"]


def test_one_wrong_rule_among_many_adds_none(village):
    with pytest.raises(BadInput):
        add_rules(
            village.id, [make_wording(), make_wording(code="E02", points_min=0, points_max=0)], None
        )
    assert rules_in_force(village.id) == []


def test_a_revision_ends_the_older_version_on_its_first_day(village):
    old = add_rule(village.id, make_wording(since=days(-30)), None)
    new = revise_rule(old, make_wording(points_min=3, points_max=3, since=days(5)), None)
    assert (new.version, new.code, new.position) == (2, old.code, old.position)
    assert [rule.points_min for rule in rules_in_force(village.id)] == [5]
    assert [rule.points_min for rule in rules_in_force(village.id, days(5))] == [3]
    assert old.until == new.since
    assert [rule.version for rule in versions_of(village.id, "E01")] == [2, 1]


def test_an_older_version_is_neither_revised_nor_retired(village):
    old = add_rule(village.id, make_wording(since=days(-30)), None)
    revise_rule(old, make_wording(points_min=3, points_max=3), None)
    with pytest.raises(NotLatestVersion):
        revise_rule(old, make_wording(points_min=4, points_max=4), None)
    with pytest.raises(NotLatestVersion):
        retire_rule(old, days(10))
    assert len(rules_in_force(village.id, days(3))) == 1


def test_a_revision_never_begins_before_the_version_it_replaces(village):
    old = add_rule(village.id, make_wording(since=days(3)), None)
    with pytest.raises(BadInput) as refusal:
        revise_rule(old, make_wording(since=days(2)), None)
    assert refusal.value.field == "since"
    assert old.until is None


def test_a_retired_rule_is_in_force_until_the_day_before(village):
    rule = add_rule(village.id, make_wording(since=days(-5)), None)
    retire_rule(rule, days(2))
    assert rule.in_force(days(1))
    assert not rule.in_force(days(2))
    assert not rule.in_force(days(-6))
    with pytest.raises(BadInput) as refusal:
        retire_rule(rule, days(-6))
    assert refusal.value.field == "until"


def test_a_retired_code_may_come_back_as_the_next_version(village):
    retire_rule(add_rule(village.id, make_wording(since=days(-5)), None), days(-1))
    again = add_rule(village.id, make_wording(behaviour="换个说法再来"), None)
    assert again.version == 2
    assert codes(rules_in_force(village.id)) == ["E01"]


def test_a_revision_of_a_retired_rule_does_not_stretch_its_end(village):
    rule = add_rule(village.id, make_wording(since=days(-9)), None)
    retire_rule(rule, days(-5))
    revise_rule(rule, make_wording(since=days(0), points_min=2, points_max=2), None)
    assert rules_in_force(village.id, days(-3)) == []
    assert rule.until == days(-5)


def test_rules_stand_by_category_with_deductions_last(village):
    add_rules(
        village.id,
        [
            make_wording(code="Z01"),
            make_wording(code="Z51", points_min=-5, points_max=-5),
            make_wording(code="A01", category="平安建设"),
            make_wording(code="Z02"),
        ],
        None,
    )
    assert codes(rules_in_force(village.id)) == ["Z01", "Z02", "Z51", "A01"]
    assert rulebook.categories_of(village.id) == ["人居环境", "平安建设"]
    assert list(rulebook.by_category(rules_in_force(village.id))) == ["人居环境", "平安建设"]


def test_the_desk_sees_what_is_in_force_coming_and_ended(village):
    now, coming, ended, never = (
        add_rule(village.id, make_wording(code=code, since=since), None)
        for code, since in (("N1", days(-1)), ("C1", days(4)), ("E1", days(-9)), ("X1", days(6)))
    )
    retire_rule(ended, days(0))
    retire_rule(never, never.since)
    newer = revise_rule(
        now, make_wording(code="N1", since=days(8), points_min=2, points_max=2), None
    )
    found = rulebook.rules_by_standing(village.id)
    assert found["in_force"] == [now]
    assert set(codes(found["coming"])) == {coming.code, newer.code}
    assert set(codes(found["ended"])) == {"E1", "X1"}


def test_a_rule_of_another_village_is_not_there(village):
    other = make_rule(make_village(homes=0))
    with pytest.raises(RuleNotThere):
        rulebook.get_rule(village.id, other.id)


def test_wording_of_a_rule_is_what_was_added(village):
    words = clean(
        make_wording(pillar="自治", unit="户", cap_count=2, cap_period="month", note="注")
    )
    assert wording_of(add_rule(village.id, words, None)) == words
