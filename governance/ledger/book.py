"""The only hand that writes the book. It never commits: the affair does, in one `atomic()`.

Locking, the whole of it: the accounts concerned are locked first, in key order (`lock`); the head
of the village's book last, once per transaction, as late as possible (inside `enter`). On SQLite
the write transaction itself is the lock.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from governance.base import clock
from governance.base.database import AnyRow, add_up, db
from governance.base.errors import Conflict, NotThere, phrase
from governance.ledger.lines import FIGURES, Account, Head, Kind, Line, Month, line_hash

accounts, heads = Account.__table__, Head.__table__
lines, months = Line.__table__, Month.__table__
_STILL = dict.fromkeys(("household_id", "reverses")) | dict.fromkeys(FIGURES, 0)
# The kinds that count in a month's roll-up: a reversal takes its award from the count.
SCORED = {Kind.AWARD: 1, Kind.REVERSAL: -1}


class NotEnoughPoints(Conflict):
    """A household cannot spend what it does not have."""

    code = "not_enough_points"
    message = phrase("可兑换分不够：现有 %(have)s 分，需要 %(need)s 分。")


class KeyConflict(Conflict):
    """One once-only key, two different contents."""

    code = "key_conflict"
    message = phrase("这一条已经用别的内容记过，没有重复入账。")


class AlreadyReversed(Conflict):
    """A line is reversed once."""

    code = "already_reversed"
    message = phrase("这一条已经冲正过了。")


@dataclass(frozen=True, slots=True)
class Entry:
    """What an affair asks the book to write: the change of both figures, and why.

    A negative `spendable` of a redemption is exact (refused when there is too little); any other
    takes what is there and notes the rest as owed, because spendable points are never negative.
    Points gained pay what is owed before they can be spent.
    """

    household_id: uuid.UUID
    kind: Kind
    standing: int
    spendable: int
    memo: str
    key: str
    source: uuid.UUID | None = None
    actor: uuid.UUID | None = None
    reverses: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """A household's two figures, and the points it owes: one of `spendable` and `owed` is zero."""

    standing: int
    spendable: int
    owed: int = 0

    def after(self, standing: int, spendable: int) -> Figures:
        """The figures after a change of both."""
        net = self.spendable - self.owed + spendable
        return Figures(self.standing + standing, max(net, 0), max(-net, 0))


def figures_after(line: dict[str, Any]) -> Figures:
    """A household's figures as a line left them."""
    return Figures(line["standing_after"], line["spendable_after"], line["owed_after"])


def open_accounts(village_id: uuid.UUID, household_ids: Iterable[uuid.UUID]) -> None:
    """Give new households an account of 0 and 0, and the village a book if it has none."""
    rows = [
        {"village_id": village_id, "household_id": one, "standing": 0, "spendable": 0, "owed": 0}
        for one in household_ids
    ]
    if rows:
        db.session.execute(insert(accounts), rows)
    if find_head(village_id) is None:
        db.session.execute(insert(heads).values(village_id=village_id))


def find_head(village_id: uuid.UUID) -> AnyRow | None:
    """The sequence number and hash of the village's last line, or None before its first household."""
    return db.session.execute(
        select(heads.c.seq, heads.c.hash).where(heads.c.village_id == village_id)
    ).first()


def lock(village_id: uuid.UUID, household_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Figures]:
    """Lock the accounts in key order and return their figures; what is read next cannot change."""
    rows = db.session.execute(_HOLD, {"village": village_id, "households": set(household_ids)})
    return {row.household_id: Figures(row.standing, row.spendable, row.owed) for row in rows}


_HOLD = (
    select(accounts)
    .where(
        accounts.c.village_id == bindparam("village"),
        accounts.c.household_id.in_(bindparam("households", expanding=True)),
    )
    .order_by(accounts.c.household_id)
    .with_for_update()
)


def find_figures(village_id: uuid.UUID, household_id: uuid.UUID) -> Figures:
    """The figures as they stand, without a lock; all 0 without an account."""
    row = db.session.execute(_FIGURES, {"village": village_id, "household": household_id}).first()
    return Figures(row.standing, row.spendable, row.owed) if row else Figures(0, 0)


_FIGURES = select(accounts.c.standing, accounts.c.spendable, accounts.c.owed).where(
    accounts.c.village_id == bindparam("village"),
    accounts.c.household_id == bindparam("household"),
)


