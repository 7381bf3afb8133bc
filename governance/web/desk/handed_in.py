"""Handed items at the award desk (待定事项): what officers handed in, decided by a person who is not the officer."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from governance.affairs.awards import photos
from governance.affairs.field import deciding, handed_in
from governance.affairs.field.handed_in import HandedInState
from governance.affairs.field.inspecting import RECORDED
from governance.base.errors import HemeiError
from governance.village.checklists.wording import scenes_of, texts_of
from governance.village.households import code_of
from governance.web.desk import make_desk
from governance.web.frame import access, words
from governance.web.frame.pages import asked_page
from governance.web.frame.verdicts import ReasonForm

door = make_desk("held", __name__, "/held", readable=("home", "one"), part_of="awards")
PAGE = 50


@door.app_context_processor
def _waiting() -> dict[str, Any]:
    """The award desk's tabs say how many items wait."""
    return {"held_waiting": lambda: handed_in.count_handed_in(g.village.id), "held_what": what_text}


@door.get("/")
def home() -> ResponseReturnValue:
    """What waits for a decision, oldest first; and what was decided."""
    page = asked_page(PAGE)
    rows, total = handed_in.listed(
        g.village.id, (HandedInState.HELD,), limit=PAGE, offset=page.offset
    )
    settled, _ = handed_in.listed(
        g.village.id, (HandedInState.ACCEPTED, HandedInState.DROPPED), limit=PAGE
    )
    return render_template(
        "desk/handed_in.html",
        rows=rows,
        settled=settled,
        whose=whose,
        why_text=handed_in.why_text,
        **page.pager(total, ".home"),
    )


@door.get("/<uuid:handed_id>")
def one(handed_id: uuid.UUID) -> ResponseReturnValue:
    """One handed item: let it count, or not."""
    return _show(handed_id, ReasonForm())


def _show(handed_id: uuid.UUID, form: ReasonForm, status: int = 200) -> ResponseReturnValue:
    row = handed_in.get_listed(g.village.id, handed_id)
    page = render_template(
        "desk/handed_in_one.html",
        row=row,
        form=form,
        whose=whose,
        why_text=handed_in.why_text,
        found=texts_of(scenes_of(row.scenes), row.item["findings"]) if row.scenes else [],
        partial=deciding.is_partial(row, access.visitor().id),
        award_id=handed_in.award_of(row),
        pictures=photos.find_photos(
            g.village.id, map(uuid.UUID, row.item.get("photos") or []), row.filed_by
        ),
    )
    return page, status


@door.post("/<uuid:handed_id>/accept")
def accept(handed_id: uuid.UUID) -> ResponseReturnValue:
    """Let it count: it goes into the next notice."""
    try:
        outcome = deciding.accept(g.village.id, access.visitor().id, handed_id)
    except HemeiError as refusal:
        if refusal.status != 422 and not isinstance(refusal, deciding.HandedInSettled):
            raise
        flash(words.sentence(refusal), "bad")
        return redirect(url_for(".one", handed_id=handed_id), 303)
    if outcome.state == RECORDED:
        flash(gettext("已采纳，检查结果记上了。"))
    elif outcome.state == "filed":
        flash(gettext("已采纳，还要另一个人复核。"))
    else:
        flash(gettext("已采纳，列入下一期公示。"))
    return redirect(url_for(".home"), 303)


@door.post("/<uuid:handed_id>/drop")
def drop(handed_id: uuid.UUID) -> ResponseReturnValue:
    """Let it not count, with a reason."""
    form = ReasonForm()
    if not form.validate():
        return _show(handed_id, form, 422)
    deciding.drop(g.village.id, access.visitor().id, handed_id, form.reason.data or "")
    flash(gettext("已登记为不采纳，记录人会看到理由。"))
    return redirect(url_for(".home"), 303)


def whose(row: Any) -> str:
    """The household or public place a handed item is about."""
    return row.place or (f"{code_of(row.group_no, row.number)} {row.head}" if row.head else "")


def what_text(row: Any) -> str:
    """The rule or the checklist of a handed item."""
    return row.behaviour or row.title or ""
