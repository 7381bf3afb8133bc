"""The audit: a true book is proved, and whatever is changed behind the service's back is named, first fault first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from governance.base import clock
from governance.base.database import atomic, db, is_sqlite, new_id
from governance.ledger import audit, book
from governance.ledger.book import Entry, accounts, heads, lines, months
from governance.ledger.lines import GENESIS, Kind, line_hash

VILLAGE = new_id()


def write(home, kind=Kind.AWARD, points=5, **more):
    standing = 0 if kind is Kind.REDEMPTION else points
    with atomic():
        return book.enter(
            VILLAGE, [Entry(home, kind, standing, points, "记分", str(new_id()), **more)]
        )[0]


@pytest.fixture
def homes(ctx):
    """Two households with a book of eight lines of several kinds."""
    homes = sorted((new_id(), new_id()))
    with atomic():
        book.open_accounts(VILLAGE, homes)
    write(homes[0], Kind.BASE, 80)
    for _ in range(2):
        write(homes[0])
        write(homes[1])
    write(homes[0], Kind.REDEMPTION, -4)
    wrong = write(homes[1], points=7)
    with atomic():
        book.enter(VILLAGE, [book.reversal_of(wrong, memo="冲正", key="r", actor=None)])
    return homes


def tamper(*statements):
    """Change rows as somebody with the database's password would."""
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


def fault():
    found = audit.audit_book(VILLAGE).fault
    return None if found is None else str(found)


def line(seq):
    return dict(
        db.session.execute(select(lines).where(lines.c.village_id == VILLAGE, lines.c.seq == seq))
        .one()
        ._mapping
    )


def at(seq):
    return (lines.c.village_id == VILLAGE) & (lines.c.seq == seq)


def test_a_true_book_is_proved_whole(homes):
    proof = audit.audit_book(VILLAGE)
    assert (proof.fault, proof.lines, proof.accounts) == (None, 8, 2)


def test_a_village_without_a_book_has_nothing_to_prove(ctx):
    proof = audit.audit_book(new_id())
    assert (proof.fault, proof.lines, proof.accounts) == (None, 0, 0)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("standing", 50),
        ("spendable", 50),
        ("standing_after", 500),
        ("spendable_after", 500),
        ("kind", "opening"),
        ("memo", "别的事"),
        ("key", "别的编号"),
        ("source", new_id()),
        ("actor", new_id()),
        ("hash", "0" * 64),
    ],
)
def test_a_changed_line_is_named(homes, column, value):
    tamper(update(lines).where(at(3)).values({column: value}))
    assert fault() == "第 3 条台账明细被改动过。"


def test_a_changed_household_or_moment_is_named(homes):
    tamper(update(lines).where(at(2)).values(household_id=homes[1]))
    assert fault() == "第 2 条台账明细被改动过。"


def test_a_changed_link_is_named(homes):
    tamper(update(lines).where(at(4)).values(prev_hash="f" * 64))
    assert fault() == "第 4 条台账明细与前一条接不上。"


def test_a_line_changed_and_hashed_anew_breaks_the_next_link(homes):
    forged = line(3) | {"standing": 50}
    tamper(update(lines).where(at(3)).values(standing=50, hash=line_hash(forged)))
    assert fault() == "第 3 条台账明细的余额算不对。"
    forged = line(3) | {"standing": 5, "memo": "换了说法"}
    tamper(update(lines).where(at(3)).values(standing=5, memo="换了说法", hash=line_hash(forged)))
    assert fault() == "第 4 条台账明细与前一条接不上。"


@pytest.mark.parametrize("seq", [1, 4])
def test_a_removed_line_is_named(homes, seq):
    tamper(delete(lines).where(at(seq)))
    assert fault() == f"第 {seq} 条台账明细不见了。"


def test_removed_last_lines_are_named(homes):
    tamper(delete(lines).where(at(8)))
    assert fault() == "台账末尾对不上：应有 8 条，实有 7 条。"


def test_an_inserted_line_is_named_even_when_it_is_chained_rightly(homes):
    last = line(8)
    forged = last | {
        "seq": 9,
        "key": "forged",
        "standing": 100,
        "spendable": 100,
        "kind": "award",
        "reverses": None,
        "standing_after": last["standing_after"] + 100,
        "spendable_after": last["spendable_after"] + 100,
        "prev_hash": last["hash"],
    }
    tamper(insert(lines).values(forged | {"hash": line_hash(forged)}))
    assert fault() == "台账末尾对不上：应有 8 条，实有 9 条。"


def test_an_inserted_line_with_a_made_up_hash_is_named(homes):
    tamper(
        insert(lines).values(line(5) | {"seq": 9, "key": "forged", "prev_hash": line(8)["hash"]})
    )
    assert fault() == "第 9 条台账明细被改动过。"


def test_swapped_lines_are_named(homes):
    tamper(
        *(update(lines).where(at(old)).values(seq=new) for old, new in ((2, 99), (3, 2), (99, 3)))
    )
    assert fault() == "第 2 条台账明细与前一条接不上。"


@pytest.mark.parametrize("column", ["standing", "spendable"])
def test_a_changed_account_is_named(homes, column):
    tamper(update(accounts).where(accounts.c.household_id == homes[1]).values({column: 999}))
    assert str(homes[1]) in fault()
    assert "999" in fault()


def test_an_account_of_points_from_nowhere_is_named(homes):
    stranger = new_id()
    tamper(
        insert(accounts).values(village_id=VILLAGE, household_id=stranger, standing=0, spendable=30)
    )
    assert fault() == f"户 {stranger} 的余额是 0/30/0，按明细应为 0/0/0。"


