"""The six weeks of the demo: awards in every state, by day, with what proves them."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from governance.affairs.awards import checking
from governance.affairs.awards.life import State, awards
from governance.affairs.figures import boards
from governance.affairs.shop.gifts import gifts
from governance.affairs.shop.handover import redemptions
from governance.base import clock
from governance.base.database import db


def test_there_are_six_weeks_of_awards_in_every_state(count):
    states = Counter(db.session.scalars(select(awards.c.state)))
    assert 900 <= sum(states.values()) <= 1200
    assert states[State.BOOKED] > 650
    assert states[State.PUBLISHED] > 100  # a notice hangs: nothing of it can be spent yet
    assert 20 <= states[State.FILED] <= 80
    assert states[State.REJECTED] == 6
    assert states[State.REVERSED] >= 1
    assert count(awards, awards.c.points < 0, awards.c.state.in_(("booked", "published"))) >= 3


def test_some_awards_have_waited_longer_than_a_week_and_some_for_their_second_check(village):
    week_ago = clock.now() - clock.days(7)
    waiting = db.session.execute(select(awards).where(awards.c.state == "filed")).all()
    assert sum(row.filed_at < week_ago for row in waiting) >= 3
    assert any(row.first_by is not None for row in waiting)
    assert checking.waiting(village.id, limit=1)[1] == len(waiting)


def test_gifts_were_handed_over_and_the_shelf_was_never_overdrawn(count):
    assert 50 <= count(redemptions) <= 80
    assert count(gifts, gifts.c.stock < 0) == 0


def test_several_households_were_never_scored(village):
    """In all six weeks: in the first days of a quarter the board names nearly everybody."""
    scored = set(db.session.scalars(select(awards.c.household_id)))
    never = {row.id for row in boards.never_scored(village.id)}
    assert 10 <= len(never - scored) <= 150


def test_everything_happened_in_the_past_and_by_day(village):
    for row in db.session.execute(select(awards.c.seen_at, awards.c.filed_at)):
        assert row.seen_at <= row.filed_at <= clock.now()
        assert 7 <= clock.local_time(row.filed_at).hour <= 20


def test_deductions_say_why(village):
    notes = db.session.scalars(select(awards.c.note).where(awards.c.points < 0)).all()
    assert all(notes)


def test_no_award_is_checked_by_whom_it_was_filed(count):
    assert count(awards, awards.c.filed_by.in_([awards.c.first_by, awards.c.second_by])) == 0
