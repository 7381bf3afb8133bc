"""The phone's JSON: the pack it takes along, the sync it sends back, its photos. A contract (DESIGN section 5)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, current_app, g, jsonify, request

from governance.affairs import pack, photos, scoring
from governance.affairs.scoring import LONGEST_NOTE, Item, Outcome
from governance.base import clock
from governance.base.errors import BadInput, HemeiError, phrase
from governance.village.staff import Role
from governance.web import access, words

door = Blueprint("api", __name__, url_prefix="/officer")
access.guard(door, Role.OFFICER)
access.village_of_post(door)

FIGURES = ("state", "points", "standing", "spendable")
MOST_ITEMS = 500
MOST_PHOTOS = 8


class BadItem(BadInput):
    """An item that is not of the contract's shape."""

    code = "bad_item"
    message = phrase("这一条的格式不对，没有记上。")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that cannot even be judged, with what it calls itself."""

    id: str | None
    error: HemeiError


@door.get("/pack.json")
def take_pack() -> Any:
    """Everything the phone needs without a signal: the officer's households, the rules."""
    content = pack.make_pack(g.village, access.officer_scorer().grid_ids)
    answer = jsonify({"made_at": clock.now().isoformat(), **content})
    # The tag is of the content alone: the moment it was made must not make it new.
    answer.set_etag(pack.digest(content))
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)


@door.post("/sync")
def sync() -> Any:
    """Take what was seen in the field; one result per item, in order, each item for itself."""
    items = _items()
    read = [_read(one) for one in items]
    outcomes = iter(
        scoring.record(access.officer_scorer(), [one for one in read if isinstance(one, Item)])
    )
    results = [
        _refused(one) if isinstance(one, Unreadable) else _told(next(outcomes)) for one in read
    ]
    return jsonify(results=results)


@door.put("/photos/<uuid:photo_id>")
def take_photo(photo_id: uuid.UUID) -> Any:
    """A photo under the id the phone gave it: 201, and 200 when it has arrived before."""
    fresh = photos.store_photo(
        current_app.config["DATA_DIR"], g.village.id, photo_id, access.visitor().id,
        request.get_data(cache=False),
    )  # fmt: skip
    return jsonify(id=str(photo_id)), 201 if fresh else 200


def _items() -> list[Any]:
    """The items of the request. Aborts with 400 (not the shape) or 413 (too many)."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        abort(400)
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list):
        abort(400)
    if len(items) > MOST_ITEMS:
        abort(413)
    return items


def _read(raw: Any) -> Item | Unreadable:
    try:
        return _item(raw)
    except (HemeiError, ValueError, TypeError, KeyError, AttributeError, OverflowError) as fault:
        return Unreadable(_name(raw), fault if isinstance(fault, HemeiError) else BadItem())


def _name(raw: Any) -> str | None:
    """What an unreadable item calls itself, if that can be said back."""
    name = raw.get("id") if isinstance(raw, dict) else None
    return name[:80].encode("utf-8", "replace").decode() if isinstance(name, str) else None


def _item(raw: Any) -> Item:
    """An award item as the contract has it. Raises BadItem, or what a wrong type raises."""
    if raw["kind"] != "award":
        raise BadItem(field="kind")
    seen_at = datetime.fromisoformat(raw["seen_at"])
    points, note, pictures = raw.get("points"), raw.get("note") or "", raw.get("photos") or []
    if seen_at.tzinfo is None:
        raise BadItem(field="seen_at")
    if not (points is None or type(points) is int):
        raise BadItem(field="points")
    if not isinstance(note, str) or len(note) > LONGEST_NOTE or "\x00" in note:
        raise BadItem(field="note")
    if not isinstance(pictures, list) or len(pictures) > MOST_PHOTOS:
        raise BadItem(field="photos")
    note.encode()  # half a character, cut off by a phone, is no text
    seen_at.astimezone(clock.VILLAGE_TIME)  # a year no calendar can turn is no moment
    return Item(
        id=uuid.UUID(raw["id"]),
        household_id=uuid.UUID(raw["household"]),
        rule_id=uuid.UUID(raw["rule"]),
        seen_at=seen_at,
        points=points,
        note=note.strip(),
        photos=tuple(dict.fromkeys(uuid.UUID(one) for one in pictures)),
    )


def _told(outcome: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {"id": str(outcome.id), "outcome": outcome.outcome}
    told |= {name: getattr(outcome, name) for name in FIGURES}
    return told | {"error": _error(outcome.error)} if outcome.error else told


def _refused(one: Unreadable) -> dict[str, Any]:
    nothing = dict.fromkeys(FIGURES)
    return {"id": one.id, "outcome": "refused", **nothing, "error": _error(one.error)}


def _error(refusal: HemeiError) -> dict[str, str]:
    error = {"code": refusal.code, "message": words.sentence(refusal)}
    return error | ({"field": refusal.field} if refusal.field else {})
