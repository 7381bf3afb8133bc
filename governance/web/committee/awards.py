"""The award desk (审核): what waits for a check, what was decided, and the reversal of what was booked."""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from governance.affairs import photos, reversal, review
from governance.affairs.awards import State
from governance.affairs.refusals import LONGEST_REASON, ReasonMissing
from governance.affairs.review import Queue, Verdict
from governance.base.errors import BadInput
from governance.village import places
from governance.village.households import code_of
from governance.village.places import Grid
from governance.village.rulebook import all_rules
from governance.web import access, words
from governance.web.committee.desk import make_desk, page_number
from governance.web.forms import Form, at_most, required

door = make_desk("awards", __name__, "/awards")
PAGE = 50
STAGES = ("first", "second")


class ReasonForm(Form):
    """A no, or a reversal, with its reason."""

    reason = TextAreaField(_l("理由"), [required(), at_most(LONGEST_REASON)])


@door.get("/")
def home() -> Any:
    """Waiting awards, oldest first, by grid, rule, check and age; tick and decide."""
    grids = places.grids_of(g.village.id)
    grid = next((one for one in grids if one.code == request.args.get("grid")), None)
    queue = _queue(grid)
    page = page_number()
    rows, total = review.waiting(g.village.id, queue, limit=PAGE, offset=(page - 1) * PAGE)
    chosen: dict[str, Any] = {
        "grid": grid and grid.code, "rule": queue.rule_code or None, "stage": queue.stage or None,
        "late": 1 if queue.over_age else None,
    }  # fmt: skip
    return render_template(
        "desk/awards.html",
        rows=rows, total=total, page=page, size=PAGE, grid=grid, grids=grids, queue=queue,
        chosen=chosen,
        by_grid=review.waiting_by(g.village.id, "grid_id"),
        by_rule=review.waiting_by(g.village.id, "rule_code"),
        rules={one.code: one for one in all_rules(g.village.id)},
        standing=[review.why_not(row, access.visitor().id) for row in rows],
        late=review.late_since(),
        ticked=bool(request.args.get("all")),
        page_link=lambda number: url_for(".home", page=number, **chosen),
    )  # fmt: skip


def _queue(grid: Grid | None) -> Queue:
    stage = request.args.get("stage", "")
    return Queue(
        grid_ids=frozenset({grid.id}) if grid else None,
        rule_code=request.args.get("rule", ""),
        stage=stage if stage in STAGES else "",
        over_age=bool(request.args.get("late")),
    )


@door.get("/decided")
def decided() -> Any:
    """What no longer waits, newest first."""
    state = request.args.get("state", "")
    state = state if state in set(State) - {State.FILED} else ""
    page = page_number()
    rows, total = review.decided(g.village.id, state=state, limit=PAGE, offset=(page - 1) * PAGE)
    return render_template(
        "desk/awards_decided.html",
        rows=rows, total=total, page=page, size=PAGE, state=state,
        states=[State.CHECKED, State.PUBLISHED, State.BOOKED, State.REJECTED, State.WITHDRAWN, State.REVERSED],
        page_link=lambda number: url_for(".decided", state=state or None, page=number),
    )  # fmt: skip


@door.get("/<uuid:award_id>")
def award(award_id: uuid.UUID) -> Any:
    """One award with all that is known of it."""
    return _show(award_id, ReasonForm())


def _show(award_id: uuid.UUID, form: ReasonForm, status: int = 200) -> Any:
    found = review.get_detail(g.village.id, award_id)
    page = render_template(
        "desk/award.html",
        award=found,
        people=review.people_of(found),
        me=access.visitor().id,
        pictures=photos.photos_of(g.village.id, award_id),
        why_not=review.why_not(found, access.visitor().id),
        form=form,
    )
    return page, status


@door.post("/check")
def check() -> Any:
    """Approve the ticked awards."""
    ticked = _ticked()
    if not ticked:
        return _nothing_ticked()
    return _tell(review.check(g.village.id, access.visitor().id, ticked), gettext("已通过"))


@door.post("/reject")
def reject() -> Any:
    """Turn the ticked awards down, with one reason for all."""
    ticked = _ticked()
    if not ticked:
        return _nothing_ticked()
    form = ReasonForm()
    if not form.validate():
        if len(ticked) == 1:
            return _show(ticked[0], form, 422)
        flash(words.sentence(ReasonMissing()), "bad")
        return _back()
    verdicts = review.reject(g.village.id, access.visitor().id, ticked, form.reason.data or "")
    return _tell(verdicts, gettext("已退回"))


@door.post("/<uuid:award_id>/reverse")
def reverse(award_id: uuid.UUID) -> Any:
    """Ask to reverse a booked award, with a reason; a second person confirms."""
    form = ReasonForm()
    if not form.validate():
        return _show(award_id, form, 422)
    reversal.ask_reversal(g.village.id, access.visitor().id, award_id, form.reason.data or "")
    flash(gettext("已提出冲正，要由另一位村委会成员确认。"))
    return redirect(url_for(".award", award_id=award_id), 303)


@door.post("/<uuid:award_id>/reverse/confirm")
def confirm_reversal(award_id: uuid.UUID) -> Any:
    """Confirm the reversal another asked for."""
    reversal.confirm_reversal(g.village.id, access.visitor().id, award_id)
    flash(gettext("已冲正，台账里加了一条相反的明细。"))
    return redirect(url_for(".award", award_id=award_id), 303)


@door.post("/<uuid:award_id>/reverse/drop")
def drop_reversal(award_id: uuid.UUID) -> Any:
    """Let the award stand after all."""
    reversal.drop_reversal(g.village.id, access.visitor().id, award_id)
    flash(gettext("不冲正了，这一条照旧有效。"))
    return redirect(url_for(".award", award_id=award_id), 303)


@door.get("/photos/<uuid:photo_id>")
def photo(photo_id: uuid.UUID) -> Any:
    """A photo, for those who check."""
    photos.get_photo(g.village.id, photo_id)
    path = photos.file_of(current_app.config["DATA_DIR"], g.village.id, photo_id)
    return send_file(path, mimetype="image/jpeg")


def _ticked() -> list[uuid.UUID]:
    """The ticked awards. Raises BadInput where an id was made up."""
    try:
        ticked = [uuid.UUID(one) for one in request.form.getlist("award")]
    except ValueError:
        raise BadInput from None
    return ticked


def _tell(verdicts: list[Verdict], done: str) -> Any:
    """One refused award is told as a page; among many, each refused one is named."""
    refused = [verdict for verdict in verdicts if verdict.error]
    if len(verdicts) == 1 and verdicts[0].error:
        raise verdicts[0].error
    good = len(verdicts) - len(refused)
    if good:
        flash(gettext("%(done)s %(count)s 条。", done=done, count=good))
    for verdict in refused:
        flash(_refused(verdict), "bad")
    return _back()


def _nothing_ticked() -> Any:
    flash(gettext("请先勾选要办理的记分。"), "bad")
    return _back()


def _back() -> Any:
    return redirect(access.local_path(request.form.get("back")) or url_for(".home"), 303)


def _refused(verdict: Verdict) -> str:
    assert verdict.error is not None
    found = review.find_detail(g.village.id, verdict.award_id)
    what = f"{code_of(found.group_no, found.number)} {found.behaviour}" if found else ""
    return f"{what}：{words.sentence(verdict.error)}"
