"""Heads that left the house (存底): the end of a village's book as its wall sheets say it, kept by town and county.

Whoever can write the whole database can rewrite a book so that it fits itself. He cannot reach the
sheet on the wall, nor what somebody outside wrote down from it. What the sheet's code holds:

    HEMEI1:620500100201:2026-3:123:<digest of line 123>:110:<digest of line 110, on the sheet before>
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from governance.affairs.publicity.notices import Notice, notices
from governance.base import clock
from governance.base.database import AnyRow, Model, atomic, db
from governance.base.errors import BadInput, phrase
from governance.ledger import book
from governance.village.places import get_place_by_id, lock_place


class KeptHead(Model):
    """The end of a book that a notice recorded: kept when it was posted, or read from its sheet by `kept_by`."""

    __tablename__ = "kept_heads"
    __table_args__ = (
        CheckConstraint("(before_seq IS NULL) = (before_hash IS NULL)", name="before_whole"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    year: Mapped[int]
    number: Mapped[int]
    before_seq: Mapped[int | None]  # the head the sheet says it follows
    before_hash: Mapped[str | None] = mapped_column(String(64))
    follows: Mapped[bool]  # whether it continued, when it was kept, what was kept before
    kept_at: Mapped[datetime]
    kept_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))


kept_heads = KeptHead.__table__


class NoSheet(BadInput):
    """Something else than what a wall sheet's code holds."""

    code = "no_sheet"
    message = phrase("这不是公示纸上的台账摘要码，请把扫出来的文字完整地贴进来。")
    field = "text"


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a book at a line."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a wall sheet says of its village's book: the end of it at the notice, and at the one before."""

    village: str  # the village's code
    year: int
    number: int
    head: Head
    before: Head | None = None

    def text(self) -> str:
        """What the sheet's code holds. In capitals, a code needs a third less room."""
        words = ["HEMEI1", self.village, f"{self.year}-{self.number}"]
        for head in filter(None, (self.head, self.before)):
            words += [str(head.seq), head.hash]
        return ":".join(words).upper()


_SHEET = re.compile(
    r"HEMEI1:([0-9]{12}):([0-9]{4})-([0-9]{1,5}):([0-9]{1,9}):([0-9A-F]{64})"
    r"(?::([0-9]{1,9}):([0-9A-F]{64}))?"
)


def read_sheet(text: str) -> Sheet:
    """A sheet from its code's text, however it was pasted. Raises NoSheet."""
    found = _SHEET.fullmatch("".join(text.split()).upper())
    if found is None:
        raise NoSheet
    village, year, number, seq, digest, before_seq, before = found.groups()
    return Sheet(
        village,
        int(year),
        int(number),
        Head(int(seq), digest.lower()),
        Head(int(before_seq), before.lower()) if before else None,
    )


def sheet_of(code: str, notice: Notice) -> Sheet:
    """What the wall sheets of a posted notice say; `code` is the village's."""
    assert notice.year is not None
    assert notice.number is not None
    head = Head(notice.head_seq or 0, notice.head_hash or "")
    return Sheet(code, notice.year, notice.number, head, _head_before(notice))


def _head_before(notice: Notice) -> Head | None:
    """The end of the book on the sheet that was posted before."""
    found = db.session.execute(
        select(notices.c.head_seq, notices.c.head_hash)
        .where(
            notices.c.village_id == notice.village_id,
            notices.c.head_seq < notice.head_seq,
        )
        .order_by(notices.c.head_seq.desc())
        .limit(1)
    ).first()
    return Head(found.head_seq, found.head_hash) if found else None


def keep_posted(notice: Notice) -> None:
    """Keep the head of a notice that is being posted, for town and county."""
    _keep(notice.village_id, sheet_of(get_place_by_id(notice.village_id).code, notice), None)


def keep_sheet(village_id: uuid.UUID, by: uuid.UUID, sheet: Sheet) -> KeptHead:
    """Keep what somebody read from a wall sheet; what is kept already is answered as it stands."""
    return _keep(village_id, sheet, by)


