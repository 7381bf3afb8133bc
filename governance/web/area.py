"""The area door."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from governance.village.staff import Role
from governance.web import access

door = Blueprint("area", __name__, url_prefix="/area")
access.guard(door, Role.TOWN, Role.COUNTY)



@door.get("/")
def home() -> Any:
    """The first page."""
    return render_template("error.html", status=200, message="area", back=None)