def enter(
    village_id: uuid.UUID,
    entries: Sequence[Entry],
    locked: dict[uuid.UUID, Figures] | None = None,
    *,
    fresh: bool = False,
) -> list[dict[str, Any]]:
    """Write one line per entry, in order, and return the lines.

    A key met before with the same content answers its first line and changes nothing. Pass the
    figures from `lock` as `locked` when this transaction has locked the accounts already; `fresh`
    when the keys are known to be new, so that they are not looked for.

    Raises NotEnoughPoints (a redemption beyond the spendable points), KeyConflict, NotThere
    (a household without an account).
    """
    locked = (
        locked if locked is not None else lock(village_id, {one.household_id for one in entries})
    )
    known = {} if fresh else _known(village_id, entries)
    drafts = _draft(entries, locked, known)
    _refuse_second_reversal(village_id, drafts)
    written = _write(village_id, drafts)
    by_key = {line["key"]: line for line in written} | known
    return [by_key[entry.key] for entry in entries]


def enter_mark(
    village_id: uuid.UUID, memo: str, *, key: str, source: uuid.UUID, actor: uuid.UUID | None
) -> dict[str, Any]:
    """Write a mark: a line that moves nothing, and puts into the chain what `memo` says of rows beside the book."""
    said = {"kind": Kind.MARK.value, "memo": memo, "key": key, "source": source, "actor": actor}
    [line] = _append(village_id, [_STILL | said])
    return line


def find_keys(village_id: uuid.UUID, keys: Sequence[str]) -> set[str]:
    """Those of `keys` under which a line stands."""
    found = db.session.scalars(
        select(lines.c.key).where(lines.c.village_id == village_id, lines.c.key.in_(keys))
    )
    return set(found)


def find_line(village_id: uuid.UUID, key: str) -> dict[str, Any] | None:
    """The line written under a once-only key."""
    row = db.session.execute(
        select(lines).where(lines.c.village_id == village_id, lines.c.key == key)
    ).first()
    return dict(row._mapping) if row else None


def reversal_of(line: dict[str, Any], *, memo: str, key: str, actor: uuid.UUID | None) -> Entry:
    """The entry that takes a line back: the opposite of both its changes, linked to it."""
    return Entry(
        household_id=line["household_id"],
        kind=Kind.REVERSAL,
        standing=-line["standing"],
        spendable=line["owed"] - line["spendable"],
        memo=memo,
        key=key,
        source=line["source"],
        actor=actor,
        reverses=line["seq"],
    )


def last_lines(
    village_id: uuid.UUID, household_id: uuid.UUID, limit: int = 20, before: int | None = None
) -> Sequence[AnyRow]:
    """A household's lines, newest first; `before` a sequence number continues a page."""
    values = {"village": village_id, "household": household_id, "limit": limit}
    return db.session.execute(
        _LAST_LINES, values | {"before": NEVER if before is None else within(before)}
    ).all()


NEVER = 2**31 - 1  # no book has such a line: its numbers end here


def within(seq: int) -> int:
    """A sequence number that the database can compare, whatever was typed."""
    return max(0, min(seq, NEVER))


_LAST_LINES = (
    select(lines)
    .where(
        lines.c.village_id == bindparam("village"),
        lines.c.household_id == bindparam("household"),
        lines.c.seq < bindparam("before"),
    )
    .order_by(lines.c.seq.desc())
    .limit(bindparam("limit"))
)


def _known(village_id: uuid.UUID, entries: Sequence[Entry]) -> dict[str, dict[str, Any]]:
    """The lines that already stand under the entries' keys; refuses a key with other content."""
    values = {"village": village_id, "keys": [one.key for one in entries]}
    rows = db.session.execute(_KNOWN, values)
    known = {row.key: dict(row._mapping) for row in rows}
    for entry in entries:
        line = known.get(entry.key)
        if line:
            _refuse_other_content(entry, line)
    return known


_KNOWN = select(lines).where(
    lines.c.village_id == bindparam("village"), lines.c.key.in_(bindparam("keys", expanding=True))
)


def _refuse_other_content(entry: Entry, line: dict[str, Any]) -> None:
    """The same key must ask for the same."""
    same = all(
        getattr(entry, name) == line[name]
        for name in ("household_id", "kind", "standing", "memo", "source", "reverses")
    )
    if not same or entry.spendable != line["spendable"] - line["owed"]:
        raise KeyConflict


