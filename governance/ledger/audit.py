"""Prove the book of a village: every hash, every sum, every figure. Reads only, names the first fault."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import add
from typing import Any

from sqlalchemy import Connection, Result, select, union
from sqlalchemy.exc import StatementError

from governance.base import clock
from governance.base.database import db, in_atomic, is_sqlite
from governance.base.errors import Phrase, phrase
from governance.ledger.book import SCORED, accounts, heads, lines, months
from governance.ledger.lines import GENESIS, canonical, line_hash

Sums = dict[uuid.UUID, tuple[int, ...]]  # of a household's lines: standing, spendable, owed
NOTHING = (0, 0, 0)
# A text where a number belongs: SQLite keeps whatever it is handed.
UNREADABLE = (ValueError, TypeError, StatementError)


@dataclass(frozen=True)
class Fault:
    """The first thing that does not add up: a sentence and the values it names."""

    what: Phrase
    values: dict[str, object]

    def __str__(self) -> str:
        """The sentence, in Chinese."""
        return self.what % self.values


@dataclass
class Proof:
    """What an audit saw: how many lines and accounts it proved, or the first fault."""

    lines: int = 0
    accounts: int = 0
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody wrote down outside the book: the hash of line `seq`, and the notice that says so."""

    seq: int
    hash: str
    notice: dict[str, object]


class _Broken(Exception):
    def __init__(self, what: Phrase, **values: object):
        self.fault = Fault(what, values)


def books() -> list[uuid.UUID]:
    """The villages that have a book, or are left with accounts but no head of their book."""
    return sorted(
        db.session.scalars(union(select(heads.c.village_id), select(accounts.c.village_id)))
    )


def audit_book(village_id: uuid.UUID, marks: Sequence[Mark] = ()) -> Proof:
    """Replay the village's book from its first line and hold the result against every stored figure.

    `marks`: what was written down outside the book, in its order.
    """
    proof = Proof()
    with _faults_told(proof), _picture() as book:
        _prove(book, village_id, proof, marks)
    return proof


def prove_chain(village_id: uuid.UUID, marks: Sequence[Mark] = ()) -> Proof:
    """Recompute the hash of every line, and hold the chain against the end of the book and the marks."""
    proof = Proof()
    with _faults_told(proof), _picture() as book:
        previous = GENESIS
        for line in _chained(book, village_id, proof, marks):
            previous = line["hash"]
        _prove_head(book, village_id, proof.lines, previous)
    return proof


def read_chain(village_id: uuid.UUID) -> Iterator[dict[str, object]]:
    """Every line with the exact text that is hashed, and its hash: for somebody who trusts nobody's program."""
    with _picture() as book, _stream(book, village_id) as rows:
        for row in rows:
            line = dict(row._mapping)
            yield {"seq": line["seq"], "text": canonical(line), "hash": line["hash"]}


@contextmanager
def _faults_told(proof: Proof) -> Iterator[None]:
    try:
        yield
    except _Broken as broken:
        proof.fault = broken.fault
    except UNREADABLE:
        what = phrase("第 %(seq)s 条之后有读不出来的台账明细或余额。")
        proof.fault = Fault(what, {"seq": proof.lines})


@contextmanager
def _picture() -> Iterator[Connection]:
    """One unmoving picture of the database: the village goes on writing while its book is proved.

    Inside `atomic()` it is what that transaction sees: a restore is proved before it counts.
    """
    if in_atomic():
        yield db.session.connection()
        return
    with db.engine.connect() as connection:
        if not is_sqlite():
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def _prove(book: Connection, village_id: uuid.UUID, proof: Proof, marks: Sequence[Mark]) -> None:
    previous = GENESIS
    sums: Sums = {}
    by_month: dict[tuple[int, uuid.UUID], tuple[int, int]] = {}
    for line in _chained(book, village_id, proof, marks):
        _prove_sums(line, sums)
        _count_month(line, by_month)
        previous = line["hash"]
    _prove_head(book, village_id, proof.lines, previous)
    _prove_accounts(book, village_id, sums, proof)
    _prove_months(book, village_id, by_month)


