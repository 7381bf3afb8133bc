"""The card's number: eight digits, locked after five wrong ones, for that household alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.base import clock
from governance.base.database import db
from governance.village import cardlock, codes, households
from governance.village.cardlock import CardLocked, WrongNumber, open_with_number


@pytest.fixture
def village(village):
    village.number = codes.code_in_use(village.id, village.homes[0].id, "card").number
    village.wrong = f"{(int(village.number) + 1) % 10**8:08d}"
    return village


def guess(village, number, home=0):
    return open_with_number(village.place, village.homes[home].id, number)


def use_up(village, times):
    for _ in range(times):
        with pytest.raises(WrongNumber):
            guess(village, village.wrong)


def test_the_right_number_opens_the_card_spaces_or_not(village):
    assert guess(village, village.number).household_id == village.homes[0].id
    assert guess(village, f" {village.number[:4]} {village.number[4:]} ")


@pytest.mark.parametrize("number", ["", "0", "abc", "１２３４５６７８", "0" * 100, "数字"])
def test_anything_else_is_wrong(village, number):
    with pytest.raises(WrongNumber):
        guess(village, number)


def test_the_neighbours_number_is_wrong_here(village):
    with pytest.raises(WrongNumber):
        guess(village, village.number, home=1)


def test_five_wrong_numbers_lock_even_the_right_one(village):
    start = clock.now()
    with clock.set_to(start):
        use_up(village, cardlock.TRIES)
        with pytest.raises(CardLocked):
            guess(village, village.number)
    with clock.set_to(start + cardlock.LOCK - timedelta(seconds=1)), pytest.raises(CardLocked):
        guess(village, village.number)
    with clock.set_to(start + cardlock.LOCK + timedelta(seconds=1)):
        assert guess(village, village.number)


def test_the_lock_is_of_one_household_alone(village):
    use_up(village, cardlock.TRIES)
    other = codes.code_in_use(village.id, village.homes[1].id, "card").number
    assert guess(village, other, home=1)


def test_a_right_number_starts_the_count_again(village):
    for _ in range(2):
        use_up(village, cardlock.TRIES - 1)
        assert guess(village, village.number)


def test_a_replaced_card_has_another_number_and_no_lock(village):
    use_up(village, cardlock.TRIES)
    codes.replace_codes(village.place, [village.homes[0].id], "card")
    db.session.expire_all()
    fresh = codes.code_in_use(village.id, village.homes[0].id, "card")
    assert guess(village, fresh.number).token == fresh.token


def test_a_closed_household_has_no_number(village):
    households.close_household(village.homes[0])
    with pytest.raises(WrongNumber):
        guess(village, village.number)
