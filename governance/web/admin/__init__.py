"""The admin door: places and people, at and below the places the admin is appointed for."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, g, request
from flask_babel import gettext

from governance.base.errors import BadInput, Conflict, NotAllowed, NotThere, phrase
from governance.village import team
from governance.village.places import Level, find_place
from governance.village.staff import Role
from governance.web.frame import access, actlog

door = Blueprint("admin", __name__, url_prefix="/admin")
access.guard(door, Role.ADMIN)
actlog.log_acts(door, lambda: _acted_at())

PAGE = 50
REFUSED = (BadInput, Conflict, NotThere)
LINKS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("admin.home", phrase("地方"), {}),
    ("admin.people", phrase("人员"), {}),
    ("admin.sign_ins", phrase("登录记录"), {}),
)


@door.before_request
def _reach() -> None:
    """The codes of the admin's places; the whole service is ""."""
    g.roots = tuple(sorted({post.code for post in g.posts}))
    g.whole = "" in g.roots
    g.acted_at = set()
    person_id = (request.view_args or {}).get("person_id")
    if person_id and request.method == "POST":  # looked up before: a dismissal takes the post away
        g.acted_at = team.villages_of(g.roots, person_id, request.form.get("post", ""))


def _acted_at() -> set[uuid.UUID]:
    """The places an act concerns: a person's villages, or the place that the address or the form names."""
    code = (request.view_args or {}).get("code") or request.form.get("code", "")
    found = find_place(code.strip())
    if found is None:
        return set(g.acted_at)
    return {found.parent_id or found.id} if found.level == Level.GRID else {found.id}


@door.context_processor
def _office() -> dict[str, Any]:
    # A stale form is refused before anybody was asked who they are.
    names = sorted({post.name for post in g.get("posts", ()) if post.code})
    return {"office_name": " ".join(names) or gettext("系统管理"), "office_links": LINKS}


def whole_only() -> None:
    """Refuse whoever is admin of some places only. Raises NotAllowed."""
    if not g.whole:
        raise NotAllowed
