"""Redemption (兑换) at the counter: points and stock move together, or not at all."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from governance.affairs.awards.refusals import LONGEST_REASON, clean_reason
from governance.affairs.publicity.objections import contested_points
from governance.affairs.shop.gifts import Change, UnknownGift, gifts, write_moves
from governance.affairs.shop.redemptions import (
    MOVES,
    Proof,
    Redemption,
    State,
    get_redemption,
    items_of,
    move,
    redemption_items,
    redemptions,
    taken_this_month,
)
from governance.affairs.shop.shown import find_shown
from governance.base import clock
from governance.base.database import AnyRow, atomic, db, once_more
from governance.base.errors import BadInput, Conflict, phrase
from governance.base.text import one_line
from governance.ledger import book
from governance.ledger.lines import Kind
from governance.village.households import UnknownHousehold, get_household

MOST_PIECES = 99  # in one hand-over


class NothingChosen(BadInput):
    """A hand-over of nothing, or of more than two hands carry."""

    code = "nothing_chosen"
    message = phrase("请选好要兑换的东西，一次 1 到 %(most)s 件。")


class NotOffered(Conflict):
    """The committee has taken the gift off the shelf."""

    code = "not_offered"
    message = phrase("「%(gift)s」现在不兑换了。")


class OutOfStock(Conflict):
    """Somebody else took the last piece."""

    code = "out_of_stock"
    message = phrase("「%(gift)s」不够了，只剩 %(left)s 件。")


class MonthLimit(Conflict):
    """The household has had as many of the gift this month as one may."""

    code = "month_limit"
    message = phrase("「%(gift)s」每户每月最多 %(limit)s 件，这一户本月已领 %(taken)s 件。")


class PointsObjectedTo(Conflict):
    """What stands in the book already and is objected to is not spent before there is an answer."""

    code = "points_objected_to"
    message = phrase("有 %(held)s 分在异议中，答复以前先不能用，现在能用的是 %(free)s 分。")


class PriceChanged(Conflict):
    """The price is another than the one confirmed."""

    code = "price_changed"
    message = phrase("价钱刚刚变了：现在一共要 %(cost)s 分，请重新确认。")


class CardMissing(BadInput):
    """Nobody has shown the household's card: why it is handed over all the same must be said."""

    code = "card_missing"
    message = phrase("还没有核对户卡。请扫户卡或者核对户卡号；没带户卡的，写明原因。")
    field = "no_card"


