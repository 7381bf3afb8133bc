"""Gifts (兑换品): what points are redeemed for, at what price, and how many are on the shelf."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from governance.base.database import Model, db, new_id


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
    """Why the stock of a gift changed, by how much, by whom."""

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
    by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


gifts = Gift.__table__
stock_moves = StockMove.__table__


def gifts_offered(village_id: uuid.UUID) -> Sequence[Gift]:
    """The gifts on offer, the cheapest first."""
    return db.session.scalars(
        select(Gift)
        .where(Gift.village_id == village_id, Gift.offered)
        .order_by(Gift.points, Gift.name)
    ).all()
