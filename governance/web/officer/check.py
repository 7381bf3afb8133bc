"""The officer's checks (初审): what others recorded in one's own grids, looked at once. Hung on the officer's door."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from governance.affairs.awards import checking, photos
from governance.affairs.awards.checking import Queue
from governance.affairs.awards.refusals import ReasonMissing
from governance.base.errors import NotThere
from governance.web.frame import access, words
from governance.web.frame.pictures import send_photo
from governance.web.frame.verdicts import (
    ReasonForm,
    go_back,
    tell_nothing_ticked,
    tell_verdicts,
    ticked_awards,
)
from governance.web.officer import door

PAGE = 30


def my_queue() -> Queue:
    """What waits for a first look in the officer's grids, and was recorded by others."""
    scorer = access.officer_scorer()
    return Queue(grid_ids=scorer.grid_ids, stage="first", not_by=scorer.staff_id)


@door.context_processor
def waiting_checks() -> dict[str, Any]:
    """How many awards wait for this officer's look: counted only where a page shows it."""
    return {"checks_waiting": lambda: checking.count_waiting(g.village.id, my_queue())}


@door.get("/checks")
def checks() -> ResponseReturnValue:
    """Awards of others that wait for a first look; tick and decide."""
    rows, total = checking.waiting(g.village.id, my_queue(), limit=PAGE)
    return render_template(
        "officer/check.html",
        rows=rows,
        total=total,
        pictures=photos.photos_by_award(g.village.id, [row.id for row in rows]),
        ticked=bool(request.args.get("all")),
        late=checking.late_since(),
    )


@door.post("/checks/approve")
def approve() -> ResponseReturnValue:
    """Approve the ticked awards."""
    return _decide(checking.check, gettext("已通过"))


@door.post("/checks/turn-down")
def turn_down() -> ResponseReturnValue:
    """Turn the ticked awards down, with one reason for all."""
    form = ReasonForm()
    if ticked_awards() and not form.validate():
        flash(words.sentence(ReasonMissing()), "bad")
        return go_back(url_for(".checks"))
    return _decide(checking.reject, gettext("已退回"), form.reason.data or "")


def _decide(verb: Any, done: str, *reason: str) -> ResponseReturnValue:
    ticked = ticked_awards()
    if not ticked:
        return tell_nothing_ticked(url_for(".checks"))
    scorer = access.officer_scorer()
    verdicts = verb(g.village.id, scorer.staff_id, ticked, *reason, field=scorer)
    return tell_verdicts(verdicts, done, url_for(".checks"))


@door.get("/checks/photos/<uuid:photo_id>")
def checked_photo(photo_id: uuid.UUID) -> ResponseReturnValue:
    """A photo of an award that waits for this officer's look."""
    photo = photos.get_photo(g.village.id, photo_id)
    award = checking.find_detail(g.village.id, photo.award_id) if photo.award_id else None
    grids = access.officer_scorer().grid_ids
    if (
        award is None
        or award.state != "filed"
        or (grids is not None and award.grid_id not in grids)
    ):
        raise NotThere
    return send_photo(photo_id)