def _draft(
    entries: Sequence[Entry],
    locked: dict[uuid.UUID, Figures],
    known: dict[str, dict[str, Any]],
) -> list[dict[str, Any]]:
    """The lines to be, each with the figures after it; no sequence number or hash yet."""
    figures = dict(locked)
    drafts: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if entry.key in known:
            continue
        if entry.key in drafts:
            _refuse_other_content(entry, drafts[entry.key])
            continue
        have = figures.get(entry.household_id)
        if have is None:
            raise NotThere
        if entry.kind is Kind.REDEMPTION and have.spendable + entry.spendable < 0:
            raise NotEnoughPoints(have=have.spendable, need=-entry.spendable)
        after = figures[entry.household_id] = have.after(entry.standing, entry.spendable)
        drafts[entry.key] = {
            "household_id": entry.household_id,
            "standing": entry.standing,
            "spendable": after.spendable - have.spendable,
            "owed": after.owed - have.owed,
            "standing_after": after.standing,
            "spendable_after": after.spendable,
            "owed_after": after.owed,
            "kind": entry.kind.value,
            "memo": entry.memo,
            "source": entry.source,
            "actor": entry.actor,
            "key": entry.key,
            "reverses": entry.reverses,
        }
    return list(drafts.values())


def _refuse_second_reversal(village_id: uuid.UUID, drafts: list[dict[str, Any]]) -> None:
    targets = [line["reverses"] for line in drafts if line["reverses"] is not None]
    if len(targets) != len(set(targets)):
        raise AlreadyReversed
    if targets and db.session.scalar(
        select(lines.c.seq)
        .where(lines.c.village_id == village_id, lines.c.reverses.in_(targets))
        .limit(1)
    ):
        raise AlreadyReversed


def _write(village_id: uuid.UUID, drafts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not drafts:
        return []
    _change_accounts(village_id, drafts)
    _append(village_id, drafts)
    _count_months(village_id, drafts)
    return drafts


def _append(village_id: uuid.UUID, drafts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lock the head of the book, chain the lines to it, and write them."""
    head = db.session.execute(_LOCK_HEAD, {"village": village_id}).one()
    # A clock that went back dates no line before the one above it.
    seq, previous, at = head.seq, head.hash, max(clock.now(), head.at or clock.now())
    for line in drafts:
        seq += 1
        line |= {"village_id": village_id, "seq": seq, "at": at, "prev_hash": previous}
        previous = line["hash"] = line_hash(line)
    db.session.execute(_WRITE_LINES, drafts)
    db.session.execute(_MOVE_HEAD, {"village": village_id, "last": seq, "chain": previous})
    return drafts


_LOCK_HEAD = (
    select(
        heads.c.seq,
        heads.c.hash,
        select(lines.c.at)
        .where(lines.c.village_id == bindparam("village"), lines.c.seq == heads.c.seq)
        .scalar_subquery()
        .label("at"),
    )
    .where(heads.c.village_id == bindparam("village"))
    .with_for_update(of=heads)
)
_MOVE_HEAD = (
    update(heads)
    .where(heads.c.village_id == bindparam("village"))
    .values(seq=bindparam("last"), hash=bindparam("chain"))
)
_WRITE_LINES = insert(lines)

# The law of spending in one statement: where the points are not there, no row is changed.
_CHANGE = (
    update(accounts)
    .where(
        accounts.c.village_id == bindparam("village"),
        accounts.c.household_id == bindparam("household"),
        accounts.c.spendable + bindparam("spend") >= 0,
    )
    .values(
        standing=accounts.c.standing + bindparam("stand"),
        spendable=accounts.c.spendable + bindparam("spend"),
        owed=accounts.c.owed + bindparam("owe"),
    )
)


def _change_accounts(village_id: uuid.UUID, drafts: list[dict[str, Any]]) -> None:
    totals: dict[uuid.UUID, list[int]] = {}
    for line in drafts:
        total = totals.setdefault(line["household_id"], [0, 0, 0])
        total[0] += line["standing"]
        total[1] += line["spendable"]
        total[2] += line["owed"]
    rows = [
        {"village": village_id, "household": one, "stand": stand, "spend": spend, "owe": owe}
        for one, (stand, spend, owe) in sorted(totals.items())
    ]
    changed = db.session.connection().execute(_CHANGE, rows).rowcount
    if changed != len(rows):
        raise NotEnoughPoints(have=0, need=0)


def _count_months(village_id: uuid.UUID, drafts: list[dict[str, Any]]) -> None:
    """Keep the month's roll-up in the same transaction; the head's lock is locked, so no deadlock."""
    totals: dict[tuple[int, uuid.UUID], list[int]] = {}
    for line in drafts:
        if line["kind"] not in SCORED:
            continue
        month = clock.month_of(clock.local_date(line["at"]))
        total = totals.setdefault((month, line["household_id"]), [0, 0])
        total[0] += line["standing"]
        total[1] += SCORED[Kind(line["kind"])]
    rows = [
        {"village_id": village_id, "month": month, "household_id": one}
        | {"points": points, "entries": count}
        for (month, one), (points, count) in sorted(totals.items())
    ]
    add_up(months, rows, ("points", "entries"))
