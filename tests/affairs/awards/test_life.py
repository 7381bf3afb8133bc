"""An award's life: the table of moves, the database's own laws, the one way into the book."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from governance.affairs.awards import life
from governance.affairs.awards.life import (
    LIVE,
    MOVES,
    STATE_NAMES,
    IllegalMove,
    State,
    UnknownAward,
    awards,
)
from governance.base import clock
from governance.base.database import atomic, db, new_id
from governance.ledger import book
from governance.ledger.book import Figures
from governance.village.staff import Role
from tests.factories import make_award, make_rule, make_scorer, make_staff, make_village

LEGAL = {
    ("filed", "checked"),
    ("filed", "booked"),
    ("filed", "rejected"),
    ("filed", "withdrawn"),
    ("checked", "published"),
    ("checked", "rejected"),
    ("published", "checked"),
    ("published", "booked"),
    ("published", "rejected"),
    ("booked", "reversed"),
}


@pytest.fixture
def award(village):
    award_id = make_award(
        make_scorer(village), village.homes[0], make_rule(village, review="second")
    )
    return life.get_award(village.id, award_id)


@pytest.mark.parametrize(("now", "to"), list(product(State, State)))
def test_an_award_moves_as_the_table_says_and_no_other_way(now, to):
    if (now.value, to.value) in LEGAL:
        assert life.move(now.value, to) is to
    else:
        with pytest.raises(IllegalMove, match=str(STATE_NAMES[now])):
            life.move(now.value, to)


def test_every_state_has_its_moves_and_its_name_and_the_ended_ones_do_not_count():
    assert set(MOVES) == set(STATE_NAMES) == set(State)
    assert {state for state in State if not MOVES[state]} == set(State) - set(LIVE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"points": 0},
        {"state": "lost"},
        {"state": "rejected"},
        {"state": "reversed"},
        {"reason": "没有结束却有理由"},
    ],
)
def test_the_database_itself_refuses_an_impossible_award(village, award, wrong):
    with pytest.raises(IntegrityError), atomic():
        db.session.execute(update(awards).where(awards.c.id == award.id).values(**wrong))


def test_the_database_itself_refuses_one_person_in_two_parts(village, award):
    other = make_staff(Role.COMMITTEE, village.place).id
    for first, second in ((award.filed_by, None), (other, other), (other, award.filed_by)):
        with pytest.raises(IntegrityError), atomic():
            db.session.execute(
                update(awards)
                .where(awards.c.id == award.id)
                .values(first_by=first, second_by=second)
            )


def test_an_award_of_another_village_is_unknown(village, award):
    with pytest.raises(UnknownAward):
        life.get_award(make_village().id, award.id)
    with pytest.raises(UnknownAward):
        life.get_award(village.id, new_id())


@pytest.mark.by_hand
def test_booking_twice_writes_one_line(village, award):
    for _ in range(2):
        with atomic():
            life.book_awards(village.id, [award], None)
    assert book.find_figures(village.id, award.household_id) == Figures(5, 5)
    assert len(book.last_lines(village.id, award.household_id)) == 1


def test_categories_count_each_side_and_a_reversal_takes_from_its_own(village):
    month = clock.month_of(clock.today())
    steps = [("甲", 5, 1), ("甲", -3, 1), ("乙", 8, 1), ("甲", -5, -1), ("甲", 3, -1)]
    for step in steps:
        with atomic():
            life.count_categories(village.id, [step])
    table = life.category_months
    rows = db.session.execute(
        select(table).where(table.c.village_id == village.id).order_by(table.c.plus)
    )
    assert [(row.month, row.category, row.plus, row.minus, row.entries) for row in rows] == [
        (month, "甲", 0, 0, 0),
        (month, "乙", 8, 0, 1),
    ]
