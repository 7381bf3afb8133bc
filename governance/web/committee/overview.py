"""The overview desk (总览): what waits, the month by category, who was never scored, what is owed."""

from __future__ import annotations

from typing import Any

from flask import g, render_template

from governance.affairs import boards, objections, review
from governance.base import clock
from governance.village import scheme
from governance.web.committee.desk import make_desk

door = make_desk("overview", __name__, "")
SHOWN = 6


@door.get("/")
def home() -> Any:
    """What the committee has to do today, and how the month stands."""
    village_id = g.village.id
    month = clock.month_of(clock.today())
    waiting, count = review.waiting(village_id, limit=SHOWN)
    categories = boards.categories_of([village_id], month)
    never = boards.never_scored(village_id)
    return render_template(
        "desk/overview.html",
        waiting=waiting,
        count=count,
        oldest=(clock.now() - waiting[0].filed_at).days if waiting else 0,
        month=month,
        categories=categories,
        most=max([1, *(max(row.plus, -row.minus) for row in categories)]),
        total=sum(row.plus + row.minus for row in categories),
        entries=sum(row.entries for row in categories),
        never=never,
        never_by_group=boards.by_group(never),
        residents=boards.count_residents(village_id),
        outstanding=boards.outstanding([village_id]),
        scheme=scheme.find_scheme(village_id),
        objected=objections.count_open(village_id),
        objected_late=objections.overdue([village_id]).get(village_id, 0),
    )


@door.get("/never-scored")
def never_scored() -> Any:
    """The households nobody has recorded anything for this quarter: somebody may have been overlooked."""
    return render_template(
        "desk/never_scored.html",
        rows=boards.never_scored(g.village.id),
        since=clock.quarter_start(clock.today()),
    )


@door.get("/board")
def board() -> Any:
    """The red board of the month."""
    month = clock.month_of(clock.today())
    return render_template(
        "desk/board.html", month=month, rows=boards.month_board(g.village.id, month, limit=50)
    )
