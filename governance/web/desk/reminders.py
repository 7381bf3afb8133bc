"""The reminder desk (提醒): who was reminded of what, until when, and the slips to print."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from governance.affairs.awards import reminders, reminding, settling
from governance.affairs.awards.items import Scorer
from governance.affairs.awards.reminders import SETTLED, ReminderState, UnknownReminder, Wanted
from governance.affairs.shop import redemptions
from governance.base import clock
from governance.base.database import AnyRow
from governance.village import places
from governance.village.places import Grid
from governance.web.desk import make_desk
from governance.web.frame import access, reminder_page
from governance.web.frame.pages import asked_page
from governance.web.frame.parts import Part, asked_part
from governance.web.frame.reminder_page import Acts, award_id_of

door = make_desk("reminders", __name__, "/reminders", readable=("home", "reminder", "slips"))
PAGE = 50
SLIPS = 3  # on a sheet of A4
PART = 150  # slips at a time: 50 sheets


@door.get("/")
def home() -> ResponseReturnValue:
    """Open reminders by deadline, or the settled ones; by grid."""
    grids = places.grids_of(g.village.id)
    grid, page = _grid(grids), asked_page(PAGE)
    settled = request.args.get("show") == "settled"
    wanted = _wanted(grid, SETTLED if settled else (ReminderState.OPEN,))
    rows, total = reminders.listed(g.village.id, wanted, limit=PAGE, offset=page.offset)
    chosen: dict[str, Any] = {"grid": grid and grid.code, "show": "settled" if settled else None}
    return render_template(
        "desk/reminders.html",
        rows=rows,
        grids=grids,
        grid=grid,
        settled=settled,
        overdue=reminders.count_overdue(g.village.id),
        **page.pager(total, ".home", **chosen),
    )


def _grid(grids: Sequence[Grid]) -> Grid | None:
    return next((one for one in grids if one.code == request.args.get("grid")), None)


def _wanted(grid: Grid | None, states: tuple[ReminderState, ...]) -> Wanted:
    return Wanted(states, frozenset({grid.id}) if grid else None)


@door.get("/<uuid:reminder_id>")
def reminder(reminder_id: uuid.UUID) -> ResponseReturnValue:
    """One reminder, and what the committee can do with it now."""
    return _show(reminder_id, Acts())


def _show(reminder_id: uuid.UUID, acts: Acts, status: int = 200) -> ResponseReturnValue:
    found = reminders.get_detail(g.village.id, reminder_id)
    acts.show(found)
    page = render_template(
        "desk/reminders_one.html",
        acts=acts,
        **reminder_page.page_values(g.village.id, found),
    )
    return page, status


@door.post("/<uuid:reminder_id>/correct")
def correct(reminder_id: uuid.UUID) -> ResponseReturnValue:
    """It was put right."""
    acts = Acts("correct")
    if not acts.correct.validate():
        return _show(reminder_id, acts, 422)
    settled = settling.correct(
        _scorer(),
        reminder_id,
        award_id_of(reminder_id, "correct"),
        note=acts.correct.note.data or "",
    )
    return _done(settled)


@door.post("/<uuid:reminder_id>/deduct")
def deduct(reminder_id: uuid.UUID) -> ResponseReturnValue:
    """It was not put right, and the time is over."""
    return reminder_page.deduct(_scorer(), reminder_id, _show, _done)


@door.post("/<uuid:reminder_id>/withdraw")
def withdraw(reminder_id: uuid.UUID) -> ResponseReturnValue:
    """Given by mistake."""
    acts = Acts("withdraw")
    form = acts.withdraw
    if not form.validate():
        return _show(reminder_id, acts, 422)
    reminding.withdraw_reminder(
        g.village.id, access.visitor().id, reminder_id, form.reason.data or ""
    )
    flash(gettext("提醒单已撤销，这一户不用再管它。"))
    return redirect(url_for(".reminder", reminder_id=reminder_id), 303)


def _scorer() -> Scorer:
    """The committee settles in the whole village."""
    return Scorer(access.visitor().id, g.village.id, None)


def _done(settled: settling.Settled) -> ResponseReturnValue:
    flash(reminder_page.told(settled))
    return redirect(url_for(".reminder", reminder_id=settled.reminder.id), 303)


@door.get("/slips")
def slips() -> ResponseReturnValue:
    """Slips to hand over (整改提醒单): of one reminder, or of all whose time runs, of a grid or the village."""
    rows, part = _to_print()
    return render_template(
        "desk/reminders_slips.html",
        kind="slip",
        part=part,
        total_text=gettext("%(count)s 张提醒单", count=part.total),
        unreachable=False,
        sheets=[rows[start : start + SLIPS] for start in range(0, len(rows), SLIPS)],
        bonus=reminders.bonus_rule(g.village.id),
        untold={one.household_id: one for one in redemptions.untold(g.village.id)},
    )


def _to_print() -> tuple[Sequence[AnyRow], Part]:
    """The reminders to print, and which part of them. Raises UnknownReminder."""
    if one := request.args.get("reminder"):
        try:
            return [reminders.get_detail(g.village.id, uuid.UUID(one))], asked_part(1, PART)
        except ValueError:
            raise UnknownReminder from None
    grid = _grid(places.grids_of(g.village.id))
    wanted = replace(_wanted(grid, (ReminderState.OPEN,)), since=clock.today())
    part = asked_part(reminders.count_wanted(g.village.id, wanted), PART)
    rows, _ = reminders.listed(g.village.id, wanted, limit=part.size, offset=part.offset)
    return rows, part
