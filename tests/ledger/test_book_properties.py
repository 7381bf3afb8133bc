"""The book under random entries, legal and not: what must hold holds after every one of them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from governance.base.database import atomic, db, new_id
from governance.base.errors import Conflict, NotThere
from governance.ledger import audit, book
from governance.ledger.book import (
    AlreadyReversed,
    Entry,
    Figures,
    KeyConflict,
    NotEnoughPoints,
    lines,
)
from governance.ledger.lines import Kind

HOMES = 3
RANDOM = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

kinds = st.sampled_from(
    [Kind.AWARD, Kind.AWARD, Kind.REDEMPTION, Kind.RETURN, Kind.BASE, Kind.EXPIRY, Kind.OPENING]
)
requests = st.tuples(
    kinds,
    st.integers(0, HOMES),  # the last one has no account
    st.integers(-12, 12),
    st.integers(0, 9),  # few keys, so that they meet
)
batches = st.lists(st.lists(requests, min_size=1, max_size=5), min_size=1, max_size=8)


@dataclass
class Model:
    """What the book should say, kept in the plainest way."""

    figures: dict
    by_key: dict

    def enter(self, entries):
        """The figures after a batch; raises what the book should raise."""
        figures, by_key = dict(self.figures), dict(self.by_key)
        for entry in entries:
            content = (entry.household_id, entry.kind, entry.standing, entry.spendable, entry.memo)
            if entry.key in by_key:
                if by_key[entry.key] != content:
                    raise KeyConflict
                continue
            if entry.household_id not in figures:
                raise NotThere
            have = figures[entry.household_id]
            if entry.kind is Kind.REDEMPTION and have.spendable + entry.spendable < 0:
                raise NotEnoughPoints
            net = have.spendable - have.owed + entry.spendable
            figures[entry.household_id] = Figures(
                have.standing + entry.standing, max(net, 0), max(-net, 0)
            )
            by_key[entry.key] = content
        self.figures, self.by_key = figures, by_key


def entry_of(homes, request):
    kind, home, points, key = request
    if kind is Kind.REDEMPTION:
        points = -abs(points)
    standing = 0 if kind in (Kind.REDEMPTION, Kind.RETURN, Kind.EXPIRY) else points
    return Entry(homes[home], kind, standing, points, "记分", f"k{key}")


@pytest.fixture
def clean(ctx):
    """Every example begins with an empty book."""

    def burn():
        db.session.rollback()
        with atomic():
            for table in (book.months, lines, book.heads, book.accounts):
                db.session.execute(delete(table))

    return burn


@RANDOM
@given(batches=batches)
def test_the_book_agrees_with_a_plain_model_after_every_batch(clean, batches):
    clean()
    village, homes = new_id(), [new_id() for _ in range(HOMES + 1)]
    with atomic():
        book.open_accounts(village, homes[:HOMES])
    model = Model({home: Figures(0, 0) for home in homes[:HOMES]}, {})
    for batch in batches:
        entries = [entry_of(homes, request) for request in batch]
        assert outcome(lambda: write(village, entries)) == outcome(lambda: model.enter(entries))  # noqa: B023
        held = {home: book.find_figures(village, home) for home in homes[:HOMES]}
        assert held == model.figures
        assert min(one.spendable for one in held.values()) >= 0
    prove(village, model)


def write(village, entries):
    with atomic():
        written = book.enter(village, entries)
    assert [line["key"] for line in written] == [entry.key for entry in entries]


def outcome(deed):
    """The refusal's class, or None; an illegal batch may break two laws at once, either may be named."""
    try:
        deed()
    except (Conflict, NotThere) as refusal:
        return "refused" if refusal else None
    return None


def prove(village, model):
    proof = audit.audit_book(village)
    assert proof.fault is None, proof.fault
    assert proof.lines == len(model.by_key)
    sums = db.session.execute(
        select(
            lines.c.household_id,
            func.sum(lines.c.standing),
            func.sum(lines.c.spendable),
            func.sum(lines.c.owed),
        )
        .where(lines.c.village_id == village)
        .group_by(lines.c.household_id)
    )
    for home, *figures in sums:
        assert model.figures[home] == Figures(*figures)


@RANDOM
@given(points=st.lists(st.integers(-9, 9).filter(bool), min_size=1, max_size=8), data=st.data())
def test_reversals_in_any_order_happen_once_and_leave_a_true_book(clean, points, data):
    clean()
    village, home = new_id(), new_id()
    with atomic():
        book.open_accounts(village, [home])
        written = book.enter(
            village,
            [Entry(home, Kind.AWARD, one, one, "记分", f"a{n}") for n, one in enumerate(points)],
        )
    chosen = data.draw(st.lists(st.sampled_from(range(len(written))), max_size=10))
    for n, which in enumerate(chosen):
        entry = book.reversal_of(written[which], memo="冲正", key=f"r{n}", actor=None)
        if which in chosen[:n]:
            with pytest.raises(AlreadyReversed), atomic():
                book.enter(village, [entry])
        else:
            with atomic():
                book.enter(village, [entry])
    left = [one for n, one in enumerate(points) if n not in chosen]
    assert book.find_figures(village, home).standing == sum(left)
    assert audit.audit_book(village).fault is None


@RANDOM
@given(points=st.integers(1, 50), asked=st.lists(st.integers(1, 20), max_size=10))
def test_never_more_is_spent_than_was_there(clean, points, asked):
    clean()
    village, home = new_id(), new_id()
    with atomic():
        book.open_accounts(village, [home])
        book.enter(village, [Entry(home, Kind.AWARD, points, points, "记分", "a")])
    left = points
    for n, cost in enumerate(asked):
        entry = Entry(home, Kind.REDEMPTION, 0, -cost, "兑换", f"x{n}")
        if cost > left:
            with pytest.raises(NotEnoughPoints) as refusal, atomic():
                book.enter(village, [entry])
            assert refusal.value.values == {"have": left, "need": cost}
        else:
            with atomic():
                book.enter(village, [entry])
            left -= cost
    assert book.find_figures(village, home) == Figures(points, left)
    assert left >= 0


def test_a_redemption_sent_again_with_another_cost_is_a_conflict(ctx):
    village, home = new_id(), new_id()
    with atomic():
        book.open_accounts(village, [home])
        book.enter(
            village,
            [
                Entry(home, Kind.AWARD, 9, 9, "记分", "a"),
                Entry(home, Kind.REDEMPTION, 0, -4, "兑换", "x"),
            ],
        )
    with pytest.raises(KeyConflict), atomic():
        book.enter(village, [Entry(home, Kind.REDEMPTION, 0, -5, "兑换", "x")])
    with pytest.raises(KeyConflict), atomic():
        book.enter(village, [Entry(home, Kind.AWARD, 9, 8, "记分", "a")])
    assert book.find_keys(village, ["a", "x", "y"]) == {"a", "x"}


def test_a_deduction_that_is_owed_in_part_is_the_same_when_sent_again(ctx):
    village, home = new_id(), new_id()
    cut = Entry(home, Kind.AWARD, -5, -5, "扣分", "d")
    with atomic():
        book.open_accounts(village, [home])
        book.enter(village, [Entry(home, Kind.AWARD, 3, 3, "记分", "a"), cut, cut])
    with atomic():
        [again] = book.enter(village, [cut])
    assert (again["seq"], again["spendable"], again["owed"]) == (2, -3, 2)
