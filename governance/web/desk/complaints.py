"""The desk of complaints and suggestions (投诉建议): both committees read them, and either answers, once."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from governance.affairs.oversight import complaints
from governance.affairs.oversight.complaints import LONGEST, SHORTEST, Complaint
from governance.base import clock
from governance.village import staff
from governance.village.staff import Role
from governance.web.desk import make_desk
from governance.web.frame import access
from governance.web.frame.forms import Form, required, strip
from governance.web.frame.pages import asked_page

# What is said may be about the committee: the supervision committee answers as well.
door = make_desk(
    "complaints",
    __name__,
    "/complaints",
    readable=("home", "complaint"),
    acting=(Role.COMMITTEE, Role.SUPERVISOR),
)
PAGE = 50


class AnswerForm(Form):
    """The answer, given once."""

    answer = TextAreaField(
        _l("答复"),
        [required(), Length(SHORTEST, LONGEST, _l("请写 %(min)d 到 %(max)d 个字。"))],
        filters=[strip],
        render_kw={"rows": 5},
    )


@door.get("/")
def home() -> ResponseReturnValue:
    """What waits for an answer, the oldest first; below it what was answered, by pages."""
    page = asked_page(PAGE)
    waiting, count = complaints.unanswered(g.village.id, limit=PAGE * 4)
    done, total = complaints.answered(g.village.id, limit=PAGE, offset=page.offset)
    return render_template(
        "desk/complaints.html",
        waiting=waiting,
        count=count,
        done=done,
        age=lambda made_at: (clock.today() - clock.local_date(made_at)).days,
        mask=complaints.mask_contact,
        **page.pager(total, ".home"),
    )


@door.get("/<uuid:complaint_id>")
def complaint(complaint_id: uuid.UUID) -> ResponseReturnValue:
    """One complaint, its whole contact, and the way to answer it."""
    return _show(complaints.get_complaint(g.village.id, complaint_id), AnswerForm())


@door.post("/<uuid:complaint_id>")
def answer(complaint_id: uuid.UUID) -> ResponseReturnValue:
    """Answer it."""
    found, form = complaints.get_complaint(g.village.id, complaint_id), AnswerForm()
    if form.validate():
        with form.refusing():
            complaints.answer_complaint(
                g.village.id, access.visitor().id, complaint_id, form.answer.data or ""
            )
            flash(gettext("已答复，对方用编号可以查到。"))
            return redirect(url_for(".home"), 303)
    return _show(found, form)


def _show(found: Complaint, form: AnswerForm) -> ResponseReturnValue:
    answerer = staff.get_staff(found.answered_by) if found.answered_by else None
    page = render_template("desk/complaints_one.html", found=found, form=form, answerer=answerer)
    return page, form.http_status
