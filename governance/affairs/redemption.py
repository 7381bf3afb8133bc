"""Redemption (兑换): points and stock move together, or not at all."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from governance.base.database import Model


class State(StrEnum):
    """Where a redemption stands."""

    RESERVED = "reserved"
    HANDED_OVER = "handed_over"
    CANCELLED = "cancelled"
    RETURNED = "returned"


MOVES: dict[State, frozenset[State]] = {
    State.RESERVED: frozenset({State.HANDED_OVER, State.CANCELLED, State.RETURNED}),
    State.HANDED_OVER: frozenset({State.RETURNED}),
    State.CANCELLED: frozenset(),
    State.RETURNED: frozenset(),
}


class Redemption(Model):
    """Gifts a household took, or will take, for points; `id` is made by the page that asks."""

    __tablename__ = "redemptions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["village_id", "household_id"], ["households.village_id", "households.id"]
        ),
        CheckConstraint("cost >= 1", name="cost_from_one"),
        CheckConstraint(
            "state IN ('reserved','handed_over','cancelled','returned')", name="state_known"
        ),
        Index("ix_redemptions_household", "village_id", "household_id", "made_at"),
        Index("ix_redemptions_day", "village_id", "made_at"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    household_id: Mapped[uuid.UUID]
    state: Mapped[str] = mapped_column(String(12))
    cost: Mapped[int]
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(String(64))


class RedemptionItem(Model):
    """One gift of a redemption, with its name and price as they stood."""

    __tablename__ = "redemption_items"
    __table_args__ = (
        ForeignKeyConstraint(
            ["village_id", "redemption_id"], ["redemptions.village_id", "redemptions.id"]
        ),
        ForeignKeyConstraint(["village_id", "gift_id"], ["gifts.village_id", "gifts.id"]),
        CheckConstraint("quantity >= 1", name="quantity_from_one"),
        CheckConstraint("points >= 1", name="price_from_one"),
        Index("ix_redemption_items_gift", "village_id", "gift_id"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    redemption_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    gift_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    quantity: Mapped[int]
    points: Mapped[int]


redemptions = Redemption.__table__
redemption_items = RedemptionItem.__table__