def _keep(village_id: uuid.UUID, sheet: Sheet, by: uuid.UUID | None) -> KeptHead:
    with atomic():
        lock_place(village_id)
        kept = kept_of(village_id)
        for one in kept:
            if (one.seq, one.hash) == (sheet.head.seq, sheet.head.hash):
                return one
        added = KeptHead(
            village_id=village_id,
            seq=sheet.head.seq,
            hash=sheet.head.hash,
            year=sheet.year,
            number=sheet.number,
            before_seq=sheet.before.seq if sheet.before else None,
            before_hash=sheet.before.hash if sheet.before else None,
            follows=_in_book(village_id, sheet, kept) and _agrees(sheet, kept),
            kept_at=clock.now(),
            kept_by=by,
        )
        db.session.add(added)
        db.session.flush()
    return added


def kept_of(village_id: uuid.UUID) -> Sequence[KeptHead]:
    """What is kept of a village, the oldest end of its book first."""
    return db.session.scalars(
        select(KeptHead).where(KeptHead.village_id == village_id).order_by(KeptHead.seq)
    ).all()


def _in_book(village_id: uuid.UUID, sheet: Sheet, kept: Sequence[KeptHead]) -> bool:
    """Whether the village's book, where it is here, holds the sheet's line and the one kept before it."""
    if book.find_head(village_id) is None:
        return True
    wanted = {sheet.head.seq: sheet.head.hash}
    wanted |= {one.seq: one.hash for one in kept if one.seq < sheet.head.seq and one.follows}
    latest = sorted(wanted)[-2:]
    rows = db.session.execute(
        select(book.lines.c.seq, book.lines.c.hash).where(
            book.lines.c.village_id == village_id, book.lines.c.seq.in_(latest)
        )
    )
    return {row.seq: row.hash for row in rows} == {seq: wanted[seq] for seq in latest if seq}


def _agrees(sheet: Sheet, kept: Sequence[KeptHead]) -> bool:
    """Whether sheets agree among themselves: one digest a line, and a later notice knows more."""
    said = {sheet.head.seq: sheet.head.hash}
    if sheet.before:
        said[sheet.before.seq] = sheet.before.hash
    for one in kept:
        if said.get(one.seq, one.hash) != one.hash:
            return False
        earlier = (one.year, one.number) < (sheet.year, sheet.number)
        if earlier != (one.seq < sheet.head.seq):
            return False
    return True


def last_kept(village_ids: Collection[uuid.UUID]) -> Sequence[KeptHead]:
    """What was kept last of an area's villages, newest first."""
    return db.session.scalars(
        select(KeptHead)
        .where(KeptHead.village_id.in_(list(village_ids)))
        .order_by(KeptHead.kept_at.desc(), KeptHead.seq.desc())
        .limit(SHOWN)
    ).all()


SHOWN = 20


def denied_heads(village_ids: Collection[uuid.UUID]) -> list[AnyRow]:
    """What town and county keep and the books of an area's villages do not continue, by village and line.

    The one statement of the heads that reads several villages at a time: it looks up two rows of each.
    """
    last = (
        select(kept_heads.c.village_id, func.max(kept_heads.c.seq).label("seq"))
        .where(kept_heads.c.village_id.in_(list(village_ids)))
        .group_by(kept_heads.c.village_id)
        .subquery()
    )
    lines, heads = book.lines, book.heads
    here = or_(kept_heads.c.kept_by.is_(None), heads.c.seq.is_not(None))
    gone = or_(lines.c.hash.is_(None), lines.c.hash != kept_heads.c.hash) & (kept_heads.c.seq > 0)
    rows = db.session.execute(
        select(kept_heads)
        .join(last, last.c.village_id == kept_heads.c.village_id)
        .join(lines, _same_line(lines), isouter=True)
        .join(heads, heads.c.village_id == kept_heads.c.village_id, isouter=True)
        .where(
            kept_heads.c.village_id.in_(list(village_ids)),
            or_(~kept_heads.c.follows, (kept_heads.c.seq == last.c.seq) & here & gone),
        )
        .order_by(kept_heads.c.village_id, kept_heads.c.seq)
    )
    return list(rows.all())


def _same_line(lines: Any) -> Any:
    return (lines.c.village_id == kept_heads.c.village_id) & (lines.c.seq == kept_heads.c.seq)
