"""The book: lines written once, figures that are their sum, keys that count once, spending that cannot overdraw."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime

import pytest

from governance.base.database import atomic, new_id
from governance.base.errors import NotThere
from governance.ledger import audit, book
from governance.ledger.book import AlreadyReversed, Entry, Figures, KeyConflict, NotEnoughPoints
from governance.ledger.lines import GENESIS, HASHED, Kind

VILLAGE = new_id()


def entry(home, spendable=5, standing=None, kind=Kind.AWARD, key=None, **more):
    return Entry(
        home,
        kind,
        spendable if standing is None else standing,
        spendable,
        "记分",
        key or str(new_id()),
        **more,
    )


@pytest.fixture
def home(ctx):
    home = new_id()
    with atomic():
        book.open_accounts(VILLAGE, [home])
    return home


def write(*entries):
    with atomic():
        return book.enter(VILLAGE, entries)


def test_a_line_says_the_change_and_both_figures_after_it(home):
    first, second = write(entry(home, 5), entry(home, -2, 0, Kind.REDEMPTION))
    assert (first["seq"], first["standing_after"], first["spendable_after"]) == (1, 5, 5)
    assert (second["seq"], second["standing_after"], second["spendable_after"]) == (2, 5, 3)
    assert first["prev_hash"] == GENESIS
    assert second["prev_hash"] == first["hash"]
    assert book.find_figures(VILLAGE, home) == Figures(5, 3)


def test_the_same_key_answers_the_first_line(home):
    [first] = write(entry(home, 5, key="once"))
    [again] = write(entry(home, 5, key="once"))
    assert again["seq"] == first["seq"]
    assert book.find_figures(VILLAGE, home) == Figures(5, 5)


def test_the_same_key_twice_in_one_batch_is_one_line(home):
    first, again = write(entry(home, 5, key="once"), entry(home, 5, key="once"))
    assert first == again
    assert book.find_figures(VILLAGE, home) == Figures(5, 5)


def test_the_same_key_with_other_content_is_refused(home):
    write(entry(home, 5, key="once"))
    with pytest.raises(KeyConflict):
        write(entry(home, 6, key="once"))
    with pytest.raises(KeyConflict):
        write(entry(home, 1, key="new"), entry(home, 2, key="new"))
    assert book.find_figures(VILLAGE, home) == Figures(5, 5)


def test_more_than_the_spendable_points_cannot_be_spent(home):
    write(entry(home, 5))
    with pytest.raises(NotEnoughPoints) as refusal:
        write(entry(home, -6, 0, Kind.REDEMPTION))
    assert "5" in str(refusal.value)
    assert book.find_figures(VILLAGE, home) == Figures(5, 5)


def test_a_deduction_takes_what_is_there_and_the_rest_is_owed(home):
    write(entry(home, 3))
    [line] = write(entry(home, -5))
    assert (line["standing"], line["spendable"], line["owed"]) == (-5, -3, 2)
    assert book.find_figures(VILLAGE, home) == Figures(-2, 0, owed=2)


def test_the_next_points_pay_what_is_owed_before_they_can_be_spent(home):
    write(entry(home, -5))
    [first] = write(entry(home, 3))
    assert (first["spendable"], first["owed"], first["owed_after"]) == (0, -3, 2)
    [second] = write(entry(home, 4))
    assert (second["spendable"], second["owed"], second["owed_after"]) == (2, -2, 0)
    assert book.find_figures(VILLAGE, home) == Figures(2, 2)


def test_reversing_points_that_were_spent_leaves_them_owed(home):
    [line] = write(entry(home, 5))
    write(entry(home, -4, 0, Kind.REDEMPTION))
    [back] = write(book.reversal_of(line, memo="冲正", key="r1", actor=None))
    assert (back["spendable"], back["owed"], back["spendable_after"]) == (-1, 4, 0)
    with pytest.raises(NotEnoughPoints):
        write(entry(home, -1, 0, Kind.REDEMPTION))


def test_reversing_a_deduction_that_is_owed_gives_back_the_debt_and_nothing_more(home):
    [line] = write(entry(home, -5))
    write(book.reversal_of(line, memo="冲正", key="r1", actor=None))
    assert book.find_figures(VILLAGE, home) == Figures(0, 0)


def test_a_line_that_owes_nothing_has_the_hash_it_had_before_there_was_owing(home):
    [line] = write(entry(home, 5))
    old = [line_text(line[name]) for name in HASHED]
    text = json.dumps(old, ensure_ascii=False, separators=(",", ":"))
    assert line["hash"] == hashlib.sha256(text.encode()).hexdigest()


def line_text(value):
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return str(value) if isinstance(value, uuid.UUID) else value


def test_a_reversal_is_the_opposite_line_and_happens_once(home):
    [line] = write(entry(home, 5))
    write(book.reversal_of(line, memo="冲正", key="r1", actor=None))
    assert book.find_figures(VILLAGE, home) == Figures(0, 0)
    with pytest.raises(AlreadyReversed):
        write(book.reversal_of(line, memo="冲正", key="r2", actor=None))


def test_a_household_without_an_account_is_refused(home):
    with pytest.raises(NotThere):
        write(entry(new_id()))


def test_what_was_raised_leaves_nothing_half_written(home):
    with pytest.raises(NotEnoughPoints):
        write(entry(home, 5), entry(home, -9, 0, Kind.REDEMPTION))
    assert book.find_figures(VILLAGE, home) == Figures(0, 0)
    assert audit.audit_book(VILLAGE).lines == 0


def test_a_refusal_inside_an_outer_transaction_rolls_all_of_it_back(home):
    def earn_and_overspend():
        with atomic():
            write(entry(home, 5))
            write(entry(home, -9, 0, Kind.REDEMPTION))

    with pytest.raises(NotEnoughPoints):
        earn_and_overspend()
    assert book.find_figures(VILLAGE, home) == Figures(0, 0)
