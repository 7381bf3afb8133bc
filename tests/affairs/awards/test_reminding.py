"""Giving a reminder and withdrawing it: what is wrong, until when, every refusal, twice is once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from governance.affairs.awards import reminders, reminding
from governance.affairs.awards.admission import CLOCK_SLACK
from governance.affairs.awards.items import Scorer
from governance.affairs.awards.life import awards
from governance.affairs.awards.refusals import (
    NotResident,
    NotYourPlace,
    ReasonMissing,
    RuleRetired,
    SeenInFuture,
)
from governance.affairs.awards.reminding import (
    AlreadyReminded,
    NoReminderRule,
    NothingSaid,
    NotYourReminder,
    ReminderSettled,
    withdraw_reminder,
)
from governance.affairs.awards.settling import correct, deduct
from governance.base import clock
from governance.base.database import db, new_id
from governance.ledger.book import KeyConflict
from governance.village import households
from governance.village.households import UnknownHousehold
from governance.village.rules import rulebook
from governance.village.rules.rulebook import RuleNotThere
from tests.factories import (
    make_household,
    make_reminder,
    make_reminder_rule,
    make_rule,
    make_scorer,
    make_village,
)
from tests.moments import NOON, later


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_reminder_says_what_until_when_and_what_it_would_cost(village, officer, reminder, minus):
    assert (reminder.state, reminder.year, reminder.number) == ("open", 2026, 1)
    assert reminder.deadline.isoformat() == "2026-11-29"
    assert (reminder.points, reminder.behaviour) == (-5, "乱堆乱倒经提醒未改")
    assert reminder.grid_id == village.homes[0].grid_id
    assert count(awards) == 0
    second = make_reminder(officer, village.homes[1], minus)
    assert second.number == 2


def test_the_day_of_the_deadline_is_the_villages_not_londons(village, officer, minus):
    with clock.set_to(datetime(2026, 11, 22, 17, tzinfo=UTC)):  # past midnight in the village
        made = make_reminder(officer, village.homes[0], minus)
    assert made.deadline.isoformat() == "2026-11-30"


def test_the_numbers_begin_again_at_new_year(village, officer, reminder, minus):
    with later(60):
        assert make_reminder(officer, village.homes[1], minus).number == 1


def test_of_a_range_the_mildest_is_told(village, officer):
    ranged = make_reminder_rule(village, points=None, points_min=-10, points_max=-2, days=3)
    made = make_reminder(officer, village.homes[0], ranged)
    assert (made.points, made.deadline.isoformat()) == (-2, "2026-11-25")


@pytest.mark.parametrize("note", ["", "   ", "\u200b", "长" * 201])
def test_a_reminder_says_what_is_wrong(village, officer, note, minus):
    with pytest.raises(NothingSaid):
        make_reminder(officer, village.homes[0], minus, note=note)


def test_the_same_reminder_twice_is_one(village, officer, reminder, minus):
    again = make_reminder(
        officer, village.homes[0], minus, id=reminder.id, seen_at=reminder.seen_at
    )
    assert again.number == reminder.number
    assert count(reminders.reminders) == 1


@pytest.mark.parametrize("change", [{"note": "另一处"}, {"seen_at": NOON - timedelta(hours=1)}])
def test_the_same_id_with_other_content_is_a_conflict(village, officer, reminder, change, minus):
    with pytest.raises(KeyConflict):
        make_reminder(officer, village.homes[0], minus, id=reminder.id, **change)


def test_somebody_elses_id_is_a_conflict(village, reminder, minus):
    with pytest.raises(KeyConflict):
        make_reminder(make_scorer(village), village.homes[0], minus, id=reminder.id)


def test_one_open_reminder_for_a_household_and_rule_names_the_first(
    village, officer, reminder, minus
):
    with pytest.raises(AlreadyReminded) as refusal:
        make_reminder(make_scorer(village), village.homes[0], minus)
    assert refusal.value.values == {
        "year": 2026,
        "number": 1,
        "deadline": reminder.deadline,
    }
    other = make_reminder_rule(village, behaviour="污水直排经提醒未改")
    assert make_reminder(officer, village.homes[0], other).number == 2


def test_a_new_version_of_the_rule_does_not_remind_once_more(village, officer, reminder, minus):
    newer = rulebook.revise_rule(
        minus, replace(rulebook.wording_of(minus), since=clock.today()), None
    )
    with pytest.raises(AlreadyReminded):
        make_reminder(officer, village.homes[0], newer)


def test_after_a_settled_reminder_there_may_be_another(village, officer, reminder, minus):
    correct(officer, reminder.id, new_id())
    assert make_reminder(officer, village.homes[0], minus).number == 2


def test_a_rule_without_a_reminder_does_not_remind(village, officer):
    with pytest.raises(NoReminderRule):
        make_reminder(officer, village.homes[0], make_rule(village, points=-3))


def test_whom_scoring_refuses_reminding_refuses(village, officer, minus):
    rule, homes = minus, village.homes
    elsewhere = Scorer(officer.staff_id, village.id, frozenset({village.grids[1].id}))
    away = make_household(village, status="away")
    closed = make_household(village)
    households.close_household(closed)
    stranger = make_village()
    for scorer, home, refusal in (
        (elsewhere, homes[0], NotYourPlace),
        (officer, away, NotResident),
        (officer, closed, UnknownHousehold),
        (officer, stranger.homes[0], UnknownHousehold),
    ):
        with pytest.raises(refusal):
            make_reminder(scorer, home, rule)
    with pytest.raises(RuleNotThere):
        make_reminder(officer, homes[0], make_reminder_rule(stranger))
    future = clock.now() + CLOCK_SLACK + timedelta(minutes=1)
    with pytest.raises(SeenInFuture):
        make_reminder(officer, homes[0], rule, seen_at=future)
    rulebook.retire_rule(rule, clock.today())
    with pytest.raises(RuleRetired):
        make_reminder(officer, homes[0], rule)
    assert count(reminders.reminders) == 0


def test_the_filer_or_the_committee_withdraws_an_open_reminder(village, officer, reminder):
    colleague = make_scorer(village)
    with pytest.raises(NotYourReminder):
        withdraw_reminder(village.id, colleague.staff_id, reminder.id, "不是他家", own_only=True)
    with pytest.raises(ReasonMissing):
        withdraw_reminder(village.id, officer.staff_id, reminder.id, " ")
    gone = withdraw_reminder(village.id, officer.staff_id, reminder.id, "认错了户", own_only=True)
    assert (gone.state, gone.reason) == ("withdrawn", "认错了户")
    again = withdraw_reminder(village.id, officer.staff_id, reminder.id, "认错了户")
    assert again.state == "withdrawn"
    with pytest.raises(ReminderSettled):
        withdraw_reminder(village.id, colleague.staff_id, reminder.id, "认错了户")
    with later(8), pytest.raises(ReminderSettled):
        deduct(officer, reminder.id, new_id())


def test_the_last_day_of_a_reminder_follows_from_the_rule(village, minus):
    assert (reminding.deadline_of(minus) - clock.today()).days == 7
