"""The two codes of a household: the door's (public, never spends) and the card's (private)."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    String,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import Model, atomic, db
from governance.base.errors import NotThere, phrase
from governance.village.places import TAG_ALPHABET, Place


class Code(Model):
    """A door code (public) or a card (private) of a household, in use or replaced.

    `number` is what the card prints for typing in; a door has none.
    """

    __tablename__ = "codes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["village_id", "household_id"], ["households.village_id", "households.id"]
        ),
        CheckConstraint("kind IN ('door','card')", name="kind_known"),
        CheckConstraint("(kind = 'card') = (number IS NOT NULL)", name="a_card_has_a_number"),
        Index(
            "uq_codes_in_use",
            "village_id",
            "household_id",
            "kind",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
        # Columns of older versions, in whose backups they stand.
        {"info": {"gone": ("wrong_tries", "locked_until")}},
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(24), primary_key=True)
    kind: Mapped[str] = mapped_column(String(4))
    household_id: Mapped[uuid.UUID]
    number: Mapped[str | None] = mapped_column(String(8))
    made_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


codes = Code.__table__


class CodeReplaced(NotThere):
    """A door code or card that was replaced by a newer one."""

    code = "code_replaced"
    message = phrase("这个码已经换新，旧码不能再用。请用新的码，或者联系村委会。")


def replace_codes(village: Place, household_ids: Sequence[uuid.UUID], kind: str) -> None:
    """Give households a new door code or card; the old one stops working, and says so."""
    with atomic():
        withdraw_codes(village.id, household_ids, (kind,))
        make_codes(village, household_ids, (kind,))


def make_codes(village: Place, household_ids: Sequence[uuid.UUID], kinds: Iterable[str]) -> None:
    """Make random codes: the village's tag and 12 characters of a 31-letter alphabet (59 bits)."""
    rows = [
        {
            "village_id": village.id,
            "token": village.tag + _random(12),
            "kind": kind,
            "household_id": one,
            "number": f"{secrets.randbelow(10**8):08d}" if kind == "card" else None,
            "made_at": clock.now(),
        }
        for one in household_ids
        for kind in kinds
    ]
    if rows:
        db.session.execute(insert(codes), rows)


def find_code(village: Place, token: str) -> Code | None:
    """The code with a token, in use or replaced."""
    return db.session.get(Code, (village.id, token))


def code_in_use(village_id: uuid.UUID, household_id: uuid.UUID, kind: str) -> Code | None:
    """The household's present door code or card."""
    return db.session.scalar(
        select(Code).where(
            Code.village_id == village_id,
            Code.household_id == household_id,
            Code.kind == kind,
            Code.replaced_at.is_(None),
        )
    )


def withdraw_codes(
    village_id: uuid.UUID, household_ids: Sequence[uuid.UUID], kinds: Iterable[str]
) -> None:
    """Stop codes from working; they are kept, so that they can say so."""
    in_use = (
        codes.c.village_id == village_id,
        codes.c.household_id.in_(household_ids),
        codes.c.kind.in_(list(kinds)),
        codes.c.replaced_at.is_(None),
    )
    # Whoever replaces the same codes at this moment is waited for; the update then sees theirs.
    db.session.execute(
        select(codes.c.token).where(*in_use).order_by(codes.c.token).with_for_update()
    )
    db.session.execute(update(codes).where(*in_use).values(replaced_at=clock.now()))


def _random(length: int) -> str:
    return "".join(secrets.choice(TAG_ALPHABET) for _ in range(length))
