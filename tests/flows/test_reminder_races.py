"""Many at once on one reminder, on the real service: it is given once and settled once, whichever way."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from governance.affairs.awards.life import awards
from governance.affairs.awards.reminders import reminders
from governance.base import clock
from governance.base.database import db, new_id
from governance.ledger import audit
from governance.village.staff import Role
from tests.factories import (
    make_bonus_rule,
    make_reminder,
    make_reminder_rule,
    make_scorer,
    make_staff,
    make_village,
)
from tests.races import together
from tests.servers import serve

CROWD = 8


@pytest.fixture(scope="module")
def service(house):
    with serve(house) as running:
        yield running


@pytest.fixture
def village(app):
    with app.app_context():
        village = make_village(homes=1)
        village.officers = [make_staff(Role.OFFICER, village.place) for _ in range(2)]
        since = clock.today() - timedelta(days=30)
        village.minus = make_reminder_rule(village, since=since)
        make_bonus_rule(village)
    yield village
    with app.app_context():
        assert audit.audit_book(village.id).fault is None


def lapsed(app, village):
    """A reminder whose time is over."""
    with app.app_context():
        long_ago = clock.now() - timedelta(days=10)
        with clock.set_to(long_ago):
            scorer = make_scorer(village, village.officers[0])
            return make_reminder(scorer, village.homes[0], village.minus)


def rows(app, table):
    with app.app_context():
        return db.session.execute(select(table)).all()


def statuses(answers):
    return Counter(answer.status for answer in answers)


def test_one_reminder_sent_eight_times_is_one(app, service, village):
    phone, once = service.browser(village.officers[0]), str(new_id())
    page = f"/officer/household/{village.homes[0].id}/remind/{village.minus.id}"
    fields = {"once": once, "note": "院墙外堆着旧木料"}
    assert statuses(together(CROWD, lambda _: phone.post(page, fields))) == {303: CROWD}
    assert len(rows(app, reminders)) == 1


def test_two_officers_who_remind_at_once_give_one_reminder(app, service, village):
    phones = [service.browser(one) for one in village.officers]
    page = f"/officer/household/{village.homes[0].id}/remind/{village.minus.id}"

    def send(n):
        return phones[n].post(page, {"once": str(new_id()), "note": "院墙外堆着旧木料"})

    assert statuses(together(2, send)) == {303: 1, 409: 1}
    assert [one.number for one in rows(app, reminders)] == [1]


def test_a_deduction_sent_eight_times_is_one(app, service, village):
    reminder = lapsed(app, village)
    phone = service.browser(village.officers[0])
    page = f"/officer/reminders/{reminder.id}/deduct"
    answers = together(CROWD, lambda _: phone.post(page, {"deduct-note": "仍未清理"}))
    assert statuses(answers) == {303: CROWD}
    [award] = rows(app, awards)
    [found] = rows(app, reminders)
    assert (found.state, found.award_id, award.points) == ("deducted", award.id, -5)


def test_one_says_it_is_put_right_and_one_that_it_is_not_and_one_of_them_counts(
    app, service, village
):
    reminder = lapsed(app, village)
    phones = [service.browser(one) for one in village.officers]
    acts = [("correct", {"correct-note": ""}), ("deduct", {"deduct-note": "仍未清理"})]

    def send(n):
        what, fields = acts[n]
        return phones[n].post(f"/officer/reminders/{reminder.id}/{what}", fields)

    assert statuses(together(2, send)) == {303: 1, 409: 1}
    [found] = rows(app, reminders)
    assert len(rows(app, awards)) == (found.state == "deducted")
