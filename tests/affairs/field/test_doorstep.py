"""At the door: who lives there and what forbids recording, the rules to tap, what was recorded just now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from governance.affairs.awards.items import Scorer
from governance.affairs.awards.refusals import NotResident, NotYourPlace
from governance.affairs.field import doorstep, undo
from governance.affairs.field.doorstep import at_the_door, choice_of_rules, find_twin
from governance.affairs.recusal import OwnHousehold
from governance.base.database import new_id
from governance.ledger.book import Figures
from governance.village import households, kin
from governance.village.households import UnknownHousehold
from tests.factories import (
    give_points,
    make_award,
    make_household,
    make_rule,
    make_scorer,
    make_village,
)
from tests.moments import later


def codes_of(choice):
    return [offer.rule.code for offer in choice.shown]


def test_a_household_is_shown_with_its_figures(village, home, officer):
    give_points(village, home, 7)
    shown = at_the_door(officer, home.id)
    assert (shown.code, shown.head, shown.size) == ("1组1号", "王秀兰", 4)
    assert (shown.figures, shown.why_not) == (Figures(7, 7), None)


def test_what_forbids_recording_is_said_before_the_tap(village, home, officer):
    away = make_household(village, status="away")
    assert isinstance(at_the_door(officer, away.id).why_not, NotResident)
    kin.declare_kin(officer.staff_id, home, "relative")
    assert isinstance(at_the_door(officer, home.id).why_not, OwnHousehold)


def test_another_grids_a_closed_or_a_strangers_household_is_not_shown(village, officer):
    here = Scorer(officer.staff_id, village.id, frozenset({village.grids[0].id}))
    with pytest.raises(NotYourPlace):
        at_the_door(here, village.homes[1].id)
    households.close_household(village.homes[2])
    for gone in (village.homes[2].id, make_village("白家村").homes[0].id, new_id()):
        with pytest.raises(UnknownHousehold):
            at_the_door(officer, gone)


def test_the_short_list_is_what_the_officer_uses_most_then_the_rulebook_without_deductions(
    village, home, officer
):
    rules = [make_rule(village, f"E{n:02d}") for n in range(1, 11)]
    minus = make_rule(village, "M01", points=-5, category="扣分")
    untouched = choice_of_rules(village.id, home.id, officer.staff_id)
    assert codes_of(untouched) == [f"E{n:02d}" for n in range(1, doorstep.OFTEN + 1)]
    assert untouched.categories == ["公共参与", "扣分"]
    for rule in (rules[9], rules[9], minus):
        make_award(officer, village.homes[1], rule)
    assert codes_of(choice_of_rules(village.id, home.id, officer.staff_id))[:3] == [
        "E10",
        "M01",
        "E01",
    ]
    somebody = make_scorer(village)
    assert codes_of(choice_of_rules(village.id, home.id, somebody.staff_id))[0] == "E01"
    assert codes_of(choice_of_rules(village.id, home.id, somebody.staff_id, "扣分")) == ["M01"]


def test_a_cap_that_is_met_is_said_for_this_household_alone(village, home, officer):
    capped = make_rule(village, cap_count=1, cap_period="month")
    make_award(officer, home, capped)
    told = [
        (offer.used, offer.full)
        for one in village.homes[:2]
        for offer in choice_of_rules(village.id, one.id, officer.staff_id).shown
    ]
    assert told == [(1, True), (0, False)]


def test_what_was_recorded_last_stands_first_and_only_ones_own(village, home, officer):
    rule = make_rule(village)
    first = make_award(officer, home, rule)
    with later(0, hours=1):
        second = make_award(officer, village.homes[1], rule)
        make_award(make_scorer(village), home, rule)
    recorded = doorstep.recorded_by(village.id, officer.staff_id, 5)
    assert [(row.id, row.group_no) for row in recorded] == [(second, 2), (first, 1)]
    assert [row.id for row in doorstep.recorded_by(village.id, officer.staff_id, 1)] == [second]
    assert doorstep.last_recorded(village.id, officer.staff_id).id == second
    assert doorstep.last_recorded(village.id, new_id()) is None


def test_the_same_act_recorded_by_another_today_is_told(village, home, officer):
    rule = make_rule(village)
    first = make_award(officer, home, rule)
    assert find_twin(village.id, home.id, rule.code, first) is None
    second = make_award(make_scorer(village), home, rule)
    assert find_twin(village.id, home.id, rule.code, second).id == first
    assert find_twin(village.id, village.homes[1].id, rule.code, second) is None
    undo.withdraw(officer, make_award(officer, village.homes[2], rule))
    assert find_twin(village.id, village.homes[2].id, rule.code, new_id()) is None
    with later(1):
        assert find_twin(village.id, home.id, rule.code, new_id()) is None


def test_a_page_sent_once_more_tells_the_moment_it_was_first_seen(village, home, officer):
    rule = make_rule(village)
    early = make_award(officer, home, rule)
    with later(0, hours=1):
        late = make_award(officer, home, rule)
    assert doorstep.first_seen(village.id, late, early) < doorstep.first_seen(village.id, late)
    assert doorstep.first_seen(village.id, new_id()) is None


def test_the_next_household_is_the_next_door_that_can_be_scored(village, home, officer):
    door = at_the_door(officer, home.id)
    assert doorstep.next_household(door, None) == village.homes[2].id  # 1组2号
    village.homes[2].status = "empty"
    households.close_household(village.homes[1])  # 2组1号
    assert doorstep.next_household(door, None) == village.homes[3].id
    here = frozenset({village.grids[0].id})
    assert doorstep.next_household(door, here) is None
    assert doorstep.next_household(replace(door, group_no=99), None) is None


def test_households_are_named_as_people_call_them(village, home):
    other = make_village("白家村").homes[0]
    assert doorstep.names_of(village.id, [home.id, other.id]) == {home.id: "1组1号 王秀兰"}
