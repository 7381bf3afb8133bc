"""The field page's shell and its service worker: empty of everything private, so no sign-in guards them."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, make_response, request
from flask.typing import ResponseReturnValue

from governance.base.errors import NotThere

door = Blueprint("field", __name__)


@door.get("/officer/field")
def shell() -> ResponseReturnValue:
    """The page that works without a signal: the same bytes for everybody, whoever is signed in."""
    # Rendered without the visitor: no session is opened, no name and no token can slip in.
    page = current_app.jinja_env.get_template("officer/shell.html")
    return _kept(make_response(page.render(_=str, base=request.script_root)))


@door.get("/sw.js")
def service_worker() -> ResponseReturnValue:
    """The service worker; at the root, so that it also answers for the codes at the doors."""
    file = Path(str(current_app.static_folder)) / "sw.js"
    if not file.exists():
        raise NotThere
    answer = make_response(file.read_bytes())
    answer.content_type = "text/javascript; charset=utf-8"
    answer.headers["Service-Worker-Allowed"] = f"{request.script_root}/"
    return _kept(answer)


def _kept(answer: Response) -> ResponseReturnValue:
    """May be kept, but is asked for each time: unchanged costs a header."""
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    return answer.make_conditional(request)
