"""The award desk (审核): what waits for a check, what was decided, and the reversal of what was booked."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from governance.affairs.awards import checking, photos, reminders, reversal
from governance.affairs.awards.checking import Queue
from governance.affairs.awards.life import State
from governance.affairs.awards.refusals import ReasonMissing
from governance.affairs.publicity import objections
from governance.village import kin, places
from governance.village.places import Grid
from governance.village.rules.rulebook import all_rules
from governance.web.desk import make_desk
from governance.web.frame import access, words
from governance.web.frame.pages import asked_page
from governance.web.frame.pictures import send_photo
from governance.web.frame.verdicts import (
    ReasonForm,
    go_back,
    tell_nothing_ticked,
    tell_verdicts,
    ticked_awards,
)

door = make_desk("awards", __name__, "/awards", readable=("home", "decided", "award", "photo"))
PAGE = 50
STAGES = ("first", "second")


@door.get("/")
def home() -> ResponseReturnValue:
    """Waiting awards, oldest first, by grid, rule, check and age; tick and decide."""
    grids = places.grids_of(g.village.id)
    grid = next((one for one in grids if one.code == request.args.get("grid")), None)
    queue = _queue(grid)
    page = asked_page(PAGE)
    rows, total = checking.waiting(g.village.id, queue, limit=PAGE, offset=page.offset)
    own = kin.kin_of(g.village.id, access.visitor().id)
    chosen: dict[str, Any] = {
        "grid": grid and grid.code,
        "rule": queue.rule_code or None,
        "stage": queue.stage or None,
        "late": 1 if queue.over_age else None,
    }
    return render_template(
        "desk/awards.html",
        rows=rows,
        grid=grid,
        grids=grids,
        queue=queue,
        chosen=chosen,
        by_grid=checking.waiting_by(g.village.id, "grid_id"),
        by_rule=checking.waiting_by(g.village.id, "rule_code"),
        rules={one.code: one for one in all_rules(g.village.id)},
        standing=[checking.why_not(row, access.visitor().id, own) for row in rows],
        late=checking.late_since(),
        ticked=bool(request.args.get("all")),
        **page.pager(total, ".home", **chosen),
    )


def _queue(grid: Grid | None) -> Queue:
    stage = request.args.get("stage", "")
    return Queue(
        grid_ids=frozenset({grid.id}) if grid else None,
        rule_code=request.args.get("rule", ""),
        stage=stage if stage in STAGES else "",
        over_age=bool(request.args.get("late")),
    )


@door.get("/decided")
def decided() -> ResponseReturnValue:
    """What no longer waits, newest first."""
    state = request.args.get("state", "")
    state = state if state in set(State) - {State.FILED} else ""
    page = asked_page(PAGE)
    rows, total = checking.decided(g.village.id, state=state, limit=PAGE, offset=page.offset)
    return render_template(
        "desk/awards_decided.html",
        rows=rows,
        state=state,
        states=[
            State.CHECKED,
            State.PUBLISHED,
            State.BOOKED,
            State.REJECTED,
            State.WITHDRAWN,
            State.REVERSED,
        ],
        **page.pager(total, ".decided", state=state or None),
    )


@door.get("/<uuid:award_id>")
def award(award_id: uuid.UUID) -> ResponseReturnValue:
    """One award with all that is known of it."""
    return _show(award_id, ReasonForm())


def _show(award_id: uuid.UUID, form: ReasonForm, status: int = 200) -> ResponseReturnValue:
    found = checking.get_detail(g.village.id, award_id)
    own = kin.kin_of(g.village.id, access.visitor().id)
    page = render_template(
        "desk/awards_one.html",
        award=found,
        people=checking.people_of(found),
        me=access.visitor().id,
        pictures=photos.photos_of(g.village.id, award_id),
        reminder=reminders.reminder_of(g.village.id, award_id),
        objected=objections.made_against(g.village.id, award_id),
        why_not=checking.why_not(found, access.visitor().id, own),
        own=found.household_id in own,
        form=form,
    )
    return page, status


@door.post("/check")
def check() -> ResponseReturnValue:
    """Approve the ticked awards."""
    ticked = ticked_awards()
    if not ticked:
        return tell_nothing_ticked(url_for(".home"))
    verdicts = checking.check(g.village.id, access.visitor().id, ticked)
    return tell_verdicts(verdicts, gettext("已通过"), url_for(".home"))


@door.post("/reject")
def reject() -> ResponseReturnValue:
    """Turn the ticked awards down, with one reason for all."""
    ticked = ticked_awards()
    if not ticked:
        return tell_nothing_ticked(url_for(".home"))
    form = ReasonForm()
    if not form.validate():
        if len(ticked) == 1:
            return _show(ticked[0], form, 422)
        flash(words.sentence(ReasonMissing()), "bad")
        return go_back(url_for(".home"))
    verdicts = checking.reject(g.village.id, access.visitor().id, ticked, form.reason.data or "")
    return tell_verdicts(verdicts, gettext("已退回"), url_for(".home"))


@door.post("/<uuid:award_id>/reverse")
def reverse(award_id: uuid.UUID) -> ResponseReturnValue:
    """Ask to reverse a booked award, with a reason; a second person confirms."""
    form = ReasonForm()
    if not form.validate():
        return _show(award_id, form, 422)
    reversal.ask_reversal(g.village.id, access.visitor().id, award_id, form.reason.data or "")
    flash(gettext("已提出冲正，要由另一位村委会成员确认。"))
    return redirect(url_for(".award", award_id=award_id), 303)


@door.post("/<uuid:award_id>/reverse/confirm")
def confirm_reversal(award_id: uuid.UUID) -> ResponseReturnValue:
    """Confirm the reversal another asked for."""
    reversal.confirm_reversal(g.village.id, access.visitor().id, award_id)
    flash(gettext("已冲正，台账里加了一条相反的明细。"))
    return redirect(url_for(".award", award_id=award_id), 303)


@door.post("/<uuid:award_id>/reverse/drop")
def drop_reversal(award_id: uuid.UUID) -> ResponseReturnValue:
    """Let the award stand after all."""
    reversal.drop_reversal(g.village.id, access.visitor().id, award_id)
    flash(gettext("不冲正了，这一条照旧有效。"))
    return redirect(url_for(".award", award_id=award_id), 303)


@door.get("/photos/<uuid:photo_id>")
def photo(photo_id: uuid.UUID) -> ResponseReturnValue:
    """A photo, for those who check."""
    photos.get_photo(g.village.id, photo_id)
    return send_photo(photo_id)
