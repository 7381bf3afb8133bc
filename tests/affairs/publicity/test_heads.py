"""Heads that left the house: a sheet's code is read as it is written, and what does not continue it is told."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update

from governance.affairs.publicity import heads
from governance.affairs.publicity.heads import Head, NoSheet, Sheet, kept_heads
from governance.base import clock
from governance.ledger.book import lines
from governance.village import places
from governance.village.places import Level
from governance.village.staff import Role
from tests.factories import make_award, make_notice, make_rule, make_staff
from tests.tampering import tamper

CODE = "620500100201"
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
ends = st.builds(Head, st.integers(0, 10**9 - 1), digests)
sheets = st.builds(
    Sheet,
    st.integers(0, 10**12 - 1).map(lambda number: f"{number:012}"),
    st.integers(1000, 9999),
    st.integers(1, 99_999),
    ends,
    st.none() | ends,
)


@pytest.fixture
def _books_add_up():
    """Here books are bent on purpose."""


@given(sheets)
def test_a_sheet_is_read_as_it_is_written(sheet):
    assert heads.read_sheet(sheet.text()) == sheet
    assert heads.read_sheet(f"\n {sheet.text().lower()} ") == sheet


@given(sheets, st.data())
def test_a_sheet_that_is_cut_short_or_smudged_is_none(sheet, data):
    text = sheet.text()
    place = data.draw(st.integers(0, len(text) - 1))
    for spoilt in (text[:place], text[:place] + "?" + text[place + 1 :], text + "0"):
        with suppress(NoSheet):
            assert heads.read_sheet(spoilt) != sheet


@pytest.mark.parametrize("text", ["", "HEMEI1", "HEMEI2:" + "0" * 12, "一" * 300, "0" * 10_000])
def test_anything_else_is_no_sheet(text):
    with pytest.raises(NoSheet, match="这不是公示纸上的台账摘要码"):
        heads.read_sheet(text)


# --- in one house with the book


@pytest.fixture
def posted(village):
    """Two notices, each with lines before it."""
    rule = make_rule(village)
    village.notices = []
    for day in range(2):
        with clock.set_to(clock.now() + clock.days(day)):
            make_award(village.scorer, village.homes[0], rule)
            village.notices.append(make_notice(village))
    village.sheets = [heads.sheet_of(village.place.code, one) for one in village.notices]
    village.eye = make_staff(Role.TOWN, village.town).id
    return village


def test_a_notice_that_is_posted_is_kept_and_its_sheet_names_the_one_before(posted):
    first, second = heads.kept_of(posted.id)
    assert (first.seq, first.before_seq, first.kept_by, first.follows) == (2, None, None, True)
    assert (second.seq, second.before_seq, second.before_hash) == (4, 2, first.hash)
    assert posted.sheets[1].before == posted.sheets[0].head
    assert heads.denied_heads([posted.id]) == []


@pytest.mark.parametrize("seq", [2, 4])
def test_a_line_that_is_another_now_is_told(posted, seq):
    tamper(
        update(lines)
        .where(lines.c.village_id == posted.id, lines.c.seq == seq)
        .values(hash="0" * 64)
    )
    if seq == 4:
        [told] = heads.denied_heads([posted.id])
        assert (told.seq, told.number) == (4, 2)
    with clock.set_to(clock.now() + clock.days(3)):
        make_award(posted.scorer, posted.homes[0], make_rule(posted))
        make_notice(posted)
    assert any(one.number == 3 or one.seq == seq for one in heads.denied_heads([posted.id])) is (
        seq == 4
    )


def test_a_book_that_was_deleted_is_told(posted):
    tamper(delete(lines).where(lines.c.village_id == posted.id))
    assert [one.seq for one in heads.denied_heads([posted.id])] == [4]


def test_a_sheet_whose_line_the_book_does_not_have_is_told(posted):
    forged = Sheet(posted.place.code, 2026, 9, Head(3, "f" * 64))
    assert not heads.keep_sheet(posted.id, posted.eye, forged).follows
    assert [one.seq for one in heads.denied_heads([posted.id])] == [3]


def test_a_sheet_that_is_kept_already_is_answered_as_it_stands(posted):
    again = heads.keep_sheet(posted.id, posted.eye, posted.sheets[0])
    assert (again.kept_by, len(heads.kept_of(posted.id))) == (None, 2)


# --- in a town whose villages have houses of their own


@pytest.fixture
def town(village):
    """A village without a book here; somebody of the town reads its sheets."""
    far = places.add_place(Level.VILLAGE, village.town.code + "299", "远村")
    village.far, village.eye = far, make_staff(Role.TOWN, village.town).id
    return village


def sheet(number, seq, digest="a", before=None):
    head = Head(seq, digest * 64)
    return Sheet(CODE, 2026, number, head, Head(before[0], before[1] * 64) if before else None)


def read(town, *read_one_by_one):
    return [heads.keep_sheet(town.far.id, town.eye, one).follows for one in read_one_by_one]


@pytest.mark.parametrize(
    ("story", "told"),
    [
        ("each names the one before", [sheet(1, 5, "a"), sheet(2, 9, "b", (5, "a"))]),
        ("one was not read", [sheet(1, 5, "a"), sheet(3, 20, "c", (9, "b"))]),
        ("read in any order", [sheet(2, 9, "b", (5, "a")), sheet(1, 5, "a")]),
        ("the same again", [sheet(1, 5, "a"), sheet(1, 5, "a")]),
    ],
)
def test_sheets_that_follow_each_other_are_kept_quietly(town, story, told):
    assert read(town, *told) == [True] * len(told)
    assert heads.denied_heads([town.far.id]) == []


@pytest.mark.parametrize(
    ("story", "told"),
    [
        ("the one before was another", [sheet(1, 5, "a"), sheet(2, 9, "b", (5, "e"))]),
        ("another digest of one line", [sheet(1, 5, "a"), sheet(2, 5, "b")]),
        ("a later notice that knows less", [sheet(1, 5, "a"), sheet(2, 4, "b")]),
        ("the same notice with another end", [sheet(1, 5, "a"), sheet(1, 6, "b")]),
    ],
)
def test_sheets_that_contradict_each_other_are_told(town, story, told):
    assert read(town, *told) == [True, False]
    [denied] = heads.denied_heads([town.far.id])
    assert denied.hash == told[1].head.hash


def test_what_was_read_from_sheets_only_is_not_missed_in_this_house(town):
    read(town, sheet(1, 5, "a"))
    with clock.set_to(clock.now() + clock.days(1)):
        assert heads.denied_heads([town.far.id]) == []
    assert [one.village_id for one in heads.last_kept([town.far.id, town.id])] == [town.far.id]
    tamper(update(kept_heads).values(kept_by=None))  # as if it had been posted here
    assert len(heads.denied_heads([town.far.id])) == 1
