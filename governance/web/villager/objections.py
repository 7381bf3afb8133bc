"""The household's objections (我家的异议): to object, to read the answer, to turn to the supervision committee."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField

from governance.affairs.publicity import answering, objecting, objections
from governance.affairs.publicity.objecting import LONGEST, MISSING, AlreadyObjected, Subject, Thing
from governance.base import clock
from governance.base.database import new_id
from governance.base.errors import BadInput, Conflict
from governance.base.text import long_whole, whole
from governance.web.frame import words
from governance.web.frame.forms import Form, at_most, required
from governance.web.villager import door


class ObjectionForm(Form):
    """What is wrong, in the household's own words."""

    key = HiddenField()
    words = TextAreaField(_l("哪里不对"), [required(), at_most(LONGEST)])

    def id(self) -> uuid.UUID:
        """The id the page was made with: sent twice it is one objection."""
        try:
            return uuid.UUID(self.key.data or "")
        except ValueError:
            return new_id()


class AppealForm(Form):
    """Why the answer is not accepted; nothing has to be written."""

    words = TextAreaField(_l("为什么不同意（可以不写）"), [at_most(LONGEST)])


@door.get("/objections", endpoint="objections")
def home() -> ResponseReturnValue:
    """What the household objected to, with the answers, and what it might object to besides its passbook."""
    village_id, household_id = g.village.id, g.household.id
    return render_template(
        "villager/objections.html",
        mine=objections.made_by(village_id, household_id),
        theirs=objections.made_about(village_id, household_id),
        ended=objecting.ended_awards(village_id, household_id),
    )


@door.route("/objections/new", methods=["GET", "POST"], endpoint="object")
def file_objection() -> ResponseReturnValue:
    """Object to what the address names: ?award=, ?line=, ?notice=&position=; to nothing: something is missing."""
    thing, form = asked_thing(), ObjectionForm()
    subject = objecting.find_subject(g.village.id, g.household.id, thing)
    earlier = objecting.find_earlier(g.village.id, g.household.id, subject)
    if earlier and request.method == "GET":
        return _to_the_first(earlier)
    if form.validate_on_submit():
        try:
            made = objecting.file_objection(
                g.village.id, g.household.id, thing, form.words.data or "", objection_id=form.id()
            )
        except AlreadyObjected as refusal:
            return _to_the_first(refusal)
        except (BadInput, Conflict) as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("异议已提出，村委会在 %(day)s 前答复。", day=words.day_text(made.due_on)))
            return redirect(url_for(".objection", objection_id=made.id), 303)
    return _ask(form, subject)


def _ask(form: ObjectionForm, subject: Subject | None) -> ResponseReturnValue:
    form.key.data = form.key.data or str(new_id())
    page = render_template("villager/objections_file.html", form=form, subject=subject)
    return page, form.http_status


def _to_the_first(refusal: AlreadyObjected) -> ResponseReturnValue:
    """Where the household has objected already, its page says how that stands."""
    flash(words.sentence(refusal), "bad")
    return redirect(url_for(".objection", objection_id=refusal.objection_id), 303)


def asked_thing() -> Thing:
    """What the page's address names. Raises NothingToObjectTo where nothing like it can be."""
    named = {
        name: request.args[name]
        for name in ("award", "line", "notice", "position")
        if name in request.args
    }
    try:
        if not named:
            return MISSING
        if set(named) == {"award"}:
            return Thing(award_id=uuid.UUID(named["award"]))
        if set(named) == {"line"}:
            return Thing(line_seq=long_whole(named["line"]))
        if set(named) == {"notice", "position"}:
            return Thing(notice_id=uuid.UUID(named["notice"]), position=whole(named["position"]))
    except ValueError:
        pass
    raise objecting.NothingToObjectTo


@door.get("/objections/<uuid:objection_id>")
def objection(objection_id: uuid.UUID) -> ResponseReturnValue:
    """One objection of the household, its answer, and the way to the supervision committee."""
    return _show(objection_id, AppealForm(formdata=None))


@door.post("/objections/<uuid:objection_id>/appeal")
def appeal(objection_id: uuid.UUID) -> ResponseReturnValue:
    """Turn to the supervision committee."""
    form = AppealForm()
    if form.validate():
        with form.refusing():
            made = answering.appeal(
                g.village.id, g.household.id, objection_id, form.words.data or ""
            )
            _tell_appeal(made)
            return redirect(url_for(".objection", objection_id=objection_id), 303)
    return _show(objection_id, form)


def _tell_appeal(made: objections.Objection) -> None:
    assert made.final_due_on is not None
    day = words.day_text(made.final_due_on)
    flash(gettext("已提请村务监督委员会，%(day)s 前作最后决定。", day=day))


def _show(objection_id: uuid.UUID, form: AppealForm) -> ResponseReturnValue:
    found = objections.get_detail(g.village.id, objection_id)
    if found.household_id != g.household.id:
        raise objections.UnknownObjection
    last = answering.last_day_to_appeal(found)
    page = render_template(
        "villager/objections_one.html",
        one=found,
        form=form,
        left=objections.days_left(found),
        appeal_until=last if last and clock.today() <= last else None,
    )
    return page, form.http_status
