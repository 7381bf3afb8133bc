"""Loading rules: new ones added, changed ones revised, the same ones left; all or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.base import clock
from governance.base.errors import BadInput
from governance.village import scheme
from governance.village.rules.file import read_rules, write_rules
from governance.village.rules.load import give_codes, load_rules, plan_load
from governance.village.rules.rulebook import (
    all_rules,
    retire_rule,
    rules_in_force,
    versions_of,
    wording_of,
)
from governance.village.scheme import Settings, find_scheme, set_scheme
from tests.village.rules.test_file import shipped


def load(village, name, since=None):
    plan = load_rules(village.id, read_rules(shipped(name)), since or clock.today(), None)
    return len(plan.added), len(plan.revised), len(plan.left)


def csv(*rows, heading="编号,类别,行为,分值"):
    return read_rules("\n".join([heading, *rows]).encode())


@pytest.mark.parametrize(("name", "count"), [("demo", 29), ("luoyu", 28), ("base100", 9)])
def test_a_shipped_file_loads_once(village, name, count):
    assert load(village, name) == (count, 0, 0)
    assert load(village, name) == (0, 0, count)
    assert len(rules_in_force(village.id)) == count


def test_codes_are_made_by_category_with_deductions_from_51(village):
    load(village, "luoyu")
    by_name = {rule.behaviour: rule.code for rule in all_rules(village.id)}
    assert by_name["党日活动签到"] == "A01"
    assert by_name["志愿服务"] == "A03"
    assert by_name["参加体育活动"] == "B01"
    assert (by_name["参与赌博"], by_name["乱堆垃圾不整治"]) == ("J51", "J54")


def test_made_codes_keep_off_the_codes_in_use(village):
    load(village, "demo")
    load(village, "luoyu")
    rules = all_rules(village.id)
    assert len(rules) == 29 + 28
    by_name = {(rule.category, rule.behaviour): rule.code for rule in rules}
    assert by_name["互帮互助", "关爱老人"].startswith("H")
    assert by_name["党建引领", "党日活动签到"][0] not in "EWPAHSD"


def test_a_base_file_sets_the_scheme_and_keeps_the_rest_of_it(village):
    set_scheme(village.id, Settings(cents_per_point=50, phone="09381234567"))
    load(village, "base100")
    assert find_scheme(village.id) == Settings("B", 100, 50, "09381234567")
    assert plan_load(village.id, read_rules(shipped("base100")), clock.today()).base is None


def test_a_changed_wording_becomes_a_new_version(village):
    load_rules(village.id, csv("E01,环境,打扫,5", "E02,环境,浇花,2"), clock.today(), None)
    tomorrow = clock.today() + timedelta(days=1)
    plan = load_rules(
        village.id, csv("E01,环境,打扫,6", "E02,环境,浇花,2", "E03,环境,种树,9"), tomorrow, None
    )
    assert [one.code for one in plan.added] == ["E03"]
    assert [rule.code for rule, _ in plan.revised] == ["E01"]
    assert [one.code for one in plan.left] == ["E02"]
    assert [rule.points_min for rule in versions_of(village.id, "E01")] == [6, 5]
    assert [rule.points_min for rule in rules_in_force(village.id) if rule.code == "E01"] == [5]


def test_an_ended_rule_is_added_again_as_its_next_version(village):
    load_rules(village.id, csv("E01,环境,打扫,5"), clock.today() - timedelta(days=3), None)
    retire_rule(all_rules(village.id)[0], clock.today())
    plan = load_rules(village.id, csv("E01,环境,打扫,5"), clock.today(), None)
    assert [one.code for one in plan.added] == ["E01"]
    assert all_rules(village.id)[0].version == 2


def test_a_revision_before_its_rule_begins_is_refused_and_nothing_is_loaded(village):
    load_rules(village.id, csv("E01,环境,打扫,5"), clock.today() + timedelta(days=9), None)
    with pytest.raises(BadInput) as refusal:
        load_rules(village.id, csv("N01,环境,新的,5", "E01,环境,打扫,6"), clock.today(), None)
    assert refusal.value.field == "since"
    assert [rule.code for rule in all_rules(village.id)] == ["E01"]


def test_an_assembly_in_the_future_loads_nothing(village):
    with pytest.raises(BadInput):
        load_rules(
            village.id,
            csv("N01,环境,新的,5"),
            clock.today(),
            None,
            clock.today() + timedelta(days=1),
        )
    assert all_rules(village.id) == []


def test_the_assemblys_date_alone_is_no_new_version(village):
    load_rules(village.id, csv("E01,环境,打扫,5"), clock.today(), None)
    plan = plan_load(village.id, csv("E01,环境,打扫,5"), clock.today(), clock.today())
    assert (plan.wordings, len(plan.left)) == ([], 1)


def test_an_export_loads_back_without_a_change(village):
    for name in ("demo", "base100"):
        load(village, name)
    rules = rules_in_force(village.id)
    file = read_rules(
        write_rules([wording_of(rule) for rule in rules], find_scheme(village.id).base)
    )
    plan = plan_load(village.id, file, clock.today())
    assert (plan.wordings, len(plan.left), plan.base) == ([], len(rules), None)


def test_a_plan_tells_the_words_to_mind_only_of_what_it_writes(village):
    load_rules(village.id, csv("E01,环境,乱倒罚款,-5"), clock.today(), None)
    plan = plan_load(village.id, csv("E01,环境,乱倒罚款,-5", "E02,环境,上访扣分,-5"), clock.today())
    assert [(wording.code, concern.word) for wording, concern in plan.concerns] == [("E02", "上访")]


def test_more_categories_than_letters_go_on_with_two():
    file = csv(
        *(f"类{number:02d},打扫{number},5" for number in range(30)), heading="类别,行为,分值"
    )
    codes = [one.code for one in give_codes(file.wordings, [])]
    assert codes[0] == "A01"
    assert codes[25:28] == ["Z01", "AA01", "AB01"]
    assert len(set(codes)) == 30


def test_more_than_fifty_plus_rules_of_a_category_do_not_meet_its_deductions():
    rows = [f"环境,打扫{number},5" for number in range(60)] + [
        f"环境,乱扔{number},-5" for number in range(60)
    ]
    codes = [one.code for one in give_codes(csv(*rows, heading="类别,行为,分值").wordings, [])]
    assert len(set(codes)) == 120


def test_a_base_out_of_bounds_changes_nothing(village):
    with pytest.raises(BadInput):
        scheme.set_scheme(village.id, Settings("B", 0))
    assert find_scheme(village.id) == Settings()
