"""Reminders: told first, time to put it right, and only then points; every refusal, twice is once, racing too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from governance.affairs.acts import acts
from governance.affairs.awards import checking, recording, reminders, reminding, settling
from governance.affairs.awards.admission import CLOCK_SLACK
from governance.affairs.awards.items import Scorer
from governance.affairs.awards.life import awards, get_award
from governance.affairs.awards.photos import photos, photos_of
from governance.affairs.awards.refusals import (
    CapReached,
    NotResident,
    NotYourPlace,
    PointsOutOfRange,
    ReasonMissing,
    ReminderMissing,
    RuleRetired,
    SeenInFuture,
)
from governance.affairs.awards.reminders import SETTLED, ReminderState, UnknownReminder, Wanted
from governance.affairs.awards.reminding import (
    AlreadyReminded,
    NoReminderRule,
    NothingSaid,
    NotYourReminder,
    ReminderSettled,
    withdraw_reminder,
)
from governance.affairs.awards.settling import NoteTooLong, StillTime, correct, deduct
from governance.affairs.recusal import OwnAward, OwnHousehold
from governance.base import clock
from governance.base.database import atomic, db, new_id
from governance.ledger import audit, book
from governance.ledger.book import KeyConflict
from governance.village import households, kin
from governance.village.households import UnknownHousehold
from governance.village.rules import rulebook
from governance.village.rules.rulebook import RuleNotThere
from governance.village.staff import Role
from tests.factories import (
    make_award,
    make_bonus_rule,
    make_household,
    make_item,
    make_reminder,
    make_reminder_rule,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
)

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)  # in the village


@pytest.fixture
def village(ctx):
    with clock.set_to(NOON):
        village = make_village(homes=2)
        village.minus = make_reminder_rule(village, code="E51")
        village.bonus = make_bonus_rule(village)
        yield village
    proof = audit.audit_book(village.id)
    assert proof.fault is None, proof.fault


@pytest.fixture
def officer(village):
    return make_scorer(village)


@pytest.fixture
def committee(village):
    return Scorer(make_staff(Role.COMMITTEE, village.place).id, village.id, None)


@pytest.fixture
def reminder(village, officer):
    return make_reminder(officer, village.homes[0], village.minus)


def later(days, hours=0):
    """The clock, some days after the reminder."""
    return clock.set_to(NOON + timedelta(days=days, hours=hours))


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_reminder_says_what_until_when_and_what_it_would_cost(village, officer, reminder):
    assert (reminder.state, reminder.year, reminder.number) == ("open", 2026, 1)
    assert reminder.deadline.isoformat() == "2026-11-29"
    assert (reminder.points, reminder.behaviour) == (-5, "乱堆乱倒经提醒未改")
    assert reminder.grid_id == village.homes[0].grid_id
    assert count(awards) == 0
    second = make_reminder(officer, village.homes[1], village.minus)
    assert second.number == 2


def test_the_day_of_the_deadline_is_the_villages_not_londons(village, officer):
    with clock.set_to(datetime(2026, 11, 22, 17, tzinfo=UTC)):  # past midnight in the village
        made = make_reminder(officer, village.homes[0], village.minus)
    assert made.deadline.isoformat() == "2026-11-30"


def test_the_numbers_begin_again_at_new_year(village, officer, reminder):
    with later(60):
        assert make_reminder(officer, village.homes[1], village.minus).number == 1


def test_of_a_range_the_mildest_is_told(village, officer):
    ranged = make_reminder_rule(village, points=None, points_min=-10, points_max=-2, days=3)
    made = make_reminder(officer, village.homes[0], ranged)
    assert (made.points, made.deadline.isoformat()) == (-2, "2026-11-25")


@pytest.mark.parametrize("note", ["", "   ", "\u200b", "长" * 201])
def test_a_reminder_says_what_is_wrong(village, officer, note):
    with pytest.raises(NothingSaid):
        make_reminder(officer, village.homes[0], village.minus, note=note)


def test_the_same_reminder_twice_is_one(village, officer, reminder):
    again = make_reminder(
        officer, village.homes[0], village.minus, id=reminder.id, seen_at=reminder.seen_at
    )
    assert again.number == reminder.number
    assert count(reminders.reminders) == 1


@pytest.mark.parametrize("change", [{"note": "另一处"}, {"seen_at": NOON - timedelta(hours=1)}])
def test_the_same_id_with_other_content_is_a_conflict(village, officer, reminder, change):
    with pytest.raises(KeyConflict):
        make_reminder(officer, village.homes[0], village.minus, id=reminder.id, **change)


def test_somebody_elses_id_is_a_conflict(village, reminder):
    with pytest.raises(KeyConflict):
        make_reminder(make_scorer(village), village.homes[0], village.minus, id=reminder.id)


def test_one_open_reminder_for_a_household_and_rule_names_the_first(village, officer, reminder):
    with pytest.raises(AlreadyReminded) as refusal:
        make_reminder(make_scorer(village), village.homes[0], village.minus)
    assert refusal.value.values == {
        "year": 2026,
        "number": 1,
        "deadline": reminder.deadline,
    }
    other = make_reminder_rule(village, behaviour="污水直排经提醒未改")
    assert make_reminder(officer, village.homes[0], other).number == 2


def test_a_new_version_of_the_rule_does_not_remind_once_more(village, officer, reminder):
    newer = rulebook.revise_rule(
        village.minus, replace(rulebook.wording_of(village.minus), since=clock.today()), None
    )
    with pytest.raises(AlreadyReminded):
        make_reminder(officer, village.homes[0], newer)


def test_after_a_settled_reminder_there_may_be_another(village, officer, reminder):
    correct(officer, reminder.id, new_id())
    assert make_reminder(officer, village.homes[0], village.minus).number == 2


def test_a_rule_without_a_reminder_does_not_remind(village, officer):
    with pytest.raises(NoReminderRule):
        make_reminder(officer, village.homes[0], make_rule(village, points=-3))


def test_whom_scoring_refuses_reminding_refuses(village, officer):
    rule, homes = village.minus, village.homes
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


def test_put_right_in_time_earns_the_bonus_which_another_checks(village, officer, reminder):
    with later(7, hours=11):  # 23:00 of the last day
        settled = correct(officer, reminder.id, new_id(), note="木料已搬走")
    assert (settled.award.points, settled.late, settled.why) == (2, False, None)
    award = get_award(village.id, reminder.award_id)
    assert (award.state, award.rule_code, award.note) == ("filed", village.bonus.code, "木料已搬走")
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


def test_without_a_bonus_rule_it_is_closed_without_points(village, officer, reminder):
    rulebook.retire_rule(village.bonus, clock.today())
    settled = correct(officer, reminder.id, new_id())
    assert (settled.award, settled.late, settled.why) == (None, False, None)
    assert reminder.state == "corrected"


def test_where_the_bonus_is_capped_it_is_closed_without_points_and_says_so(village, officer):
    rulebook.retire_rule(village.bonus, clock.today())
    capped = make_bonus_rule(village, cap_count=1, cap_period="year")
    make_award(officer, village.homes[0], capped, photos=(new_id(),))
    made, picture = make_reminder(officer, village.homes[0], village.minus), new_id()
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


def test_the_first_bonus_rule_counts_and_of_a_range_its_least(village, officer, reminder):
    rulebook.retire_rule(village.bonus, clock.today())
    first = make_bonus_rule(village, points=None, points_min=2, points_max=4, review="auto")
    make_bonus_rule(village, points=9)
    settled = correct(officer, reminder.id, new_id())
    assert (settled.award.points, settled.award.state) == (2, "booked")
    assert get_award(village.id, reminder.award_id).rule_code == first.code


def test_photos_before_and_after_belong_to_the_reminder_and_the_award(village, officer):
    before, after, award_id = new_id(), new_id(), new_id()
    made = make_reminder(officer, village.homes[0], village.minus, photos=[before])
    correct(officer, made.id, award_id, photos=[after])
    assert [one.id for one in photos_of(village.id, made.id)] == [before]
    assert [one.id for one in photos_of(village.id, award_id)] == [after]
    assert reminders.shows_photo(village.id, made.id, None)
    assert reminders.shows_photo(village.id, award_id, frozenset({village.grids[0].id}))
    assert not reminders.shows_photo(village.id, made.id, frozenset({village.grids[1].id}))
    assert not reminders.shows_photo(village.id, new_id(), None)


def test_a_reminders_photo_proves_no_award(village, officer):
    picture = new_id()
    make_reminder(officer, village.homes[0], village.minus, photos=[picture])
    item = make_item(village.homes[0], make_rule(village, evidence="photo"), photos=(picture,))
    [outcome] = recording.record(officer, [item])
    assert outcome.error.code == "evidence_missing"
    assert db.session.scalar(select(photos.c.award_id)) != item.id


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


def test_the_version_in_force_takes_the_points(village, officer, reminder):
    with later(8):
        rulebook.revise_rule(
            village.minus,
            replace(
                rulebook.wording_of(village.minus),
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


def test_a_retired_rule_takes_nothing_any_more(village, officer, reminder):
    with later(8):
        rulebook.retire_rule(village.minus, clock.today())
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


def test_a_reminder_of_another_village_is_not_known(village, reminder):
    other = make_village()
    scorer = make_scorer(other)
    for settle in (correct, deduct):
        with pytest.raises(UnknownReminder):
            settle(scorer, reminder.id, new_id())
    with pytest.raises(UnknownReminder):
        withdraw_reminder(other.id, scorer.staff_id, reminder.id, "算了")
    with pytest.raises(UnknownReminder):
        reminders.get_detail(other.id, reminder.id)


def test_a_note_that_is_too_long_settles_nothing(village, officer, reminder):
    with pytest.raises(NoteTooLong):
        correct(officer, reminder.id, new_id(), note="长" * 201)
    with later(8), pytest.raises(NoteTooLong):
        deduct(officer, reminder.id, new_id(), note="长" * 201)
    assert reminder.state == "open"


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


@pytest.mark.parametrize("case", ["none", "open", "other_household", "other_rule", "settled"])
def test_a_deduction_without_its_lapsed_reminder_is_refused(village, officer, case):
    home, rule = village.homes[0], village.minus
    reminder_id = None
    if case == "open":
        reminder_id = make_reminder(officer, home, rule).id
    elif case == "other_household":
        reminder_id = make_reminder(officer, village.homes[1], rule).id
    elif case == "other_rule":
        other = make_reminder_rule(village, behaviour="污水直排经提醒未改")
        reminder_id = make_reminder(officer, home, other).id
    elif case == "settled":
        reminder_id = make_reminder(officer, home, rule).id
        correct(officer, reminder_id, new_id())
    with later(0 if case == "open" else 30):
        [outcome] = recording.record(officer, [make_item(home, rule, reminder_id=reminder_id)])
    assert isinstance(outcome.error, ReminderMissing)
    assert outcome.error.code == "evidence_missing"


def test_the_desk_lists_the_first_due_first_and_what_was_settled_last_first(village, officer):
    soon = make_reminder_rule(village, days=2)
    a = make_reminder(officer, village.homes[0], village.minus)
    b = make_reminder(officer, village.homes[1], soon)
    rows, total = reminders.listed(village.id, Wanted())
    assert ([row.id for row in rows], total) == ([b.id, a.id], 2)
    grid = Wanted(grid_ids=frozenset({village.grids[1].id}))
    assert [row.id for row in reminders.listed(village.id, grid)[0]] == [b.id]
    assert reminders.listed(village.id, Wanted(until=clock.today()))[1] == 0
    assert reminders.count_overdue(village.id) == 0
    with later(3):
        assert reminders.count_overdue(village.id) == 1
        correct(officer, a.id, new_id())
    with later(4):
        deduct(officer, b.id, new_id())
        rows, _ = reminders.listed(village.id, Wanted(SETTLED))
    assert [(row.id, row.award_points) for row in rows] == [(b.id, -5), (a.id, 2)]


def test_a_household_is_told_what_is_open_and_for_a_month_what_was_settled(village, officer):
    home = village.homes[0]
    a = make_reminder(officer, home, village.minus)
    b = make_reminder(officer, home, make_reminder_rule(village, days=3))
    c = make_reminder(officer, home, make_reminder_rule(village))
    make_reminder(officer, village.homes[1], village.minus)
    withdraw_reminder(village.id, officer.staff_id, c.id, "认错了户")
    told = reminders.told_to(village.id, home.id)
    assert [one.id for one in told.open] == [b.id, a.id]
    assert (told.settled, told.bonus.id) == ([], village.bonus.id)
    for one in (a, b):
        correct(officer, one.id, new_id())
    with later(30):
        told = reminders.told_to(village.id, home.id)
        assert ({one.id for one in told.settled}, told.bonus) == ({a.id, b.id}, None)
    with later(31):
        assert reminders.told_to(village.id, home.id).settled == []


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
    village, officer, reminder, met
):
    settled = correct(officer, reminder.id, new_id())
    assert (settled.reminder.state, len(met)) == (ReminderState.CORRECTED, 2)


def test_in_a_transaction_of_somebody_else_it_is_not_settled_again(village, officer, reminder, met):
    """Judged again in there, it was told `settled before`, and what had met its end was kept."""
    with pytest.raises(IntegrityError), atomic():
        correct(officer, reminder.id, new_id())
    assert reminders.get_reminder(village.id, reminder.id).state == ReminderState.OPEN
    assert db.session.scalar(select(func.count()).select_from(awards)) == 0


def test_every_state_has_its_word():
    assert set(reminders.STATE_NAMES) == set(ReminderState)


def test_the_last_day_of_a_reminder_follows_from_the_rule(village):
    assert (reminding.deadline_of(village.minus) - clock.today()).days == 7
