"""What marks sealed, held against what is there: nothing gone but by law, nothing changed, no mark without its seals."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, select

from governance.affairs.acts import acts
from governance.affairs.marks import (
    BY_NAME,
    KINDS,
    Kind,
    is_intact,
    rows_of,
    table_of,
    told,
)
from governance.affairs.proof.erasing import ERASING, LOG_FORGOTTEN, LOG_KEPT
from governance.affairs.publicity.notices import notices
from governance.base import clock
from governance.base.database import AnyRow
from governance.base.errors import Phrase, phrase
from governance.ledger.audit import UNREADABLE, Broken, Proof
from governance.ledger.book import lines
from governance.ledger.lines import Kind as LineKind
from governance.ledger.lines import plain
from governance.ledger.seals import seals

BATCH = 1000
GONE = phrase("公示封存过的%(kind)s不见了（%(row)s）。")
CHANGED = phrase("公示封存过的%(kind)s被改动过（%(row)s）。")
REOPENED = phrase("公示封存过的%(kind)s已经终止，又被改成没有终止（%(row)s）。")
WITHOUT_REASON = phrase("公示封存过的%(kind)s被删除，没有删除的依据（%(row)s）。")
LIST = phrase("第 %(seq)s 条封存的%(kind)s清单被改动过。")
UNREADABLE_MARK = phrase("第 %(seq)s 条封存读不出来。")
UNMARKED = phrase("%(year)s年第%(number)s期公示没有封存。")


@dataclass(slots=True)
class _Marks:
    """The village's marks, as far as they were read."""

    notices: set[uuid.UUID] = field(default_factory=set)
    names: dict[int, str] = field(default_factory=dict)  # by line: 2026-3
    moments: dict[int, Any] = field(default_factory=dict)
    acts: dict[uuid.UUID, AnyRow | None] = field(default_factory=dict)

    def act(self, picture: Connection, village_id: uuid.UUID, act_id: uuid.UUID) -> AnyRow | None:
        """An act by which something was erased."""
        if act_id not in self.acts:
            wanted = (acts.c.village_id == village_id, acts.c.id == act_id)
            self.acts[act_id] = picture.execute(
                select(acts.c.what, acts.c.at).where(*wanted)
            ).first()
        return self.acts[act_id]


def prove_seals(picture: Connection, village_id: uuid.UUID, proof: Proof) -> None:
    """Hold every mark against its seals, and every seal against its row. Raises Broken."""
    marks = _Marks()
    for mark in _read_marks(picture, village_id):
        marks.notices.add(mark.source)
        marks.names[mark.seq], marks.moments[mark.seq] = (
            _prove_lists(picture, village_id, mark),
            mark.at,
        )
    _prove_notices_marked(picture, village_id, marks)
    for kind in KINDS:
        _prove_kind(picture, village_id, kind, marks, proof)


def _read_marks(picture: Connection, village_id: uuid.UUID) -> Sequence[AnyRow]:
    return picture.execute(
        select(lines.c.seq, lines.c.source, lines.c.at, lines.c.memo)
        .where(lines.c.village_id == village_id, lines.c.kind == LineKind.MARK.value)
        .order_by(lines.c.seq)
    ).all()


def _prove_lists(picture: Connection, village_id: uuid.UUID, mark: AnyRow) -> str:
    """The seals are those that the mark's line tells; what the mark calls its notice."""
    try:
        said = json.loads(mark.memo)
        name, sealed = str(said["notice"]), dict(said["sealed"])
    except (*UNREADABLE, LookupError):
        raise Broken(UNREADABLE_MARK, seq=mark.seq) from None
    rows = picture.execute(
        select(seals.c.kind, seals.c.hash)
        .where(seals.c.village_id == village_id, seals.c.mark_seq == mark.seq)
        .order_by(seals.c.kind, seals.c.row_id, seals.c.part)
    )
    have = {kind: told([row.hash for row in group]) for kind, group in groupby(rows, _kind_of)}
    for kind in sorted(sealed.keys() | have.keys()):
        if sealed.get(kind) != have.get(kind):
            raise Broken(LIST, seq=mark.seq, kind=_called(kind))
    return name


