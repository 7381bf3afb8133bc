"""Cards shown (出示户卡): which card a storekeeper scanned, or matched by its number, a few minutes ago."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, select
from sqlalchemy.orm import Mapped, mapped_column

from governance.affairs.shop.redemptions import Proof
from governance.base import clock
from governance.base.database import Model, atomic, db, in_village, insert_for
from governance.village.codes import Code, codes

GOOD_FOR = timedelta(
    minutes=15
)  # to choose, to fetch the goods, and to come again for what was forgotten


class CardShown(Model):
    """The last time that a storekeeper had a household's card before them."""

    __tablename__ = "cards_shown"
    __table_args__ = (
        ForeignKeyConstraint(
            ["village_id", "household_id"], ["households.village_id", "households.id"]
        ),
        ForeignKeyConstraint(["village_id", "token"], ["codes.village_id", "codes.token"]),
        CheckConstraint("how IN ('scanned','number')", name="how_known"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    household_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(24))
    how: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]


cards_shown = CardShown.__table__


def note_shown(staff_id: uuid.UUID, card: Code, how: Proof) -> None:
    """Note that a storekeeper has a household's card before them."""
    seen = {"token": card.token, "how": how.value, "at": clock.now()}
    row = {"village_id": card.village_id, "household_id": card.household_id, "staff_id": staff_id}
    statement = insert_for(cards_shown).values(**row, **seen)
    with atomic():
        db.session.execute(
            statement.on_conflict_do_update(
                index_elements=list(cards_shown.primary_key.columns), set_=seen
            )
        )


def find_shown(
    village_id: uuid.UUID, household_id: uuid.UUID, staff_id: uuid.UUID
) -> tuple[Proof, datetime] | None:
    """How and when the card was shown to the storekeeper, while that counts and the card is in use."""
    row = db.session.execute(
        select(cards_shown.c.how, cards_shown.c.at)
        .join(codes, in_village(codes.c.token, cards_shown.c.token))
        .where(
            cards_shown.c.village_id == village_id,
            cards_shown.c.household_id == household_id,
            cards_shown.c.staff_id == staff_id,
            cards_shown.c.at > clock.now() - GOOD_FOR,
            codes.c.replaced_at.is_(None),
        )
    ).first()
    return (Proof(row.how), row.at) if row else None
