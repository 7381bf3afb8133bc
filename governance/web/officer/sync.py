"""The phone's JSON: the pack it takes along, the sync it sends back, its photos. A contract (DESIGN section 5)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, abort, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue

from governance.affairs.awards import photos
from governance.affairs.awards.items import Inspected, Matter, Outcome
from governance.affairs.field import inspecting, pack
from governance.affairs.field.contract import MOST_ITEMS, Unreadable, read_matter
from governance.base import clock
from governance.base.errors import HemeiError
from governance.village.places import Village
from governance.village.staff import Role
from governance.web.frame import access, villages, words

door = Blueprint("api", __name__, url_prefix="/officer")
access.guard(door, Role.OFFICER, pages=False)
access.village_of_post(door)

FIGURES = ("state", "points", "standing", "spendable")


@door.get("/pack.json")
def take_pack() -> ResponseReturnValue:
    """Everything the phone needs without a signal: the officer's households, the rules."""
    content = pack.make_pack(g.village, access.officer_scorer().grid_ids)
    answer = jsonify({"made_at": clock.now().isoformat(), **content})
    # The tag is of the content alone: the moment it was made must not make it new.
    answer.set_etag(pack.digest(content))
    return answer.make_conditional(request)


@door.post("/sync")
def sync() -> ResponseReturnValue:
    """Take what was seen in the field; one result per item, in order, each item for itself."""
    read = [read_matter(one) for one in items_sent()]
    matters = [one for one in read if not isinstance(one, Unreadable)]
    outcomes = iter(villages.each_where_it_was_seen(matters, seen_at, g.villages, _record))
    results = [
        refused(one) if isinstance(one, Unreadable) else told(next(outcomes)) for one in read
    ]
    return jsonify(results=results)


def _record(village: Village, matters: list[Matter]) -> list[Outcome]:
    return inspecting.record(access.officer_scorer(village), matters)


def seen_at(matter: Matter) -> uuid.UUID:
    """The household or public place of what was seen."""
    return matter.place_id if isinstance(matter, Inspected) else matter.household_id


@door.put("/photos/<uuid:photo_id>")
def take_photo(photo_id: uuid.UUID) -> ResponseReturnValue:
    """A photo under the id the phone gave it: 201, and 200 when it has arrived before."""
    fresh = photos.store_photo(
        current_app.config["DATA_DIR"],
        g.village.id,
        photo_id,
        access.visitor().id,
        request.get_data(cache=False),
    )
    return jsonify(id=str(photo_id)), 201 if fresh else 200


def items_sent() -> list[Any]:
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


def told(outcome: Outcome) -> dict[str, Any]:
    """What became of an item, as the contract tells it."""
    result: dict[str, Any] = {"id": str(outcome.id), "outcome": outcome.outcome}
    result |= {name: getattr(outcome, name) for name in FIGURES}
    return result | {"error": error_told(outcome.error)} if outcome.error else result


def refused(one: Unreadable) -> dict[str, Any]:
    """The refusal of an item that could not be read."""
    nothing = dict.fromkeys(FIGURES)
    return {"id": one.id, "outcome": "refused", **nothing, "error": error_told(one.error)}


def error_told(refusal: HemeiError) -> dict[str, str]:
    """A refusal as the contract's JSON."""
    error = {"code": refusal.code, "message": words.sentence(refusal)}
    return error | ({"field": refusal.field} if refusal.field else {})
