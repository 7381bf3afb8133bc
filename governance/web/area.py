"""The area door: what a town or a county sees of the villages below. Figures only: no names, no ranking.

And what it keeps of their books: the ends that notices recorded, as they were posted or read from a sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from governance.affairs.figures import boards, rollup
from governance.affairs.figures.rollup import Figures
from governance.affairs.publicity import heads, objections
from governance.base import clock
from governance.base.errors import NotThere
from governance.village import places
from governance.village.places import CODE_LENGTH, Level, Place
from governance.village.staff import Role
from governance.web.frame import access, actlog
from governance.web.frame.forms import Form, at_most, required
from governance.web.frame.words import gettext

door = Blueprint("area", __name__, url_prefix="/area")
access.guard(door, Role.TOWN, Role.COUNTY)
actlog.log_acts(door, lambda: g.get("concerned", ()))
LONGEST = 400  # of what a sheet's code holds
BELOW = {Level.COUNTY: Level.TOWN, Level.TOWN: Level.VILLAGE}


@door.before_request
def _reach() -> None:
    g.roots = sorted({post.code for post in g.posts})


@door.context_processor
def _office() -> dict[str, Any]:
    posts = {post.code: post.name for post in g.get("posts", ())}
    links = [("area.place", name, {"code": code}) for code, name in sorted(posts.items())]
    links[:1] = [("area.home", name, {}) for _, name, _ in links[:1]]
    links.append(("area.sheet", gettext("台账摘要留底"), {}))
    return {"office_name": " ".join(posts.values()), "office_links": links}


@door.get("/")
def home() -> ResponseReturnValue:
    """The visitor's own town or county."""
    return _show(places.get_place(g.roots[0]))


@door.get("/<code>")
def place(code: str) -> ResponseReturnValue:
    """A town of the county, or the visitor's own place."""
    return _show(places.get_place_within(g.roots, code))


class SheetForm(Form):
    """What the code on a wall sheet holds."""

    text = TextAreaField(_l("扫出来的文字"), [required(), at_most(LONGEST)], render_kw={"rows": 4})


@door.route("/sheet", methods=["GET", "POST"])
def sheet() -> ResponseReturnValue:
    """Keep the end of a village's book as its wall sheet says it, and see what is kept."""
    form = SheetForm()
    if form.validate_on_submit():
        with form.refusing(NotThere):
            _keep(form.text.data)
            return redirect(url_for(".sheet"), 303)
    villages = {one.id: one.name for one in places.places_below(g.roots, Level.VILLAGE)}
    page = render_template(
        "area/sheet.html",
        form=form,
        names=villages,
        kept=heads.last_kept(villages),
        denied=heads.denied_heads(villages),
    )
    return page, form.http_status


def _keep(text: str) -> None:
    """Keep what a sheet says of a village of the area, and tell. Raises NoSheet, NotThere."""
    read = heads.read_sheet(text)
    village = places.get_place_within(g.roots, read.village, Level.VILLAGE)
    kept = heads.keep_sheet(village.id, access.visitor().id, read)
    g.concerned = [village.id]
    which = {"village": village.name, "year": kept.year, "number": kept.number}
    flash(gettext("%(village)s%(year)s年第%(number)s期的台账摘要已留底。", **which))
    if not kept.follows:
        flash(gettext("它和以前留的接不上，请看下面。"), "bad")


def _show(wanted: Place) -> str:
    if wanted.level not in BELOW:
        raise NotThere
    month = clock.month_of(clock.today())
    villages = places.places_below([wanted.code], Level.VILLAGE)
    figures = rollup.figures_of([one.id for one in villages], month)
    by_code = {one.code: figures[one.id] for one in villages}
    categories = boards.categories_of(figures, month)
    late = objections.overdue(figures)
    return render_template(
        "area/home.html",
        place=wanted,
        above=_above(wanted),
        below=BELOW[Level(wanted.level)].value,
        rows=list(_rows(wanted, by_code)),
        total=rollup.add_up(by_code.values()),
        villages=len(villages),
        denied=heads.denied_heads(figures),
        names={one.id: one.name for one in villages},
        late=_late(wanted, {one.code: late[one.id] for one in villages if one.id in late}),
        categories=categories,
        most=max([1, *(max(row.plus, -row.minus) for row in categories)]),
        month=month,
    )


def _rows(wanted: Place, by_code: dict[str, Figures]) -> Iterator[tuple[Place, Figures]]:
    """The places right below with their sums, in the order of their codes."""
    length = CODE_LENGTH[BELOW[Level(wanted.level)]]
    sums: dict[str, Figures] = {}
    for code, figures in by_code.items():
        sums[code[:length]] = sums.get(code[:length], Figures()) + figures
    for child in places.children_of(wanted):
        yield child, sums.get(child.code, Figures())


def _late(wanted: Place, by_code: dict[str, int]) -> list[tuple[Place, int]]:
    """The places right below where objections are overdue, and how many."""
    sums = {
        child: sum(count for code, count in by_code.items() if code.startswith(child.code))
        for child in (places.children_of(wanted) if by_code else [])
    }
    return [(child, count) for child, count in sums.items() if count]


def _above(wanted: Place) -> list[Place]:
    """The way back up, as far as the visitor's posts reach."""
    line = places.line_of(wanted)[:-1]
    return [one for one in line if any(one.code.startswith(root) for root in g.roots)]
