"""The tables of the book: Account (two figures), Line (written once), Head (the end of the chain).

Signs: plus means the household gains. A line changes `standing` (this year's score) or `spendable`
(what gifts are paid with) or both, and says what both were afterwards. What had to be taken back
and was spent already is `owed`: the next points pay it first, so that spendable is never below zero.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.base.database import Model
from governance.base.errors import phrase

GENESIS = "0" * 64  # the hash before the first line of every village


class Kind(StrEnum):
    """Why a line was written."""

    BASE = "base"
    AWARD = "award"
    REDEMPTION = "redemption"
    RETURN = "return"
    EXPIRY = "expiry"
    REVERSAL = "reversal"
    OPENING = "opening"
    MARK = "mark"  # what a notice seals: moves nothing, belongs to no household
    TRANSFER = "transfer"  # points that move with a split or a merge
    YEAR = "year"  # the close of a year


KIND_NAMES = {
    Kind.BASE: phrase("年度基础分"),
    Kind.AWARD: phrase("记分"),
    Kind.REDEMPTION: phrase("兑换"),
    Kind.RETURN: phrase("退回"),
    Kind.EXPIRY: phrase("到期清零"),
    Kind.REVERSAL: phrase("冲正"),
    Kind.OPENING: phrase("期初"),
    Kind.MARK: phrase("公示封存"),
    Kind.TRANSFER: phrase("分户并户转分"),
    Kind.YEAR: phrase("年度结转"),
}


class Account(Model):
    """A household's two figures and what it owes, always equal to the sum of its lines."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("spendable >= 0", name="spendable_not_negative"),
        CheckConstraint("owed >= 0 AND (owed = 0 OR spendable = 0)", name="owed_is_paid_first"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    household_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    standing: Mapped[int] = mapped_column(default=0)
    spendable: Mapped[int] = mapped_column(default=0)
    owed: Mapped[int] = mapped_column(default=0, server_default="0")


class Head(Model):
    """The last line of a village's book; who writes the book holds this row."""

    __tablename__ = "heads"

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64), default=GENESIS)


class Line(Model):
    """One row of the passbook. Never changed, never deleted; a wrong one is reversed by another."""

    __tablename__ = "lines"
    __table_args__ = (
        ForeignKeyConstraint(
            ["village_id", "household_id"], ["accounts.village_id", "accounts.household_id"]
        ),
        ForeignKeyConstraint(["village_id", "reverses"], ["lines.village_id", "lines.seq"]),
        UniqueConstraint("village_id", "key"),
        UniqueConstraint("village_id", "reverses"),
        CheckConstraint("spendable_after >= 0", name="spendable_not_negative"),
        CheckConstraint(
            "owed_after >= 0 AND (owed_after = 0 OR spendable_after = 0)", name="owed_is_paid_first"
        ),
        CheckConstraint("seq >= 1", name="seq_from_one"),
        CheckConstraint(
            "kind IN ('base','award','redemption','return','expiry','reversal','opening',"
            "'mark','transfer','year')",
            name="kind_known",
        ),
        CheckConstraint(
            "(kind = 'mark') = (household_id IS NULL)", name="only_a_mark_has_no_household"
        ),
        CheckConstraint(
            "kind <> 'mark' OR (standing = 0 AND spendable = 0 AND owed = 0"
            " AND standing_after = 0 AND spendable_after = 0 AND owed_after = 0)",
            name="a_mark_moves_nothing",
        ),
        CheckConstraint(
            "(kind = 'reversal') = (reverses IS NOT NULL)", name="reversal_names_its_line"
        ),
        Index("ix_lines_household", "village_id", "household_id", "seq"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    household_id: Mapped[uuid.UUID | None]
    standing: Mapped[int]
    spendable: Mapped[int]
    standing_after: Mapped[int]
    spendable_after: Mapped[int]
    owed: Mapped[int] = mapped_column(default=0, server_default="0")
    owed_after: Mapped[int] = mapped_column(default=0, server_default="0")
    kind: Mapped[str] = mapped_column(String(12))
    memo: Mapped[str] = mapped_column(Text)
    source: Mapped[uuid.UUID | None]
    actor: Mapped[uuid.UUID | None]
    key: Mapped[str] = mapped_column(String(80))
    reverses: Mapped[int | None]
    at: Mapped[datetime]
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Month(Model):
    """A household's booked points of one calendar month: the roll-up boards read."""

    __tablename__ = "months"
    __table_args__ = (Index("ix_months_board", "village_id", "month", "points"),)

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    household_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    points: Mapped[int] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(default=0)


FIGURES = ("standing", "spendable", "owed", "standing_after", "spendable_after", "owed_after")
HASHED = (
    "village_id",
    "seq",
    "household_id",
    "standing",
    "spendable",
    "standing_after",
    "spendable_after",
    "kind",
    "memo",
    "source",
    "actor",
    "key",
    "reverses",
    "at",
    "prev_hash",
)


def line_hash(line: dict[str, Any]) -> str:
    """The SHA-256 of a line's canonical form."""
    return hashlib.sha256(canonical(line).encode()).hexdigest()


def canonical(line: dict[str, Any]) -> str:
    """A line as the text its hash is made of: a JSON list of `HASHED`, in that order.

    Where something is or was owed the two figures follow; any other line reads as it did before
    there was owing, and its hash still holds.
    """
    plain = [line[name] for name in HASHED]
    if line["owed"] or line["owed_after"]:
        plain += [line["owed"], line["owed_after"]]
    return plain_text(plain)


def plain_text(values: Iterable[object]) -> str:
    """Values as the one text that stands for them: a JSON list."""
    return _CANONICAL.encode([plain(value) for value in values])


_CANONICAL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # dumps makes one a call


def plain(value: object) -> object:
    """A value as the canonical text writes it."""
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    return value
