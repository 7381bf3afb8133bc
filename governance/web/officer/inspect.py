"""The officer's inspections without JavaScript: tick what is wrong, scene by scene; the score computes itself. Hung on the officer's door."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from governance.affairs.awards.items import Inspected, Outcome
from governance.affairs.awards.refusals import NotYourPlace
from governance.affairs.field import inspecting, inspections
from governance.affairs.field.inspecting import RECORDED
from governance.base import clock
from governance.base.database import AnyRow, new_id
from governance.village import publicplaces
from governance.village.checklists import lists
from governance.village.checklists.lists import Checklist
from governance.village.checklists.wording import Target
from governance.web.frame import access, words
from governance.web.frame.forms import Form, PhotoField
from governance.web.frame.once import as_first_sent, once_of
from governance.web.frame.pictures import data_of, keep_photo
from governance.web.officer import door
from governance.web.officer.household import doorstep, why_not


class InspectForm(Form):
    """The findings are plain ticks; `once` makes a second tap the same tap."""

    once = HiddenField()
    consent = BooleanField(_l("这一户同意看室内"))
    photo = PhotoField(_l("照片"))


@door.context_processor
def _inspectable() -> dict[str, Any]:
    """The household's page and the first page offer what can be inspected."""
    return {"checklists_for": checklists_for, "places_to_inspect": places_to_inspect}


def checklists_for(households: bool) -> Sequence[AnyRow]:
    """Id and title of the checklists in force for households, or for public places."""
    return lists.titles_in_force(g.village.id, Target.HOUSEHOLD if households else Target.PUBLIC)


def places_to_inspect() -> Any:
    """The public places of the officer's grids."""
    return publicplaces.public_places(g.village.id, access.officer_scorer().grid_ids)


@door.route("/household/<uuid:household_id>/inspect/<uuid:sheet_id>", methods=["GET", "POST"])
def inspect(household_id: uuid.UUID, sheet_id: uuid.UUID) -> ResponseReturnValue:
    """Inspect a household."""
    found = doorstep(household_id)
    back = url_for(".household", household_id=household_id)
    return _inspect(found.id, sheet_id, f"{found.code} {found.head}", back, why_not(found))


@door.route("/place/<uuid:public_place_id>/inspect/<uuid:sheet_id>", methods=["GET", "POST"])
def inspect_place(public_place_id: uuid.UUID, sheet_id: uuid.UUID) -> ResponseReturnValue:
    """Inspect a public place."""
    place = publicplaces.get_public_place(g.village.id, public_place_id)
    grids = access.officer_scorer().grid_ids
    if grids is not None and place.grid_id not in grids:
        raise NotYourPlace
    return _inspect(place.id, sheet_id, place.name, url_for(".home"), "")


def _inspect(
    place_id: uuid.UUID, sheet_id: uuid.UUID, name: str, back: str, no: str
) -> ResponseReturnValue:
    checklist, form = lists.get_checklist(g.village.id, sheet_id), InspectForm()
    last = inspections.last_results(g.village.id, [place_id]).get(place_id, {}).get(checklist.code)
    ticked = request.form.getlist("finding")
    if form.validate_on_submit():
        with form.refusing():
            outcome = _record(_seen(place_id, checklist, ticked, form))
            flash(_told(checklist, outcome))
            return redirect(back, 303)
    if request.method == "GET":
        form.once.data, ticked = str(new_id()), last.findings if last else []
    page = render_template(
        "officer/inspect.html",
        form=form,
        checklist=checklist,
        name=name,
        back=back,
        why_not=no,
        last=last,
        ticked=ticked,
    )
    return page, 422 if form.errors or form.form_errors else 200


def _seen(
    place_id: uuid.UUID, checklist: Checklist, ticked: list[str], form: InspectForm
) -> Inspected:
    inspection_id = uuid.uuid5(once_of(form.once.data), f"{place_id}:{checklist.id}:inspect")
    return Inspected(
        id=inspection_id,
        place_id=place_id,
        sheet_id=checklist.id,
        seen_at=clock.now(),
        findings=tuple(ticked),
        consent=bool(form.consent.data),
        photos=keep_photo(inspection_id, data_of(form.photo)),
    )


def _record(seen: Inspected) -> Outcome:
    scorer = access.officer_scorer()
    return as_first_sent(
        lambda at: inspecting.record_one(scorer, replace(seen, seen_at=at)),
        lambda: inspections.get_result(g.village.id, seen.id).seen_at,
    )


def _told(checklist: Checklist, outcome: Outcome) -> str:
    found = inspections.get_result(g.village.id, outcome.id)
    told: str = gettext("检查已记上。")
    if checklist.full:
        told = gettext("检查已记上，得 %(score)s 分。", score=found.score)
    if outcome.state != RECORDED:
        told += gettext(
            "按细则%(points)s，%(state)s。",
            points=words.signed(outcome.points or 0),
            state=words.name_of("state", outcome.state or ""),
        )
    if found.reminder_id:
        told += gettext("已发提醒单，请告诉这一户。")
    return told
