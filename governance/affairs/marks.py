"""Marks (封存): each notice puts a line into the chain that vouches for the rows beside the book.

Tables are called by their names, as in `base/archive.py`: this stands on the ground of the floor, under
the rooms that own them. What a kind seals of a row is a contract with every mark written so far: it is
never changed, a new kind is added instead.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    exists,
    literal_column,
    null,
    or_,
    select,
)

from governance.base import clock
from governance.base.database import AnyRow, Model, db
from governance.base.errors import Phrase, phrase
from governance.ledger import book
from governance.ledger.lines import Kind as LineKind
from governance.ledger.seals import digest_of, keep_seals, last_seals, make_seal, seal_hash, seals
from governance.village.places import Place

LATE = clock.days(1)  # a transaction may end after a mark that it began before
Where = Callable[[Table], ColumnElement[bool]]
Came = Callable[[Table, uuid.UUID, datetime], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rows that marks seal: what never changes of them, and what they are called."""

    name: str
    called: Phrase
    table: str
    facts: tuple[str, ...]
    came: Came | None = (
        None  # finds what came since a moment; none: the whole table is looked through
    )
    ends: str = ""  # the column by which a row may end
    ready: Where | None = None  # a row is sealed only when this holds
    id: str = "id"
    part: str = ""


def _by(name: str) -> Came:
    def came(table: Table, _village_id: uuid.UUID, since: datetime) -> ColumnElement[bool]:
        return table.c[name] >= since

    return came


def _hung(table: Table, village_id: uuid.UUID, since: datetime) -> ColumnElement[bool]:
    notices = Model.metadata.tables["notices"]
    posted = select(notices.c.id).where(
        notices.c.village_id == village_id, notices.c.posted_at >= since
    )
    return table.c.notice_id.in_(posted)


def _posted(table: Table) -> ColumnElement[bool]:
    return table.c.posted_at.is_not(None)


def _unbooked(table: Table) -> ColumnElement[bool]:
    """What is booked stands in the chain itself, with its source."""
    return table.c.state.in_(["filed", "checked", "published", "rejected", "withdrawn"])


def _decided(table: Table) -> ColumnElement[bool]:
    return table.c.decided_at.is_not(None)


def _decided_finally(table: Table) -> ColumnElement[bool]:
    return table.c.final_at.is_not(None)


def _digested(table: Table) -> ColumnElement[bool]:
    return table.c.digest.is_not(None)


_WORDING = (
    "code version position category pillar behaviour unit points_min points_max cap_count cap_period"
    " evidence review remind_days note since assembly_on made_at made_by"
)
_AWARD = "household_id rule_id rule_code category behaviour review points seen_at filed_by filed_at"
_NOTICE = "year number first_on last_on days posted_by posted_at closes_at hangs_until replaces"
_ITEM = "award_id listed household_id group_no name behaviour points seen_on"
_OBJECTION = "year number household_id award_id line_seq channel words entered_by made_at"
_POST = "staff_id role place_id made_at"
_ANSWER = "decided_by decided_at answer"
_FINAL = "final_by final_at final_answer"
_ACT = "at staff_id what household_id subject_id refused"
_MOVE = "gift_id change kind redemption_id note by at"

KINDS = (
    Kind(
        "notices",
        phrase("公示"),
        "notices",
        tuple(_NOTICE.split()),
        _by("posted_at"),
        ready=_posted,
    ),
    Kind(
        "items",
        phrase("公示的条目"),
        "notice_items",
        tuple(_ITEM.split()),
        _hung,
        id="notice_id",
        part="position",
    ),
    Kind("rules", phrase("积分细则"), "rules", tuple(_WORDING.split()), ends="until"),
    Kind("appointments", phrase("任职"), "appointments", tuple(_POST.split()), ends="ended_at"),
    Kind(
        "awards",
        phrase("记分"),
        "awards",
        tuple(_AWARD.split()),
        _by("filed_at"),
        ready=_unbooked,
    ),
    Kind("objections", phrase("异议"), "objections", tuple(_OBJECTION.split()), _by("made_at")),
    Kind(
        "answers",
        phrase("异议的答复"),
        "objections",
        tuple(_ANSWER.split()),
        _by("decided_at"),
        ready=_decided,
    ),
    Kind(
        "finals",
        phrase("异议的最后决定"),
        "objections",
        tuple(_FINAL.split()),
        _by("final_at"),
        ready=_decided_finally,
    ),
    Kind("stock", phrase("库存变动"), "stock_moves", tuple(_MOVE.split()), _by("at")),
    Kind("photos", phrase("照片"), "photos", ("taken_by", "digest"), ready=_digested),
    Kind("acts", phrase("操作记录"), "acts", tuple(_ACT.split()), _by("at")),
)
BY_NAME = {kind.name: kind for kind in KINDS}


def write_mark(village_id: uuid.UUID, by: uuid.UUID, notice: Any) -> dict[str, Any]:
    """Seal everything that came since the last mark, and put the digests into the chain; the line.

    Called within the transaction that posts `notice`, when all it writes is written: the head of the
    book is locked here, last.
    """
    before = find_mark(village_id)
    since = before.at - LATE if before else None
    made = [seal for kind in KINDS for seal in _seal(village_id, kind, since)]
    line = book.enter_mark(
        village_id,
        mark_text(f"{notice.year}-{notice.number}", made),
        key=f"mark:{notice.id}",
        source=notice.id,
        actor=by,
    )
    keep_seals(village_id, line["seq"], made)
    return line


