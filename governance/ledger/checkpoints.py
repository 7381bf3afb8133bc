"""Checkpoints (核验点): how far a village's chain was recomputed, so that nobody's question recomputes it all.

What lies before a checkpoint is not read again until the checkpoint is old, or the audit has found fault
with the book. A checkpoint whose line has another hash now is worth nothing: one begins at the first line.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Connection, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import AnyRow, Model, db
from governance.ledger.audit import Fault, Proof, chain_on, faults_told, picture, prove_head
from governance.ledger.book import find_head, heads, lines
from governance.ledger.lines import GENESIS, line_hash

MOST = 20_000  # lines recomputed for one question: two seconds
AGE = clock.days(30)  # after that a checkpoint is forgotten


class Checkpoint(Model):
    """The chain of a village holds up to line `seq`, whose hash is `hash`. `whole_at`: when line 1 was recomputed."""

    __tablename__ = "checkpoints"
    __table_args__ = (CheckConstraint("seq >= 1", name="seq_from_one"),)

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    whole_at: Mapped[datetime]
    proved_at: Mapped[datetime]


checkpoints = Checkpoint.__table__


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a chain holds: up to line `seq` of `total`, recomputed from the first line on since `whole_at`."""

    seq: int
    hash: str
    total: int
    whole_at: datetime
    fault: Fault | None = None

    @property
    def whole(self) -> bool:
        """Whether that is all of it."""
        return self.fault is None and self.seq == self.total


def find_reached(village_id: uuid.UUID) -> Reached:
    """How far the chain was recomputed before; nothing is recomputed now."""
    head, known = find_head(village_id), _find_checkpoint(village_id)
    total = head.seq if head else 0
    if known is None or known.hash != _hash_at(village_id, known.seq):
        return Reached(0, GENESIS, total, clock.now())
    if head and known.seq == total and known.hash != head.hash:
        return Reached(0, GENESIS, total, clock.now())
    return Reached(known.seq, known.hash, total, known.whole_at)


def _hash_at(village_id: uuid.UUID, seq: int) -> str | None:
    return db.session.scalar(
        select(lines.c.hash).where(lines.c.village_id == village_id, lines.c.seq == seq)
    )


def _find_checkpoint(village_id: uuid.UUID) -> AnyRow | None:
    young = checkpoints.c.whole_at > clock.now() - AGE
    return db.session.execute(
        select(checkpoints).where(checkpoints.c.village_id == village_id, young)
    ).first()


def go_on(village_id: uuid.UUID) -> Reached:
    """Recompute the chain from the checkpoint on, at most MOST lines; nothing is stored."""
    known, proof, count = _find_checkpoint(village_id), Proof(), 0
    with picture() as book:
        last = _checked_line(book, village_id, known) if known else None
        since = known.whole_at if known and last else clock.now()
        with faults_told(proof):
            for line in chain_on(book, village_id, last, MOST):
                last, count, proof.lines = line, count + 1, line["seq"]
            if count < MOST:
                prove_head(book, village_id, *_end(last))
        head = book.execute(select(heads.c.seq).where(heads.c.village_id == village_id)).scalar()
    seq, digest = _end(last)
    return Reached(seq, digest, head or seq, since, proof.fault)


def _end(last: dict[str, Any] | None) -> tuple[int, str]:
    return (last["seq"], last["hash"]) if last else (0, GENESIS)


def _checked_line(book: Connection, village_id: uuid.UUID, known: AnyRow) -> dict[str, Any] | None:
    """The line a checkpoint is about, if it is still what it was."""
    row = book.execute(
        select(lines).where(lines.c.village_id == village_id, lines.c.seq == known.seq)
    ).first()
    line = dict(row._mapping) if row else None
    return line if line and known.hash == line["hash"] == line_hash(line) else None


def keep_checkpoint(village_id: uuid.UUID, reached: Reached) -> None:
    """Remember how far a chain holds."""
    if reached.seq:
        db.session.merge(
            Checkpoint(
                village_id=village_id,
                seq=reached.seq,
                hash=reached.hash,
                whole_at=reached.whole_at,
                proved_at=clock.now(),
            )
        )


def forget_checkpoint(village_id: uuid.UUID) -> None:
    """The next question begins at the first line."""
    db.session.execute(delete(checkpoints).where(checkpoints.c.village_id == village_id))
