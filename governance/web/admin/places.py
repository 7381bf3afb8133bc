"""The admin's places: from county to grid, added and named. Hung on the admin's door."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from governance.base.errors import NotThere
from governance.village import nominations, places, team
from governance.village.places import CODE_LENGTH, PARENT, Level, Place
from governance.web.admin import PAGE, REFUSED, door, whole_only
from governance.web.frame import access, upkeep
from governance.web.frame.forms import Form, at_most, required
from governance.web.frame.pages import asked_page
from governance.web.frame.people import (
    PLAIN,
)

CHILD = {parent: child for child, parent in PARENT.items()}


class PlaceForm(Form):
    """A new place."""

    code = StringField(
        _l("代码"), [required(), at_most(14)], render_kw=PLAIN | {"inputmode": "numeric"}
    )
    name = StringField(_l("名称"), [required(), at_most(60)], render_kw={"autocomplete": "off"})


class NameForm(Form):
    """A place's new name."""

    name = StringField(_l("名称"), [required(), at_most(60)], render_kw={"autocomplete": "off"})


@door.get("/")
def home() -> ResponseReturnValue:
    """The places to begin from, or those that a search finds."""
    words, page = access.searched(), asked_page(PAGE)
    if words:
        found, total = places.search_places(g.roots, words, PAGE, page.offset)
    else:
        found = (
            places.children_of(None) if g.whole else [places.get_place(code) for code in g.roots]
        )
        total = 0
    return render_template(
        "admin/places.html",
        warnings=upkeep.warnings(),
        places=found,
        q=words,
        **page.pager(total, ".home", s="1" if words else None),
    )


@door.route("/county", methods=["GET", "POST"])
def add_county() -> ResponseReturnValue:
    """Add a county: for admins of the whole service."""
    whole_only()
    return _add_place(Level.COUNTY, None)


@door.get("/place/<code>")
def place(code: str) -> ResponseReturnValue:
    """A place: what lies right below, and who works here."""
    wanted = places.get_place_within(g.roots, code)
    return render_template(
        "admin/places_one.html",
        place=wanted,
        above=[one for one in places.line_of(wanted)[:-1] if _within_reach(one)],
        children=places.children_of(wanted),
        child_level=CHILD.get(Level(wanted.level)),
        rows=team.staff_at([wanted.id]),
        asked=nominations.nominations_at(wanted.id),
    )


@door.route("/place/<code>/add", methods=["GET", "POST"])
def add_place(code: str) -> ResponseReturnValue:
    """Add the next smaller place: a town to a county, a village to a town, a grid to a village."""
    parent = places.get_place_within(g.roots, code)
    if parent.level not in CHILD:
        raise NotThere
    return _add_place(CHILD[Level(parent.level)], parent)


def _add_place(level: Level, parent: Place | None) -> ResponseReturnValue:
    form = PlaceForm()
    if form.validate_on_submit():
        with form.refusing(*REFUSED):
            added = places.add_place(
                level, form.code.data or "", form.name.data or "", parent.code if parent else None
            )
            flash(gettext("已添加 %(name)s。", name=added.name))
            return redirect(url_for(".place", code=added.code), 303)
    elif request.method == "GET" and parent:
        form.code.data = places.next_grid_code(parent) if level is Level.GRID else parent.code
    page = render_template(
        "admin/places_add.html",
        form=form,
        level=level.value,
        parent=parent,
        length=CODE_LENGTH[level],
    )
    return page, form.http_status


@door.route("/place/<code>/name", methods=["GET", "POST"])
def rename_place(code: str) -> ResponseReturnValue:
    """Rename a place; its code stays."""
    wanted = places.get_place_within(g.roots, code)
    form = NameForm(obj=wanted)
    if form.validate_on_submit():
        places.rename_place(wanted, form.name.data or "")
        flash(gettext("已改名。"))
        return redirect(url_for(".place", code=wanted.code), 303)
    return render_template("admin/places_rename.html", form=form, place=wanted), form.http_status


def _within_reach(wanted: Place) -> bool:
    return any(wanted.code.startswith(root) for root in g.roots)
