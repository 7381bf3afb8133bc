"""Counting tries: by what and by whom, in one place for all workers, over by itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from governance.base import clock
from governance.base.database import db, new_id
from governance.base.tries import (
    Limit,
    count_try,
    forget_old_tries,
    forget_tries,
    forget_tries_on,
    free_again,
    locked,
    tries,
)

FEW = Limit(3, timedelta(minutes=15))
MANY = Limit(5, timedelta(days=1))


@pytest.fixture
def start(ctx):
    now = clock.now()
    with clock.set_to(now):
        yield now


def rows():
    return db.session.scalar(select(func.count()).select_from(tries))


def test_what_is_used_up_is_free_again_when_its_time_is_over(start):
    assert [count_try("card", "a", FEW) for _ in range(3)] == [False, False, True]
    assert free_again("card", "a", FEW) == start + FEW.span
    with clock.set_to(start + FEW.span - timedelta(seconds=1)):
        assert free_again("card", "a", FEW)
    with clock.set_to(start + FEW.span):
        assert free_again("card", "a", FEW) is None
        assert not count_try("card", "a", FEW)


def test_another_name_and_another_thing_count_apart(start):
    for _ in range(3):
        count_try("card", "a", FEW)
    assert free_again("card", "b", FEW) is None
    assert free_again("door", "a", FEW) is None


def test_of_several_limits_the_longest_decides(start):
    for _ in range(3):
        count_try("card", "a", FEW, MANY)
    with clock.set_to(start + FEW.span):
        assert [count_try("card", "a", FEW, MANY) for _ in range(2)] == [False, True]
        assert free_again("card", "a", FEW, MANY) == start + MANY.span


def test_what_was_no_guess_is_forgotten(start):
    for _ in range(3):
        count_try("card", "a", FEW)
    forget_tries("card", "a", FEW)
    assert free_again("card", "a", FEW) is None


def test_a_lock_on_somebody_shows_and_can_be_ended(start):
    somebody, other = new_id(), new_id()
    for _ in range(3):
        count_try("sign-in", "a", FEW, subject_id=somebody)
    shown = {one: db.session.scalar(select(locked(one, 3))) for one in (somebody, other)}
    assert shown == {somebody: True, other: False}
    forget_tries_on(somebody)
    assert not db.session.scalar(select(locked(somebody, 3)))


def test_what_a_clock_counted_that_ran_ahead_is_over_when_it_is_set_right(start):
    with clock.set_to(start + clock.days(30)):
        for _ in range(3):
            count_try("card", "a", FEW)
        assert free_again("card", "a", FEW)
    assert free_again("card", "a", FEW) is None
    assert [count_try("card", "a", FEW) for _ in range(3)] == [False, False, True]


def test_what_is_over_is_deleted(start):
    count_try("card", "a", FEW, MANY)
    with clock.set_to(start + FEW.span):
        forget_old_tries()
        assert rows() == 1
    with clock.set_to(start + MANY.span):
        forget_old_tries()
        assert rows() == 0


def test_no_name_and_no_address_can_be_read_from_it(start):
    count_try("sign-in", "zhang 198.51.100.7", FEW)
    assert "zhang" not in repr(db.session.execute(select(tries)).all())


def test_tries_at_one_moment_are_all_counted(app):
    """Two workers count in the database, not each for itself."""

    def count(_number):
        with app.app_context():
            return count_try("card", "a", Limit(12, timedelta(hours=1)), MANY)

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(count, range(12))) >= 1
    with app.app_context():
        assert sorted(db.session.scalars(select(tries.c.tried))) == [12, 12]