def find_mark(village_id: uuid.UUID) -> AnyRow | None:
    """The village's last mark, or None before the first."""
    marks = select(book.lines).where(
        book.lines.c.village_id == village_id, book.lines.c.kind == LineKind.MARK.value
    )
    return db.session.execute(marks.order_by(book.lines.c.seq.desc()).limit(1)).first()


def mark_text(notice: str, made: Iterable[dict[str, Any]]) -> str:
    """What a mark's line says: the notice, and of each kind how many rows are sealed, and their digest."""
    ordered = sorted(made, key=itemgetter("kind", "row_id", "part"))
    sealed = {
        kind: told([seal["hash"] for seal in group])
        for kind, group in groupby(ordered, key=itemgetter("kind"))
    }
    return json.dumps({"notice": notice, "sealed": sealed}, sort_keys=True, separators=(",", ":"))


def told(hashes: Sequence[str]) -> list[int | str]:
    """How a mark tells the seals of a kind."""
    return [len(hashes), digest_of(hashes)]


def _seal(village_id: uuid.UUID, kind: Kind, since: datetime | None) -> Iterator[dict[str, Any]]:
    known = last_seals(village_id, kind.name) if kind.ends else {}
    for row in db.session.execute(_new_rows(village_id, kind, since)):
        seal = _seal_row(kind, row)
        sealed = known.get(row.row_id)
        if sealed is None or sealed.ends != seal["ends"]:
            yield seal


def _seal_row(kind: Kind, row: AnyRow) -> dict[str, Any]:
    return make_seal(kind.name, row.row_id, row.part, facts_of(kind, row), row.ends)


def facts_of(kind: Kind, row: AnyRow) -> list[Any]:
    """What a seal holds of a row."""
    return [getattr(row, f"fact_{name}") for name in kind.facts]


def rows_of(village_id: uuid.UUID, kind: Kind) -> Select[Any]:
    """The village's rows of a kind: `row_id`, `part`, `ends`, and the facts, named `fact_...`."""
    table = table_of(kind)
    facts = (table.c[name].label(f"fact_{name}") for name in kind.facts)
    return select(
        table.c[kind.id].label("row_id"),
        (table.c[kind.part] if kind.part else literal_column("0")).label("part"),
        (table.c[kind.ends] if kind.ends else null()).label("ends"),
        *facts,
    ).where(_of_village(table, village_id))


def table_of(kind: Kind) -> Table:
    """The table whose rows a kind seals."""
    return Model.metadata.tables[kind.table]


def _of_village(table: Table, village_id: uuid.UUID) -> ColumnElement[bool]:
    """Appointments are shared by all villages; a village's are those held in it and in its grids."""
    if "village_id" in table.c:
        return table.c.village_id == village_id
    here = select(Place.id).where(or_(Place.id == village_id, Place.parent_id == village_id))
    return table.c.place_id.in_(here)


def _new_rows(village_id: uuid.UUID, kind: Kind, since: datetime | None) -> Select[Any]:
    """What may not be sealed yet; of what can end, everything."""
    table, rows = table_of(kind), rows_of(village_id, kind)
    if kind.ready is not None:
        rows = rows.where(kind.ready(table))
    if since is not None and kind.came is not None:
        rows = rows.where(kind.came(table, village_id, since))
    if kind.ends:
        return rows
    return rows.where(~_sealed(village_id, kind, table))


def _sealed(village_id: uuid.UUID, kind: Kind, table: Table) -> ColumnElement[bool]:
    same = [
        seals.c.village_id == village_id,
        seals.c.kind == kind.name,
        seals.c.row_id == table.c[kind.id],
    ]
    if kind.part:
        same.append(seals.c.part == table.c[kind.part])
    return exists().where(and_(*same))


def intact_parts(village_id: uuid.UUID, kind_name: str, row_id: uuid.UUID) -> set[int]:
    """The parts of what a mark sealed under one id that are as they were sealed.

    Where no mark sealed it, it is older than marks: all its parts. A mark whose seals are gone vouches for none.
    """
    kind = BY_NAME[kind_name]
    rows = db.session.execute(
        rows_of(village_id, kind).where(table_of(kind).c[kind.id] == row_id)
    ).all()
    sealed = _seals_of(village_id, kind, row_id)
    if not sealed and _mark_of(village_id, row_id) is None:
        return {row.part for row in rows}
    return {row.part for row in rows if is_intact(kind, row, sealed.get(row.part))}


def is_intact(kind: Kind, row: AnyRow, seal: AnyRow | None) -> bool:
    """Whether a row is what its seal says; what may end is held against the end that was sealed."""
    return (
        seal is not None
        and seal.salt is not None
        and seal_hash(dict(seal._mapping), facts_of(kind, row)) == seal.hash
    )


def _seals_of(village_id: uuid.UUID, kind: Kind, row_id: uuid.UUID) -> dict[int, AnyRow]:
    rows = db.session.execute(
        select(seals).where(
            seals.c.village_id == village_id, seals.c.kind == kind.name, seals.c.row_id == row_id
        )
    )
    return {row.part: row for row in rows}


def _mark_of(village_id: uuid.UUID, notice_id: uuid.UUID) -> dict[str, Any] | None:
    return book.find_line(village_id, f"mark:{notice_id}")