def test_a_removed_account_is_named(homes):
    # A foreign key stands in the way of everybody but the database's owner.
    off, on = (
        ("PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys=ON")
        if is_sqlite()
        else ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT")
    )
    raw = db.engine.raw_connection()
    try:
        plain = homes[0].hex if is_sqlite() else homes[0]
        for statement in (off, f"DELETE FROM accounts WHERE household_id = '{plain}'", on):
            raw.cursor().execute(statement)
        raw.commit()
    finally:
        raw.close()
    assert fault() == f"户 {homes[0]} 有明细却没有账户。"


@pytest.mark.parametrize("change", [{"points": 999}, {"entries": 9}])
def test_a_changed_roll_up_of_a_month_is_named(homes, change):
    tamper(update(months).where(months.c.household_id == homes[0]).values(change))
    assert fault().startswith(f"户 {homes[0]} 在 ")


def test_a_removed_and_an_invented_roll_up_are_named(homes):
    tamper(delete(months).where(months.c.household_id == homes[1]))
    assert fault().startswith(f"户 {homes[1]} 在 ")
    tamper(
        insert(months).values(
            village_id=VILLAGE, month=190001, household_id=homes[0], points=0, entries=0
        )
    )
    assert fault() == f"户 {homes[0]} 在 190001 的月度汇总与明细不符。"


@pytest.mark.parametrize("change", [{"seq": 7}, {"hash": GENESIS}])
def test_a_changed_head_is_named(homes, change):
    tamper(update(heads).values(change))
    assert fault().startswith("台账末尾对不上")


def test_a_removed_head_is_named_and_its_book_still_listed(homes):
    tamper(delete(heads))
    assert fault() == "台账末尾对不上：应有 0 条，实有 8 条。"
    assert audit.books() == [VILLAGE]


def test_the_first_of_several_faults_is_named(homes):
    tamper(
        update(accounts).values(standing=1),
        update(lines).where(at(6)).values(memo="改"),
        update(lines).where(at(2)).values(memo="改"),
    )
    assert fault() == "第 2 条台账明细被改动过。"


def test_rubbish_that_a_lenient_database_keeps_is_named(homes):
    if is_sqlite():
        tamper(text("UPDATE lines SET at = 'yesterday' WHERE seq = 5"))
        assert fault() == "第 4 条之后有读不出来的台账明细或余额。"
    else:
        tamper(text("UPDATE lines SET memo = '' WHERE seq = 5"))
        assert fault() == "第 5 条台账明细被改动过。"


def test_another_villages_fault_is_not_this_ones(homes):
    other, home = new_id(), new_id()
    with atomic():
        book.open_accounts(other, [home])
        book.enter(other, [Entry(home, Kind.AWARD, 5, 5, "记分", "k")])
    tamper(update(lines).where(lines.c.village_id == other).values(memo="改"))
    assert fault() is None
    assert audit.audit_book(other).fault is not None
    assert set(audit.books()) == {VILLAGE, other}


def test_a_book_written_on_while_it_is_proved_is_still_true(homes, monkeypatch):
    prove_head = audit.prove_head

    def write_meanwhile(*arguments):
        write(homes[0])
        prove_head(*arguments)

    monkeypatch.setattr(audit, "prove_head", write_meanwhile)
    proof = audit.audit_book(VILLAGE)
    assert (proof.fault, proof.lines) == (None, 8)
    monkeypatch.undo()
    assert audit.audit_book(VILLAGE).lines == 9


def mark(memo="{}"):
    with atomic():
        return book.enter_mark(VILLAGE, memo, key=f"mark:{new_id()}", source=new_id(), actor=None)


def test_a_mark_is_a_link_of_the_chain_and_moves_nothing(homes):
    before = audit.audit_book(VILLAGE)
    sealed = mark('{"sealed":{}}')
    write(homes[0])
    proof = audit.audit_book(VILLAGE)
    assert (proof.fault, proof.lines, proof.accounts) == (None, before.lines + 2, 2)
    tamper(update(lines).where(at(sealed["seq"])).values(memo='{"sealed":{"acts":[]}}'))
    assert fault() == f"第 {sealed['seq']} 条台账明细被改动过。"


@pytest.mark.parametrize(
    "change",
    [{"standing": 5}, {"spendable_after": 5}, {"owed": 1}, {"household_id": new_id()}],
    ids=lambda change: next(iter(change)),
)
def test_the_database_itself_keeps_a_mark_still(homes, change):
    sealed = mark()
    with pytest.raises(IntegrityError):
        tamper(update(lines).where(at(sealed["seq"])).values(change))
    with pytest.raises(IntegrityError):
        tamper(update(lines).where(at(1)).values(household_id=None))


def test_a_line_before_the_one_in_front_of_it_is_named(homes):
    """The book itself never goes back; a line that does was written by another hand, or by an older version."""
    early = {"at": datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)}
    early["hash"] = line_hash(line(8) | early)
    tamper(update(lines).where(at(8)).values(early), update(heads).values(hash=early["hash"]))
    assert str(fault()).startswith("第 8 条台账明细的时间（2020-01-02 11:04:05）比前一条（20")


def test_lines_of_one_moment_follow_each_other(homes):
    with clock.set_to(clock.now() + clock.days(1)):
        write(homes[0])
        write(homes[1])
    assert fault() is None
