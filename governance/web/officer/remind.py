"""The officer's reminders: say what is wrong and until when; come back, and see whether it was put right."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField

from governance.affairs.awards import reminders, reminding, settling
from governance.affairs.awards.items import LONGEST_NOTE
from governance.affairs.awards.reminders import Reminder, Wanted
from governance.affairs.awards.reminding import AlreadyReminded
from governance.affairs.field.doorstep import Doorstep
from governance.base import clock
from governance.base.database import new_id
from governance.base.errors import BadInput
from governance.village.rules import rulebook
from governance.village.rules.rulebook import Rule
from governance.web.frame import access, reminder_page, words
from governance.web.frame.forms import Form, PhotoField, at_most, required
from governance.web.frame.once import as_first_sent, once_of
from governance.web.frame.pictures import data_of, keep_photo
from governance.web.frame.reminder_page import Acts, award_id_of
from governance.web.officer import door
from governance.web.officer.household import doorstep, why_not

DUE = 20  # shown on the officer's first page


class RemindForm(Form):
    """What was seen and where; a photo if somebody likes. `once` makes a second tap the same tap."""

    once = HiddenField()
    note = TextAreaField(_l("看到了什么、在哪里（必填）"), [required(), at_most(LONGEST_NOTE)])
    photo = PhotoField(_l("照片"))


@door.context_processor
def _due() -> dict[str, Any]:
    """The first page asks for the reminders that are due."""
    return {"reminders_due": reminders_due}


def reminders_due() -> Any:
    """The open reminders of the officer's grids whose last day has come or is past."""
    wanted = Wanted(grid_ids=access.officer_scorer().grid_ids, until=clock.today())
    return reminders.listed(g.village.id, wanted, limit=DUE)[0]


@door.route("/household/<uuid:household_id>/remind/<uuid:rule_id>", methods=["GET", "POST"])
def remind(household_id: uuid.UUID, rule_id: uuid.UUID) -> ResponseReturnValue:
    """A rule that reminds first: say what is wrong; the deadline follows from the rule."""
    found, rule = doorstep(household_id), rulebook.get_rule(g.village.id, rule_id)
    if not rule.reminds:
        return redirect(url_for(".rule", household_id=household_id, rule_id=rule_id))
    form = RemindForm()
    if form.validate_on_submit():
        try:
            return _reminded(_remind(found, rule, form))
        except (BadInput, AlreadyReminded) as refusal:
            form.refuse(refusal)
            return _ask(found, rule, form, refusal.status)
    if request.method == "GET":
        if first := reminders.find_open(g.village.id, found.id, rule.code):
            return redirect(url_for(".reminder", reminder_id=first.id), 303)
        form.once.data = str(new_id())
    return _ask(found, rule, form, form.http_status)


def _ask(found: Doorstep, rule: Rule, form: RemindForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "officer/remind.html",
        household=found,
        rule=rule,
        form=form,
        deadline=reminding.deadline_of(rule),
        bonus=reminders.bonus_rule(g.village.id),
        why_not=why_not(found),
    )
    return page, status


def _remind(found: Doorstep, rule: Rule, form: RemindForm) -> Reminder:
    """Each tap tells its own time of seeing: one that was tapped before takes the first one's."""
    reminder_id = uuid.uuid5(once_of(form.once.data), f"{found.id}:{rule.id}:remind")
    pictures = keep_photo(reminder_id, data_of(form.photo))
    told = (access.officer_scorer(), reminder_id, found.id, rule.id, form.note.data or "")
    return as_first_sent(
        lambda at: reminding.remind(*told, at, pictures),
        lambda: reminders.get_reminder(g.village.id, reminder_id).seen_at,
    )


def _reminded(made: Reminder) -> ResponseReturnValue:
    flash(
        gettext(
            "提醒单〔%(year)s〕%(number)s 号已发。请告诉这一户：%(deadline)s以前改好。",
            year=made.year,
            number=made.number,
            deadline=words.day_text(made.deadline),
        )
    )
    return redirect(url_for(".household", household_id=made.household_id), 303)


@door.get("/reminders/<uuid:reminder_id>")
def reminder(reminder_id: uuid.UUID) -> ResponseReturnValue:
    """One reminder, and what can be done with it now."""
    return _show(reminder_id, Acts())


def _show(reminder_id: uuid.UUID, acts: Acts, status: int = 200) -> ResponseReturnValue:
    found = reminders.get_detail(g.village.id, reminder_id)
    home = doorstep(found.household_id)
    acts.show(found)
    page = render_template(
        "officer/remind_one.html",
        acts=acts,
        why_not=why_not(home),
        mine=found.filed_by == access.visitor().id,
        **reminder_page.page_values(g.village.id, found),
    )
    return page, status


@door.post("/reminders/<uuid:reminder_id>/correct")
def correct_reminder(reminder_id: uuid.UUID) -> ResponseReturnValue:
    """It was put right."""
    acts = Acts("correct")
    form = acts.correct
    if not form.validate():
        return _show(reminder_id, acts, 422)
    try:
        award_id = award_id_of(reminder_id, "correct")
        pictures = keep_photo(award_id, data_of(form.photo))
        scorer, note = access.officer_scorer(), form.note.data or ""
        settled = settling.correct(scorer, reminder_id, award_id, pictures, note)
    except BadInput as refusal:
        form.refuse(refusal)
        return _show(reminder_id, acts, refusal.status)
    return _done(settled)


@door.post("/reminders/<uuid:reminder_id>/deduct")
def deduct_reminder(reminder_id: uuid.UUID) -> ResponseReturnValue:
    """It was not put right, and the time is over."""
    return reminder_page.deduct(access.officer_scorer(), reminder_id, _show, _done)


@door.post("/reminders/<uuid:reminder_id>/withdraw")
def withdraw_reminder(reminder_id: uuid.UUID) -> ResponseReturnValue:
    """Given by mistake."""
    acts = Acts("withdraw")
    form, by = acts.withdraw, access.visitor().id
    if not form.validate():
        return _show(reminder_id, acts, 422)
    doorstep(reminders.get_reminder(g.village.id, reminder_id).household_id)
    gone = reminding.withdraw_reminder(
        g.village.id, by, reminder_id, form.reason.data or "", own_only=True
    )
    flash(gettext("提醒单已撤销，这一户不用再管它。"))
    return redirect(url_for(".household", household_id=gone.household_id), 303)


def _done(settled: settling.Settled) -> ResponseReturnValue:
    flash(reminder_page.told(settled))
    return redirect(url_for(".household", household_id=settled.reminder.household_id), 303)
