"""The audit of a village's house: its book, its records, what its marks sealed, its photos, and what hangs outside."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select, union

from governance.affairs.proof.files import prove_photos
from governance.affairs.proof.records import prove_records
from governance.affairs.proof.sealed import prove_seals
from governance.affairs.publicity.heads import Sheet, kept_heads, kept_of
from governance.affairs.publicity.notices import notices
from governance.affairs.publicity.verification import remember, witnesses_of
from governance.base import clock
from governance.base.database import db
from governance.base.errors import phrase
from governance.ledger.audit import (
    Broken,
    Proof,
    Witness,
    books,
    faults_told,
    picture,
    prove_book,
)
from governance.ledger.book import find_head

KEPT_ELSEWHERE = phrase(
    "乡镇、县区存底的%(year)s年第%(number)s期摘要（第 %(seq)s 条）与台账对不上：那以前的明细被改写过。"
)
ON_PAPER = phrase(
    "公示纸上%(year)s年第%(number)s期的摘要（第 %(seq)s 条）与台账对不上：那以前的明细被改写过。"
)
NO_BOOK = phrase("贴过公示，台账却不见了。")


def villages() -> list[uuid.UUID]:
    """The villages that have a book, or had one: something of theirs was posted here.

    The one statement of the audit that reads all villages.
    """
    posted = select(notices.c.village_id).where(notices.c.number.is_not(None))
    kept = select(kept_heads.c.village_id).where(kept_heads.c.kept_by.is_(None))
    had = db.session.scalars(union(posted, kept))
    return sorted({*books(), *had})


def audit_house(
    village_id: uuid.UUID, folder: Path | None = None, sheets: Sequence[Sheet] = ()
) -> Proof:
    """Prove everything of a village; the first fault is named.

    `folder`: where the photos lie, if they are to be read; `sheets`: what wall sheets say. What anybody
    verifies afterwards begins where this ends, or at the first line if there is a fault.
    """
    since, proof = clock.now(), Proof()
    witnesses = [*witnesses_of(village_id), *_kept(village_id), *_on_paper(sheets)]
    with faults_told(proof), picture() as book:
        if witnesses and find_head(village_id) is None:
            raise Broken(NO_BOOK)
        prove_book(book, village_id, proof, witnesses)
        prove_records(book, village_id)
        prove_seals(book, village_id, proof)
        if folder is not None:
            prove_photos(book, village_id, folder, proof)
    remember(village_id, proof, since)
    return proof


def _kept(village_id: uuid.UUID) -> list[Witness]:
    """What town and county keep. A town also keeps what it read from sheets of villages with a house of their own."""
    kept = kept_of(village_id)
    if find_head(village_id) is None:
        kept = [one for one in kept if one.kept_by is None]
    return [
        Witness(one.seq, one.hash, KEPT_ELSEWHERE, {"year": one.year, "number": one.number})
        for one in kept
    ]


def _on_paper(sheets: Sequence[Sheet]) -> list[Witness]:
    """What sheets say of the book at their notices, and at the ones before."""
    return [
        Witness(head.seq, head.hash, ON_PAPER, {"year": sheet.year, "number": sheet.number})
        for sheet in sheets
        for head in (sheet.head, sheet.before)
        if head is not None
    ]
