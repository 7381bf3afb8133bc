"""Verification (核验): the village's chain is recomputed, and held against what its notices recorded on paper.

Anybody may ask, so that nobody's question recomputes everything: it goes on from where the last one
came to, a part at a time, one question at a time; where nothing was written since, the answer is there.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from governance.affairs.publicity.hanging import heads_of
from governance.affairs.publicity.notices import Notice, NoticeState, notices
from governance.base.database import atomic, db, in_village
from governance.base.errors import phrase
from governance.base.turns import turn
from governance.ledger.audit import Fault, Proof, Witness
from governance.ledger.book import lines
from governance.ledger.checkpoints import (
    Reached,
    find_reached,
    forget_checkpoint,
    go_on,
    keep_checkpoint,
)
from governance.ledger.lines import GENESIS

LONGEST = timedelta(minutes=1)  # after which a recomputation is taken for dead


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification saw: how many lines up to the notice, how far the chain holds, or the first fault."""

    upto: int
    lines: int  # recomputed, of `total`
    total: int
    whole_at: datetime  # when the first line was
    fault: Fault | None = None
    waits: bool = False  # somebody else's question is being answered

    @property
    def whole(self) -> bool:
        """Whether every line was recomputed, to the end of the book."""
        return self.fault is None and self.lines == self.total

    @property
    def since(self) -> int:
        """How many lines were written after the notice."""
        return self.lines - self.upto


def verify_notice(notice: Notice) -> Verified:
    """Recompute the village's chain as far as it was not yet, and hold it against what its notices recorded."""
    reached = find_reached(notice.village_id)
    if reached.whole:
        return _answer(notice, reached)
    with turn("verification", LONGEST) as mine:
        if not mine:
            return _answer(notice, reached, waits=True)
        reached = go_on(notice.village_id)
        with atomic():
            keep_checkpoint(notice.village_id, reached)
    return _answer(notice, reached)


def _answer(notice: Notice, reached: Reached, *, waits: bool = False) -> Verified:
    fault = reached.fault or _denied(notice.village_id)
    return Verified(
        notice.head_seq or 0, reached.seq, reached.total, reached.whole_at, fault, waits
    )


def _denied(village_id: uuid.UUID) -> Fault | None:
    """The first notice that recorded another digest than its line has."""
    rows = db.session.execute(_RECORDED.where(notices.c.village_id == village_id))
    for row in rows:
        if (row.head_hash or "") != (row.hash if row.head_seq else GENESIS):
            values = {"seq": row.head_seq or 0, "year": row.year, "number": row.number}
            return Fault(DENIED, values)
    return None


_RECORDED = (
    select(notices.c.head_seq, notices.c.head_hash, notices.c.year, notices.c.number, lines.c.hash)
    .join(lines, in_village(lines.c.seq, notices.c.head_seq), isouter=True)
    .where(notices.c.state != NoticeState.DRAFT.value)
    .order_by(notices.c.head_seq, notices.c.year, notices.c.number)
)


def remember(village_id: uuid.UUID, proof: Proof, since: datetime) -> None:
    """Remember how far an audit that began at `since` has proved a chain; after a fault, nothing."""
    with atomic():
        if proof.fault:
            forget_checkpoint(village_id)
        else:
            keep_checkpoint(village_id, Reached(proof.lines, proof.hash, proof.lines, since))


def witnesses_of(village_id: uuid.UUID) -> list[Witness]:
    """What the village's notices say the chain was."""
    return [
        Witness(
            row.head_seq or 0, row.head_hash or "", DENIED, {"year": row.year, "number": row.number}
        )
        for row in heads_of(village_id)
    ]


DENIED = phrase(
    "%(year)s年第%(number)s期公示记下的摘要（第 %(seq)s 条）与台账对不上：那以前的明细被改写过。"
)
