"""Records held against the book: awards, redemptions with their goods, stock and notices, each against its lines."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, case, func, literal, or_, select

from governance.affairs.awards.life import State, awards
from governance.affairs.publicity.notices import HANGING, Listed, notice_items, notices
from governance.affairs.shop import redemptions as shop
from governance.affairs.shop.gifts import Change, gifts, stock_moves
from governance.affairs.shop.redemptions import redemption_items, redemptions
from governance.base.database import AnyRow, in_village
from governance.base.errors import phrase
from governance.ledger.audit import Broken
from governance.ledger.book import lines
from governance.ledger.lines import Kind
from governance.village.rules.wording import Review

IN_BOOK = (State.BOOKED.value, State.REVERSED.value)
BROUGHT_BACK = (shop.State.RETURNED.value, shop.State.CANCELLED.value)


def prove_records(picture: Connection, village_id: uuid.UUID) -> None:
    """Hold every record against the book. Raises Broken with the first that differs."""
    for prove in (
        _prove_awards,
        _prove_reversals,
        _prove_all_booked,
        _prove_redemptions,
        _prove_returns,
        _prove_goods,
        _prove_stock,
        _prove_notices,
        _prove_published,
    ):
        prove(picture, village_id)


def _first(picture: Connection, query: Any) -> AnyRow | None:
    return picture.execute(query.limit(1)).first()


def _lines(village_id: uuid.UUID, kind: Kind) -> Any:
    return and_(lines.c.village_id == village_id, lines.c.kind == kind.value)


def _prove_awards(picture: Connection, village_id: uuid.UUID) -> None:
    """Each line of an award says what the award says; older lines hold its note behind the rule's words."""
    behaviour = awards.c.behaviour
    noted = func.substr(lines.c.memo, 1, func.length(behaviour) + 1) == behaviour.concat("：")
    same = and_(
        awards.c.household_id == lines.c.household_id,
        awards.c.points == lines.c.standing,
        awards.c.points == lines.c.spendable - lines.c.owed,
        or_(lines.c.memo == behaviour, noted),
        awards.c.state.in_(IN_BOOK),
    )
    found = _first(
        picture,
        select(lines.c.seq, lines.c.standing, awards.c.id, awards.c.points)
        .join(awards, in_village(awards.c.id, lines.c.source), isouter=True)
        .where(_lines(village_id, Kind.AWARD), or_(awards.c.id.is_(None), ~same))
        .order_by(lines.c.seq),
    )
    if found is None:
        return
    if found.id is None:
        raise Broken(phrase("第 %(seq)s 条台账明细记的那条记分不见了。"), seq=found.seq)
    if found.points != found.standing:
        what = phrase("第 %(seq)s 条台账明细记的是 %(line)s 分，那条记分写的是 %(award)s 分。")
        raise Broken(what, seq=found.seq, line=found.standing, award=found.points)
    raise Broken(phrase("第 %(seq)s 条台账明细和它的那条记分不一样。"), seq=found.seq)


def _prove_reversals(picture: Connection, village_id: uuid.UUID) -> None:
    """What was taken back in the book is reversed in the awards, and the other way round."""
    taken_back = and_(_lines(village_id, Kind.REVERSAL), awards.c.state == State.REVERSED.value)
    found = _first(
        picture,
        select(lines.c.seq)
        .join(awards, in_village(awards.c.id, lines.c.source), isouter=True)
        .where(
            _lines(village_id, Kind.REVERSAL),
            or_(awards.c.id.is_(None), awards.c.state != State.REVERSED.value),
        )
        .order_by(lines.c.seq),
    )
    if found:
        raise Broken(phrase("第 %(seq)s 条台账明细冲正的那条记分没有冲正。"), seq=found.seq)
    told = select(lines.c.source).join(awards, in_village(awards.c.id, lines.c.source))
    _refuse_unbooked(picture, village_id, (State.REVERSED.value,), told.where(taken_back))


def _prove_all_booked(picture: Connection, village_id: uuid.UUID) -> None:
    """Each award that says it is booked has its line."""
    told = select(lines.c.source).where(_lines(village_id, Kind.AWARD))
    _refuse_unbooked(picture, village_id, IN_BOOK, told)


def _refuse_unbooked(
    picture: Connection, village_id: uuid.UUID, states: tuple[str, ...], told: Any
) -> None:
    booked = told.subquery()
    found = _first(
        picture,
        select(awards.c.id)
        .join(booked, booked.c.source == awards.c.id, isouter=True)
        .where(
            awards.c.village_id == village_id,
            awards.c.state.in_(states),
            booked.c.source.is_(None),
        )
        .order_by(awards.c.filed_at, awards.c.id),
    )
    if found:
        what = phrase("有一条记分写着已经入账或者冲正，台账里却没有（%(award)s）。")
        raise Broken(what, award=found.id)


