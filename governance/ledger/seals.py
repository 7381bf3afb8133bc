"""Seals (封存): the rows of a village that a mark in its chain vouches for, each by a salted hash.

A mark's line holds, for every kind of row, how many it seals and a digest over their hashes. What it
seals is append-only. Where a row must go by law (an old log, personal data on request), its salt goes
with it, so that nothing can be guessed from what is left; the hash stays, and the act that says why.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from governance.base.database import AnyRow, Model, db
from governance.ledger.lines import plain, plain_text

BATCH = 2000  # rows of one statement


class Seal(Model):
    """One row as a mark sealed it. What may end by a date is sealed again when it has ended."""

    __tablename__ = "seals"
    __table_args__ = (
        ForeignKeyConstraint(["village_id", "mark_seq"], ["lines.village_id", "lines.seq"]),
        CheckConstraint("(salt IS NULL) = (erased_by IS NOT NULL)", name="erased_says_why"),
        Index("ix_seals_mark", "village_id", "mark_seq", "kind"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    row_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # a line of a notice
    mark_seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    salt: Mapped[str | None] = mapped_column(String(32))
    hash: Mapped[str] = mapped_column(String(64))
    ends: Mapped[str | None] = mapped_column(String(40))  # when it is to end, as it stood
    erased_by: Mapped[uuid.UUID | None]  # the act that says why the row is gone


seals = Seal.__table__


def make_seal(
    kind: str, row_id: uuid.UUID, part: int, facts: Sequence[Any], ends: Any
) -> dict[str, Any]:
    """A seal with a salt of its own, not stored yet."""
    sealed: dict[str, Any] = {"kind": kind, "row_id": row_id, "part": part, "ends": plain(ends)}
    sealed["salt"] = secrets.token_hex(16)
    return sealed | {"hash": seal_hash(sealed, facts)}


def seal_hash(seal: Mapping[str, Any], facts: Sequence[Any]) -> str:
    """The hash of a row's facts under a seal's salt."""
    text = plain_text([seal["kind"], seal["row_id"], seal["part"], *facts, seal["ends"]])
    return hashlib.sha256((seal["salt"] + text).encode()).hexdigest()


def digest_of(hashes: Iterable[str]) -> str:
    """One digest over the hashes of a mark's seals of a kind, in the order of rows and parts."""
    running = hashlib.sha256()
    for one in hashes:
        running.update(one.encode())
    return running.hexdigest()


def keep_seals(village_id: uuid.UUID, mark_seq: int, made: Sequence[dict[str, Any]]) -> None:
    """Store what a mark sealed."""
    rest = {"village_id": village_id, "mark_seq": mark_seq, "erased_by": None}
    for start in range(0, len(made), BATCH):
        db.session.execute(insert(seals), [one | rest for one in made[start : start + BATCH]])


def last_seals(village_id: uuid.UUID, kind: str) -> dict[uuid.UUID, AnyRow]:
    """The last seal of every row of a kind: what is small, and may be sealed again."""
    rows = db.session.execute(
        select(seals)
        .where(seals.c.village_id == village_id, seals.c.kind == kind)
        .order_by(seals.c.mark_seq)
    )
    return {row.row_id: row for row in rows}


def erase(village_id: uuid.UUID, kind: str, row_ids: Sequence[uuid.UUID], act: uuid.UUID) -> None:
    """Say of sealed rows that they go by law, and by which act; the caller deletes them."""
    for start in range(0, len(row_ids), BATCH):
        db.session.execute(
            update(seals)
            .where(
                seals.c.village_id == village_id,
                seals.c.kind == kind,
                seals.c.row_id.in_(row_ids[start : start + BATCH]),
            )
            .values(salt=None, erased_by=act)
        )
