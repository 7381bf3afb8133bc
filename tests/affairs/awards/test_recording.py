"""Scoring: every refusal, batches in which each item stands alone, nothing counted twice, taking back."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from governance.affairs.awards import checking, life, recording, reversal
from governance.affairs.awards.items import Scorer
from governance.affairs.awards.life import awards, category_months
from governance.affairs.awards.photos import photos
from governance.affairs.awards.recording import record, record_one
from governance.affairs.awards.refusals import (
    CapReached,
    EvidenceMissing,
    NotResident,
    NotYourPlace,
    PointsOutOfRange,
    RuleRetired,
    SeenInFuture,
    TooLateToWithdraw,
)
from governance.affairs.field import undo
from governance.affairs.field.undo import withdraw
from governance.affairs.figures import passbook
from governance.affairs.recusal import OwnHousehold
from governance.base import clock
from governance.base.database import db, new_id
from governance.ledger import audit, book
from governance.ledger.book import Figures, KeyConflict
from governance.village import households, kin
from governance.village.households import UnknownHousehold
from governance.village.rules import rulebook
from governance.village.rules.rulebook import RuleNotThere
from governance.village.staff import Role
from tests.factories import (
    give_points,
    make_award,
    make_household,
    make_item,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
)

AN_HOUR = timedelta(hours=1)


@pytest.fixture
def village(ctx):
    village = make_village(homes=3)
    yield village
    proof = audit.audit_book(village.id)
    assert proof.fault is None, proof.fault


@pytest.fixture
def home(village):
    return village.homes[0]


@pytest.fixture
def rule(village):
    return make_rule(village)


@pytest.fixture
def officer(village):
    return make_scorer(village)


def refused(scorer, item, refusal):
    """The item is refused so, alone and in a batch, and leaves nothing behind."""
    with pytest.raises(refusal) as alone:
        record_one(scorer, item)
    [outcome] = record(scorer, [item])
    assert (outcome.outcome, type(outcome.error)) == ("refused", refusal)
    assert outcome.standing is None
    assert life.find_awards(scorer.village_id, [item.id]) == {}
    return alone.value


def points_of(village, home):
    return book.find_figures(village.id, home.id)


def count_awards(village):
    return db.session.scalar(
        select(func.count()).select_from(awards).where(awards.c.village_id == village.id)
    )


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
    assert points_of(village, home) == Figures(0, 0)


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


@pytest.mark.parametrize("points", [None, 1, 11, -5, 0, 10**12])
def test_points_outside_the_rules_range_are_refused(village, officer, home, points):
    ranged = make_rule(village, points_min=2, points_max=10)
    refusal = refused(officer, make_item(home, ranged, points=points), PointsOutOfRange)
    assert (refusal.values["low"], refusal.values["high"]) == (2, 10)


def test_points_other_than_a_fixed_rules_are_refused(officer, home, rule):
    refused(officer, make_item(home, rule, points=6), PointsOutOfRange)
    assert record_one(officer, make_item(home, rule, points=5)).points == 5


def test_points_within_the_range_are_taken(village, officer, home):
    ranged = make_rule(village, points_min=-10, points_max=-2)
    assert record_one(officer, make_item(home, ranged, points=-2)).points == -2


def test_a_photo_rule_wants_a_photo(village, officer, home):
    photo_rule = make_rule(village, evidence="photo")
    refused(officer, make_item(home, photo_rule), EvidenceMissing)
    assert (
        record_one(officer, make_item(home, photo_rule, photos=(new_id(),))).outcome == "recorded"
    )


def test_one_photo_does_not_prove_two_awards(village, officer, home):
    photo_rule, picture = make_rule(village, evidence="photo"), new_id()
    first, second = (make_item(one, photo_rule, photos=(picture,)) for one in village.homes[:2])
    assert [one.outcome for one in record(officer, [first, second])] == ["recorded", "refused"]
    refused(officer, second, EvidenceMissing)
    assert db.session.scalars(select(photos.c.award_id).where(photos.c.id == picture)).all() == [
        first.id
    ]


def test_somebody_elses_photo_proves_nothing(village, officer, home):
    photo_rule, picture = make_rule(village, evidence="photo"), new_id()
    make_award(make_scorer(village), home, photo_rule, photos=(picture,))
    refused(officer, make_item(home, photo_rule, photos=(picture,)), EvidenceMissing)


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


@pytest.mark.parametrize(
    ("period", "earlier", "counts"),
    [
        ("event", timedelta(0), True),
        ("event", timedelta(days=1), False),
        ("month", timedelta(days=14), True),
        ("month", timedelta(days=15), False),
        ("quarter", timedelta(days=45), True),
        ("quarter", timedelta(days=46), False),
        ("year", timedelta(days=318), True),
        ("year", timedelta(days=319), False),
        ("once", timedelta(days=3000), True),
    ],
)
def test_a_cap_counts_its_own_period_only(village, officer, home, period, earlier, counts):
    noon = datetime(2026, 11, 15, 4, tzinfo=UTC)
    capped = make_rule(village, cap_count=1, cap_period=period, since=date(2010, 1, 1))
    with clock.set_to(noon):
        make_award(officer, home, capped, seen_at=noon - earlier)
        if counts:
            refusal = refused(officer, make_item(home, capped), CapReached)
            assert refusal.values["count"] == 1
        else:
            assert record_one(officer, make_item(home, capped)).outcome == "recorded"


def test_a_cap_is_of_one_household_and_one_rule(village, officer, home):
    capped, other = (make_rule(village, cap_count=1, cap_period="month") for _ in range(2))
    make_award(officer, home, capped)
    assert record_one(officer, make_item(home, other)).outcome == "recorded"
    assert record_one(officer, make_item(village.homes[1], capped)).outcome == "recorded"
    refused(officer, make_item(home, capped), CapReached)


def test_a_cap_outlives_a_new_wording(village, officer, home):
    old = make_rule(village, cap_count=1, cap_period="month")
    make_award(officer, home, old)
    newer = rulebook.revise_rule(
        old, replace(rulebook.wording_of(old), behaviour="换了说法", since=clock.today()), None
    )
    refused(officer, make_item(home, newer), CapReached)


def test_withdrawn_rejected_and_reversed_awards_free_the_cap(village, officer, home):
    checker = make_staff(Role.COMMITTEE, village.place)
    waiting = make_rule(village, review="first", cap_count=1, cap_period="month")
    booked = make_rule(village, cap_count=1, cap_period="month")
    withdraw(officer, make_award(officer, home, waiting))
    checking.reject(village.id, checker.id, [make_award(officer, home, waiting)], "不属实")
    mistaken = make_award(officer, home, booked)
    reversal.ask_reversal(village.id, checker.id, mistaken, "记错户")
    second = make_staff(Role.COMMITTEE, village.place).id
    reversal.confirm_reversal(village.id, second, mistaken)
    assert record_one(officer, make_item(home, waiting)).outcome == "recorded"
    assert record_one(officer, make_item(home, booked)).outcome == "recorded"


def test_the_same_item_twice_is_one_award(village, officer, home, rule):
    item = make_item(home, rule)
    first, again = record_one(officer, item), record_one(officer, item)
    assert (first.outcome, again.outcome) == ("recorded", "already")
    assert (again.state, again.points, again.standing, again.spendable) == ("booked", 5, 5, 5)
    assert points_of(village, home) == Figures(5, 5)


def test_the_same_item_twice_in_one_batch_is_one_award(village, officer, home, rule):
    item = make_item(home, rule)
    assert [one.outcome for one in record(officer, [item, item, item])] == [
        "recorded",
        "already",
        "already",
    ]
    assert points_of(village, home) == Figures(5, 5)


@pytest.mark.parametrize(
    "change", [{"points": 5}, {"note": "另一个"}, {"seen_at": datetime(2026, 1, 5, tzinfo=UTC)}]
)
def test_the_same_id_with_other_content_is_a_conflict(village, officer, home, rule, change):
    item = make_item(home, rule)
    other = replace(item, **change)
    assert record(officer, [item, other])[1].error.code == "key_conflict"
    with pytest.raises(KeyConflict):
        record_one(officer, other)
    assert points_of(village, home) == Figures(5, 5)


def test_the_same_id_for_another_household_is_a_conflict_in_both_orders(village, officer, rule):
    item = make_item(village.homes[0], rule)
    record_one(officer, item)
    [outcome] = record(officer, [replace(item, household_id=village.homes[1].id)])
    assert isinstance(outcome.error, KeyConflict)
    assert points_of(village, village.homes[1]) == Figures(0, 0)


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


def test_five_hundred_items_each_stand_alone_and_a_second_sending_changes_nothing(
    village, officer, rule
):
    capped = make_rule(village, cap_count=7, cap_period="month")
    gone = make_household(village, status="away")
    dice = random.Random(7)
    items = [
        make_item(dice.choice(village.homes[:3]), dice.choice([rule, capped])) for _ in range(440)
    ]
    items += [make_item(gone, rule) for _ in range(20)]
    items += [replace(make_item(village.homes[0], rule), rule_id=new_id()) for _ in range(20)]
    items += dice.sample(items[:440], 20)
    dice.shuffle(items)
    first = record(officer, items)
    assert [one.id for one in first] == [one.id for one in items]
    recorded = {one.id for one in first if one.outcome == "recorded"}
    assert len(recorded) == count_awards(village)
    for outcome in first:
        assert (outcome.error is not None) == (outcome.outcome == "refused")
    for home in village.homes[:3]:
        figures = points_of(village, home)
        seen = [one for one in items if one.household_id == home.id and one.id in recorded]
        assert figures.standing == figures.spendable == 5 * len({one.id for one in seen})
        assert len({one.id for one in seen if one.rule_id == capped.id}) == 7
    again = record(officer, items)
    assert {one.outcome for one in again} == {"already", "refused"}
    assert {one.id for one in again if one.outcome == "already"} == recorded
    assert len(recorded) == count_awards(village)


def test_a_batch_sent_in_two_halves_that_overlap_counts_each_once(village, officer, rule):
    items = [make_item(village.homes[n % 3], rule) for n in range(30)]
    record(officer, items[:20])
    second = record(officer, items[10:])
    assert [one.outcome for one in second] == ["already"] * 10 + ["recorded"] * 10
    assert count_awards(village) == 30


def test_an_empty_batch_is_an_empty_answer(officer):
    assert record(officer, []) == []


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
    assert count_awards(village) == 1


def test_the_months_categories_are_counted_with_the_award(village, officer, home, rule):
    make_award(officer, home, rule)
    make_award(officer, home, make_rule(village, points=-3))
    withdrawn = make_award(officer, home, rule)
    withdraw(officer, withdrawn)
    row = db.session.execute(
        select(category_months).where(category_months.c.village_id == village.id)
    ).one()
    assert (row.plus, row.minus, row.entries) == (5, -3, 2)


def test_a_waiting_award_is_withdrawn_and_twice_is_once(village, officer, home):
    award_id = make_award(officer, home, make_rule(village, review="first"))
    assert withdraw(officer, award_id) == "withdrawn"
    assert withdraw(officer, award_id) == "withdrawn"
    assert points_of(village, home) == Figures(0, 0)


def test_a_booked_award_is_reversed_while_it_is_the_last_line(village, officer, home, rule):
    award_id = make_award(officer, home, rule)
    assert withdraw(officer, award_id) == "reversed"
    assert withdraw(officer, award_id) == "reversed"
    assert points_of(village, home) == Figures(0, 0)
    assert len(book.last_lines(village.id, home.id)) == 2


def test_what_something_was_booked_upon_is_not_withdrawn(village, officer, home, rule):
    first = make_award(officer, home, rule)
    make_award(officer, home, rule)
    with pytest.raises(TooLateToWithdraw):
        withdraw(officer, first)
    assert points_of(village, home) == Figures(10, 10)


def test_what_somebody_checked_is_not_withdrawn(village, officer, home):
    award_id = make_award(officer, home, make_rule(village, review="second"))
    checking.check(village.id, make_staff(Role.COMMITTEE, village.place).id, [award_id])
    with pytest.raises(TooLateToWithdraw):
        withdraw(officer, award_id)


def test_what_was_booked_after_a_check_is_not_withdrawn(village, officer, home):
    award_id = make_award(officer, home, make_rule(village, review="first"))
    checking.check(village.id, make_staff(Role.COMMITTEE, village.place).id, [award_id])
    with pytest.raises(TooLateToWithdraw):
        withdraw(officer, award_id)


def test_a_rejected_award_is_not_withdrawn(village, officer, home):
    award_id = make_award(officer, home, make_rule(village, review="first"))
    checking.reject(village.id, make_staff(Role.COMMITTEE, village.place).id, [award_id], "不属实")
    with pytest.raises(TooLateToWithdraw):
        withdraw(officer, award_id)


def test_only_the_filer_withdraws(village, officer, home, rule):
    award_id = make_award(officer, home, rule)
    with pytest.raises(life.UnknownAward):
        withdraw(make_scorer(village), award_id)
    with pytest.raises(life.UnknownAward):
        withdraw(officer, new_id())
    assert points_of(village, home) == Figures(5, 5)


def test_the_undo_is_offered_exactly_where_it_works(village, officer, home, rule):
    award_id = make_award(officer, home, rule)
    award = life.get_award(village.id, award_id)
    assert undo.can_withdraw(award, award_id)
    assert not undo.can_withdraw(award, new_id())
    waiting = life.get_award(
        village.id, make_award(officer, home, make_rule(village, review="first"))
    )
    assert undo.can_withdraw(waiting, None)
