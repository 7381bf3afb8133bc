"""What was seen, as a phone sends it: the same content has the same digest, whatever its order or zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from governance.affairs.awards.items import Inspected, Item
from governance.base.database import new_id

SEEN_AT = datetime(2026, 11, 22, 4, tzinfo=UTC)
PHOTOS = (new_id(), new_id())
ITEM = Item(new_id(), new_id(), new_id(), SEEN_AT, 5, "修渠", PHOTOS)
SEEN = Inspected(new_id(), new_id(), new_id(), SEEN_AT, ("A0", "B1"), True, PHOTOS)
IN_THE_VILLAGE = SEEN_AT.astimezone(timezone(timedelta(hours=8)))


@pytest.mark.parametrize(
    "change", [{"id": new_id()}, {"seen_at": IN_THE_VILLAGE}, {"photos": PHOTOS[::-1]}]
)
def test_an_id_a_zone_or_another_order_is_no_other_content(change):
    assert replace(ITEM, **change).content() == ITEM.content()
    assert replace(SEEN, **change).content() == SEEN.content()


def test_a_finding_ticked_twice_or_in_another_order_is_the_same():
    assert replace(SEEN, findings=("B1", "A0", "A0")).content() == SEEN.content()


@pytest.mark.parametrize(
    "change",
    [
        {"household_id": new_id()},
        {"rule_id": new_id()},
        {"seen_at": SEEN_AT + timedelta(seconds=1)},
        {"points": None},
        {"points": 6},
        {"note": ""},
        {"photos": PHOTOS[:1]},
        {"reminder_id": new_id()},
    ],
    ids=" ".join,
)
def test_everything_else_of_an_item_counts(change):
    assert replace(ITEM, **change).content() != ITEM.content()


@pytest.mark.parametrize(
    "change",
    [
        {"place_id": new_id()},
        {"sheet_id": new_id()},
        {"seen_at": SEEN_AT + timedelta(seconds=1)},
        {"findings": ("A0",)},
        {"consent": False},
        {"photos": ()},
    ],
    ids=" ".join,
)
def test_everything_else_of_an_inspection_counts(change):
    assert replace(SEEN, **change).content() != SEEN.content()
