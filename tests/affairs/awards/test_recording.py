"""Scoring: every refusal, batches in which each item stands alone, nothing counted twice, taking back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from governance.affairs.awards import life, recording
from governance.affairs.awards.life import category_months
from governance.affairs.awards.recording import record, record_one
from governance.affairs.field.undo import withdraw
from governance.affairs.figures import passbook
from governance.base import clock
from governance.base.database import db
from governance.ledger import book
from governance.ledger.book import Figures, KeyConflict
from governance.village.rules import rulebook
from tests.factories import give_points, make_award, make_item, make_rule, make_scorer
from tests.reads import figures_of


def test_an_award_by_an_auto_rule_is_booked_at_once(village, officer, home, rule):
    outcome = record_one(officer, make_item(home, rule, note="帮邻居收玉米"))
    assert (outcome.outcome, outcome.state, outcome.points) == ("recorded", "booked", 5)
    assert (outcome.standing, outcome.spendable) == (5, 5)
    line = book.last_lines(village.id, home.id)[0]
    assert (line.memo, line.actor) == ("参加义务劳动", officer.staff_id)
    assert passbook.read(village.id, home.id)[0].note == "帮邻居收玉米"


@pytest.mark.parametrize("level", ["first", "second"])
def test_an_award_to_be_checked_waits_and_moves_no_points(village, officer, home, level):
    outcome = record_one(officer, make_item(home, make_rule(village, review=level)))
    assert (outcome.state, outcome.standing, outcome.spendable) == ("filed", 0, 0)
    assert figures_of(village, home) == Figures(0, 0)


def test_a_deduction_lowers_the_standing_and_never_the_spendable_below_zero(village, officer, home):
    give_points(village, home, 3)
    outcome = record_one(officer, make_item(home, make_rule(village, points=-5), note="经提醒未改"))
    assert (outcome.standing, outcome.spendable) == (-2, 0)


def test_the_award_keeps_the_wording_it_was_made_under(village, officer, home):
    old = make_rule(village, behaviour="打扫门前", points=5)
    award_id = make_award(officer, home, old)
    rulebook.revise_rule(
        old, replace(rulebook.wording_of(old), behaviour="打扫门前屋后", since=clock.today()), None
    )
    award = life.get_award(village.id, award_id)
    assert (award.behaviour, award.points, award.rule_code) == ("打扫门前", 5, old.code)


def test_the_same_item_twice_is_one_award(village, officer, home, rule):
    item = make_item(home, rule)
    first, again = record_one(officer, item), record_one(officer, item)
    assert (first.outcome, again.outcome) == ("recorded", "already")
    assert (again.state, again.points, again.standing, again.spendable) == ("booked", 5, 5, 5)
    assert figures_of(village, home) == Figures(5, 5)


def test_the_same_item_twice_in_one_batch_is_one_award(village, officer, home, rule):
    item = make_item(home, rule)
    assert [one.outcome for one in record(officer, [item, item, item])] == [
        "recorded",
        "already",
        "already",
    ]
    assert figures_of(village, home) == Figures(5, 5)


@pytest.mark.parametrize(
    "change", [{"points": 5}, {"note": "另一个"}, {"seen_at": datetime(2026, 1, 5, tzinfo=UTC)}]
)
def test_the_same_id_with_other_content_is_a_conflict(village, officer, home, rule, change):
    item = make_item(home, rule)
    other = replace(item, **change)
    assert record(officer, [item, other])[1].error.code == "key_conflict"
    with pytest.raises(KeyConflict):
        record_one(officer, other)
    assert figures_of(village, home) == Figures(5, 5)


def test_the_same_id_for_another_household_is_a_conflict_in_both_orders(village, officer, rule):
    item = make_item(village.homes[0], rule)
    record_one(officer, item)
    [outcome] = record(officer, [replace(item, household_id=village.homes[1].id)])
    assert isinstance(outcome.error, KeyConflict)
    assert figures_of(village, village.homes[1]) == Figures(0, 0)


def test_somebody_elses_id_is_a_conflict(village, officer, home, rule):
    item = make_item(home, rule)
    record_one(officer, item)
    with pytest.raises(KeyConflict):
        record_one(make_scorer(village), item)


def test_an_award_that_was_taken_back_is_not_recorded_again_by_its_id(village, officer, home, rule):
    item = make_item(home, rule)
    record_one(officer, item)
    withdraw(officer, item.id)
    again = record_one(officer, item)
    assert (again.outcome, again.state, again.standing) == ("already", "reversed", 0)


def test_two_phones_with_one_id_at_once_are_judged_once_more(
    village, officer, home, rule, monkeypatch
):
    item = make_item(home, rule)
    calls = []

    def meet(scorer, items, rules):
        calls.append(1)
        if len(calls) == 1:
            judge(scorer, items, rules)
            raise IntegrityError("insert", {}, Exception("awards.id"))
        return judge(scorer, items, rules)

    judge = recording._record
    monkeypatch.setattr(recording, "_record", meet)
    assert record_one(officer, item).outcome == "already"
    assert figures_of(village, home) == Figures(5, 5)


def test_the_months_categories_are_counted_with_the_award(village, officer, home, rule):
    make_award(officer, home, rule)
    make_award(officer, home, make_rule(village, points=-3))
    withdrawn = make_award(officer, home, rule)
    withdraw(officer, withdrawn)
    row = db.session.execute(
        select(category_months).where(category_months.c.village_id == village.id)
    ).one()
    assert (row.plus, row.minus, row.entries) == (5, -3, 2)
