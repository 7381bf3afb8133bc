"""Seals: a row's facts under a salt of its own; what goes by law leaves the hash and the act, and nothing to guess from."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from governance.affairs.acts import note_act
from governance.base.database import atomic, db, new_id
from governance.ledger import book
from governance.ledger.seals import (
    digest_of,
    erase,
    keep_seals,
    last_seals,
    make_seal,
    seal_hash,
    seals,
)
from tests.factories import give_points, make_village

FACTS = ("王秀兰", 5, None)


def test_a_seal_holds_for_these_facts_alone():
    seal = make_seal("award", new_id(), 0, FACTS, None)
    assert seal["hash"] == seal_hash(seal, FACTS)
    for other in (("王秀兰", 6, None), ("王秀兰", 5), ("王秀", "兰", 5, None)):
        assert seal_hash(seal, other) != seal["hash"]
    assert seal_hash(seal | {"part": 1}, FACTS) != seal["hash"]
    assert seal_hash(seal | {"ends": "2027-01-01"}, FACTS) != seal["hash"]


def test_the_same_facts_are_sealed_differently_each_time():
    """Without its salt nobody finds out by trying what a hash was of."""
    row = new_id()
    one, other = (make_seal("award", row, 0, FACTS, None) for _ in range(2))
    assert one["salt"] != other["salt"]
    assert one["hash"] != other["hash"]


def test_one_digest_stands_for_all_in_their_order():
    hashes = ["a" * 64, "b" * 64]
    assert digest_of(iter(hashes)) == digest_of(hashes) != digest_of(hashes[::-1])
    assert digest_of([]) != digest_of(hashes[:1])


@dataclass
class Sealed:
    """A village whose book has a line to hang seals on."""

    id: object
    mark_seq: int


@pytest.fixture
def sealed(ctx):
    village = make_village()
    give_points(village, village.homes[0], 1)
    return Sealed(village.id, book.find_head(village.id).seq)


def test_of_what_is_sealed_again_the_last_seal_counts(sealed):
    row, other = new_id(), new_id()
    first = make_seal("rule", row, 0, FACTS, None)
    with atomic():
        keep_seals(sealed.id, sealed.mark_seq, [first, make_seal("award", other, 0, FACTS, None)])
    found = last_seals(sealed.id, "rule")
    assert {key: one.hash for key, one in found.items()} == {row: first["hash"]}
    assert last_seals(make_village().id, "rule") == {}


def test_what_goes_by_law_loses_its_salt_and_names_the_act(sealed):
    gone, stays = (make_seal("act", new_id(), 0, FACTS, None) for _ in range(2))
    with atomic():
        keep_seals(sealed.id, sealed.mark_seq, [gone, stays])
    act = note_act(sealed.id, None, "erased")
    with atomic():
        erase(sealed.id, "act", [gone["row_id"]], act)
    rows = db.session.execute(select(seals).where(seals.c.kind == "act"))
    assert {row.row_id: (row.salt, row.hash, row.erased_by) for row in rows} == {
        gone["row_id"]: (None, gone["hash"], act),
        stays["row_id"]: (stays["salt"], stays["hash"], None),
    }