def _chained(
    book: Connection, village_id: uuid.UUID, proof: Proof, marks: Sequence[Mark]
) -> Iterator[dict[str, Any]]:
    """The lines in order, each proved to follow the one before and to be what was marked."""
    wanted: dict[int, list[Mark]] = {}
    for mark in marks:
        wanted.setdefault(mark.seq, []).append(mark)
    previous = GENESIS
    _prove_marks(wanted.pop(0, []), previous)
    with _stream(book, village_id) as rows:
        for row in rows:
            line = dict(row._mapping)
            _prove_link(line, proof.lines + 1, previous)
            _prove_marks(wanted.pop(line["seq"], []), line["hash"])
            previous = line["hash"]
            proof.lines += 1
            yield line
    for beyond in wanted.values():  # the book is shorter than it was
        _prove_marks(beyond, "")


def _prove_marks(marks: list[Mark], have: str) -> None:
    for mark in marks:
        if mark.hash != have:
            what = phrase(
                "%(year)s年第%(number)s期公示记下的摘要（第 %(seq)s 条）与台账对不上：那以前的明细被改写过。"
            )
            raise _Broken(what, seq=mark.seq, **mark.notice)


def _stream(book: Connection, village_id: uuid.UUID) -> Result[Any]:
    query = select(lines).where(lines.c.village_id == village_id).order_by(lines.c.seq)
    return book.execute(query, execution_options={"yield_per": 2000})


def _count_month(
    line: dict[str, Any], by_month: dict[tuple[int, uuid.UUID], tuple[int, int]]
) -> None:
    if line["kind"] not in SCORED:
        return
    month = clock.month_of(clock.local_date(line["at"])), line["household_id"]
    points, count = by_month.get(month, (0, 0))
    by_month[month] = points + line["standing"], count + SCORED[line["kind"]]


def _prove_link(line: dict[str, Any], expected: int, previous: str) -> None:
    if line["seq"] != expected:
        raise _Broken(phrase("第 %(seq)s 条台账明细不见了。"), seq=expected)
    if line["prev_hash"] != previous:
        raise _Broken(phrase("第 %(seq)s 条台账明细与前一条接不上。"), seq=line["seq"])
    if line_hash(line) != line["hash"]:
        raise _Broken(phrase("第 %(seq)s 条台账明细被改动过。"), seq=line["seq"])


def _prove_sums(line: dict[str, Any], sums: Sums) -> None:
    before = sums.get(line["household_id"], NOTHING)
    change = line["standing"], line["spendable"], line["owed"]
    after = tuple(map(add, before, change))
    if after != (line["standing_after"], line["spendable_after"], line["owed_after"]):
        raise _Broken(phrase("第 %(seq)s 条台账明细的余额算不对。"), seq=line["seq"])
    sums[line["household_id"]] = after


def _prove_head(book: Connection, village_id: uuid.UUID, count: int, previous: str) -> None:
    head = book.execute(
        select(heads.c.seq, heads.c.hash).where(heads.c.village_id == village_id)
    ).first()
    if ((head.seq, head.hash) if head else (0, GENESIS)) != (count, previous):
        raise _Broken(
            phrase("台账末尾对不上：应有 %(seq)s 条，实有 %(count)s 条。"),
            seq=head.seq if head else 0,
            count=count,
        )


def _prove_accounts(book: Connection, village_id: uuid.UUID, sums: Sums, proof: Proof) -> None:
    rows = book.execute(
        select(accounts)
        .where(accounts.c.village_id == village_id)
        .order_by(accounts.c.household_id)
    )
    for row in rows:
        have, want = (row.standing, row.spendable, row.owed), sums.pop(row.household_id, NOTHING)
        if have != want:
            raise _Broken(
                phrase("户 %(household)s 的余额是 %(have)s，按明细应为 %(want)s。"),
                household=row.household_id,
                have="/".join(map(str, have)),
                want="/".join(map(str, want)),
            )
        proof.accounts += 1
    if sums:
        raise _Broken(phrase("户 %(household)s 有明细却没有账户。"), household=min(sums))


def _prove_months(
    book: Connection, village_id: uuid.UUID, by_month: dict[tuple[int, uuid.UUID], tuple[int, int]]
) -> None:
    rows = book.execute(select(months).where(months.c.village_id == village_id))
    stored = {(row.month, row.household_id): (row.points, row.entries) for row in rows}
    for month, household in sorted(stored.keys() | by_month.keys()):
        have, want = stored.get((month, household)), by_month.get((month, household))
        if have != want:
            raise _Broken(
                phrase("户 %(household)s 在 %(month)s 的月度汇总与明细不符。"),
                household=household,
                month=month,
            )
