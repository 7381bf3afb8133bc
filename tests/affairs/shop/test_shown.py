"""A hand-over carries its proof: the card shown to this storekeeper minutes before, or a reason that others read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.affairs.shop import redemptions, shown
from governance.affairs.shop.handover import CardMissing, hand_over, take_back
from governance.affairs.shop.redemptions import Proof, UnknownRedemption
from governance.base import clock
from governance.base.database import new_id
from governance.ledger import audit, book
from governance.village import codes
from governance.village.staff import Role
from tests.factories import give_points, make_gift, make_staff, make_village, show_card

WHY = "户卡忘在家里，本人来的"


@pytest.fixture
def village(ctx):
    village = make_village(homes=2)
    give_points(village, village.homes[0], 50)
    village.soap = make_gift(village, "肥皂", points=5)
    village.keeper = make_staff(Role.STOREKEEPER, village.place)
    yield village
    assert audit.audit_book(village.id).fault is None


def give(village, key=None, **more):
    home = village.homes[0]
    keeper = more.pop("keeper", village.keeper)
    return hand_over(village.id, keeper.id, key or new_id(), home.id, {village.soap.id: 1}, **more)


def proof_of(village, receipt):
    found = redemptions.get_redemption(village.id, receipt.id)
    return found.proof, found.no_card


def test_without_the_card_nothing_is_handed_over(village):
    with pytest.raises(CardMissing):
        give(village)
    with pytest.raises(CardMissing):
        give(village, no_card=" \n ")
    assert book.find_figures(village.id, village.homes[0].id).spendable == 50
    assert village.soap.stock == 10


@pytest.mark.parametrize("how", [Proof.SCANNED, Proof.NUMBER])
def test_the_card_shown_is_the_proof(village, how):
    shown.note_shown(
        village.keeper.id, codes.code_in_use(village.id, village.homes[0].id, "card"), how
    )
    assert proof_of(village, give(village)) == (how.value, None)
    assert proof_of(village, give(village, no_card=WHY)) == (how.value, None)


def test_without_it_the_reason_stands_with_the_hand_over(village):
    assert proof_of(village, give(village, no_card=f"  {WHY}  ")) == ("none", WHY)


def test_a_card_counts_for_minutes_only(village):
    start = clock.now()
    with clock.set_to(start):
        show_card(village, village.keeper.id, village.homes[0])
    with clock.set_to(start + shown.GOOD_FOR - timedelta(seconds=1)):
        give(village)
    with clock.set_to(start + shown.GOOD_FOR), pytest.raises(CardMissing):
        give(village)


def test_a_card_counts_for_its_household_and_its_storekeeper_only(village):
    other = make_staff(Role.STOREKEEPER, village.place)
    show_card(village, village.keeper.id, village.homes[1])
    show_card(village, other.id, village.homes[0])
    with pytest.raises(CardMissing):
        give(village)
    give(village, keeper=other)


def test_a_card_that_was_replaced_meanwhile_counts_no_more(village):
    show_card(village, village.keeper.id, village.homes[0])
    codes.replace_codes(village.place, [village.homes[0].id], "card")
    with pytest.raises(CardMissing):
        give(village)


def test_the_same_hand_over_again_needs_no_card_again(village):
    start, key = clock.now(), new_id()
    with clock.set_to(start):
        show_card(village, village.keeper.id, village.homes[0])
        give(village, key)
    with clock.set_to(start + timedelta(hours=1)):
        assert give(village, key).again


def test_supervision_lists_what_was_done_without_a_card(village):
    receipt = give(village, no_card=WHY)
    show_card(village, village.keeper.id, village.homes[0])
    give(village)
    rows, total = redemptions.without_card(village.id, clock.today())
    assert total == 1
    assert [(row.id, row.no_card, row.maker) for row in rows] == [
        (receipt.id, WHY, village.keeper.name)
    ]
    assert redemptions.without_card(village.id, clock.today() + clock.days(1)) == ([], 0)


def test_the_household_is_told_until_it_says_it_knows(village):
    home, other = village.homes
    receipt = give(village, no_card=WHY)

    def told(one):
        return [row.id for row in redemptions.untold_here(village.id, one.id)]

    assert told(home) == [receipt.id]
    assert told(other) == []
    assert [row.id for row in redemptions.untold(village.id)] == [receipt.id]
    with pytest.raises(UnknownRedemption):
        redemptions.note_told(village.id, receipt.id, other.id)
    assert told(home) == [receipt.id]
    redemptions.note_told(village.id, receipt.id, home.id)
    assert told(home) == []


def test_what_was_taken_back_needs_no_telling(village):
    receipt = give(village, no_card=WHY)
    take_back(village.id, village.keeper.id, receipt.id, "拿错了")
    assert redemptions.untold(village.id) == []
