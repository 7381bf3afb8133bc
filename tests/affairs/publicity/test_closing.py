"""Closing: what hung its time and nobody objects to is booked, once; the rest waits for its answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from governance.affairs.awards import checking, life
from governance.affairs.publicity import closing, notices
from governance.affairs.publicity.objections import Objection, objections
from governance.base import clock
from governance.base.database import atomic, db
from governance.ledger import book
from tests.factories import make_checked, make_notice, make_village
from tests.moments import MONDAY
from tests.races import at_once
from tests.reads import statements


@pytest.fixture
def village(village):
    """Three awards hang in a notice."""
    village.awards = [make_checked(village, home) for home in village.homes[:3]]
    village.notice = make_notice(village, village.people[0])
    return village


def object_to(village, award_id):
    award = life.get_award(village.id, award_id)
    row = Objection(
        village_id=village.id,
        year=2026,
        number=1,
        household_id=award.household_id,
        award_id=award_id,
        channel="page",
        words="不对",
        made_at=clock.now(),
        due_on=clock.today(),
        state="open",
    )
    with atomic():
        db.session.add(row)


def dismiss(village):
    db.session.execute(
        update(objections)
        .where(objections.c.village_id == village.id)
        .values(
            state="dismissed", decided_by=village.people[1], decided_at=clock.now(), answer="属实"
        )
    )


def states(village):
    return [life.get_award(village.id, one).state for one in village.awards]


def spendable(village):
    return [book.find_figures(village.id, home.id).spendable for home in village.homes[:3]]


def line_count(village):
    """The lines of households; the notice's mark is nobody's."""
    where = (book.lines.c.village_id == village.id, book.lines.c.household_id.is_not(None))
    return db.session.scalar(select(func.count()).where(*where))


def test_not_a_second_before_its_time(village):
    with clock.set_to(village.notice.closes_at - timedelta(seconds=1)):
        with pytest.raises(closing.NotYetClosed, match="公示期还没有满"):
            closing.close_notice(village.id, village.notice.id)
        assert closing.close_due(village.id) == 0
    assert (spendable(village), states(village)) == ([0] * 3, ["published"] * 3)


def test_at_its_time_everything_is_booked_by_nobody_in_particular(village):
    with clock.set_to(village.notice.closes_at):
        assert closing.close_due(village.id) == 3
    assert (spendable(village), states(village)) == ([5] * 3, ["booked"] * 3)
    line = book.find_line(village.id, f"award:{village.awards[0]}")
    assert (line["actor"], line["at"]) == (None, village.notice.closes_at)
    notice = notices.get_notice(village.id, village.notice.id)
    assert (notice.state, notice.closed_at) == ("closed", village.notice.closes_at)


def test_twice_is_once(village):
    with clock.set_to(village.notice.closes_at):
        assert closing.close_notice(village.id, village.notice.id) == 3
        assert closing.close_notice(village.id, village.notice.id) == 0
    assert line_count(village) == 3


def test_what_somebody_objects_to_waits_and_the_notice_closes_all_the_same(village):
    object_to(village, village.awards[1])
    with clock.set_to(village.notice.closes_at):
        assert closing.close_due(village.id) == 2
        assert closing.close_due(village.id) == 0
    assert (spendable(village), states(village)) == ([5, 0, 5], ["booked", "published", "booked"])


def test_what_was_rejected_after_an_objection_is_not_booked(village):
    with atomic():
        checking.turn_down_award(
            life.get_award(village.id, village.awards[0], lock=True), village.people[1], "异议成立"
        )
    with clock.set_to(village.notice.closes_at):
        assert closing.close_due(village.id) == 2
    assert spendable(village) == [0, 5, 5]


def test_what_is_freed_after_the_close_is_booked_with_the_answer(village):
    object_to(village, village.awards[1])
    with clock.set_to(village.notice.closes_at):
        closing.close_due(village.id)
    with atomic():
        assert closing.book_freed(village.id, village.awards) == 0  # still under objection
        dismiss(village)
        assert closing.book_freed(village.id, village.awards) == 1
        assert closing.book_freed(village.id, village.awards) == 0
    assert (spendable(village), states(village)) == ([5] * 3, ["booked"] * 3)


def test_what_is_freed_before_the_close_waits_for_it(village):
    object_to(village, village.awards[1])
    with atomic():
        dismiss(village)
        assert closing.book_freed(village.id, village.awards) == 0
    with clock.set_to(village.notice.closes_at):
        assert closing.close_due(village.id) == 3


def test_a_draft_or_withdrawn_notice_does_not_close(village):
    notices.withdraw_notice(village.id, village.people[0], village.notice.id, "写错了")
    draft = notices.make_notice(village.id, village.people[0], clock.today(), 3)
    with clock.set_to(village.notice.closes_at):
        for one in (draft, village.notice):
            with pytest.raises(notices.NotPosted):
                closing.close_notice(village.id, one.id)
        assert closing.close_due(village.id) == 0
    assert spendable(village) == [0] * 3


def test_a_notice_withdrawn_in_its_last_second_is_no_fault_of_who_looks(village, monkeypatch):
    """Between the look for what is due and the lock somebody withdrew it."""

    def withdraw_first(village_id, notice_id):
        with clock.set_to(MONDAY):
            notices.withdraw_notice(village_id, village.people[0], notice_id, "写错了")
        return close(village_id, notice_id)

    close = closing.close_notice
    monkeypatch.setattr(closing, "close_notice", withdraw_first)
    with clock.set_to(village.notice.closes_at):
        assert closing.close_due(village.id) == 0
    assert states(village) == ["checked"] * 3


def test_everywhere_what_is_due_is_closed_and_told(village):
    make_village()  # nothing due here
    with clock.set_to(village.notice.closes_at):
        told = [(place.name, count) for place, count in closing.close_all_due()]
        assert told == [("石家村", 3)]
        assert list(closing.close_all_due()) == []


def test_a_look_where_nothing_is_due_is_one_statement(village):
    with statements() as asked:
        assert closing.close_due(village.id) == 0
    assert len(asked) == 1


def test_many_closers_at_once_book_once(village, app):
    closers = [lambda: closing.close_due(village.id)] * 6
    assert sorted(at_once(app, *closers, moment=village.notice.closes_at)) == [0] * 5 + [3]
    assert (spendable(village), line_count(village)) == ([5] * 3, 3)


def test_closing_and_withdrawing_at_once_leave_one_of_both(village, app):
    """The withdrawal began just before the end, the closing just after it: whoever holds the notice first wins."""
    last, notice_id = village.notice.closes_at, village.notice.id

    def withdraw_in_time():
        with clock.set_to(last - timedelta(seconds=1)):
            return notices.withdraw_notice(village.id, village.people[0], notice_id, "写错了").state

    fates = at_once(app, lambda: closing.close_due(village.id), withdraw_in_time, moment=last)
    if fates[0] == 3:
        assert fates[1] is notices.NoticeOver
        assert states(village) == ["booked"] * 3
    else:
        assert fates == [0, "withdrawn"]
        assert states(village) == ["checked"] * 3
