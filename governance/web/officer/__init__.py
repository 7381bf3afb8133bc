"""The officer's door (网格员): find the household, tap the rule, done. Works without any JavaScript."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from governance.village.staff import Role
from governance.web.frame import access

MOST_SENT = 31 * 2**20  # bytes: what a layer in front lets through

door = Blueprint("officer", __name__, url_prefix="/officer")
access.guard(door, Role.OFFICER)
access.village_of_post(door)


@door.url_value_preprocessor
def take_large_photos(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Read a form also when its photo is too large: it comes back with what was typed, and says so."""
    request.max_content_length = MOST_SENT
