"""Who may be scored, by whom and by which rule: every refusal, alone and in a batch, and nothing is left behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from governance.affairs.awards.items import Scorer
from governance.affairs.awards.recording import record, record_one
from governance.affairs.awards.refusals import NotResident, NotYourPlace, RuleRetired, SeenInFuture
from governance.affairs.recusal import OwnHousehold
from governance.base import clock
from governance.base.database import new_id
from governance.village import households, kin
from governance.village.households import UnknownHousehold
from governance.village.rules import rulebook
from governance.village.rules.rulebook import RuleNotThere
from governance.village.staff import Role
from tests.affairs.awards.refused import refused
from tests.factories import make_household, make_item, make_rule, make_staff, make_village


def test_a_household_of_another_grid_is_refused(village, home, rule):
    person = make_staff(Role.OFFICER, village.grids[1])
    refused(
        Scorer(person.id, village.id, frozenset({village.grids[1].id})),
        make_item(home, rule),
        NotYourPlace,
    )


def test_a_household_of_another_village_is_not_known(village, officer, rule):
    other = make_village()
    refused(officer, make_item(other.homes[0], rule), UnknownHousehold)


def test_a_rule_of_another_village_is_not_known(officer, home):
    refused(officer, make_item(home, make_rule(make_village())), RuleNotThere)


def test_a_household_or_rule_that_never_was_is_not_known(officer, home, rule):
    refused(officer, replace(make_item(home, rule), household_id=new_id()), UnknownHousehold)
    refused(officer, replace(make_item(home, rule), rule_id=new_id()), RuleNotThere)


def test_a_closed_household_is_not_known(officer, home, rule):
    households.close_household(home)
    refused(officer, make_item(home, rule), UnknownHousehold)


@pytest.mark.parametrize("status", ["away", "empty"])
def test_who_lives_away_is_not_scored(village, officer, rule, status):
    refusal = refused(officer, make_item(make_household(village, status=status), rule), NotResident)
    assert refusal.values["household"]


def test_a_seasonal_household_is_scored(village, officer, rule):
    assert (
        record_one(officer, make_item(make_household(village, status="seasonal"), rule)).outcome
        == "recorded"
    )


@pytest.mark.parametrize("relation", ["own", "relative"])
def test_nobody_files_for_their_own_or_a_relatives_household(officer, home, rule, relation):
    kin.declare_kin(officer.staff_id, home, relation)
    refused(officer, make_item(home, rule), OwnHousehold)


def test_a_rule_not_yet_or_no_longer_in_force_is_refused(village, officer, home, rule):
    coming = make_rule(village, since=clock.today() + timedelta(days=1))
    refused(officer, make_item(home, coming), RuleRetired)
    refused(officer, make_item(home, rule, seen_at=datetime(2001, 1, 1, tzinfo=UTC)), RuleRetired)
    rulebook.retire_rule(rule, clock.today())
    refused(officer, make_item(home, rule), RuleRetired)


def test_what_was_seen_in_the_future_is_refused(officer, home, rule):
    refused(officer, make_item(home, rule, seen_at=clock.now() + AN_HOUR), SeenInFuture)
    slightly = make_item(home, rule, seen_at=clock.now() + timedelta(minutes=5))
    assert record_one(officer, slightly).outcome == "recorded"


@pytest.mark.parametrize(
    "moment", [datetime(9999, 12, 1, tzinfo=UTC), datetime(1, 1, 2, tzinfo=UTC)]
)
@pytest.mark.parametrize("period", [None, "month", "quarter", "year"])
def test_a_phone_with_an_absurd_clock_does_not_spoil_the_batch(
    village, officer, home, rule, moment, period
):
    capped = make_rule(village, cap_count=period and 1, cap_period=period)
    outcomes = record(officer, [make_item(home, capped, seen_at=moment), make_item(home, rule)])
    assert [one.outcome for one in outcomes] == ["refused", "recorded"]


AN_HOUR = timedelta(hours=1)
