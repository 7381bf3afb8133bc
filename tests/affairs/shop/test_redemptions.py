"""Redemptions: the life of one, and the list of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from governance.affairs.shop import redemptions
from governance.affairs.shop.handover import take_back
from governance.affairs.shop.redemptions import IllegalMove, State, UnknownRedemption
from governance.base import clock
from governance.base.database import new_id
from tests.factories import give_points, hand_over, make_gift, make_household, make_village
from tests.moments import NEW_YEAR


def test_an_unknown_redemption_or_another_villages_is_not_found(village, home, keeper):
    receipt = hand_over(village, keeper, home, {make_gift(village): 1})
    for place, key in ((village.id, new_id()), (make_village(homes=0).id, receipt.id)):
        with pytest.raises(UnknownRedemption):
            take_back(place, keeper.id, key, "拿错了")


def test_only_the_moves_of_the_table_are_legal():
    for now in State:
        for to in State:
            if to in redemptions.MOVES[now]:
                assert redemptions.move(now.value, to) is to
            else:
                with pytest.raises(IllegalMove):
                    redemptions.move(now.value, to)


def test_the_list_is_narrowed_to_days_and_households(village, home, keeper):
    soap, other = make_gift(village, points=2), make_household(village)
    with clock.set_to(NEW_YEAR):
        give_points(village, other, 5)
    with clock.set_to(datetime(2026, 11, 3, 4, tzinfo=UTC)):
        old = hand_over(village, keeper, home, {soap: 1})
    with clock.set_to(datetime(2026, 11, 4, 4, tzinfo=UTC)):
        new = hand_over(village, keeper, other, {soap: 2})
    third, fourth, fifth = (datetime(2026, 11, n, tzinfo=UTC).date() for n in (3, 4, 5))
    rows, total = redemptions.listed(village.id)
    assert ([row.id for row in rows], total) == ([new.id, old.id], 2)
    assert rows[0].maker == keeper.name
    assert [row.id for row in redemptions.listed(village.id, since=fourth)[0]] == [new.id]
    assert [row.id for row in redemptions.listed(village.id, until=fourth)[0]] == [old.id]
    assert [row.id for row in redemptions.listed(village.id, household_id=home.id)[0]] == [old.id]
    assert redemptions.points_redeemed(village.id, third, fifth) == 6
    take_back(village.id, keeper.id, new.id, "拿错了", any_day=True)
    assert redemptions.points_redeemed(village.id, third, fifth) == 2
