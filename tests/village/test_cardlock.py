"""The card's number: eight digits. Wrong ones lock whoever types them, for that household alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.base import clock
from governance.base.database import db
from governance.village import cardlock, codes, households
from governance.village.cardlock import CardLocked, WrongNumber, match_at_counter, open_at_door
from governance.village.staff import Role
from tests.factories import make_staff, make_village

HERE, THERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture
def village(village):
    village.number = codes.code_in_use(village.id, village.homes[0].id, "card").number
    village.wrong = f"{(int(village.number) + 1) % 10**8:08d}"
    return village


def guess(village, number, home=0, address=HERE):
    return open_at_door(village.place, village.homes[home].id, number, address)


def use_up(village, times, address=HERE):
    for _ in range(times):
        with pytest.raises(WrongNumber):
            guess(village, village.wrong, address=address)


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
        use_up(village, cardlock.LOCK.most)
        with pytest.raises(CardLocked):
            guess(village, village.number)
    with clock.set_to(start + cardlock.LOCK.span - timedelta(seconds=1)), pytest.raises(CardLocked):
        guess(village, village.number)
    with clock.set_to(start + cardlock.LOCK.span + timedelta(seconds=1)):
        assert guess(village, village.number)


def test_the_lock_is_of_one_household_alone(village):
    use_up(village, cardlock.LOCK.most)
    other = codes.code_in_use(village.id, village.homes[1].id, "card").number
    assert guess(village, other, home=1)


def test_a_right_number_starts_the_count_again(village):
    for _ in range(2):
        use_up(village, cardlock.LOCK.most - 1)
        assert guess(village, village.number)


def test_a_stranger_does_not_lock_the_household_out(village):
    use_up(village, cardlock.LOCK.most, THERE)
    assert guess(village, village.number)


def test_the_counter_counts_for_itself(village):
    """Neither do guesses at the door close the counter, nor a storekeeper's slips the door, nor another's."""
    anna, bert = (make_staff(Role.STOREKEEPER, village.place).id for _ in range(2))

    def match(keeper, number):
        return match_at_counter(village.place, village.homes[0].id, number, keeper)

    for n in range(40):  # more than any limit at the door lets through
        with pytest.raises((WrongNumber, CardLocked)):
            guess(village, village.wrong, address=f"198.51.100.{n % 8}")
    assert match(anna, village.number)
    for _ in range(cardlock.LOCK.most):
        with pytest.raises(WrongNumber):
            match(anna, village.wrong)
    with pytest.raises(CardLocked):
        match(anna, village.number)
    assert match(bert, village.number)
    assert guess(village, village.number, address=THERE)


def test_a_crowd_of_strangers_gets_no_further_than_the_days_limit(village):
    start = clock.now()
    with clock.set_to(start):
        for n in range(cardlock.A_DAY.most):
            with pytest.raises(WrongNumber):
                guess(village, village.wrong, address=f"2001:db8:{n:x}::/64")
        with pytest.raises(CardLocked) as refusal:
            guess(village, village.number, address=THERE)
    assert "直接扫户卡上的码" in str(refusal.value)
    with clock.set_to(start + cardlock.A_DAY.span):
        assert guess(village, village.number, address=THERE)


def test_guessing_at_many_doors_from_one_network_is_slowed_down(village):
    crowd = make_village(homes=8)
    with clock.set_to(clock.now()):
        for n in range(30):
            with pytest.raises(WrongNumber):
                open_at_door(crowd.place, crowd.homes[n % 8].id, "no number", HERE)
        with pytest.raises(CardLocked):
            guess(village, village.number)
        assert guess(village, village.number, address=THERE)


def test_a_replaced_card_has_another_number(village):
    codes.replace_codes(village.place, [village.homes[0].id], "card")
    db.session.expire_all()
    fresh = codes.code_in_use(village.id, village.homes[0].id, "card")
    assert guess(village, fresh.number).token == fresh.token
    with pytest.raises(WrongNumber):
        guess(village, village.number)


def test_a_closed_household_has_no_number(village):
    households.close_household(village.homes[0])
    with pytest.raises(WrongNumber):
        guess(village, village.number)
