"""A form that came too late is handed back as it was filled, to be sent once more."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from governance.web.frame.forgery import came_from_here

SHORT = (
    "entrance",
    "account",
)  # the sign-in, the language, passwords: nothing there is worth keeping


def may_return() -> bool:
    """Whether the form was filled on a page of ours.

    Only then is it offered with a fresh token: what another site sent in the visitor's name is not.
    """
    back = request.method == "POST" and request.blueprint not in SHORT
    return back and came_from_here() is True


def return_form(message: str, status: int, way_in: str = "") -> ResponseReturnValue:
    """The page that keeps what was typed; passwords and files have to be given again.

    `way_in`: the page that opens the door first, where it is shut: the sign-in, or the card.
    """
    page = render_template(
        "again.html",
        message=message,
        way_in=way_in,
        action=request.script_root + request.full_path.rstrip("?"),
        typed=[
            (name, value)
            for name, value in request.form.items(multi=True)
            if name != "csrf_token" and "password" not in name
        ],
        files=any(one.filename for one in request.files.values()),
    )
    return page, status
