"""Many at once on one objection or at the end of a notice: one answer wins, nothing is booked past an objection or twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from governance.affairs.awards import checking, life, reversal
from governance.affairs.publicity import answering, closing, notices, objecting, objections
from governance.affairs.publicity.answering import Answer, Remedy
from governance.affairs.publicity.objecting import MISSING, Thing
from governance.base import clock
from governance.base.database import db, new_id
from governance.ledger import book
from tests.factories import make_award, make_household, make_notice, make_objection, make_rule
from tests.races import at_once
from tests.reads import state_of

ROUNDS = 4
NO, YES = Answer(False, "查过了，属实"), Answer(True, "查过了，不属实")


@pytest.fixture
def village(village):
    village.rule = make_rule(village, review="first")
    return village


def publish(village, count=1):
    ids = [make_award(village.scorer, village.homes[0], village.rule) for _ in range(count)]
    checking.check(village.id, village.people[0], ids)
    return ids


def lines(village):
    """How many lines of households the book has; the notices' marks are nobody's."""
    where = (book.lines.c.village_id == village.id, book.lines.c.household_id.is_not(None))
    return db.session.scalar(select(func.count()).select_from(book.lines).where(*where))


def test_of_several_deciders_one_wins(app, village):
    [award_id] = publish(village)
    notice = make_notice(village)
    made = make_objection(village, village.homes[0], award_id=award_id).id
    with clock.set_to(notice.closes_at):
        closing.close_due(village.id)
    fates = at_once(
        app,
        *(
            lambda by=by, answer=answer: answering.decide(village.id, by, made, answer).state
            for by, answer in zip(village.people[1:] * 2, (NO, YES, NO, YES, NO, YES), strict=True)
        ),
        moment=notice.closes_at,
    )
    said = Counter(fates)
    assert said.keys() - {answering.AlreadyAnswered, answering.OwnDoing} in (
        {"upheld"},
        {"dismissed"},
    )
    ended = objections.get_objection(village.id, made).state
    assert said[ended] >= 1
    assert state_of(village, award_id) == {"upheld": "rejected", "dismissed": "booked"}[ended]
    assert lines(village) == (ended == "dismissed")


def test_of_several_remedies_one_is_filed(app, village):
    made = make_objection(village, village.homes[0]).id
    auto = make_rule(village).id
    answer = Answer(True, "补记", Remedy(auto))
    fates = at_once(
        app,
        *(
            lambda by=by: answering.decide(village.id, by, made, answer).state
            for by in village.people[:2] * 3
        ),
    )
    assert set(fates) <= {"upheld", answering.AlreadyAnswered}
    assert lines(village) == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_closing_while_an_objection_is_filed_books_or_holds(app, village, round_):
    objected, *others = publish(village, 3)
    notice = make_notice(village)
    home = village.homes[0].id
    thing = Thing(award_id=objected)
    fates = at_once(
        app,
        lambda: objecting.file_objection(village.id, home, thing, "没有来").id,
        lambda: closing.close_due(village.id),
        lambda: closing.close_due(village.id),
        moment=notice.closes_at,
    )
    with clock.set_to(notice.closes_at):
        booked = sum(fates[1:])
        assert state_of(village, objected) == {3: "booked", 2: "published"}[booked]
        assert {state_of(village, one) for one in others} == {"booked"}
        assert lines(village) == booked
        answering.decide(village.id, village.people[1], fates[0], NO)
        assert state_of(village, objected) == "booked"
        assert lines(village) == 3


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_dismissing_while_the_notice_closes_books_once(app, village, round_):
    [award_id] = publish(village)
    notice = make_notice(village)
    made = make_objection(village, village.homes[0], award_id=award_id).id
    fates = at_once(
        app,
        lambda: answering.decide(village.id, village.people[1], made, NO).state,
        lambda: closing.close_due(village.id),
        moment=notice.closes_at,
    )
    assert fates[0] == "dismissed"
    assert state_of(village, award_id) == "booked"
    assert lines(village) == 1


def test_the_same_form_eight_times_at_once_is_one_objection(app, village):
    key, home = new_id(), village.homes[0].id
    fates = at_once(
        app,
        *[
            lambda: (
                objecting.file_objection(village.id, home, MISSING, "没有记", objection_id=key).id
            )
        ]
        * 8,
    )
    assert set(fates) == {key}
    assert objections.count_open(village.id) == 1


def test_eight_phones_on_one_award_file_one_objection(app, village):
    [award_id] = publish(village)
    home, thing = village.homes[0].id, Thing(award_id=award_id)
    fates = at_once(
        app, *[lambda: objecting.file_objection(village.id, home, thing, "没有来").number] * 8
    )
    assert Counter(fates) == {1: 1, objecting.AlreadyObjected: 7}


def test_twelve_at_once_leave_ten_undecided_with_numbers_without_a_gap(app, village):
    home = village.homes[0].id
    fates = at_once(
        app,
        *(
            lambda n=n: objecting.file_objection(village.id, home, MISSING, f"第{n}件").number
            for n in range(12)
        ),
    )
    assert sorted(one for one in fates if isinstance(one, int)) == list(range(1, 11))
    assert fates.count(objecting.TooManyOpen) == 2


def test_an_appeal_sent_at_once_with_the_closing_holds_or_comes_after(app, village):
    [award_id] = publish(village)
    notice = make_notice(village)
    home = village.homes[0].id
    made = make_objection(village, village.homes[0], award_id=award_id).id
    answering.decide(village.id, village.people[1], made, NO)
    fates = at_once(
        app,
        lambda: answering.appeal(village.id, home, made).state,
        lambda: closing.close_due(village.id),
        moment=notice.closes_at,
    )
    assert fates[0] == "appealed"
    assert state_of(village, award_id) == {0: "published", 1: "booked"}[fates[1]]


@pytest.mark.parametrize("_round", range(4))
def test_everybody_at_once_at_the_end_of_a_notice(app, village, _round):
    for group in (1, 2):
        make_household(village, group)
    rule, auto = make_rule(village, review="first"), make_rule(village)
    checker, poster, first, second = village.people
    ids = [make_award(village.scorer, home, rule) for home in village.homes]
    checking.check(village.id, checker, ids)
    booked = make_award(village.scorer, village.homes[0], auto)
    notice = make_notice(village, poster)
    made = [
        make_objection(village, home, award_id=one)
        for home, one in zip(village.homes[:2], ids, strict=False)
    ]
    reversal.ask_reversal(village.id, first, booked, "记错了户")
    home_ids = [home.id for home in village.homes]
    v = village.id
    acts = [
        lambda: closing.close_due(v),
        lambda: closing.close_due(v),
        lambda: answering.decide(v, first, made[0].id, Answer(True, "记错了")),
        lambda: answering.decide(v, second, made[1].id, Answer(False, "没有错")),
        lambda: answering.decide(v, first, made[1].id, Answer(True, "记错了")),
        lambda: objecting.file_objection(v, home_ids[2], Thing(award_id=ids[2]), "没有做"),
        lambda: objecting.file_objection(
            v, home_ids[3], Thing(notice_id=notice.id, position=5), "没有看见"
        ),
        lambda: reversal.confirm_reversal(v, second, booked),
        lambda: checking.check(v, second, ids),
        lambda: correct_in_time(v, first, notice.id, notice.closes_at),
    ]
    at_once(app, *acts, moment=notice.closes_at)  # a fault that is no refusal is raised
    for one in made:
        if life.get_award(v, one.award_id).state == "booked":
            assert objections.get_objection(v, one.id).state == "dismissed"
    for award_id in ids:
        stands = life.get_award(v, award_id).state
        line = book.find_line(v, f"award:{award_id}")
        assert (line is not None) == (stands in ("booked", "reversed"))
        if stands == "published":
            assert objections.contested_awards(v, [award_id])


def correct_in_time(village_id, by, notice_id, closes_at):
    """Begun in the notice's last second."""
    with clock.set_to(closes_at - timedelta(seconds=1)):
        notices.correct_notice(village_id, by, notice_id, "印错了")
