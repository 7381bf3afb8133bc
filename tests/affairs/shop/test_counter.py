"""At the counter: what a household may choose, what is in the way, and what it will cost."""

from __future__ import annotations

import pytest

from governance.affairs.shop import counter
from governance.affairs.shop.gifts import UnknownGift
from governance.affairs.shop.handover import MonthLimit, NothingChosen, OutOfStock
from governance.base.database import new_id
from governance.ledger.book import NotEnoughPoints
from tests.factories import hand_over, make_gift


def test_an_offer_says_how_many_or_why_none(village, home, keeper):
    make_gift(village, "钢丝球", points=1, stock=3)
    limited = make_gift(village, "肥皂", points=2, month_limit=1)
    make_gift(village, "牙刷", points=4, stock=0)
    make_gift(village, "大米", points=50)
    make_gift(village, "旧货", points=1, offered=False)
    hand_over(village, keeper, home, {limited: 1})
    offers = counter.offers_to(village.id, home.id)
    told = [(one.gift.name, one.most, one.why and one.why % one.values) for one in offers]
    assert told == [
        ("钢丝球", 3, None),
        ("肥皂", 0, "本月已领满 1 件"),
        ("牙刷", 0, "暂时没有货"),
        ("大米", 0, "还差 32 分"),
    ]


def test_a_bill_adds_up_what_was_chosen(village, home):
    soap, rice = make_gift(village, "肥皂", points=3), make_gift(village, "大米", points=10)
    bill = counter.bill_of(village.id, home.id, {soap.id: 2, rice.id: 1})
    assert ([(gift.name, count) for gift, count in bill.rows], bill.cost, bill.left) == (
        [("肥皂", 2), ("大米", 1)],
        16,
        4,
    )


def test_a_bill_refuses_what_handing_over_would_refuse(village, home, keeper):
    soap = make_gift(village, "肥皂", points=2, month_limit=3)
    few, dear = make_gift(village, points=1, stock=1), make_gift(village, points=21)
    hand_over(village, keeper, home, {soap: 1})
    for wanted, refusal in (
        ({}, NothingChosen),
        ({new_id(): 1}, UnknownGift),
        ({few.id: 2}, OutOfStock),
        ({soap.id: 3}, MonthLimit),
        ({dear.id: 1}, NotEnoughPoints),
    ):
        with pytest.raises(refusal):
            counter.bill_of(village.id, home.id, wanted)
    assert counter.bill_of(village.id, home.id, {soap.id: 2}).left == 14