def _prove_redemptions(picture: Connection, village_id: uuid.UUID) -> None:
    """Each redemption cost what its line says, and there is none without a line."""
    found = _first(
        picture,
        select(lines.c.seq, lines.c.spendable, redemptions.c.id, redemptions.c.cost)
        .join(redemptions, in_village(redemptions.c.id, lines.c.source), isouter=True)
        .where(
            _lines(village_id, Kind.REDEMPTION),
            or_(
                redemptions.c.id.is_(None),
                redemptions.c.household_id != lines.c.household_id,
                redemptions.c.cost != -lines.c.spendable,
            ),
        )
        .order_by(lines.c.seq),
    )
    if found and found.id is None:
        raise Broken(phrase("第 %(seq)s 条台账明细记的那一单兑换不见了。"), seq=found.seq)
    if found:
        what = phrase("第 %(seq)s 条台账明细扣了 %(line)s 分，那一单兑换写的是 %(cost)s 分。")
        raise Broken(what, seq=found.seq, line=-found.spendable, cost=found.cost)
    _refuse_unpaid(picture, village_id, Kind.REDEMPTION, redemptions.c.cost >= 0)


def _prove_returns(picture: Connection, village_id: uuid.UUID) -> None:
    """What was brought back was paid back, and only that."""
    brought_back = redemptions.c.state.in_(BROUGHT_BACK)
    found = _first(
        picture,
        select(lines.c.seq)
        .join(redemptions, in_village(redemptions.c.id, lines.c.source), isouter=True)
        .where(
            _lines(village_id, Kind.RETURN),
            or_(
                redemptions.c.id.is_(None),
                ~brought_back,
                redemptions.c.cost != lines.c.spendable - lines.c.owed,
            ),
        )
        .order_by(lines.c.seq),
    )
    if found:
        raise Broken(phrase("第 %(seq)s 条台账明细退回的那一单兑换没有退回。"), seq=found.seq)
    _refuse_unpaid(picture, village_id, Kind.RETURN, brought_back)


def _refuse_unpaid(picture: Connection, village_id: uuid.UUID, kind: Kind, which: Any) -> None:
    told = select(lines.c.source).where(_lines(village_id, kind)).subquery()
    found = _first(
        picture,
        select(redemptions.c.id)
        .join(told, told.c.source == redemptions.c.id, isouter=True)
        .where(redemptions.c.village_id == village_id, which, told.c.source.is_(None))
        .order_by(redemptions.c.made_at, redemptions.c.id),
    )
    if found:
        raise Broken(phrase("有一单兑换在台账里没有（%(redemption)s）。"), redemption=found.id)


def _prove_goods(picture: Connection, village_id: uuid.UUID) -> None:
    """The goods of each redemption are what its line names, at prices that make its cost."""
    query = (
        select(
            lines.c.seq,
            lines.c.memo,
            lines.c.spendable,
            redemption_items.c.name,
            redemption_items.c.quantity,
            redemption_items.c.points,
        )
        .join(
            redemption_items,
            in_village(redemption_items.c.redemption_id, lines.c.source),
            isouter=True,
        )
        .where(_lines(village_id, Kind.REDEMPTION))
        .order_by(lines.c.seq, redemption_items.c.gift_id)
    )
    with picture.execute(query, execution_options={"yield_per": 2000}) as rows:
        for seq, goods in groupby(rows, key=lambda row: row.seq):
            if not _named(list(goods)):
                raise Broken(phrase("第 %(seq)s 条台账明细兑换的东西和那一单写的不一样。"), seq=seq)


def _named(goods: list[AnyRow]) -> bool:
    if goods[0].name is None:
        return False
    told = "、".join(f"{one.name}×{one.quantity}" for one in goods)
    cost = sum(one.quantity * one.points for one in goods)
    return bool(goods[0].memo == f"兑换：{told}" and cost == -goods[0].spendable)


def _prove_stock(picture: Connection, village_id: uuid.UUID) -> None:
    """The stock of each gift is the sum of its moves, and the moves of the counter are its redemptions."""
    moved = (
        select(stock_moves.c.gift_id, func.sum(stock_moves.c.change).label("pieces"))
        .where(stock_moves.c.village_id == village_id)
        .group_by(stock_moves.c.gift_id)
        .subquery()
    )
    want = func.coalesce(moved.c.pieces, 0)
    found = _first(
        picture,
        select(gifts.c.name, gifts.c.stock, want.label("want"))
        .join(moved, moved.c.gift_id == gifts.c.id, isouter=True)
        .where(gifts.c.village_id == village_id, gifts.c.stock != want)
        .order_by(gifts.c.name),
    )
    if found:
        what = phrase("「%(gift)s」的库存是 %(have)s 件，按进出应为 %(want)s 件。")
        raise Broken(what, gift=found.name, have=found.stock, want=found.want)
    for found in _moves_astray(picture, village_id):
        raise Broken(phrase("「%(gift)s」有一笔进出和兑换对不上。"), gift=found.name)


