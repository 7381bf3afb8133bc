"""A shop with a keeper and a customer; after every test the stocks are the sums of their moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from governance.affairs.shop import gifts
from governance.affairs.shop.gifts import stock_moves
from governance.base import clock
from governance.base.database import db
from governance.village.staff import Role, Staff
from tests.factories import Village, give_points, make_staff
from tests.moments import NEW_YEAR


@pytest.fixture
def village(village: Village) -> Iterator[Village]:
    """Its first household has 20 points to spend."""
    with clock.set_to(NEW_YEAR):  # before all that happens in these tests
        give_points(village, village.homes[0], 20)
    yield village
    db.session.rollback()
    db.session.expire_all()
    moved = db.session.execute(
        select(stock_moves.c.gift_id, func.sum(stock_moves.c.change))
        .where(stock_moves.c.village_id == village.id)
        .group_by(stock_moves.c.gift_id)
    )
    stocks = {gift.id: gift.stock for gift in gifts.all_gifts(village.id) if gift.stock}
    assert stocks == {gift_id: pieces for gift_id, pieces in moved if pieces}


@pytest.fixture
def keeper(village: Village) -> Staff:
    """Who hands out at the counter."""
    return make_staff(Role.STOREKEEPER, village.place)
