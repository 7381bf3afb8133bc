"""Bulk data: the same villages for the same seed, true to the last hash."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import func, select

from governance.affairs.awards.life import Award, State
from governance.base import clock
from governance.base.database import db
from governance.demo import bulk
from governance.demo.bulk import Size
from governance.ledger import audit, book
from governance.village.households import Household
from governance.village.persons import find_person
from governance.village.places import Level, Place
from governance.village.signing import sign_in
from governance.village.signing.signins import Where
from governance.village.staff import find_staff


def make(villages=1, households=8, awards=6, seed=1):
    with clock.set_to(NOON):
        return bulk.simulate(Size(villages, households, awards), seed, lambda _count: None)


def passbooks(village):
    """Everything of a village that a seed decides, household by household."""
    homes = db.session.scalars(
        select(Household)
        .where(Household.village_id == village.id)
        .order_by(Household.group_no, Household.number)
    )
    return [
        (
            home.code,
            home.head,
            home.phone,
            home.status,
            home.size,
            [
                (line.memo, line.standing, line.spendable_after, line.at)
                for line in book.last_lines(village.id, home.id)
            ],
        )
        for home in homes
    ]


NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def test_a_second_run_adds_to_the_first(ctx):
    make(villages=2)
    make(villages=1, seed=1)
    count = db.session.scalar(
        select(func.count()).where(
            Place.level == Level.VILLAGE.value, Place.name.startswith("模拟")
        )
    )
    assert count == 3
    assert find_staff("officer-3") is not None


def test_the_same_seed_makes_the_same_villages(ctx):
    first, second = make(villages=2, seed=5)
    again, _ = make(villages=2, seed=5)
    assert passbooks(again) == passbooks(first)
    assert passbooks(second) != passbooks(first)


def test_another_seed_makes_other_people(ctx):
    [one] = make(seed=1)
    [other] = make(seed=2)
    assert [row[1] for row in passbooks(one)] != [row[1] for row in passbooks(other)]


def test_the_awards_are_spread_over_the_past_year_and_all_booked(ctx):
    [village] = make(households=10, awards=12)
    lines = [line for one in passbooks(village) for line in one[5]]
    days = {clock.local_date(line[3]) for line in lines}
    assert len(lines) == 120
    assert len(days) > 40
    assert min(days) < date(2025, 12, 1)
    assert max(days) < NOON.date()
    states = set(db.session.scalars(select(Award.state).where(Award.village_id == village.id)))
    assert states == {State.BOOKED.value}


def test_each_village_has_its_staff(ctx):
    [village] = make()
    person = find_person(sign_in("officer-1", "hemei-demo", Where("")).id)
    assert [(post.role, post.code) for post in person.posts] == [("officer", village.code)]
    assert all(find_staff(name) for name in ("committee-1", "supervisor-1", "shop-1"))


def test_a_village_may_be_without_awards(ctx):
    [village] = make(awards=0)
    assert audit.audit_book(village.id).fault is None
