"""Gifts: their terms, and a stock that is always the sum of its moves."""

from __future__ import annotations

from collections import Counter

import pytest

from governance.affairs.shop import gifts
from governance.affairs.shop.gifts import GiftNameTaken, Terms, TooManyPieces, UnknownGift
from governance.base.database import new_id
from governance.base.errors import BadInput
from governance.ledger.book import KeyConflict
from tests.factories import make_gift, make_village
from tests.races import at_once


def test_a_new_gift_comes_with_a_delivery(village, clerk):
    gift = gifts.add_gift(village.id, Terms(" 洗洁精 ", 5, 500, 4), stock=100, by=clerk.id)
    assert (gift.name, gift.points, gift.worth_cents, gift.month_limit) == ("洗洁精", 5, 500, 4)
    assert gifts.get_gift(village.id, gift.id).stock == 100
    [move], total = gifts.moves_of(village.id, gift.id)
    assert (move.kind, move.change, move.who, total) == ("delivery", 100, clerk.name, 1)


def test_an_empty_shelf_needs_no_move(village):
    assert make_gift(village, stock=0).stock == 0


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms("  ", 5), "name"),
        (Terms("长" * 41, 5), "name"),
        (Terms("\x00", 5), "name"),
        (Terms("米", 0), "points"),
        (Terms("米", gifts.MOST_POINTS + 1), "points"),
        (Terms("米", 5, -1), "worth"),
        (Terms("米", 5, gifts.MOST_CENTS + 1), "worth"),
        (Terms("米", 5, 0, 0), "month_limit"),
        (Terms("米", 5, 0, gifts.MOST_A_MONTH + 1), "month_limit"),
    ],
)
def test_terms_that_make_no_sense_name_their_field(village, terms, field):
    with pytest.raises(BadInput) as refusal:
        gifts.add_gift(village.id, terms)
    assert refusal.value.field == field
    assert gifts.all_gifts(village.id) == []


def test_two_gifts_of_one_name_are_refused(village):
    rice = make_gift(village, "大米")
    soap = make_gift(village, "肥皂")
    with pytest.raises(GiftNameTaken):
        make_gift(village, "大米")
    with pytest.raises(GiftNameTaken):
        gifts.edit_gift(village.id, soap.id, Terms("大米", 5))
    gifts.edit_gift(village.id, rice.id, Terms("大米", 60))
    assert gifts.get_gift(village.id, rice.id).points == 60


def test_one_name_given_eight_times_at_the_same_moment_is_one_gift(app, village):
    added = at_once(app, *[lambda: gifts.add_gift(village.id, Terms("大米", 5), stock=3).name] * 8)
    assert Counter(added) == {GiftNameTaken: 7, "大米": 1}
    [rice] = gifts.all_gifts(village.id)
    assert rice.stock == 3


def test_editing_leaves_the_stock_alone(village):
    gift = make_gift(village, "大米", stock=3)
    gifts.edit_gift(village.id, gift.id, Terms("新米", 60, 6000, 1, offered=False))
    assert gifts.get_gift(village.id, gift.id).stock == 3
    assert (gift.name, gift.offered) == ("新米", False)
    assert gifts.gifts_offered(village.id) == []
    assert gifts.all_gifts(village.id) == [gift]


def test_a_delivery_adds_pieces(village, clerk):
    gift = make_gift(village, stock=2)
    gifts.deliver_stock(village.id, gift.id, 5, by=clerk.id, note=" 县供销社\n送来 ")
    assert gifts.get_gift(village.id, gift.id).stock == 7
    assert gifts.moves_of(village.id, gift.id)[0][0].note == "县供销社 送来"


def test_a_delivery_sent_twice_counts_once(village, clerk):
    gift, other, move = make_gift(village, stock=0), make_gift(village, stock=0), new_id()
    for _ in range(2):
        gifts.deliver_stock(village.id, gift.id, 5, by=clerk.id, move_id=move)
    assert gifts.get_gift(village.id, gift.id).stock == 5
    with pytest.raises(KeyConflict):
        gifts.deliver_stock(village.id, gift.id, 6, by=clerk.id, move_id=move)
    with pytest.raises(KeyConflict):
        gifts.deliver_stock(village.id, other.id, 5, by=clerk.id, move_id=move)
    assert (
        gifts.get_gift(village.id, gift.id).stock,
        gifts.get_gift(village.id, other.id).stock,
    ) == (5, 0)


@pytest.mark.parametrize("pieces", [0, -3, gifts.MOST_PIECES + 1])
def test_a_delivery_of_nothing_is_refused(village, clerk, pieces):
    gift = make_gift(village)
    with pytest.raises(BadInput) as refusal:
        gifts.deliver_stock(village.id, gift.id, pieces, by=clerk.id)
    assert refusal.value.field == "pieces"
    assert gifts.get_gift(village.id, gift.id).stock == 10


def test_a_shelf_holds_only_so_much(village, clerk):
    gift = make_gift(village, stock=gifts.MOST_PIECES)
    with pytest.raises(TooManyPieces):
        gifts.deliver_stock(village.id, gift.id, 1, by=clerk.id)
    assert gifts.get_gift(village.id, gift.id).stock == gifts.MOST_PIECES


@pytest.mark.parametrize(("counted", "difference"), [(7, -3), (12, 2), (0, -10)])
def test_counting_writes_the_difference_as_a_move(village, clerk, counted, difference):
    gift = make_gift(village, stock=10)
    assert gifts.count_stock(village.id, gift.id, counted, by=clerk.id, note="破损") == difference
    assert gifts.get_gift(village.id, gift.id).stock == counted
    move = gifts.moves_of(village.id, gift.id)[0][0]
    assert (move.kind, move.change, move.note) == ("count", difference, "破损")


def test_counting_what_is_right_writes_nothing(village, clerk):
    gift = make_gift(village, stock=10)
    assert gifts.count_stock(village.id, gift.id, 10, by=clerk.id) == 0
    assert gifts.moves_of(village.id, gift.id)[1] == 1


@pytest.mark.parametrize("counted", [-1, gifts.MOST_PIECES + 1])
def test_a_count_below_zero_or_beyond_the_shelf_is_refused(village, clerk, counted):
    gift = make_gift(village)
    with pytest.raises(BadInput) as refusal:
        gifts.count_stock(village.id, gift.id, counted, by=clerk.id)
    assert refusal.value.field == "counted"


def test_another_villages_gift_is_not_found(village, clerk):
    gift = make_gift(make_village(homes=0))
    for attempt in (
        lambda: gifts.get_gift(village.id, gift.id),
        lambda: gifts.edit_gift(village.id, gift.id, Terms("米", 1)),
        lambda: gifts.deliver_stock(village.id, gift.id, 1, by=clerk.id),
        lambda: gifts.count_stock(village.id, gift.id, 1, by=clerk.id),
    ):
        with pytest.raises(UnknownGift):
            attempt()
    assert gifts.get_gift(gift.village_id, gift.id).stock == 10


def test_moves_are_paged_newest_first(village, clerk):
    gift = make_gift(village, stock=1)
    for pieces in (2, 3):
        gifts.deliver_stock(village.id, gift.id, pieces, by=clerk.id)
    rows, total = gifts.moves_of(village.id, gift.id, limit=2)
    assert ([row.change for row in rows], total) == ([3, 2], 3)
    assert [row.change for row in gifts.moves_of(village.id, gift.id, limit=2, offset=2)[0]] == [1]
