"""Gifts (兑换品): what points are redeemed for, at what price, and how many are on the shelf."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import AnyRow, Model, atomic, db, get_row, new_id, once_more
from governance.base.errors import BadInput, Conflict, NotThere, phrase
from governance.base.text import one_line
from governance.ledger.book import KeyConflict
from governance.village.staff import Staff

MOST_POINTS = 10_000  # the dearest published gift costs 120; a typing error would cost more
MOST_CENTS = 1_000_000
MOST_PIECES = 10_000  # on the shelf of a village
MOST_A_MONTH = 99
LONGEST_NOTE = 100


class Change(StrEnum):
    """Why the stock of a gift changed."""

    DELIVERY = "delivery"
    COUNT = "count"
    REDEMPTION = "redemption"
    RETURN = "return"


CHANGE_NAMES = {
    Change.DELIVERY: phrase("进货"),
    Change.COUNT: phrase("盘点"),
    Change.REDEMPTION: phrase("兑换领走"),
    Change.RETURN: phrase("退回"),
}


class Gift(Model):
    """A gift. `stock` always equals the sum of its stock moves and is never negative."""

    __tablename__ = "gifts"
    __table_args__ = (
        UniqueConstraint("village_id", "name"),
        CheckConstraint("points >= 1", name="price_from_one"),
        CheckConstraint("stock >= 0", name="stock_not_negative"),
        CheckConstraint("worth_cents >= 0", name="worth_not_negative"),
        CheckConstraint("month_limit >= 1", name="limit_from_one"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(40))
    points: Mapped[int]
    stock: Mapped[int] = mapped_column(default=0)
    worth_cents: Mapped[int] = mapped_column(default=0)
    month_limit: Mapped[int | None]  # pieces a household may take in a calendar month
    offered: Mapped[bool] = mapped_column(default=True)


class StockMove(Model):
    """Why the stock of a gift changed, by how much, by whom (nobody: loaded from a shell)."""

    __tablename__ = "stock_moves"
    __table_args__ = (
        ForeignKeyConstraint(["village_id", "gift_id"], ["gifts.village_id", "gifts.id"]),
        CheckConstraint("change <> 0", name="change_not_zero"),
        CheckConstraint("kind IN ('delivery','count','redemption','return')", name="kind_known"),
        Index("ix_stock_moves_gift", "village_id", "gift_id", "at"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    gift_id: Mapped[uuid.UUID]
    change: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    redemption_id: Mapped[uuid.UUID | None]
    note: Mapped[str] = mapped_column(String(100), default="")
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


gifts = Gift.__table__
stock_moves = StockMove.__table__


class UnknownGift(NotThere):
    """No such gift in this village."""

    code = "unknown_gift"
    message = phrase("没有找到这种兑换品。")


class GiftNameTaken(Conflict):
    """Two gifts of one name."""

    code = "gift_name_taken"
    message = phrase("已经有「%(name)s」了。")
    field = "name"


class TooManyPieces(BadInput):
    """More on the shelf than a village's shop holds: a typing error."""

    code = "too_many_pieces"
    message = phrase("库存最多 %(most)s 件，现有 %(stock)s 件。")
    field = "pieces"


@dataclass(slots=True)
class Terms:
    """What the committee decides about a gift, cleaned by `clean`."""

    name: str
    points: int
    worth_cents: int = 0
    month_limit: int | None = None
    offered: bool = True


