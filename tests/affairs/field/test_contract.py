"""What a phone sends, read into items: the contract's shapes, and nothing else."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from governance.affairs.awards.items import Inspected, Item
from governance.affairs.field.contract import (
    MOST_FINDINGS,
    MOST_PHOTOS,
    BadItem,
    Unreadable,
    matter_of,
    read_matter,
)
from governance.base.database import new_id

ID, HOME, RULE, PHOTO = (new_id() for _ in range(4))
AWARD = {
    "id": str(ID),
    "kind": "award",
    "household": str(HOME),
    "rule": str(RULE),
    "seen_at": "2026-11-22T12:00:00+08:00",
}
INSPECTION = {
    "id": str(ID),
    "kind": "inspection",
    "household": str(HOME),
    "sheet": str(RULE),
    "findings": ["B1", "A0", "B1"],
    "consent": True,
    "seen_at": "2026-11-22T12:00:00+08:00",
}
SEEN_AT = datetime(2026, 11, 22, 4, tzinfo=UTC)
MISSING = object()


def test_an_award_is_read_with_what_it_leaves_out():
    assert matter_of(AWARD) == Item(ID, HOME, RULE, SEEN_AT)
    full = AWARD | {"points": -3, "note": " 修渠 ", "photos": [str(PHOTO)] * 2, "strange": 1}
    assert matter_of(full) == Item(ID, HOME, RULE, SEEN_AT, -3, "修渠", (PHOTO,))


def test_an_inspection_is_read_with_each_finding_once():
    assert matter_of(INSPECTION) == Inspected(ID, HOME, RULE, SEEN_AT, ("B1", "A0"), True)


def named(value):
    """A case by what it changes: its values are other ones in each process."""
    return next(iter(value)) if isinstance(value, dict) else str(value)


def changed(raw, **change):
    return {key: value for key, value in (raw | change).items() if value is not MISSING}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "present"}, "kind"),
        ({"kind": MISSING}, None),
        ({"id": "x"}, None),
        ({"id": "-" * 10_000 + str(ID)}, None),
        ({"household": None}, None),
        ({"rule": 5}, None),
        ({"seen_at": "2026-11-22T12:00:00"}, "seen_at"),  # of which zone?
        ({"seen_at": "0001-01-01T00:00:00+14:00"}, None),
        ({"seen_at": 1763784000}, None),
        ({"points": "5"}, "points"),
        ({"points": True}, "points"),
        ({"points": 10**9}, "points"),
        ({"points": -(10**400)}, "points"),
        ({"note": 5}, "note"),
        ({"note": "长" * 201}, "note"),
        ({"note": "\x00"}, "note"),
        ({"note": "\ud83d"}, None),  # half a character
        ({"photos": "x"}, "photos"),
        ({"photos": [str(PHOTO)] * (MOST_PHOTOS + 1)}, "photos"),
        ({"photos": ["x"]}, None),
        ({"photos": [str(PHOTO) + "-" * 99]}, None),
    ],
    ids=named,
)
def test_an_award_of_another_shape_is_refused(change, field):
    with pytest.raises(BadItem) as refusal:
        matter_of(changed(AWARD, **change))
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"findings": "A0"}, "findings"),
        ({"findings": [0]}, "findings"),
        ({"findings": ["A" * 21]}, "findings"),
        ({"findings": ["A0"] * (MOST_FINDINGS + 1)}, "findings"),
        ({"findings": MISSING}, None),
        ({"consent": 1}, "consent"),
        ({"sheet": MISSING}, None),
    ],
    ids=named,
)
def test_an_inspection_of_another_shape_is_refused(change, field):
    with pytest.raises(BadItem) as refusal:
        matter_of(changed(INSPECTION, **change))
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (None, None),
        ([], None),
        ("x", None),
        ({}, None),
        ({"id": 5}, None),
        ({"id": "x" * 100}, "x" * 80),
        ({"id": "\ud83d"}, "?"),  # what cannot be said back in JSON
    ],
)
def test_what_cannot_be_read_keeps_the_name_it_gives_itself(raw, name):
    read = read_matter(raw)
    assert isinstance(read, Unreadable)
    assert (read.id, read.error.code) == (name, "bad_item")


def test_what_can_be_read_is_read():
    assert read_matter(AWARD).id == uuid.UUID(AWARD["id"])
