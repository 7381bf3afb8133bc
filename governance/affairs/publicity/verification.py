"""Verification (核验): the village's chain is recomputed, and held against what its notices recorded on paper."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from governance.affairs.publicity.board import heads_of
from governance.affairs.publicity.notices import Notice
from governance.ledger.audit import Fault, Mark, Proof, audit_book, prove_chain


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification saw: how many lines up to the notice and to the end, or the first fault."""

    upto: int
    lines: int
    fault: Fault | None

    @property
    def since(self) -> int:
        """How many lines were written after the notice."""
        return self.lines - self.upto


def verify_notice(notice: Notice) -> Verified:
    """Recompute every digest of the village's book up to the notice's end of it, and on to the present end."""
    proof = prove_chain(notice.village_id, marks_of(notice.village_id))
    return Verified(notice.head_seq or 0, proof.lines, proof.fault)


def audit_village(village_id: uuid.UUID) -> Proof:
    """Prove a village's book, and hold it against what every posted notice recorded.

    A book whose end was rewritten consistently proves itself; the notices on the wall do not agree.
    """
    return audit_book(village_id, marks_of(village_id))


def marks_of(village_id: uuid.UUID) -> list[Mark]:
    """What the village's notices say the chain was."""
    return [
        Mark(row.head_seq or 0, row.head_hash or "", {"year": row.year, "number": row.number})
        for row in heads_of(village_id)
    ]
