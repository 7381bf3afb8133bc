"""The database: one way to write that nests, moments with their zone, ids in the order they were made."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from governance.affairs.awards.life import category_months
from governance.base.database import Moment, add_up, atomic, db, is_sqlite, new_id, once_more
from governance.village import places
from governance.village.places import Level, Place

VILLAGE = uuid.UUID(int=1)


def count():
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(Place))


def add(code):
    return places.add_place(Level.COUNTY, code, "某县")


def fall_after_adding(inner=False):
    if inner:
        with atomic():
            add("620500")
        raise ZeroDivisionError
    with atomic():
        add("620500")
        raise ZeroDivisionError


def test_what_atomic_holds_is_kept_when_it_ends(ctx):
    with atomic():
        add("620500")
    assert count() == 1


def test_what_was_raised_takes_everything_with_it(ctx):
    with pytest.raises(ZeroDivisionError):
        fall_after_adding()
    assert count() == 0


def test_the_outermost_decides(ctx):
    with pytest.raises(ZeroDivisionError), atomic():
        fall_after_adding(inner=True)
    assert count() == 0
    with atomic():
        with atomic():
            add("620500")
        add("620501")
    assert count() == 2


def test_after_a_fall_the_next_one_works(ctx):
    with pytest.raises(ZeroDivisionError), atomic():
        raise ZeroDivisionError
    with atomic():
        add("620500")
    assert count() == 1


def test_a_read_before_does_not_hinder_the_write(ctx):
    assert count() == 0
    places.find_place("620500")
    with atomic():
        add("620500")
    assert count() == 1


def test_ids_are_of_version_7_and_follow_time():
    made = [new_id() for _ in range(200)]
    assert len(set(made)) == 200
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {uuid.RFC_4122}
    stamps = [one.int >> 80 for one in made]
    assert stamps == sorted(stamps)


def test_a_moment_comes_back_with_its_zone_and_in_utc(ctx):
    beijing = datetime(2026, 11, 21, 8, tzinfo=timezone(timedelta(hours=8)))
    dialect = db.engine.dialect
    stored = Moment().process_bind_param(beijing, dialect)
    assert Moment().process_result_value(stored, dialect) == datetime(2026, 11, 21, tzinfo=UTC)
    assert Moment().process_bind_param(None, dialect) is None
    assert Moment().process_result_value(None, dialect) is None


def test_a_moment_without_a_zone_is_refused(ctx):
    with pytest.raises(ValueError, match="zone"):
        Moment().process_bind_param(datetime(2026, 11, 21), db.engine.dialect)  # noqa: DTZ001


def row(category, plus):
    return {
        "village_id": VILLAGE,
        "month": 202611,
        "category": category,
        "plus": plus,
        "minus": 0,
        "entries": 1,
    }


def test_roll_up_rows_are_inserted_or_added_to(ctx):
    with atomic():
        add_up(category_months, [row("a", 5), row("b", 1)], ("plus", "entries"))
        add_up(category_months, [row("a", 2)], ("plus", "entries"))
        add_up(category_months, [], ("plus",))
    found = {
        one.category: (one.plus, one.entries)
        for one in db.session.execute(db.select(category_months))
    }
    assert found == {"a": (7, 2), "b": (1, 1)}


def taking(*categories):
    """Something that takes one key after the other, each time it is judged; and what it has tried."""
    tried = []

    def take():
        tried.append(categories[len(tried)])
        with atomic():
            db.session.execute(db.insert(category_months), row(tried[-1], 1))
        return tried[-1]

    return take, tried


def test_who_meets_another_at_a_key_is_judged_once_more(ctx):
    taking("a")[0]()
    take, tried = taking("a", "b")
    assert once_more(take) == "b"
    assert tried == ["a", "b"]


def test_who_meets_another_twice_is_not_judged_again(ctx):
    taking("a")[0]()
    take, tried = taking("a", "a", "b")
    with pytest.raises(IntegrityError):
        once_more(take)
    assert tried == ["a", "a"]


def test_in_a_transaction_of_somebody_else_nothing_is_judged_again(ctx):
    """It cannot be begun anew from inside, and what is half done in it would be done twice."""
    taking("a")[0]()
    take, tried = taking("a", "b")
    with pytest.raises(IntegrityError), atomic():
        once_more(take)
    assert tried == ["a"]


def test_a_villages_computer_may_lose_power(ctx):
    if is_sqlite():
        assert db.session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert db.session.scalar(text("PRAGMA synchronous")) == 2
        assert db.session.scalar(text("PRAGMA foreign_keys")) == 1
    else:
        assert db.session.scalar(text("SHOW synchronous_commit")) == "on"
