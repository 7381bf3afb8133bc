"""The clock is held against what is known: what cannot be undone waits while the date is in doubt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from governance.affairs import trust
from governance.affairs.awards import checking, life, photoage, recording
from governance.affairs.figures import yearly
from governance.affairs.publicity import closing, notices, posting
from governance.affairs.trust import DateInDoubt, Trusted, Why, judge_clock
from governance.base import clock
from governance.base.database import db
from governance.ledger import audit, book
from governance.village.staff import Role
from tests.factories import make_award, make_item, make_rule, make_scorer, make_staff, make_village
from tests.machine import Machine

NOON = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)
KNOWN = Trusted(NOON, "start 1", timedelta(hours=1))


@pytest.mark.parametrize(
    ("gone", "start", "on_for", "last", "why"),
    [
        (timedelta(days=2), "start 1", timedelta(days=2, hours=1), None, None),
        (timedelta(days=9), "start 2", timedelta(minutes=1), None, None),  # a long holiday
        (timedelta(days=16), "start 2", timedelta(minutes=1), None, Why.PAUSED),
        (timedelta(days=30), "start 1", timedelta(hours=2), None, Why.JUMPED),
        (timedelta(hours=-1), "start 2", timedelta(minutes=1), None, Why.BACK),
        (timedelta(minutes=-9), "start 1", timedelta(hours=1), None, None),  # set right by a little
        (
            timedelta(days=1),
            "",
            timedelta(hours=1),
            None,
            None,
        ),  # the system does not tell its start
        (timedelta(0), "start 1", timedelta(hours=1), timedelta(days=30), Why.BEFORE_THE_BOOK),
        (timedelta(0), "start 1", timedelta(hours=1), timedelta(minutes=5), None),
    ],
)
def test_a_clock_is_doubted_for_a_reason_and_a_quiet_holiday_is_none(
    gone, start, on_for, last, why
):
    moment = NOON + gone
    doubt = judge_clock(moment, start, on_for, KNOWN, moment + last if last else None)
    assert (doubt.why if doubt else None) == why


def test_a_line_ahead_that_somebody_has_looked_at_is_no_doubt_a_later_one_is():
    seen = Trusted(NOON, "start 1", timedelta(hours=1), ahead=NOON + timedelta(days=30))
    assert judge_clock(NOON, "start 1", timedelta(hours=1), seen, seen.ahead) is None
    later = seen.ahead + timedelta(seconds=1)
    assert judge_clock(NOON, "start 1", timedelta(hours=1), seen, later).why is Why.BEFORE_THE_BOOK


@pytest.fixture
def machine(monkeypatch):
    return Machine(monkeypatch)


@pytest.fixture
def village(ctx, machine):
    village = make_village(homes=3)
    village.scorer = make_scorer(village)
    village.people = [make_staff(Role.COMMITTEE, village.place).id for _ in range(2)]
    trust.keep_trust(village.id)
    return village


def post(village, *homes):
    for home in homes:
        award = make_award(village.scorer, home, make_rule(village, review="first"))
        checking.check(village.id, village.people[0], [award])
    made = notices.make_notice(village.id, village.people[0], clock.today(), 3)
    return posting.post_notice(village.id, village.people[0], made.id)


def moments_of(village):
    """The moments of the book's lines, in their order."""
    lines = book.lines
    return db.session.scalars(
        db.select(lines.c.at).where(lines.c.village_id == village.id).order_by(lines.c.seq)
    ).all()


def states(village):
    return sorted(db.session.scalars(db.select(life.Award.state)).all())


def test_a_clock_a_month_ahead_closes_nothing_and_books_nothing(village, machine):
    posted = post(village, *village.homes)
    machine.set_clock(days=30)
    assert closing.close_due(village.id) == 0
    with pytest.raises(DateInDoubt):
        closing.close_notice(village.id, posted.id)
    assert states(village) == ["published"] * 3
    machine.set_clock(days=-30)
    assert trust.find_doubt(village.id) is None  # set right again: nobody need do anything
    machine.run(days=5)
    assert closing.close_due(village.id) == 3


def test_a_clock_set_back_records_and_waits_and_no_line_is_older_than_the_one_before(
    village, machine
):
    rule = make_rule(village)
    make_award(village.scorer, village.homes[0], rule)
    machine.restart(days=-20)
    waiting = recording.record(village.scorer, [make_item(village.homes[1], rule)])[0]
    assert (waiting.outcome, waiting.state) == ("recorded", "filed")
    assert book.find_figures(village.id, village.homes[1].id).spendable == 0
    with pytest.raises(DateInDoubt):
        recording.book_waiting(village.id)
    trust.confirm_date(village.id)  # somebody says so, rightly or not
    assert recording.book_waiting(village.id) == 1
    assert recording.book_waiting(village.id) == 0
    moments = moments_of(village)
    assert moments == sorted(moments)
    assert audit.audit_book(village.id).fault is None


def test_nothing_that_cannot_be_undone_is_done_by_a_doubtful_date(village, machine, tmp_path):
    rule = make_rule(village, review="first")
    award = make_award(village.scorer, village.homes[0], rule)
    checking.check(village.id, village.people[0], [award])
    draft = notices.make_notice(village.id, village.people[0], clock.today(), 3)
    machine.set_clock(days=40)
    refused = [
        lambda: posting.post_notice(village.id, village.people[0], draft.id),
        lambda: yearly.grant_base(village.id),
        lambda: photoage.remove_old(tmp_path, village.id, 6),
        lambda: closing.book_freed(village.id, [award]),
    ]
    for act in refused:
        with pytest.raises(DateInDoubt, match="可能不对"):
            act()
    assert list(yearly.grant_bases()) == []
    assert list(photoage.remove_all_old(tmp_path)) == []


def test_a_confirmed_date_is_trusted_and_what_the_wrong_clock_wrote_stays(village, machine):
    rule = make_rule(village)
    machine.restart(days=14)  # ahead, and not yet suspicious
    make_award(village.scorer, village.homes[0], rule)
    trust.keep_trust(village.id)
    machine.set_clock(days=-14)
    assert trust.find_doubt(village.id).why is Why.BACK
    trust.confirm_date(village.id)
    assert trust.find_doubt(village.id) is None
    make_award(village.scorer, village.homes[1], rule)
    moments = moments_of(village)
    assert moments == sorted(moments)


def test_what_is_often_asked_is_looked_up_once_a_minute_and_at_once_after_a_jump(
    village, machine, monkeypatch
):
    asked = []
    find = trust.find_doubt
    monkeypatch.setattr(trust, "find_doubt", lambda one: asked.append(one) or find(one))
    for _ in range(3):
        assert not trust.in_doubt(village.id)
    assert len(asked) == 1
    machine.set_clock(days=60)
    assert trust.in_doubt(village.id)
    assert len(asked) == 2
    machine.set_clock(days=-60)
    machine.run(minutes=2)
    assert not trust.in_doubt(village.id)
