"""A redemption (兑换) and its life: the tables, the legal moves, and what was redeemed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import AnyRow, Model, atomic, db, get_row, in_village, one_of
from governance.base.errors import Conflict, NotThere, phrase
from governance.village.households import households
from governance.village.staff import Staff


class Proof(StrEnum):
    """How the storekeeper knew that it was the household who came."""

    SCANNED = "scanned"
    NUMBER = "number"
    NONE = "none"


class State(StrEnum):
    """Where a redemption stands."""

    RESERVED = "reserved"
    HANDED_OVER = "handed_over"
    CANCELLED = "cancelled"
    RETURNED = "returned"


STATE_NAMES = {
    State.RESERVED: phrase("已预约"),
    State.HANDED_OVER: phrase("已领取"),
    State.CANCELLED: phrase("已取消"),
    State.RETURNED: phrase("已退回"),
}
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
        CheckConstraint("proof IN ('scanned','number','none')", name="proof_known"),
        CheckConstraint("(proof = 'none') = (no_card IS NOT NULL)", name="no_card_has_a_reason"),
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
    proof: Mapped[str | None] = mapped_column(String(8))  # not known of those before this was kept
    no_card: Mapped[str | None] = mapped_column(String(200))  # why it was done without the card
    told_at: Mapped[datetime | None]  # when the household had read that it was


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


PROOF_NAMES = {
    Proof.SCANNED: phrase("扫了户卡"),
    Proof.NUMBER: phrase("核对了户卡号"),
    Proof.NONE: phrase("没有户卡"),
}


class UnknownRedemption(NotThere):
    """No such redemption in this village."""

    code = "unknown_redemption"
    message = phrase("没有找到这一单兑换。")


class IllegalMove(Conflict):
    """A redemption cannot go from where it stands to where somebody wants it."""

    code = "illegal_move"
    message = phrase("这一单现在是「%(now)s」，不能再办理。")


def move(now: str, to: State) -> State:
    """The new state, when the table of moves allows it. Raises IllegalMove."""
    if to not in MOVES[State(now)]:
        raise IllegalMove(now=STATE_NAMES[State(now)])
    return to


def get_redemption(
    village_id: uuid.UUID, redemption_id: uuid.UUID, *, lock: bool = False
) -> Redemption:
    """A redemption of the village, locked if it is about to be moved. Raises UnknownRedemption."""
    return get_row(Redemption, village_id, redemption_id, UnknownRedemption, lock=lock)


def items_of(
    village_id: uuid.UUID, redemption_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, list[AnyRow]]:
    """What was in some redemptions, the dearest first."""
    ids = list(redemption_ids)
    rows = db.session.execute(
        select(redemption_items)
        .where(
            redemption_items.c.village_id == village_id,
            redemption_items.c.redemption_id.in_(ids),
        )
        .order_by(redemption_items.c.points.desc(), redemption_items.c.name)
    )
    found: dict[uuid.UUID, list[AnyRow]] = {one: [] for one in ids}
    for row in rows:
        found[row.redemption_id].append(row)
    return found


def taken_this_month(village_id: uuid.UUID, household_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many pieces of each gift a household has taken in this calendar month, returned ones aside."""
    pieces = redemption_items.c
    rows = db.session.execute(
        select(pieces.gift_id, func.sum(pieces.quantity))
        .join(
            redemptions,
            (redemptions.c.village_id == pieces.village_id)
            & (redemptions.c.id == pieces.redemption_id),
        )
        .where(
            redemptions.c.village_id == village_id,
            redemptions.c.household_id == household_id,
            redemptions.c.made_at >= clock.start_of(clock.today().replace(day=1)),
            redemptions.c.state.in_([State.RESERVED.value, State.HANDED_OVER.value]),
        )
        .group_by(pieces.gift_id)
    )
    return {row[0]: int(row[1]) for row in rows}


_LISTED = (
    select(
        redemptions,
        households.c.group_no,
        households.c.number,
        households.c.head,
        Staff.name.label("maker"),
    )
    .join(households, in_village(households.c.id, redemptions.c.household_id))
    .join(Staff, Staff.id == redemptions.c.made_by)
)


def listed(
    village_id: uuid.UUID,
    *,
    since: date | None = None,
    until: date | None = None,
    household_id: uuid.UUID | None = None,
    limit: int = 50,
    offset: int = 0,
) -> tuple[Sequence[AnyRow], int]:
    """Redemptions made from `since` to before `until`, newest first, with household and storekeeper; and their number."""
    where = [redemptions.c.village_id == village_id]
    if since is not None:
        where.append(redemptions.c.made_at >= clock.start_of(since))
    if until is not None:
        where.append(redemptions.c.made_at < clock.start_of(until))
    if household_id is not None:
        where.append(redemptions.c.household_id == household_id)
    total = db.session.scalar(select(func.count()).select_from(redemptions).where(*where)) or 0
    rows = db.session.execute(
        _LISTED.where(*where)
        .order_by(redemptions.c.made_at.desc(), redemptions.c.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    return rows, total


def without_card(
    village_id: uuid.UUID, since: date, limit: int = 100
) -> tuple[Sequence[AnyRow], int]:
    """Hand-overs without a card since a day, newest first, with household and storekeeper; and their number."""
    where = (
        redemptions.c.village_id == village_id,
        redemptions.c.proof == Proof.NONE.value,
        redemptions.c.made_at >= clock.start_of(since),
    )
    total = db.session.scalar(select(func.count()).select_from(redemptions).where(*where)) or 0
    rows = _LISTED.where(*where).order_by(redemptions.c.made_at.desc()).limit(limit)
    return db.session.execute(rows).all(), total


def untold(village_id: uuid.UUID) -> Sequence[AnyRow]:
    """Hand-overs without a card that their households have not said they know of, the oldest first."""
    return db.session.execute(_UNTOLD, {"village": village_id}).all()


def untold_here(village_id: uuid.UUID, household_id: uuid.UUID) -> Sequence[AnyRow]:
    """Those of one household."""
    return db.session.execute(
        _UNTOLD_HERE, {"village": village_id, "household": household_id}
    ).all()


_UNTOLD = _LISTED.where(
    redemptions.c.village_id == bindparam("village"),
    redemptions.c.told_at.is_(None),
    one_of(redemptions.c.proof, [Proof.NONE.value]),
    one_of(redemptions.c.state, [State.HANDED_OVER.value]),
).order_by(redemptions.c.made_at)
_UNTOLD_HERE = _UNTOLD.where(redemptions.c.household_id == bindparam("household"))


def note_told(
    village_id: uuid.UUID, redemption_id: uuid.UUID, household_id: uuid.UUID | None = None
) -> None:
    """Note that the household knows: by its own word on its page, or told by somebody. Raises UnknownRedemption."""
    with atomic():
        found = get_redemption(village_id, redemption_id, lock=True)
        if household_id not in (None, found.household_id):
            raise UnknownRedemption
        if found.proof == Proof.NONE and found.told_at is None:
            found.told_at = clock.now()


def points_redeemed(village_id: uuid.UUID, since: date, until: date) -> int:
    """The points households spent from `since` to before `until`, returned ones aside."""
    total = db.session.scalar(
        select(func.sum(redemptions.c.cost)).where(
            redemptions.c.village_id == village_id,
            redemptions.c.made_at >= clock.start_of(since),
            redemptions.c.made_at < clock.start_of(until),
            redemptions.c.state == State.HANDED_OVER.value,
        )
    )
    return int(total or 0)
