"""The counter: what a household could take now, and what the goods somebody chose come to."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from governance.affairs.publicity.objections import contested_points
from governance.affairs.shop.gifts import Gift, UnknownGift, gifts_offered
from governance.affairs.shop.handover import (
    MOST_PIECES,
    MonthLimit,
    OutOfStock,
    refuse_nothing,
    refuse_objected,
)
from governance.affairs.shop.redemptions import taken_this_month
from governance.base.errors import Phrase, phrase
from governance.ledger import book
from governance.ledger.book import NotEnoughPoints

NO_STOCK = phrase("暂时没有货")
TOO_DEAR = phrase("还差 %(short)s 分")
OBJECTED_TO = phrase("有 %(held)s 分在异议中，先不能用")
MONTH_FULL = phrase("本月已领满 %(limit)s 件")


@dataclass(frozen=True, slots=True)
class Offer:
    """A gift as one household sees it: how many pieces it could take, or why none."""

    gift: Gift
    most: int
    why: Phrase | None = None
    short: int = 0
    contested: int = 0

    @property
    def values(self) -> dict[str, object]:
        """What the reason names."""
        return {"short": self.short, "held": self.contested, "limit": self.gift.month_limit}


@dataclass(frozen=True, slots=True)
class Bill:
    """What was chosen: gifts with pieces, the cost, and the points left afterwards."""

    rows: list[tuple[Gift, int]]
    cost: int
    left: int


def offers_to(village_id: uuid.UUID, household_id: uuid.UUID) -> list[Offer]:
    """The gifts on offer: those within the household's reach first, each part the cheapest first."""
    spendable = book.find_figures(village_id, household_id).spendable
    contested = contested_points(village_id, household_id)
    taken = taken_this_month(village_id, household_id)
    offers = [
        _offer(gift, spendable, contested, taken.get(gift.id, 0))
        for gift in gifts_offered(village_id)
    ]
    return sorted(offers, key=lambda offer: offer.why is not None)


def _offer(gift: Gift, spendable: int, contested: int, taken: int) -> Offer:
    free = _free(gift, taken)
    most = min(gift.stock, free, max(spendable - contested, 0) // gift.points)
    if most > 0:
        return Offer(gift, most)
    if gift.stock == 0:
        return Offer(gift, 0, NO_STOCK)
    if free <= 0:
        return Offer(gift, 0, MONTH_FULL)
    if gift.points <= spendable:
        return Offer(gift, 0, OBJECTED_TO, contested=contested)
    return Offer(gift, 0, TOO_DEAR, gift.points - spendable)


def _free(gift: Gift, taken: int) -> int:
    return MOST_PIECES if gift.month_limit is None else gift.month_limit - taken


def bill_of(
    village_id: uuid.UUID, household_id: uuid.UUID, wanted: Mapping[uuid.UUID, int]
) -> Bill:
    """What was chosen, reckoned up before it is confirmed; nothing is taken yet.

    Raises what handing it over would: NothingChosen, UnknownGift, OutOfStock, MonthLimit, NotEnoughPoints,
    PointsObjectedTo.
    """
    refuse_nothing(wanted)
    known = {gift.id: gift for gift in gifts_offered(village_id)}
    if not wanted.keys() <= known.keys():
        raise UnknownGift
    rows = [(gift, wanted[gift.id]) for gift in known.values() if gift.id in wanted]
    taken = taken_this_month(village_id, household_id)
    for gift, pieces in rows:
        had = taken.get(gift.id, 0)
        if pieces > gift.stock:
            raise OutOfStock(gift=gift.name, left=gift.stock)
        if pieces > _free(gift, had):
            raise MonthLimit(gift=gift.name, limit=gift.month_limit, taken=had)
    cost = sum(gift.points * pieces for gift, pieces in rows)
    figures = book.find_figures(village_id, household_id)
    if cost > figures.spendable:
        raise NotEnoughPoints(have=figures.spendable, need=cost)
    refuse_objected(village_id, household_id, figures, cost)
    return Bill(rows, cost, figures.spendable - cost)
