"""The overview desk."""

from __future__ import annotations

from typing import Any

from flask import render_template

from governance.web.committee.desk import make_desk

door = make_desk("overview", __name__, "")


@door.get("/")
def home() -> Any:
    """The desk."""
    return render_template("desk/stub.html")
