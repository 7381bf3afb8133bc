"""The declaration (回避申报): whoever scores or checks says which households are theirs or a relative's."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from governance.base.text import unspaced
from governance.village import directory, households, kin
from governance.village.households import code_of
from governance.village.places import Level
from governance.village.staff import Role
from governance.web.frame import access, actlog

door = Blueprint("kin", __name__, url_prefix="/declare")
access.guard(door, Role.OFFICER, Role.COMMITTEE, Role.SUPERVISOR, Role.STOREKEEPER)
access.village_of_post(door)
actlog.log_acts(door)
FOUND = 20


@door.route("/", methods=["GET", "POST"])
def home() -> ResponseReturnValue:
    """What one has declared, and a search for one more household."""
    person = access.visitor()
    if request.method == "POST":
        declare(person.id)
        return redirect(url_for(".home"), 303)
    words, homes = find_households()
    declared = kin.declared_by(g.village.id, person.id)
    return render_template("kin/home.html", declared=declared, q=words, homes=homes)


def find_households() -> tuple[str, Sequence[Any]]:
    """The households of the village that the page searches for, and the words it searches with."""
    words = access.searched()
    found = directory.search(g.village.id, words, limit=FOUND)[0] if words else []
    if not any(post.level == Level.VILLAGE for post in g.posts):
        # Somebody of one grid names a household of another; they do not browse the village.
        found = [
            one for one in found if unspaced(words) in (one.head, code_of(one.group_no, one.number))
        ]
    return words, found


def declare(person_id: uuid.UUID) -> None:
    """Declare the household of the village that was tapped. Raises UnknownHousehold, BadInput."""
    try:
        household_id = uuid.UUID(request.form.get("household", ""))
    except ValueError:
        raise households.UnknownHousehold from None
    found = households.get_household(g.village.id, household_id)
    kin.declare_kin(person_id, found, request.form.get("relation", ""))
    flash(
        gettext(
            "已申报：%(household)s，以后不由本人记分、审核。",
            household=f"{found.code} {found.head}",
        )
    )