class TooLateToTakeBack(Conflict):
    """After the day of the hand-over only the committee takes gifts back."""

    code = "too_late_to_take_back"
    message = phrase("只有当天领的能在这里退。以前领的，请村委会在兑换记录里办。")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a hand-over came to: its cost and the points left; `again` if it had been done before."""

    id: uuid.UUID
    cost: int
    left: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class _Order:
    """What somebody wants handed over to whom; `agreed` is the cost the page showed, `no_card` why without the card."""

    village_id: uuid.UUID
    by: uuid.UUID
    id: uuid.UUID
    household_id: uuid.UUID
    wanted: Mapping[uuid.UUID, int]
    agreed: int | None
    no_card: str

    def content(self) -> str:
        """A digest of everything but the id: the same id must bring the same content."""
        gifts_ = sorted((str(gift), pieces) for gift, pieces in self.wanted.items())
        plain = [str(self.household_id), str(self.by), gifts_]
        return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


def hand_over(
    village_id: uuid.UUID,
    by: uuid.UUID,
    redemption_id: uuid.UUID,
    household_id: uuid.UUID,
    wanted: Mapping[uuid.UUID, int],
    *,
    agreed: int | None = None,
    no_card: str = "",
) -> Receipt:
    """Hand gifts (id -> pieces) over at the counter: points and stock move together, or not at all.

    `by` has had the household's card before them a few minutes ago (`shown`), or says why not.

    The same id with the same content answers the first result. Two requests that bring one id at
    the same moment meet at the household's account, or at the primary key: the later is judged anew.

    Raises NothingChosen, UnknownHousehold, UnknownGift, NotOffered, OutOfStock, MonthLimit,
    PriceChanged (the cost is not `agreed`), NotEnoughPoints, PointsObjectedTo, CardMissing, KeyConflict.
    """
    refuse_nothing(wanted)
    why = one_line(no_card)[:LONGEST_REASON]
    order = _Order(village_id, by, redemption_id, household_id, wanted, agreed, why)
    return once_more(lambda: _hand_over(order))


def refuse_nothing(wanted: Mapping[uuid.UUID, int]) -> None:
    """Refuse what is no hand-over. Raises NothingChosen."""
    if not wanted or min(wanted.values()) < 1 or sum(wanted.values()) > MOST_PIECES:
        raise NothingChosen(most=MOST_PIECES)


def _hand_over(order: _Order) -> Receipt:
    """Locks, in this order: the account, the gifts by key, the head of the book (in `enter`)."""
    with atomic():
        locked = book.lock(order.village_id, [order.household_id])
        before = _find(order.village_id, order.id)
        if before is not None:
            return _same_again(before, order, locked)
        if get_household(order.village_id, order.household_id).closed_on is not None:
            raise UnknownHousehold
        proof = _proof_of(order)
        items = _take_from_shelf(order)
        _refuse_over_limit(order, items)
        cost = sum(item["points"] * item["quantity"] for item in items)
        if order.agreed not in (None, cost):
            raise PriceChanged(cost=cost)
        refuse_objected(order.village_id, order.household_id, locked[order.household_id], cost)
        _write(order, items, cost, proof)
        [line] = book.enter(order.village_id, [_payment(order, items, cost)], locked)
    return Receipt(order.id, cost, line["spendable_after"])


def _proof_of(order: _Order) -> Proof:
    """How the household is known. Raises CardMissing."""
    found = find_shown(order.village_id, order.household_id, order.by)
    if found is None and not order.no_card:
        raise CardMissing
    return found[0] if found else Proof.NONE


def refuse_objected(
    village_id: uuid.UUID, household_id: uuid.UUID, figures: book.Figures, cost: int
) -> None:
    """Leave alone what somebody objects to; who has too little anyway is told so by the book. Raises PointsObjectedTo."""
    contested = contested_points(village_id, household_id)
    free = max(figures.spendable - contested, 0)
    if free < cost <= figures.spendable:
        raise PointsObjectedTo(held=contested, free=free)


def _find(village_id: uuid.UUID, redemption_id: uuid.UUID) -> AnyRow | None:
    return db.session.execute(
        select(redemptions).where(
            redemptions.c.village_id == village_id, redemptions.c.id == redemption_id
        )
    ).first()


def _same_again(before: AnyRow, order: _Order, locked: dict[uuid.UUID, book.Figures]) -> Receipt:
    if before.content != order.content():
        raise book.KeyConflict
    return Receipt(order.id, before.cost, locked[order.household_id].spendable, again=True)


# The law of the shelf in one statement: where the pieces are not there, no row is changed.
_TAKE = (
    update(gifts)
    .where(
        gifts.c.village_id == bindparam("village"),
        gifts.c.id == bindparam("gift"),
        gifts.c.offered,
        gifts.c.stock >= bindparam("pieces"),
    )
    .values(stock=gifts.c.stock - bindparam("pieces"))
    .returning(gifts.c.name, gifts.c.points, gifts.c.month_limit)
)
_PUT_BACK = (
    update(gifts)
    .where(gifts.c.village_id == bindparam("village"), gifts.c.id == bindparam("gift"))
    .values(stock=gifts.c.stock + bindparam("pieces"))
)


def _take_from_shelf(order: _Order) -> list[dict[str, Any]]:
    """Take every gift, in key order; the items with name, price and limit as they stand."""
    items = []
    for gift_id, pieces in sorted(order.wanted.items()):
        values = {"village": order.village_id, "gift": gift_id, "pieces": pieces}
        row = db.session.connection().execute(_TAKE, values).first()
        if row is None:
            _refuse_gift(order.village_id, gift_id)
        else:
            items.append({"gift_id": gift_id, "quantity": pieces} | dict(row._mapping))
    return items


def _refuse_gift(village_id: uuid.UUID, gift_id: uuid.UUID) -> None:
    gift = db.session.execute(
        select(gifts.c.name, gifts.c.stock, gifts.c.offered).where(
            gifts.c.village_id == village_id, gifts.c.id == gift_id
        )
    ).first()
    if gift is None:
        raise UnknownGift
    if not gift.offered:
        raise NotOffered(gift=gift.name)
    raise OutOfStock(gift=gift.name, left=gift.stock)


def _refuse_over_limit(order: _Order, items: Sequence[dict[str, Any]]) -> None:
    if all(item["month_limit"] is None for item in items):
        return
    taken = taken_this_month(order.village_id, order.household_id)
    for item in items:
        had, limit = taken.get(item["gift_id"], 0), item["month_limit"]
        if limit is not None and had + item["quantity"] > limit:
            raise MonthLimit(gift=item["name"], limit=limit, taken=had)


def _write(order: _Order, items: Sequence[dict[str, Any]], cost: int, proof: Proof) -> None:
    key = {"village_id": order.village_id}
    db.session.execute(
        insert(redemptions),
        key
        | {
            "id": order.id,
            "household_id": order.household_id,
            "state": move(State.RESERVED, State.HANDED_OVER).value,
            "cost": cost,
            "made_by": order.by,
            "made_at": clock.now(),
            "content": order.content(),
            "proof": proof.value,
            "no_card": order.no_card if proof is Proof.NONE else None,
        },
    )
    names = ("gift_id", "name", "quantity", "points")
    rows = [
        key | {"redemption_id": order.id} | {name: item[name] for name in names} for item in items
    ]
    db.session.execute(insert(redemption_items), rows)
    moves = [
        {"gift_id": item["gift_id"], "change": -item["quantity"], "redemption_id": order.id}
        for item in items
    ]
    write_moves(order.village_id, moves, Change.REDEMPTION, order.by)


def _payment(order: _Order, items: Sequence[dict[str, Any]], cost: int) -> book.Entry:
    told = "、".join(f"{item['name']}×{item['quantity']}" for item in items)
    return book.Entry(
        household_id=order.household_id,
        kind=Kind.REDEMPTION,
        standing=0,
        spendable=-cost,
        memo=f"兑换：{told}",
        key=f"redemption:{order.id}",
        source=order.id,
        actor=order.by,
    )


def take_back(
    village_id: uuid.UUID,
    by: uuid.UUID,
    redemption_id: uuid.UUID,
    reason: str,
    *,
    any_day: bool = False,
) -> Redemption:
    """Take handed-over gifts back: the points to the household, the gifts to the shelf. Twice is once.

    The counter does so on the same day; the committee, with `any_day`, whenever it must.

    Raises ReasonMissing, BadInput, UnknownRedemption, IllegalMove, TooLateToTakeBack.
    """
    reason = clean_reason(one_line(reason))
    with atomic():
        redemption = get_redemption(village_id, redemption_id)
        locked = book.lock(village_id, [redemption.household_id])
        redemption = get_redemption(village_id, redemption_id, lock=True)
        if redemption.state == State.RETURNED and redemption.ended_by == by:
            return redemption
        state = move(redemption.state, State.RETURNED)
        if not any_day and not made_today(redemption):
            raise TooLateToTakeBack
        told = _put_back(redemption, by)
        book.enter(village_id, [_refund(redemption, by, f"退回：{told}")], locked)
        redemption.state, redemption.reason = state.value, reason
        redemption.ended_by, redemption.ended_at = by, clock.now()
    return redemption


def counter_may_take_back(redemption: Redemption) -> bool:
    """Whether the counter may still take the goods back."""
    return State.RETURNED in MOVES[State(redemption.state)] and made_today(redemption)


def made_today(redemption: Redemption) -> bool:
    """Whether the goods were handed over today."""
    return clock.local_date(redemption.made_at) == clock.today()


def _put_back(redemption: Redemption, by: uuid.UUID) -> str:
    """Put the gifts back on the shelf, in key order; what they were, in words."""
    village_id = redemption.village_id
    items = items_of(village_id, [redemption.id])[redemption.id]
    for item in sorted(items, key=lambda one: one.gift_id):
        values = {"village": village_id, "gift": item.gift_id, "pieces": item.quantity}
        db.session.connection().execute(_PUT_BACK, values)
    moves = [
        {"gift_id": item.gift_id, "change": item.quantity, "redemption_id": redemption.id}
        for item in items
    ]
    write_moves(village_id, moves, Change.RETURN, by)
    return "、".join(f"{item.name}×{item.quantity}" for item in items)


def _refund(redemption: Redemption, by: uuid.UUID, memo: str) -> book.Entry:
    return book.Entry(
        household_id=redemption.household_id,
        kind=Kind.RETURN,
        standing=0,
        spendable=redemption.cost,
        memo=memo,
        key=f"return:{redemption.id}",
        source=redemption.id,
        actor=by,
    )
