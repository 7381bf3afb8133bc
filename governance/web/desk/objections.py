"""The objection desk (异议): what households disagree with, and the answers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import Optional

from governance.affairs.awards import checking
from governance.affairs.publicity import answering, objections
from governance.affairs.publicity.answering import AlreadyAnswered, Answer, NotAppealed, Remedy
from governance.affairs.publicity.objecting import LONGEST
from governance.affairs.publicity.objections import ObjectionState
from governance.base import clock
from governance.base.errors import BadInput, Conflict
from governance.village.rules import rulebook
from governance.village.staff import Role
from governance.web.desk import make_desk
from governance.web.frame import access, words
from governance.web.frame.forms import Form, SignedField, at_most, chosen, required
from governance.web.frame.pages import asked_page

door = make_desk("objections", __name__, "/objections", readable=("home", "objection"))
PAGE = 50


class AnswerForm(Form):
    """Upheld or dismissed, why, and what is recorded instead."""

    outcome = RadioField(_l("答复"), [chosen()])
    reasons = TextAreaField(_l("理由"), [required(), at_most(LONGEST)])
    rule = SelectField(_l("按哪条细则改记、补记（可以不选）"))
    points = SignedField(_l("几分（分值固定的不用填）"), [Optional()])

    def __init__(self, *arguments: Any, **values: Any):
        """Offer the rules of today that ask neither for a photo nor for a reminder."""
        super().__init__(*arguments, **values)
        self.outcome.choices = [("upheld", gettext("成立")), ("dismissed", gettext("不成立"))]
        offered = [
            one
            for one in rulebook.rules_in_force(g.village.id)
            if not (one.wants_photo or one.reminds)
        ]
        self.rule.choices = [
            ("", _l("不改记、不补记")),
            *((str(one.id), _named(one)) for one in offered),
        ]

    def answer(self) -> Answer:
        """What was decided."""
        remedy = Remedy(uuid.UUID(self.rule.data), self.points.data) if self.rule.data else None
        return Answer(self.outcome.data == "upheld", self.reasons.data or "", remedy)


def _named(rule: rulebook.Rule) -> str:
    return f"{rule.code} {rule.behaviour} {words.points_text(rule.points_min, rule.points_max)}"


@door.get("/")
def home() -> ResponseReturnValue:
    """Undecided objections by their day, then the answered ones."""
    page = asked_page(PAGE)
    rows, total = objections.listed(g.village.id, limit=PAGE, offset=page.offset)
    return render_template(
        "desk/objections.html",
        rows=rows,
        days_left=objections.days_left,
        waiting=objections.count_open(g.village.id),
        late=objections.overdue([g.village.id]).get(g.village.id, 0),
        **page.pager(total, ".home"),
    )


@door.get("/<uuid:objection_id>")
def objection(objection_id: uuid.UUID) -> ResponseReturnValue:
    """One objection with the award, its history, and the form to answer."""
    return show(objection_id, AnswerForm(formdata=None))


@door.post("/<uuid:objection_id>/decide")
def decide(objection_id: uuid.UUID) -> ResponseReturnValue:
    """The committee's answer."""
    return take_answer(objection_id, answering.decide)


@door.post("/<uuid:objection_id>/appeal")
def appeal(objection_id: uuid.UUID) -> ResponseReturnValue:
    """Bring it before the supervision committee for a household that came to say so."""
    found = objections.get_objection(g.village.id, objection_id)
    answering.appeal(g.village.id, found.household_id, objection_id)
    flash(gettext("已代农户提请村务监督委员会。"))
    return redirect(url_for(".objection", objection_id=objection_id), 303)


def take_answer(objection_id: uuid.UUID, decide_: Callable[..., Any]) -> ResponseReturnValue:
    """Pass the form's answer on; what refuses it, or its remedy, is told beside what was typed."""
    form = AnswerForm()
    if form.validate():
        try:
            decide_(g.village.id, access.visitor().id, objection_id, form.answer())
        except (AlreadyAnswered, NotAppealed):
            raise
        except (BadInput, Conflict) as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("已答复，农户在自己的页面上看得到。"))
            return redirect(url_for("objections.objection", objection_id=objection_id), 303)
    return show(objection_id, form)


def show(objection_id: uuid.UUID, form: AnswerForm) -> ResponseReturnValue:
    """The page of an objection, with the form for whoever's turn it is."""
    found = objections.get_detail(g.village.id, objection_id)
    last = answering.last_day_to_appeal(found)
    roles = {post.role for post in g.posts}
    award = checking.get_detail(g.village.id, found.award_id) if found.award_id else None
    page = render_template(
        "desk/objections_one.html",
        one=found,
        award=award,
        people=objections.people_of(found) | (checking.people_of(award) if award else {}),
        left=objections.days_left(found),
        due=objections.due_day(found),
        form=form,
        decide_at=_decide_at(found, roles),
        why_not=answering.why_not(found, access.visitor().id),
        appeal_until=last if last and clock.today() <= last and Role.COMMITTEE in roles else None,
    )
    return page, form.http_status


def _decide_at(found: Any, roles: set[Role]) -> str:
    """Where the visitor's answer is sent; nowhere while it is somebody else's turn."""
    turn = {
        ObjectionState.OPEN.value: (Role.COMMITTEE, "objections.decide"),
        ObjectionState.APPEALED.value: (Role.SUPERVISOR, "appeals.decide"),
    }
    role, endpoint = turn.get(found.state, (None, ""))
    return url_for(endpoint, objection_id=found.id) if role in roles else ""
