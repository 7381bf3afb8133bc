"""Reminders: what stands open, what was settled, whom they are told, and what they prove."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from governance.affairs.awards import recording, reminders
from governance.affairs.awards.photos import photos, photos_of
from governance.affairs.awards.refusals import ReminderMissing
from governance.affairs.awards.reminders import SETTLED, ReminderState, UnknownReminder, Wanted
from governance.affairs.awards.reminding import withdraw_reminder
from governance.affairs.awards.settling import correct, deduct
from governance.base import clock
from governance.base.database import db, new_id
from tests.factories import (
    make_item,
    make_reminder,
    make_reminder_rule,
    make_rule,
    make_scorer,
    make_village,
)
from tests.moments import later


def test_photos_before_and_after_belong_to_the_reminder_and_the_award(
    village, officer, minus, bonus
):
    before, after, award_id = new_id(), new_id(), new_id()
    made = make_reminder(officer, village.homes[0], minus, photos=[before])
    correct(officer, made.id, award_id, photos=[after])
    assert [one.id for one in photos_of(village.id, made.id)] == [before]
    assert [one.id for one in photos_of(village.id, award_id)] == [after]
    assert reminders.shows_photo(village.id, made.id, None)
    assert reminders.shows_photo(village.id, award_id, frozenset({village.grids[0].id}))
    assert not reminders.shows_photo(village.id, made.id, frozenset({village.grids[1].id}))
    assert not reminders.shows_photo(village.id, new_id(), None)


def test_a_reminders_photo_proves_no_award(village, officer, minus):
    picture = new_id()
    make_reminder(officer, village.homes[0], minus, photos=[picture])
    item = make_item(village.homes[0], make_rule(village, evidence="photo"), photos=(picture,))
    [outcome] = recording.record(officer, [item])
    assert outcome.error.code == "evidence_missing"
    assert db.session.scalar(select(photos.c.award_id)) != item.id


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


@pytest.mark.parametrize("case", ["none", "open", "other_household", "other_rule", "settled"])
def test_a_deduction_without_its_lapsed_reminder_is_refused(village, officer, case, minus, bonus):
    home, rule = village.homes[0], minus
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


def test_the_desk_lists_the_first_due_first_and_what_was_settled_last_first(
    village, officer, minus, bonus
):
    soon = make_reminder_rule(village, days=2)
    a = make_reminder(officer, village.homes[0], minus)
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


def test_a_household_is_told_what_is_open_and_for_a_month_what_was_settled(
    village, officer, minus, bonus
):
    home = village.homes[0]
    a = make_reminder(officer, home, minus)
    b = make_reminder(officer, home, make_reminder_rule(village, days=3))
    c = make_reminder(officer, home, make_reminder_rule(village))
    make_reminder(officer, village.homes[1], minus)
    withdraw_reminder(village.id, officer.staff_id, c.id, "认错了户")
    told = reminders.told_to(village.id, home.id)
    assert [one.id for one in told.open] == [b.id, a.id]
    assert (told.settled, told.bonus.id) == ([], bonus.id)
    for one in (a, b):
        correct(officer, one.id, new_id())
    with later(30):
        told = reminders.told_to(village.id, home.id)
        assert ({one.id for one in told.settled}, told.bonus) == ({a.id, b.id}, None)
    with later(31):
        assert reminders.told_to(village.id, home.id).settled == []


def test_every_state_has_its_word():
    assert set(reminders.STATE_NAMES) == set(ReminderState)