def clean(terms: Terms) -> Terms:
    """Check and tidy what was typed. Raises BadInput naming the field."""
    terms.name = one_line(terms.name)
    if not 1 <= len(terms.name) <= 40:
        raise BadInput(phrase("请填写名称，不超过 40 个字。"), field="name")
    if not 1 <= terms.points <= MOST_POINTS:
        raise BadInput(phrase("分值应为 1 到 %(most)s。"), field="points", most=MOST_POINTS)
    if not 0 <= terms.worth_cents <= MOST_CENTS:
        raise BadInput(phrase("价值应为 0 到 %(most)s 元。"), field="worth", most=MOST_CENTS // 100)
    if terms.month_limit is not None and not 1 <= terms.month_limit <= MOST_A_MONTH:
        raise BadInput(
            phrase("每户每月的件数应为 1 到 %(most)s，不限就留空。"),
            field="month_limit",
            most=MOST_A_MONTH,
        )
    return terms


def add_gift(
    village_id: uuid.UUID, terms: Terms, *, stock: int = 0, by: uuid.UUID | None = None
) -> Gift:
    """Put a gift on offer, with what is on the shelf. Raises BadInput, GiftNameTaken."""
    terms = clean(terms)
    return once_more(lambda: _add_gift(village_id, terms, stock, by))


def _add_gift(village_id: uuid.UUID, terms: Terms, stock: int, by: uuid.UUID | None) -> Gift:
    gift = Gift(village_id=village_id, id=new_id(), stock=0)
    with atomic():
        _write_terms(gift, terms)
        db.session.add(gift)
        db.session.flush()
        if stock:
            deliver_stock(village_id, gift.id, stock, by=by)
    return gift


def edit_gift(village_id: uuid.UUID, gift_id: uuid.UUID, terms: Terms) -> Gift:
    """Change a gift's terms; what was handed over keeps its price. Raises BadInput, GiftNameTaken, UnknownGift."""
    terms = clean(terms)
    return once_more(lambda: _edit_gift(village_id, gift_id, terms))


def _edit_gift(village_id: uuid.UUID, gift_id: uuid.UUID, terms: Terms) -> Gift:
    with atomic():
        gift = get_gift(village_id, gift_id, lock=True)
        _write_terms(gift, terms)
        db.session.flush()
    return gift


def _write_terms(gift: Gift, terms: Terms) -> None:
    other = db.session.scalar(
        select(gifts.c.id).where(
            gifts.c.village_id == gift.village_id, gifts.c.name == terms.name, gifts.c.id != gift.id
        )
    )
    if other:
        raise GiftNameTaken(name=terms.name)
    for name in ("name", "points", "worth_cents", "month_limit", "offered"):
        setattr(gift, name, getattr(terms, name))


def deliver_stock(
    village_id: uuid.UUID,
    gift_id: uuid.UUID,
    pieces: int,
    *,
    by: uuid.UUID | None,
    note: str = "",
    move_id: uuid.UUID | None = None,
) -> None:
    """Put delivered pieces on the shelf; `move_id` is made by the page: a form sent twice counts once.

    Raises BadInput, UnknownGift, KeyConflict (the id came before with other content).
    """
    if not 1 <= pieces <= MOST_PIECES:
        raise BadInput(phrase("件数应为 1 到 %(most)s。"), field="pieces", most=MOST_PIECES)
    move_id = move_id or new_id()
    with atomic():
        gift = get_gift(village_id, gift_id, lock=True)
        if _delivered_before(gift, move_id, pieces):
            return
        if gift.stock + pieces > MOST_PIECES:
            raise TooManyPieces(most=MOST_PIECES, stock=gift.stock)
        _move_stock(gift, pieces, Change.DELIVERY, by, note, move_id)


def count_stock(
    village_id: uuid.UUID, gift_id: uuid.UUID, counted: int, *, by: uuid.UUID | None, note: str = ""
) -> int:
    """Set the stock to what was counted on the shelf; returns the difference, 0 when it was right.

    Raises BadInput, UnknownGift.
    """
    if not 0 <= counted <= MOST_PIECES:
        raise BadInput(phrase("件数应为 0 到 %(most)s。"), field="counted", most=MOST_PIECES)
    with atomic():
        gift = get_gift(village_id, gift_id, lock=True)
        difference = counted - gift.stock
        if difference:
            _move_stock(gift, difference, Change.COUNT, by, note, new_id())
    return difference


def _delivered_before(gift: Gift, move_id: uuid.UUID, pieces: int) -> bool:
    before = db.session.get(StockMove, (gift.village_id, move_id))
    if before is None:
        return False
    if (before.gift_id, before.kind, before.change) != (gift.id, Change.DELIVERY, pieces):
        raise KeyConflict
    return True


def _move_stock(
    gift: Gift, pieces: int, kind: Change, by: uuid.UUID | None, note: str, move_id: uuid.UUID
) -> None:
    gift.stock += pieces
    db.session.flush()
    move = {
        "id": move_id,
        "gift_id": gift.id,
        "change": pieces,
        "note": one_line(note)[:LONGEST_NOTE],
    }
    write_moves(gift.village_id, [move], kind, by)


def write_moves(
    village_id: uuid.UUID, moves: Sequence[dict[str, Any]], kind: Change, by: uuid.UUID | None
) -> None:
    """Write why stock changed; the caller has changed it, in the same transaction."""
    rest = {"village_id": village_id, "kind": kind.value, "by": by, "at": clock.now()}
    plain = {"redemption_id": None, "note": ""}
    db.session.execute(
        insert(stock_moves), [{"id": new_id()} | plain | move | rest for move in moves]
    )


# The counter changes stock in plain statements, behind the session's back: these reads look anew.
_ANEW = {"populate_existing": True}


def get_gift(village_id: uuid.UUID, gift_id: uuid.UUID, *, lock: bool = False) -> Gift:
    """A gift of the village, locked if it is about to change. Raises UnknownGift."""
    return get_row(Gift, village_id, gift_id, UnknownGift, lock=lock, fresh=True)


def all_gifts(village_id: uuid.UUID) -> Sequence[Gift]:
    """Every gift, those on offer first, the cheapest first."""
    order = (Gift.offered.desc(), Gift.points, Gift.name)
    wanted = select(Gift).where(Gift.village_id == village_id).order_by(*order)
    return db.session.scalars(wanted, execution_options=_ANEW).all()


def gifts_offered(village_id: uuid.UUID) -> Sequence[Gift]:
    """The gifts on offer, the cheapest first."""
    return [gift for gift in all_gifts(village_id) if gift.offered]


def moves_of(
    village_id: uuid.UUID, gift_id: uuid.UUID, *, limit: int = 20, offset: int = 0
) -> tuple[Sequence[AnyRow], int]:
    """A gift's stock moves, newest first, with who made them; and how many there are."""
    where = (stock_moves.c.village_id == village_id, stock_moves.c.gift_id == gift_id)
    total = db.session.scalar(select(func.count()).select_from(stock_moves).where(*where)) or 0
    rows = db.session.execute(
        select(stock_moves, Staff.name.label("who"))
        .join(Staff, Staff.id == stock_moves.c.by, isouter=True)
        .where(*where)
        .order_by(stock_moves.c.at.desc(), stock_moves.c.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    return rows, total