def _moves_astray(picture: Connection, village_id: uuid.UUID) -> Iterator[AnyRow]:
    """Gifts of whose pieces in a redemption more or fewer were moved than it says."""
    returned = redemptions.c.state.in_(BROUGHT_BACK)
    said = (
        select(
            redemption_items.c.redemption_id,
            redemption_items.c.gift_id,
            case((returned, literal(0)), else_=-redemption_items.c.quantity).label("pieces"),
        )
        .join(redemptions, in_village(redemptions.c.id, redemption_items.c.redemption_id))
        .where(redemption_items.c.village_id == village_id)
        .subquery()
    )
    counter = stock_moves.c.kind.in_([Change.REDEMPTION.value, Change.RETURN.value])
    moved = (
        select(
            stock_moves.c.redemption_id,
            stock_moves.c.gift_id,
            func.sum(stock_moves.c.change).label("pieces"),
        )
        .where(stock_moves.c.village_id == village_id, counter)
        .group_by(stock_moves.c.redemption_id, stock_moves.c.gift_id)
        .subquery()
    )
    same = and_(said.c.redemption_id == moved.c.redemption_id, said.c.gift_id == moved.c.gift_id)
    both = (
        select(func.coalesce(said.c.gift_id, moved.c.gift_id).label("gift_id"))
        .select_from(said)
        .join(moved, same, full=True)
        .where(func.coalesce(said.c.pieces, 0) != func.coalesce(moved.c.pieces, 0))
        .subquery()
    )
    yield from picture.execute(
        select(gifts.c.name)
        .join(both, both.c.gift_id == gifts.c.id)
        .where(gifts.c.village_id == village_id)
        .order_by(gifts.c.name)
        .limit(1)
    )


def _prove_notices(picture: Connection, village_id: uuid.UUID) -> None:
    """Each line of a notice says what its award says."""
    same = and_(
        *(
            notice_items.c[name] == awards.c[name]
            for name in ("household_id", "behaviour", "points", "seen_on")
        )
    )
    found = _first(
        picture,
        select(
            notices.c.year,
            notices.c.number,
            notice_items.c.position,
            notice_items.c.points,
            awards.c.id,
            awards.c.points.label("now"),
        )
        .join(notices, in_village(notices.c.id, notice_items.c.notice_id))
        .join(awards, in_village(awards.c.id, notice_items.c.award_id), isouter=True)
        .where(notice_items.c.village_id == village_id, or_(awards.c.id.is_(None), ~same))
        .order_by(notices.c.year, notices.c.number, notice_items.c.position),
    )
    if found is None:
        return
    at = {"year": found.year, "number": found.number, "position": found.position}
    if found.id is None:
        what = phrase("%(year)s年第%(number)s期公示第 %(position)s 条的那条记分不见了。")
        raise Broken(what, **at)
    if found.points != found.now:
        what = phrase(
            "%(year)s年第%(number)s期公示第 %(position)s 条贴的是 %(posted)s 分，那条记分写的是 %(award)s 分。"
        )
        raise Broken(what, **at, posted=found.points, award=found.now)
    what = phrase("%(year)s年第%(number)s期公示第 %(position)s 条和它的那条记分不一样。")
    raise Broken(what, **at)


def _prove_published(picture: Connection, village_id: uuid.UUID) -> None:
    """What says that it hangs, or was booked after it hung, is listed in a notice that does.

    Of what was booked, only since the village's first mark: before that, nobody kept to it so strictly.
    """
    marked = select(func.min(lines.c.at)).where(_lines(village_id, Kind.MARK)).scalar_subquery()
    listed = (
        select(notice_items.c.award_id)
        .join(notices, in_village(notices.c.id, notice_items.c.notice_id))
        .where(
            notice_items.c.village_id == village_id,
            notice_items.c.listed == Listed.CHECKED.value,
            notices.c.state.in_([one.value for one in HANGING]),
        )
        .subquery()
    )
    hung = or_(
        awards.c.state == State.PUBLISHED.value,
        and_(
            awards.c.state == State.BOOKED.value,
            awards.c.review != Review.AUTO.value,
            awards.c.filed_at > marked,
        ),
    )
    found = _first(
        picture,
        select(awards.c.id)
        .join(listed, listed.c.award_id == awards.c.id, isouter=True)
        .where(awards.c.village_id == village_id, hung, listed.c.award_id.is_(None))
        .order_by(awards.c.filed_at, awards.c.id),
    )
    if found:
        what = phrase("有一条记分写着贴过公示，公示里却没有（%(award)s）。")
        raise Broken(what, award=found.id)
