"""The villager's door (农户): what a household reads of itself. Opened with the card."""

from __future__ import annotations

from flask import Blueprint

from governance.web.frame import access

door = Blueprint("villager", __name__, url_prefix="/my")
access.guard_household(door)
