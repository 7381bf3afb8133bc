"""The public pages of a village: no sign-in, no names."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from governance.village import places, rulebook, scheme
from governance.village.places import Level

door = Blueprint("public", __name__)


@door.get("/v/<code>")
def village(code: str) -> Any:
    """What the village scores, and how to reach the committee."""
    place = places.get_place(code, Level.VILLAGE)
    return render_template(
        "public/village.html",
        village=place,
        rules=rulebook.rules_in_force(place.id),
        scheme=scheme.find_scheme(place.id),
    )
