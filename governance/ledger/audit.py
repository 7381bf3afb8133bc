"""Prove the book of a village: every hash, every sum, every figure. Reads only, names the first fault."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from operator import add
from typing import Any

from sqlalchemy import Connection, Result, select, union
from sqlalchemy.exc import StatementError

from governance.base import clock
from governance.base.database import db, in_atomic, is_sqlite
from governance.base.errors import Conflict, Phrase, phrase
from governance.ledger.book import SCORED, accounts, heads, lines, months
from governance.ledger.lines import GENESIS, Kind, canonical, line_hash

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
    """What an audit saw: how many lines (the last one's hash) and accounts it proved, or the first fault."""

    lines: int = 0
    hash: str = GENESIS
    accounts: int = 0
    sealed: int = 0  # rows beside the book, held against their seals
    erased: int = 0  # of what was sealed, deleted by law
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """What was written down outside the chain: the hash of line `seq`, and what is said if the line has another."""

    seq: int
    hash: str
    denies: Phrase
    values: dict[str, Any]


class Broken(Conflict):
    """The first thing that does not add up; the audit ends with it."""

    code = "broken_book"


def books() -> list[uuid.UUID]:
    """The villages that have a book, or are left with accounts but no head of their book."""
    return sorted(
        db.session.scalars(union(select(heads.c.village_id), select(accounts.c.village_id)))
    )


def audit_book(village_id: uuid.UUID, witnesses: Sequence[Witness] = ()) -> Proof:
    """Replay the village's book from its first line and hold the result against every stored figure.

    `witnesses`: what was written down outside the chain, in its order.
    """
    proof = Proof()
    with faults_told(proof), picture() as book:
        prove_book(book, village_id, proof, witnesses)
    return proof


def prove_chain(village_id: uuid.UUID, witnesses: Sequence[Witness] = ()) -> Proof:
    """Recompute the hash of every line, and hold the chain against the end of the book and the witnesses."""
    proof = Proof()
    with faults_told(proof), picture() as book:
        previous = GENESIS
        for line in _chained(book, village_id, proof, witnesses):
            previous = line["hash"]
        prove_head(book, village_id, proof.lines, previous)
    return proof


def read_chain(village_id: uuid.UUID) -> Iterator[dict[str, object]]:
    """Every line with the exact text that is hashed, and its hash: for somebody who trusts nobody's program."""
    with picture() as book, _stream(book, village_id) as rows:
        for row in rows:
            line = dict(row._mapping)
            yield {"seq": line["seq"], "text": canonical(line), "hash": line["hash"]}


@contextmanager
def faults_told(proof: Proof) -> Iterator[None]:
    """End at the first fault, and tell it."""
    try:
        yield
    except Broken as broken:
        proof.fault = Fault(broken.text, broken.values)
    except UNREADABLE:
        what = phrase("第 %(seq)s 条之后有读不出来的台账明细或余额。")
        proof.fault = Fault(what, {"seq": proof.lines})


@contextmanager
def picture() -> Iterator[Connection]:
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


def prove_book(
    book: Connection, village_id: uuid.UUID, proof: Proof, witnesses: Sequence[Witness]
) -> None:
    """As `audit_book`, in a picture of the caller's. Raises Broken."""
    previous = GENESIS
    sums: Sums = {}
    by_month: dict[tuple[int, uuid.UUID], tuple[int, int]] = {}
    for line in _chained(book, village_id, proof, witnesses):
        _prove_sums(line, sums)
        _count_month(line, by_month)
        previous = line["hash"]
    prove_head(book, village_id, proof.lines, previous)
    _prove_accounts(book, village_id, sums, proof)
    _prove_months(book, village_id, by_month)


def _chained(
    book: Connection, village_id: uuid.UUID, proof: Proof, witnesses: Sequence[Witness]
) -> Iterator[dict[str, Any]]:
    """The lines in order, each proved to follow the one before and to be what was witnessed."""
    wanted: dict[int, list[Witness]] = {}
    for witness in witnesses:
        wanted.setdefault(witness.seq, []).append(witness)
    _prove_witnessed(wanted.pop(0, []), GENESIS)
    for line in chain_on(book, village_id, None):
        _prove_witnessed(wanted.pop(line["seq"], []), line["hash"])
        proof.lines, proof.hash = proof.lines + 1, line["hash"]
        yield line
    for beyond in wanted.values():  # the book is shorter than it was
        _prove_witnessed(beyond, "")


def _prove_witnessed(witnesses: list[Witness], have: str) -> None:
    for witness in witnesses:
        if witness.hash != have:
            raise Broken(witness.denies, seq=witness.seq, **witness.values)


def chain_on(
    book: Connection, village_id: uuid.UUID, last: dict[str, Any] | None, most: int | None = None
) -> Iterator[dict[str, Any]]:
    """The lines behind `last`, at most `most`, each proved to follow the one before. Raises Broken."""
    seq, previous, moment = (last["seq"], last["hash"], last["at"]) if last else (0, GENESIS, None)
    with _stream(book, village_id, seq, most) as rows:
        for row in rows:
            line = dict(row._mapping)
            seq += 1
            _prove_link(line, seq, previous)
            _prove_moment(line, moment)
            previous, moment = line["hash"], line["at"]
            yield line


def _stream(
    book: Connection, village_id: uuid.UUID, behind: int = 0, most: int | None = None
) -> Result[Any]:
    query = (
        select(lines)
        .where(lines.c.village_id == village_id, lines.c.seq > behind)
        .order_by(lines.c.seq)
        .limit(most)
    )
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
        raise Broken(phrase("第 %(seq)s 条台账明细不见了。"), seq=expected)
    if line["prev_hash"] != previous:
        raise Broken(phrase("第 %(seq)s 条台账明细与前一条接不上。"), seq=line["seq"])
    if line_hash(line) != line["hash"]:
        raise Broken(phrase("第 %(seq)s 条台账明细被改动过。"), seq=line["seq"])


def _prove_moment(line: dict[str, Any], before: datetime | None) -> None:
    """Lines are written one after the other: the clock went back, or somebody wrote them later."""
    if before is not None and line["at"] < before:
        what = phrase("第 %(seq)s 条台账明细的时间（%(at)s）比前一条（%(before)s）还早。")
        told = {"at": _told(line["at"]), "before": _told(before)}
        raise Broken(what, seq=line["seq"], **told)


def _told(moment: datetime) -> str:
    return f"{clock.local_time(moment):%Y-%m-%d %H:%M:%S}"


def _prove_sums(line: dict[str, Any], sums: Sums) -> None:
    if line["kind"] == Kind.MARK:
        return
    before = sums.get(line["household_id"], NOTHING)
    change = line["standing"], line["spendable"], line["owed"]
    after = tuple(map(add, before, change))
    if after != (line["standing_after"], line["spendable_after"], line["owed_after"]):
        raise Broken(phrase("第 %(seq)s 条台账明细的余额算不对。"), seq=line["seq"])
    sums[line["household_id"]] = after


def prove_head(book: Connection, village_id: uuid.UUID, count: int, previous: str) -> None:
    """The book ends with the line that its head knows. Raises Broken."""
    head = book.execute(
        select(heads.c.seq, heads.c.hash).where(heads.c.village_id == village_id)
    ).first()
    if ((head.seq, head.hash) if head else (0, GENESIS)) != (count, previous):
        raise Broken(
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
            raise Broken(
                phrase("户 %(household)s 的余额是 %(have)s，按明细应为 %(want)s。"),
                household=row.household_id,
                have="/".join(map(str, have)),
                want="/".join(map(str, want)),
            )
        proof.accounts += 1
    if sums:
        raise Broken(phrase("户 %(household)s 有明细却没有账户。"), household=min(sums))


def _prove_months(
    book: Connection, village_id: uuid.UUID, by_month: dict[tuple[int, uuid.UUID], tuple[int, int]]
) -> None:
    rows = book.execute(select(months).where(months.c.village_id == village_id))
    stored = {(row.month, row.household_id): (row.points, row.entries) for row in rows}
    for month, household in sorted(stored.keys() | by_month.keys()):
        have, want = stored.get((month, household)), by_month.get((month, household))
        if have != want:
            raise Broken(
                phrase("户 %(household)s 在 %(month)s 的月度汇总与明细不符。"),
                household=household,
                month=month,
            )
