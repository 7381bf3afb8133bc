"""The shop door."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from governance.village.staff import Role
from governance.web import access

door = Blueprint("shop", __name__, url_prefix="/shop")
access.guard(door, Role.STOREKEEPER)
access.village_of_post(door)


@door.get("/")
def home() -> Any:
    """The first page."""
    return render_template("error.html", status=200, message="shop", back=None)
