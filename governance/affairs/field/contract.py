"""What a phone sends, read into items: the contract's shapes (DESIGN section 5). Meaning is judged elsewhere."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from governance.affairs.awards.items import LONGEST_NOTE, Inspected, Item, Matter
from governance.base import clock
from governance.base.errors import BadInput, HemeiError, phrase
from governance.base.text import DIGITS

MOST_ITEMS = 500
MOST_PHOTOS = 8
MOST_FINDINGS = 200
MOST_POINTS = 10**DIGITS
LONGEST_ID = 45  # letters, with `urn:uuid:` in front
LONGEST_CODE = 20  # of a finding; a checklist has shorter ones
WRONG = (ValueError, TypeError, KeyError, AttributeError, OverflowError)


class BadItem(BadInput):
    """An item that is not of the contract's shape."""

    code = "bad_item"
    message = phrase("这一条的格式不对，没有记上。")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that cannot even be judged, with what it calls itself."""

    id: str | None
    error: HemeiError


def read_matter(raw: Any) -> Matter | Unreadable:
    """One item of a sync, whatever was sent."""
    try:
        return matter_of(raw)
    except HemeiError as refusal:
        return Unreadable(name_of(raw), refusal)


def matter_of(raw: Any) -> Matter:
    """One item of a sync. Raises BadItem."""
    try:
        if raw["kind"] == "award":
            return _award(raw)
        if raw["kind"] == "inspection":
            return _inspected(raw)
    except WRONG as fault:
        raise BadItem from fault
    raise BadItem(field="kind")


def name_of(raw: Any) -> str | None:
    """What an unreadable item calls itself, if that can be said back."""
    name = raw.get("id") if isinstance(raw, dict) else None
    return name[:80].encode("utf-8", "replace").decode() if isinstance(name, str) else None


def _award(raw: Any) -> Item:
    points = raw.get("points")
    if not (points is None or type(points) is int and abs(points) < MOST_POINTS):
        raise BadItem(field="points")
    return Item(
        id=id_of(raw["id"]),
        household_id=id_of(raw["household"]),
        rule_id=id_of(raw["rule"]),
        seen_at=moment_of(raw),
        points=points,
        note=note_of(raw),
        photos=photos_of(raw),
    )


def _inspected(raw: Any) -> Inspected:
    findings, consent = raw["findings"], raw["consent"]
    if not isinstance(findings, list) or len(findings) > MOST_FINDINGS:
        raise BadItem(field="findings")
    if not all(isinstance(one, str) and len(one) <= LONGEST_CODE for one in findings):
        raise BadItem(field="findings")
    if not isinstance(consent, bool):
        raise BadItem(field="consent")
    return Inspected(
        id=id_of(raw["id"]),
        place_id=id_of(raw["household"]),
        sheet_id=id_of(raw["sheet"]),
        seen_at=moment_of(raw),
        findings=tuple(dict.fromkeys(findings)),
        consent=consent,
        photos=photos_of(raw),
    )


def id_of(text: Any) -> uuid.UUID:
    """An id. Raises BadItem where it is longer than any, or what a wrong type raises."""
    if len(text) > LONGEST_ID:  # any number of hyphens would do for Python
        raise BadItem
    return uuid.UUID(text)


def moment_of(raw: Any) -> datetime:
    """When it was seen. Raises BadItem, or what a wrong type raises."""
    seen_at = datetime.fromisoformat(raw["seen_at"])
    if seen_at.tzinfo is None:
        raise BadItem(field="seen_at")
    seen_at.astimezone(clock.VILLAGE_TIME)  # a year no calendar can turn is no moment
    return seen_at


def note_of(raw: Any) -> str:
    """What was written beside it. Raises BadItem, or what half a character raises."""
    note = raw.get("note") or ""
    if not isinstance(note, str) or len(note) > LONGEST_NOTE or "\x00" in note:
        raise BadItem(field="note")
    note.encode()  # half a character, cut off by a phone, is no text
    return note.strip()  # no more than that: sent again, it must be what was sent before


def photos_of(raw: Any) -> tuple[uuid.UUID, ...]:
    """The photos it names. Raises BadItem, or what a wrong type raises."""
    pictures = raw.get("photos") or []
    if not isinstance(pictures, list) or len(pictures) > MOST_PHOTOS:
        raise BadItem(field="photos")
    return tuple(dict.fromkeys(id_of(one) for one in pictures))
