"""The overview desk (总览): what waits, the month by category, who was never scored, what is owed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from governance.affairs import trust
from governance.affairs.awards import checking, reminders, reversal
from governance.affairs.field import handed_in
from governance.affairs.figures import boards
from governance.affairs.oversight import complaints
from governance.affairs.publicity import disclosure, objections, posting
from governance.base import clock
from governance.village import directory, places, scheme, team
from governance.village.rules import rulebook
from governance.village.staff import Role
from governance.web.desk import make_desk
from governance.web.frame import upkeep

door = make_desk("overview", __name__, "", readable=("home", "board", "date", "never_scored"))
SHOWN = 6


@door.get("/")
def home() -> ResponseReturnValue:
    """What the committee has to do today, and how the month stands."""
    village_id = g.village.id
    trust.keep_trust(village_id)
    month = clock.month_of(clock.today())
    waiting, count = checking.waiting(village_id, limit=SHOWN)
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
        doubtful=trust.find_doubt(village_id) is not None,
        warnings=upkeep.warnings() if g.may_change else [],
        tasks=[one for one in _tasks(village_id) if one.count],
        steps=[one for one in _first_steps(village_id) if not one.count] if g.may_change else [],
    )


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits: how much of it, in words, where it is done, and whether it is late."""

    count: int
    words: str
    link: str
    late: bool = False


def _tasks(village_id: uuid.UUID) -> Iterator[Task]:
    """What waits besides the checks, in the order of its haste."""
    undecided = objections.count_open(village_id)
    late = objections.overdue([village_id]).get(village_id, 0)
    if late:
        told = gettext("%(count)s 件异议等答复，其中 %(late)s 件已超期", count=undecided, late=late)
    else:
        told = gettext("%(count)s 件异议等答复", count=undecided)
    yield Task(undecided, told, url_for("objections.home"), bool(late))
    over = reminders.count_overdue(village_id)
    told = gettext("%(count)s 张提醒单期限已过，待核实", count=over)
    yield Task(over, told, url_for("reminders.home"), late=True)
    wishes = reversal.asked(village_id)
    if wishes:
        told = gettext("%(count)s 条冲正等第二个人确认", count=len(wishes))
        yield Task(len(wishes), told, url_for("awards.award", award_id=wishes[0]))
    kept = handed_in.count_handed_in(village_id)
    told = gettext("%(count)s 条待定事项", count=kept)
    yield Task(kept, told, url_for("held.home"))
    unlisted = posting.count_waiting(village_id)
    told = gettext("%(count)s 条等公示", count=unlisted)
    yield Task(unlisted, told, url_for("notices.home"))
    owed = sum(one.overdue for one in disclosure.calendar(village_id))
    told = gettext("%(count)s 项该公开的已到期", count=owed)
    yield Task(owed, told, url_for("notices.calendar"), late=True)
    words = complaints.count_unanswered(village_id)
    told = gettext("%(count)s 条投诉建议等答复", count=words)
    yield Task(words, told, url_for("complaints.home"))


def _first_steps(village_id: uuid.UUID) -> Iterator[Task]:
    """What a village needs before anything can be scored, and how much of it there is."""
    _, homes = directory.search(village_id, limit=1)
    yield Task(homes, gettext("导入花名册"), url_for("register.home"))
    rules = rulebook.all_rules(village_id)
    yield Task(len(rules), gettext("载入积分细则"), url_for("rules.load"))
    below = [village_id, *(grid.id for grid in places.grids_of(village_id))]
    officers = sum(post.role == Role.OFFICER for one in team.staff_at(below) for post in one.posts)
    yield Task(officers, gettext("任命网格员"), url_for("team.home"))


@door.get("/never-scored")
def never_scored() -> ResponseReturnValue:
    """The households nobody has recorded anything for this quarter: somebody may have been overlooked."""
    return render_template(
        "desk/overview_never_scored.html",
        rows=boards.never_scored(g.village.id),
        since=clock.quarter_start(clock.today()),
    )


@door.get("/board")
def board() -> ResponseReturnValue:
    """The red board of the month."""
    month = clock.month_of(clock.today())
    return render_template(
        "desk/overview_board.html",
        month=month,
        rows=boards.month_board(g.village.id, month, limit=50),
    )