def _kind_of(row: AnyRow) -> str:
    return str(row.kind)


def _called(kind: str) -> Phrase | str:
    return BY_NAME[kind].called if kind in BY_NAME else kind


def _prove_notices_marked(picture: Connection, village_id: uuid.UUID, marks: _Marks) -> None:
    """Since the first mark every notice has its own."""
    if not marks.moments:
        return
    rows = picture.execute(
        select(notices.c.id, notices.c.year, notices.c.number)
        .where(
            notices.c.village_id == village_id,
            notices.c.posted_at >= min(marks.moments.values()),
        )
        .order_by(notices.c.year, notices.c.number)
    )
    for row in rows:
        if row.id not in marks.notices:
            raise Broken(UNMARKED, year=row.year, number=row.number)


def _prove_kind(
    picture: Connection, village_id: uuid.UUID, kind: Kind, marks: _Marks, proof: Proof
) -> None:
    """Each sealed row is there as it was; of what may end, the last seal counts."""
    query = (
        select(seals)
        .where(seals.c.village_id == village_id, seals.c.kind == kind.name)
        .order_by(seals.c.row_id, seals.c.part, seals.c.mark_seq)
    )
    with picture.execute(query, execution_options={"yield_per": BATCH}) as sealed:
        last = (list(group)[-1] for _, group in groupby(sealed, lambda one: (one.row_id, one.part)))
        for some in _batches(last):
            rows = _rows_by_key(picture, village_id, kind, some)
            for seal in some:
                _prove_seal(picture, kind, seal, rows.get((seal.row_id, seal.part)), marks, proof)


def _prove_seal(
    picture: Connection, kind: Kind, seal: AnyRow, row: AnyRow | None, marks: _Marks, proof: Proof
) -> None:
    name = f"{marks.names[seal.mark_seq]}/{seal.part}" if kind.part else seal.row_id
    said = {"kind": kind.called, "row": name}
    proof.sealed += 1
    if seal.erased_by is not None:
        _prove_lawful(picture, seal, marks, said)
        proof.erased += 1
    elif row is None:
        raise Broken(GONE, **said)
    else:
        _prove_same(kind, row, seal, marks, said)


def _batches(rows: Iterable[AnyRow]) -> Iterator[list[AnyRow]]:
    running = iter(rows)
    while some := list(islice(running, BATCH)):
        yield some


def _rows_by_key(
    picture: Connection, village_id: uuid.UUID, kind: Kind, some: Sequence[AnyRow]
) -> dict[tuple[uuid.UUID, int], AnyRow]:
    wanted = {one.row_id for one in some}
    column = table_of(kind).c[kind.id]
    rows = picture.execute(rows_of(village_id, kind).where(column.in_(wanted)))
    return {(row.row_id, row.part): row for row in rows}


def _prove_same(kind: Kind, row: AnyRow, seal: AnyRow, marks: _Marks, said: dict[str, Any]) -> None:
    if not is_intact(kind, row, seal):
        raise Broken(CHANGED, **said)
    if seal.ends not in (None, plain(row.ends)) and not _to_come(seal, marks):
        raise Broken(REOPENED, **said)


def _to_come(seal: AnyRow, marks: _Marks) -> bool:
    """Whether the end that was sealed was still to come: until then it may be another day."""
    day = clock.local_date(marks.moments[seal.mark_seq]).isoformat()
    return len(seal.ends) == len(day) and seal.ends > day


def _prove_lawful(picture: Connection, seal: AnyRow, marks: _Marks, said: dict[str, Any]) -> None:
    """What is gone went by an act that says why; of the log, nothing that is younger than the law allows."""
    act = marks.act(picture, seal.village_id, seal.erased_by)
    if act is None or act.what not in ERASING:
        raise Broken(WITHOUT_REASON, **said)
    if act.what == LOG_FORGOTTEN and act.at < marks.moments[seal.mark_seq] + LOG_KEPT:
        raise Broken(WITHOUT_REASON, **said)
