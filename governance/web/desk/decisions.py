"""What an adopted rulebook stands on: the decision as it is told, filed with the township, its signed page."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import DateField

from governance.base import clock
from governance.base.errors import BadInput, NotThere
from governance.village import decisions
from governance.village.decisions import MEETING_NAMES, Decision, MeetingKind
from governance.village.rules import drafts
from governance.village.rules.drafts import RuleSet
from governance.web.desk.drafts import door
from governance.web.desk.rules import door as rules_door
from governance.web.frame.forms import Form, required
from governance.web.frame.pictures import send_photo
from governance.web.frame.words import gettext, sentence


class FiledForm(Form):
    """When the township was given the decision."""

    filed_on = DateField(_l("报乡镇备案日期"), [required()])


@door.context_processor
@rules_door.context_processor
def words_of_decisions() -> dict[str, Any]:
    """How the desks of the rules tell a decision."""
    return {
        "decision_of": decision_of,
        "meeting_names": {one.value: MEETING_NAMES[one] for one in MeetingKind},
        "filed_form": lambda: FiledForm(formdata=None, filed_on=clock.today()),
    }


def decision_of(passed: RuleSet) -> Decision | None:
    """The decision an adopted set stands on; those of 0.1.0 have none."""
    if passed.decision_id is None:
        return None
    return decisions.get_decision(passed.village_id, passed.decision_id)


@door.post("/<uuid:set_id>/filed")
def filed(set_id: uuid.UUID) -> ResponseReturnValue:
    """Note the day on which the decision was filed with the township."""
    form, decision = FiledForm(), _decision(set_id)
    if not form.validate():
        flash(gettext("请填写报备的日期。"), "bad")
        return redirect(url_for(".one", set_id=set_id), 303)
    try:
        decisions.file_decision(g.village.id, decision.id, form.filed_on.data)
    except BadInput as refusal:
        flash(sentence(refusal), "bad")
    else:
        flash(gettext("已登记报备日期。"))
    return redirect(url_for(".one", set_id=set_id), 303)


@door.get("/<uuid:set_id>/signed-page")
def signed_page(set_id: uuid.UUID) -> ResponseReturnValue:
    """The photo of the minutes' signed page."""
    paper_id = _decision(set_id).paper_id
    if paper_id is None:
        raise NotThere
    return send_photo(paper_id)


def _decision(set_id: uuid.UUID) -> Decision:
    found = decision_of(drafts.get_set(g.village.id, set_id))
    if found is None:
        raise NotThere
    return found
