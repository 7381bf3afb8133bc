"""The area door: what a town or a county sees of the villages below. Figures only: no names, no ranking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from governance.affairs.figures import boards, rollup
from governance.affairs.figures.rollup import Figures
from governance.affairs.publicity import objections
from governance.base import clock
from governance.base.errors import NotThere
from governance.village import places
from governance.village.places import CODE_LENGTH, Level, Place
from governance.village.staff import Role
from governance.web.frame import access

door = Blueprint("area", __name__, url_prefix="/area")
access.guard(door, Role.TOWN, Role.COUNTY)
BELOW = {Level.COUNTY: Level.TOWN, Level.TOWN: Level.VILLAGE}


@door.before_request
def _reach() -> None:
    g.roots = sorted({post.code for post in g.posts})


@door.context_processor
def _office() -> dict[str, Any]:
    posts = {post.code: post.name for post in g.get("posts", ())}
    links = [("area.place", name, {"code": code}) for code, name in sorted(posts.items())]
    links[:1] = [("area.home", name, {}) for _, name, _ in links[:1]]
    return {"office_name": " ".join(posts.values()), "office_links": links}


@door.get("/")
def home() -> ResponseReturnValue:
    """The visitor's own town or county."""
    return _show(places.get_place(g.roots[0]))


@door.get("/<code>")
def place(code: str) -> ResponseReturnValue:
    """A town of the county, or the visitor's own place."""
    return _show(places.get_place_within(g.roots, code))


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
