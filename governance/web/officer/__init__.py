"""The officer's door (网格员): find the household, tap the rule, done. Works without any JavaScript."""

from __future__ import annotations

from flask import Blueprint

from governance.village.staff import Role
from governance.web.frame import access

door = Blueprint("officer", __name__, url_prefix="/officer")
access.guard(door, Role.OFFICER)
access.village_of_post(door)
