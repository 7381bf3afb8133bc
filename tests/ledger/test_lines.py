"""A line of the book as the text that is hashed: written the same for ever, or old books prove nothing."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest

from governance.ledger.lines import GENESIS, HASHED, KIND_NAMES, Kind, canonical, line_hash, plain

LINE = {
    "village_id": uuid.UUID("01890a5d-ac96-774b-bcce-b302099a8057"),
    "seq": 7,
    "household_id": uuid.UUID("01890a5d-ac96-774b-bcce-b302099a8058"),
    "standing": 5,
    "spendable": 5,
    "standing_after": 25,
    "spendable_after": 15,
    "owed": 0,
    "owed_after": 0,
    "kind": "award",
    "memo": '修水渠 "东头"',
    "source": None,
    "actor": None,
    "key": "award:1",
    "reverses": None,
    "at": datetime(2026, 11, 22, 4, 5, 6, 7, tzinfo=UTC),
    "prev_hash": GENESIS,
}
TEXT = (
    '["01890a5d-ac96-774b-bcce-b302099a8057",7,"01890a5d-ac96-774b-bcce-b302099a8058",5,5,25,15,'
    '"award","修水渠 \\"东头\\"",null,null,"award:1",null,"2026-11-22T04:05:06.000007Z",'
    f'"{GENESIS}"]'
)


def test_a_line_reads_as_it_was_read_in_the_first_book():
    assert canonical(LINE) == TEXT
    assert line_hash(LINE) == hashlib.sha256(TEXT.encode()).hexdigest()


def test_another_zone_is_the_same_moment():
    there = LINE["at"].astimezone(timezone(timedelta(hours=8)))
    assert canonical(LINE | {"at": there}) == TEXT


@pytest.mark.parametrize("owed", [{"owed": 3}, {"owed_after": 3}])
def test_what_is_or_was_owed_follows_at_the_end(owed):
    line = LINE | owed
    assert json.loads(canonical(line)) == [*json.loads(TEXT), line["owed"], line["owed_after"]]


OTHERS = {
    "village_id": uuid.UUID(int=1),
    "seq": 8,
    "household_id": None,
    "standing": 6,
    "spendable": 6,
    "standing_after": 26,
    "spendable_after": 16,
    "kind": "base",
    "memo": "修水渠",
    "source": uuid.UUID(int=1),
    "actor": uuid.UUID(int=1),
    "key": "award:2",
    "reverses": 1,
    "at": LINE["at"] + timedelta(microseconds=1),
    "prev_hash": "f" * 64,
}


@pytest.mark.parametrize("name", HASHED)
def test_whatever_is_changed_of_a_line_its_hash_is_another(name):
    assert line_hash(LINE | {name: OTHERS[name]}) != line_hash(LINE)


def test_days_are_written_plainly_too():
    assert plain(datetime(2026, 11, 22, tzinfo=UTC).date()) == "2026-11-22"


def test_every_kind_of_line_has_its_word():
    assert set(KIND_NAMES) == set(Kind)
