"""Handing over, taking back: points and stock move together, or not at all; once, whatever is sent twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from governance.affairs.awards.refusals import ReasonMissing
from governance.affairs.shop import gifts, handover, redemptions
from governance.affairs.shop.gifts import Terms, UnknownGift
from governance.affairs.shop.handover import (
    MonthLimit,
    NothingChosen,
    NotOffered,
    OutOfStock,
    PriceChanged,
    TooLateToTakeBack,
    take_back,
)
from governance.affairs.shop.redemptions import IllegalMove
from governance.base import clock
from governance.base.database import atomic, new_id
from governance.base.errors import BadInput
from governance.ledger import book
from governance.ledger.book import KeyConflict, NotEnoughPoints
from governance.village import households
from governance.village.households import UnknownHousehold
from governance.village.staff import Role
from tests.factories import (
    give_points,
    hand_over,
    make_gift,
    make_household,
    make_staff,
    make_village,
)


def state_of(village, home, *gifts_):
    """What a hand-over touches: the points, and the stock of gifts."""
    stocks = tuple(gifts.get_gift(village.id, gift.id).stock for gift in gifts_)
    return book.find_figures(village.id, home.id).spendable, *stocks


@pytest.fixture
def met(monkeypatch):
    """The first hand-over is written, and meets another at the key."""
    write, calls = handover._write, []

    def meet(*arguments):
        calls.append(1)
        write(*arguments)
        if len(calls) == 1:
            raise IntegrityError("insert", {}, Exception("redemptions.id"))

    monkeypatch.setattr(handover, "_write", meet)


def test_who_meets_another_at_the_key_is_judged_once_more(village, home, keeper, met):
    soap = make_gift(village, points=3)
    assert not hand_over(village, keeper, home, {soap: 2}).again
    assert state_of(village, home, soap) == (14, 8)


def test_in_a_transaction_of_somebody_else_nothing_is_handed_over_by_halves(
    village, home, keeper, met
):
    """Judged again in there, it found its own redemption and took the goods without the points."""
    soap = make_gift(village, points=3)
    with pytest.raises(IntegrityError), atomic():
        hand_over(village, keeper, home, {soap: 2})
    assert state_of(village, home, soap) == (20, 10)


def test_points_and_stock_move_together(village, home, keeper):
    soap, rice = make_gift(village, "肥皂", points=3), make_gift(village, "大米", points=10)
    receipt = hand_over(village, keeper, home, {soap: 2, rice: 1})
    assert (receipt.cost, receipt.left, receipt.again) == (16, 4, False)
    assert state_of(village, home, soap, rice) == (4, 8, 9)
    assert book.find_figures(village.id, home.id).standing == 20
    [line] = book.last_lines(village.id, home.id, limit=1)
    assert (line.kind, line.spendable, line.standing, line.actor) == (
        "redemption",
        -16,
        0,
        keeper.id,
    )
    assert "肥皂×2" in line.memo
    assert "大米×1" in line.memo
    kept = redemptions.get_redemption(village.id, receipt.id)
    assert (kept.state, kept.cost, kept.made_by) == ("handed_over", 16, keeper.id)
    items = redemptions.items_of(village.id, [receipt.id])[receipt.id]
    assert [(item.name, item.quantity, item.points) for item in items] == [
        ("大米", 1, 10),
        ("肥皂", 2, 3),
    ]


def test_a_stock_move_names_its_redemption(village, home, keeper):
    soap = make_gift(village)
    receipt = hand_over(village, keeper, home, {soap: 2})
    [move, _], _ = gifts.moves_of(village.id, soap.id)
    assert (move.kind, move.change, move.redemption_id) == ("redemption", -2, receipt.id)


def test_the_same_id_answers_the_first_result(village, home, keeper):
    soap, key = make_gift(village, points=5), new_id()
    first = hand_over(village, keeper, home, {soap: 1}, key)
    again = hand_over(village, keeper, home, {soap: 1}, key)
    assert (again.id, again.cost, again.left, again.again) == (first.id, 5, 15, True)
    assert state_of(village, home, soap) == (15, 9)


def test_the_same_id_with_other_content_is_refused(village, home, keeper):
    soap, key, other = make_gift(village, points=5), new_id(), make_household(village)
    hand_over(village, keeper, home, {soap: 1}, key)
    give_points(village, other, 20)
    with pytest.raises(KeyConflict):
        hand_over(village, keeper, home, {soap: 2}, key)
    with pytest.raises(KeyConflict):
        hand_over(village, keeper, other, {soap: 1}, key)
    with pytest.raises(KeyConflict):
        hand_over(village, make_staff(Role.STOREKEEPER, village.place), home, {soap: 1}, key)
    assert state_of(village, home, soap) == (15, 9)
    assert state_of(village, other, soap) == (20, 9)


def test_a_redemption_that_was_taken_back_is_not_handed_over_again(village, home, keeper):
    soap, key = make_gift(village), new_id()
    hand_over(village, keeper, home, {soap: 1}, key)
    take_back(village.id, keeper.id, key, "拿错了")
    assert hand_over(village, keeper, home, {soap: 1}, key).again
    assert state_of(village, home, soap) == (20, 10)


def test_more_than_the_stock_is_refused_and_names_what_is_left(village, home, keeper):
    soap, rice = (
        make_gift(village, points=1, stock=5),
        make_gift(village, "大米", points=1, stock=1),
    )
    with pytest.raises(OutOfStock) as refusal:
        hand_over(village, keeper, home, {soap: 1, rice: 2})
    assert refusal.value.values == {"gift": "大米", "left": 1}
    assert state_of(village, home, soap, rice) == (20, 5, 1)


def test_more_than_the_points_is_refused_and_the_shelf_stays_full(village, home, keeper):
    oil = make_gift(village, points=21)
    with pytest.raises(NotEnoughPoints) as refusal:
        hand_over(village, keeper, home, {oil: 1})
    assert refusal.value.values == {"have": 20, "need": 21}
    assert state_of(village, home, oil) == (20, 10)
    assert redemptions.listed(village.id)[1] == 0


def test_the_last_points_can_be_spent(village, home, keeper):
    oil = make_gift(village, points=20, stock=1)
    assert hand_over(village, keeper, home, {oil: 1}).left == 0
    assert state_of(village, home, oil) == (0, 0)


def test_a_months_limit_counts_what_was_taken_this_month(village, home, keeper):
    soap, other = make_gift(village, "肥皂", points=1, month_limit=2), make_household(village)
    give_points(village, other, 5)
    first = hand_over(village, keeper, home, {soap: 1})
    with pytest.raises(MonthLimit) as refusal:
        hand_over(village, keeper, home, {soap: 2})
    assert refusal.value.values == {"gift": "肥皂", "limit": 2, "taken": 1}
    hand_over(village, keeper, other, {soap: 2})
    hand_over(village, keeper, home, {soap: 1})
    take_back(village.id, keeper.id, first.id, "拿错了")
    hand_over(village, keeper, home, {soap: 1})
    assert state_of(village, home, soap) == (18, 6)


def test_a_new_month_begins_at_midnight_in_the_village(village, home, keeper):
    soap = make_gift(village, points=1, month_limit=1)
    with clock.set_to(datetime(2026, 10, 31, 15, 59, tzinfo=UTC)):
        hand_over(village, keeper, home, {soap: 1})
        with pytest.raises(MonthLimit):
            hand_over(village, keeper, home, {soap: 1})
    with clock.set_to(datetime(2026, 10, 31, 16, 0, tzinfo=UTC)):
        hand_over(village, keeper, home, {soap: 1})


def test_a_price_that_changed_since_it_was_confirmed_is_told(village, home, keeper):
    soap = make_gift(village, "肥皂", points=5)
    gifts.edit_gift(village.id, soap.id, Terms("肥皂", 6))
    with pytest.raises(PriceChanged) as refusal:
        hand_over(village, keeper, home, {soap: 2}, agreed=10)
    assert refusal.value.values == {"cost": 12}
    assert state_of(village, home, soap) == (20, 10)
    assert hand_over(village, keeper, home, {soap: 2}, agreed=12).cost == 12


def test_what_was_handed_over_keeps_name_and_price(village, home, keeper):
    soap = make_gift(village, "肥皂", points=5)
    receipt = hand_over(village, keeper, home, {soap: 1})
    gifts.edit_gift(village.id, soap.id, Terms("香皂", 9))
    [item] = redemptions.items_of(village.id, [receipt.id])[receipt.id]
    assert (item.name, item.points) == ("肥皂", 5)
    take_back(village.id, keeper.id, receipt.id, "不要了")
    assert state_of(village, home, soap) == (20, 10)


def test_a_gift_taken_off_the_shelf_is_refused(village, home, keeper):
    soap = make_gift(village, "肥皂", offered=False)
    with pytest.raises(NotOffered):
        hand_over(village, keeper, home, {soap: 1})


def test_a_gift_of_another_village_or_none_is_refused(village, home, keeper):
    elsewhere = make_gift(make_village(homes=0))
    with pytest.raises(UnknownGift):
        hand_over(village, keeper, home, {elsewhere: 1})
    with pytest.raises(UnknownGift):
        handover.hand_over(
            village.id, keeper.id, new_id(), home.id, {new_id(): 1}, no_card="忘带了"
        )


@pytest.mark.parametrize("pieces", [0, -1, handover.MOST_PIECES + 1])
def test_nothing_or_a_cartload_is_refused(village, home, keeper, pieces):
    soap = make_gift(village, points=1, stock=200)
    with pytest.raises(NothingChosen):
        hand_over(village, keeper, home, {soap: pieces})
    with pytest.raises(NothingChosen):
        handover.hand_over(village.id, keeper.id, new_id(), home.id, {})


def test_a_closed_household_and_a_strangers_are_refused(village, home, keeper):
    soap = make_gift(village)
    households.close_household(home)
    with pytest.raises(UnknownHousehold):
        hand_over(village, keeper, home, {soap: 1})
    with pytest.raises(UnknownHousehold):
        hand_over(village, keeper, make_village(homes=1).homes[0], {soap: 1})
    assert state_of(village, home, soap) == (20, 10)


@pytest.mark.parametrize("status", ["away", "seasonal", "empty"])
def test_a_household_that_lives_away_may_still_redeem(village, keeper, status):
    away, soap = make_household(village, status=status), make_gift(village, points=5)
    give_points(village, away, 5)
    assert hand_over(village, keeper, away, {soap: 1}).left == 0


def test_taking_back_returns_points_and_goods_with_a_reason(village, home, keeper):
    soap = make_gift(village, "肥皂", points=5)
    receipt = hand_over(village, keeper, home, {soap: 2})
    back = take_back(village.id, keeper.id, receipt.id, " 拿错了 ")
    assert (back.state, back.reason, back.ended_by) == ("returned", "拿错了", keeper.id)
    assert state_of(village, home, soap) == (20, 10)
    [line] = book.last_lines(village.id, home.id, limit=1)
    assert (line.kind, line.spendable, line.memo) == ("return", 10, "退回：肥皂×2")


def test_taking_back_twice_is_once(village, home, keeper):
    soap = make_gift(village)
    receipt = hand_over(village, keeper, home, {soap: 1})
    take_back(village.id, keeper.id, receipt.id, "拿错了")
    take_back(village.id, keeper.id, receipt.id, "拿错了")
    assert state_of(village, home, soap) == (20, 10)


def test_somebody_else_is_told_that_it_was_taken_back(village, home, keeper):
    clerk = make_staff(Role.COMMITTEE, village.place)
    receipt = hand_over(village, keeper, home, {make_gift(village): 1})
    take_back(village.id, keeper.id, receipt.id, "拿错了")
    with pytest.raises(IllegalMove) as refusal:
        take_back(village.id, clerk.id, receipt.id, "退货", any_day=True)
    assert "已退回" in str(refusal.value)


@pytest.mark.parametrize("reason", ["", "  \n", "\x00", "\u200b"])
def test_taking_back_needs_a_reason(village, home, keeper, reason):
    receipt = hand_over(village, keeper, home, {make_gift(village): 1})
    with pytest.raises(ReasonMissing):
        take_back(village.id, keeper.id, receipt.id, reason)


def test_a_reason_too_long_is_refused_and_not_cut(village, home, keeper):
    receipt = hand_over(village, keeper, home, {make_gift(village): 1})
    with pytest.raises(BadInput, match="200"):
        take_back(village.id, keeper.id, receipt.id, "坏" * 201)
    assert take_back(village.id, keeper.id, receipt.id, " 坏\n了 ").reason == "坏 了"


def test_the_counter_takes_back_on_the_same_day_and_the_committee_on_any(village, home, keeper):
    soap = make_gift(village, points=5)
    with clock.set_to(clock.now() - clock.days(1)):
        receipt = hand_over(village, keeper, home, {soap: 1})
    with pytest.raises(TooLateToTakeBack):
        take_back(village.id, keeper.id, receipt.id, "拿错了")
    assert state_of(village, home, soap) == (15, 9)
    clerk = make_staff(Role.COMMITTEE, village.place)
    take_back(village.id, clerk.id, receipt.id, "质量问题", any_day=True)
    assert state_of(village, home, soap) == (20, 10)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 1), st.integers(1, 4)), max_size=12))
def test_whatever_is_handed_over_and_taken_back_it_all_adds_up(village, home, keeper, steps):
    """Points plus the price of what is gone stay what they were; nothing goes below zero."""
    shelf = [make_gift(village, points=3, stock=4), make_gift(village, points=5, stock=2)]
    had, done = book.find_figures(village.id, home.id).spendable, []
    for giving, which, pieces in steps:
        if giving:
            try:
                done.append(hand_over(village, keeper, home, {shelf[which]: pieces}))
            except (OutOfStock, NotEnoughPoints):
                continue
        elif done:
            take_back(village.id, keeper.id, done.pop().id, "退")
    left, first, second = state_of(village, home, *shelf)
    assert left + 3 * (4 - first) + 5 * (2 - second) == had
    assert min(left, first, second) >= 0
    for receipt in done:
        take_back(village.id, keeper.id, receipt.id, "退")
