"""Settling a reminder: put right in time it earns points, left as it was it may cost some; twice is once, racing too."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from governance.affairs.acts import acts
from governance.affairs.awards import checking, reminders, settling
from governance.affairs.awards.items import Scorer
from governance.affairs.awards.life import awards, get_award
from governance.affairs.awards.photos import photos_of
from governance.affairs.awards.refusals import (
    CapReached,
    NotResident,
    NotYourPlace,
    PointsOutOfRange,
    RuleRetired,
)
from governance.affairs.awards.reminders import ReminderState
from governance.affairs.awards.reminding import ReminderSettled, withdraw_reminder
from governance.affairs.awards.settling import NoteTooLong, StillTime, correct, deduct
from governance.affairs.recusal import OwnAward, OwnHousehold
from governance.base import clock
from governance.base.database import atomic, db, new_id
from governance.ledger import book
from governance.ledger.book import KeyConflict
from governance.village import households, kin
from governance.village.households import UnknownHousehold
from governance.village.rules import rulebook
from tests.factories import (
    make_award,
    make_bonus_rule,
    make_reminder,
    make_reminder_rule,
    make_rule,
    make_scorer,
)
from tests.moments import later


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_nobody_reminds_or_settles_their_own_household_and_the_attempt_is_noted(
    village, officer, reminder, committee
):
    home = village.homes[0]
    for scorer in (officer, committee):
        kin.declare_kin(scorer.staff_id, home, "relative")
    with pytest.raises(OwnHousehold):
        make_reminder(officer, home, make_reminder_rule(village))
    with pytest.raises(OwnHousehold):
        correct(officer, reminder.id, new_id())
    with later(8), pytest.raises(OwnHousehold):
        deduct(committee, reminder.id, new_id())
    with pytest.raises(OwnHousehold):
        withdraw_reminder(village.id, committee.staff_id, reminder.id, "算了")
    noted = db.session.execute(select(acts.c.what, acts.c.refused)).all()
    assert noted == [("remind", "own_household")] * 4
    assert reminders.get_reminder(village.id, reminder.id).state == "open"


def test_put_right_in_time_earns_the_bonus_which_another_checks(village, officer, reminder, bonus):
    with later(7, hours=11):  # 23:00 of the last day
        settled = correct(officer, reminder.id, new_id(), note="木料已搬走")
    assert (settled.award.points, settled.late, settled.why) == (2, False, None)
    award = get_award(village.id, reminder.award_id)
    assert (award.state, award.rule_code, award.note) == ("filed", bonus.code, "木料已搬走")
    [verdict] = checking.check(village.id, officer.staff_id, [award.id])
    assert isinstance(verdict.error, OwnAward)
    assert (reminder.state, reminder.settled_by) == ("corrected", officer.staff_id)
    assert reminders.reminder_of(village.id, award.id) is reminder


def test_put_right_too_late_is_closed_without_points(village, officer, reminder):
    with later(8):
        settled = correct(officer, reminder.id, new_id())
    assert settled.late
    assert settled.award is None
    assert (reminder.state, reminder.award_id) == ("corrected", None)
    assert count(awards) == 0


def test_without_a_bonus_rule_it_is_closed_without_points(village, officer, reminder, bonus):
    rulebook.retire_rule(bonus, clock.today())
    settled = correct(officer, reminder.id, new_id())
    assert (settled.award, settled.late, settled.why) == (None, False, None)
    assert reminder.state == "corrected"


def test_where_the_bonus_is_capped_it_is_closed_without_points_and_says_so(
    village, officer, minus, bonus
):
    rulebook.retire_rule(bonus, clock.today())
    capped = make_bonus_rule(village, cap_count=1, cap_period="year")
    make_award(officer, village.homes[0], capped, photos=(new_id(),))
    made, picture = make_reminder(officer, village.homes[0], minus), new_id()
    settled = correct(officer, made.id, new_id(), photos=[picture])
    assert isinstance(settled.why, CapReached)
    assert (made.state, made.award_id, count(awards)) == ("corrected", None, 1)
    assert [one.id for one in photos_of(village.id, made.id)] == [picture]


@pytest.mark.parametrize("gone", ["away", "closed"])
def test_who_moved_away_meanwhile_has_put_it_right_without_points(village, officer, reminder, gone):
    home = village.homes[0]
    if gone == "closed":
        households.close_household(home)
    else:
        home.status = "away"
        db.session.commit()
    settled = correct(officer, reminder.id, new_id())
    assert isinstance(settled.why, NotResident if gone == "away" else UnknownHousehold)
    assert (reminder.state, count(awards)) == ("corrected", 0)


def test_the_first_bonus_rule_counts_and_of_a_range_its_least(village, officer, reminder, bonus):
    rulebook.retire_rule(bonus, clock.today())
    first = make_bonus_rule(village, points=None, points_min=2, points_max=4, review="auto")
    make_bonus_rule(village, points=9)
    settled = correct(officer, reminder.id, new_id())
    assert (settled.award.points, settled.award.state) == (2, "booked")
    assert get_award(village.id, reminder.award_id).rule_code == first.code


def test_points_are_taken_only_after_the_last_day(village, officer, reminder):
    for days, hours in ((0, 0), (6, 0), (7, 11)):
        with later(days, hours), pytest.raises(StillTime) as refusal:
            deduct(officer, reminder.id, new_id())
    assert refusal.value.values == {"deadline": reminder.deadline}
    with later(7, hours=12):  # midnight in the village
        settled = deduct(officer, reminder.id, new_id())
    assert (settled.award.points, settled.award.state) == (-5, "filed")
    award = get_award(village.id, reminder.award_id)
    assert (award.note, award.rule_code, reminder.state) == (reminder.note, "E51", "deducted")
    assert reminders.reminder_of(village.id, award.id) is reminder
    assert book.find_figures(village.id, village.homes[0].id) == book.Figures(0, 0)


def test_the_version_in_force_takes_the_points(village, officer, reminder, minus):
    with later(8):
        rulebook.revise_rule(
            minus,
            replace(
                rulebook.wording_of(minus),
                since=clock.today(),
                points_min=-3,
                points_max=-1,
            ),
            None,
        )
        for points in (None, -4, 1):
            with pytest.raises(PointsOutOfRange):
                deduct(officer, reminder.id, new_id(), points)
        settled = deduct(officer, reminder.id, new_id(), -2, "仍未清理")
    assert settled.award.points == -2
    assert get_award(village.id, reminder.award_id).note == "仍未清理"


def test_a_retired_rule_takes_nothing_any_more(village, officer, reminder, minus):
    with later(8):
        rulebook.retire_rule(minus, clock.today())
        with pytest.raises(RuleRetired):
            deduct(officer, reminder.id, new_id())
        correct(officer, reminder.id, new_id())
    assert reminder.state == "corrected"


def test_a_refused_deduction_leaves_the_reminder_open(village, officer, reminder):
    village.homes[0].status = "away"
    db.session.commit()
    with later(8), pytest.raises(NotResident):
        deduct(officer, reminder.id, new_id())
    found = reminders.get_reminder(village.id, reminder.id)
    assert (found.state, found.award_id, count(awards)) == ("open", None, 0)


def test_settling_twice_is_once(village, officer, reminder):
    with later(8):
        first = deduct(officer, reminder.id, new_id())
        again = deduct(officer, reminder.id, new_id())
        assert (first.again, again.again, count(awards)) == (False, True, 1)
        with pytest.raises(ReminderSettled) as refusal:
            correct(officer, reminder.id, new_id())
        assert str(refusal.value.values["now"]) == "已扣分"
        with pytest.raises(ReminderSettled):
            deduct(make_scorer(village), reminder.id, new_id())


def test_put_right_twice_is_once(village, officer, reminder):
    award_id = new_id()
    correct(officer, reminder.id, award_id)
    assert correct(officer, reminder.id, award_id).again
    with pytest.raises(ReminderSettled):
        correct(make_scorer(village), reminder.id, new_id())
    with later(8), pytest.raises(ReminderSettled):
        deduct(officer, reminder.id, new_id())
    assert count(awards) == 1


def test_an_id_that_is_taken_settles_nothing(village, officer, reminder):
    taken = make_award(officer, village.homes[1], make_rule(village))
    with pytest.raises(KeyConflict):
        correct(officer, reminder.id, taken)
    assert reminders.get_reminder(village.id, reminder.id).state == "open"


def test_an_officer_settles_in_their_own_grids_the_committee_everywhere(
    village, officer, reminder, committee
):
    elsewhere = Scorer(officer.staff_id, village.id, frozenset({village.grids[1].id}))
    with pytest.raises(NotYourPlace):
        correct(elsewhere, reminder.id, new_id())
    with later(8), pytest.raises(NotYourPlace):
        deduct(elsewhere, reminder.id, new_id())
    assert correct(committee, reminder.id, new_id()).award.points == 2


def test_a_note_that_is_too_long_settles_nothing(village, officer, reminder):
    with pytest.raises(NoteTooLong):
        correct(officer, reminder.id, new_id(), note="长" * 201)
    with later(8), pytest.raises(NoteTooLong):
        deduct(officer, reminder.id, new_id(), note="长" * 201)
    assert reminder.state == "open"


@pytest.fixture
def met(monkeypatch):
    """The first settling meets another at the award's id."""
    calls, settle = [], settling._settle_once

    def meet(*arguments):
        calls.append(1)
        settled = settle(*arguments)
        if len(calls) == 1:
            raise IntegrityError("insert", {}, Exception("awards.id"))
        return settled

    monkeypatch.setattr(settling, "_settle_once", meet)
    return calls


def test_when_the_awards_id_comes_in_at_the_same_moment_it_is_judged_once_more(
    officer, reminder, met
):
    settled = correct(officer, reminder.id, new_id())
    assert (settled.reminder.state, len(met)) == (ReminderState.CORRECTED, 2)


def test_in_a_transaction_of_somebody_else_it_is_not_settled_again(village, officer, reminder, met):
    """Judged again in there, it was told `settled before`, and what had met its end was kept."""
    with pytest.raises(IntegrityError), atomic():
        correct(officer, reminder.id, new_id())
    assert reminders.get_reminder(village.id, reminder.id).state == ReminderState.OPEN
    assert count(awards) == 0
