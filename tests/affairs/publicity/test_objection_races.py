"""Many at once on one objection: one answer wins, nothing is booked past an objection, nothing twice."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select

from governance.affairs.awards import checking, life
from governance.affairs.publicity import answering, closing, objecting, objections
from governance.affairs.publicity.answering import Answer, Remedy
from governance.affairs.publicity.objecting import MISSING, Thing
from governance.base import clock
from governance.base.database import db, new_id
from governance.base.errors import HemeiError
from governance.ledger import audit, book
from governance.village.staff import Role
from tests.factories import (
    make_award,
    make_notice,
    make_objection,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
)
from tests.servers import together

ROUNDS = 4
NO, YES = Answer(False, "查过了，属实"), Answer(True, "查过了，不属实")


@pytest.fixture
def village(app):
    with app.app_context():
        village = make_village(homes=2)
        village.officer = make_scorer(village)
        village.clerks = [make_staff(Role.COMMITTEE, village.place).id for _ in range(4)]
        village.rule = make_rule(village, review="first")
    yield village
    with app.app_context():
        proof = audit.audit_book(village.id)
        assert proof.fault is None, proof.fault


def at_once(app, *verbs, moment=None):
    """What each of the verbs answered, or the class of its refusal; all began together."""

    def run(n):
        with app.app_context(), clock.set_to(moment or clock.now()):
            try:
                return verbs[n]()
            except HemeiError as refusal:
                return type(refusal)

    return together(len(verbs), run)


def publish(village, count=1):
    ids = [make_award(village.officer, village.homes[0], village.rule) for _ in range(count)]
    checking.check(village.id, village.clerks[0], ids)
    return ids


def state(village, award_id):
    return life.get_award(village.id, award_id).state


def lines(village):
    """How many lines of households the book has; the notices' marks are nobody's."""
    where = (book.lines.c.village_id == village.id, book.lines.c.household_id.is_not(None))
    return db.session.scalar(select(func.count()).select_from(book.lines).where(*where))


def test_of_several_deciders_one_wins(app, village):
    with app.app_context():
        [award_id] = publish(village)
        notice = make_notice(village)
        made = make_objection(village, village.homes[0], award_id=award_id).id
        with clock.set_to(notice.closes_at):
            closing.close_due(village.id)
    fates = at_once(
        app,
        *(
            lambda by=by, answer=answer: answering.decide(village.id, by, made, answer).state
            for by, answer in zip(village.clerks[1:] * 2, (NO, YES, NO, YES, NO, YES), strict=True)
        ),
        moment=notice.closes_at,
    )
    said = Counter(fates)
    assert said.keys() - {answering.AlreadyAnswered, answering.OwnDoing} in (
        {"upheld"},
        {"dismissed"},
    )
    with app.app_context():
        ended = objections.get_objection(village.id, made).state
        assert said[ended] >= 1
        assert state(village, award_id) == {"upheld": "rejected", "dismissed": "booked"}[ended]
        assert lines(village) == (ended == "dismissed")


def test_of_several_remedies_one_is_filed(app, village):
    with app.app_context():
        made = make_objection(village, village.homes[0]).id
        auto = make_rule(village).id
    answer = Answer(True, "补记", Remedy(auto))
    fates = at_once(
        app,
        *(
            lambda by=by: answering.decide(village.id, by, made, answer).state
            for by in village.clerks[:2] * 3
        ),
    )
    assert set(fates) <= {"upheld", answering.AlreadyAnswered}
    with app.app_context():
        assert lines(village) == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_closing_while_an_objection_is_filed_books_or_holds(app, village, round_):
    with app.app_context():
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
    with app.app_context(), clock.set_to(notice.closes_at):
        booked = sum(fates[1:])
        assert state(village, objected) == {3: "booked", 2: "published"}[booked]
        assert {state(village, one) for one in others} == {"booked"}
        assert lines(village) == booked
        answering.decide(village.id, village.clerks[1], fates[0], NO)
        assert state(village, objected) == "booked"
        assert lines(village) == 3


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_dismissing_while_the_notice_closes_books_once(app, village, round_):
    with app.app_context():
        [award_id] = publish(village)
        notice = make_notice(village)
        made = make_objection(village, village.homes[0], award_id=award_id).id
    fates = at_once(
        app,
        lambda: answering.decide(village.id, village.clerks[1], made, NO).state,
        lambda: closing.close_due(village.id),
        moment=notice.closes_at,
    )
    assert fates[0] == "dismissed"
    with app.app_context():
        assert state(village, award_id) == "booked"
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
    with app.app_context():
        assert objections.count_open(village.id) == 1


def test_eight_phones_on_one_award_file_one_objection(app, village):
    with app.app_context():
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
    with app.app_context():
        [award_id] = publish(village)
        notice = make_notice(village)
        home = village.homes[0].id
        made = make_objection(village, village.homes[0], award_id=award_id).id
        answering.decide(village.id, village.clerks[1], made, NO)
    fates = at_once(
        app,
        lambda: answering.appeal(village.id, home, made).state,
        lambda: closing.close_due(village.id),
        moment=notice.closes_at,
    )
    assert fates[0] == "appealed"
    with app.app_context():
        assert state(village, award_id) == {0: "published", 1: "booked"}[fates[1]]
