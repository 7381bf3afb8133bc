"""The complaint entrance (投诉建议), for everybody, without signing in: write, get a number, read the answer."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from governance.affairs.oversight.complaints import (
    LONGEST,
    LONGEST_CONTACT,
    SHORTEST,
    get_numbered,
    make_complaint,
)
from governance.base.database import new_id
from governance.base.errors import BadInput, NotThere, TooMany, phrase
from governance.village import places
from governance.village.places import Level, Place
from governance.web.frame import access
from governance.web.frame.forms import Form, at_most, required, strip
from governance.web.frame.limits import COMPLAINTS, count_try, guessing

door = Blueprint("complaint", __name__)


class ComplaintForm(Form):
    """What somebody wants to say."""

    key = HiddenField()
    words = TextAreaField(
        _l("要说的事"),
        [
            required(),
            Length(SHORTEST, LONGEST, _l("请写 %(min)d 到 %(max)d 个字。")),
        ],
        filters=[strip],
        render_kw={"rows": 6},
    )
    contact = StringField(
        _l("联系方式"),
        [at_most(LONGEST_CONTACT)],
        filters=[strip],
        render_kw={"autocomplete": "off"},
    )


class NumberForm(Form):
    """The number somebody was given."""

    number = StringField(
        _l("编号（8 位数字）"),
        [required(), at_most(30)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


def complaint_page(place: Any = None) -> str:
    """Where a page's 投诉建议 leads: to the page's village, or the visitor's; else one is chosen."""
    found = place or g.get("village")
    code = getattr(found, "code", None)
    return url_for("complaint.write", code=code) if code else url_for("complaint.choose")


@door.get("/complaint")
def choose() -> ResponseReturnValue:
    """Choose the village: of one county, by town. Where there is only one village, go straight on."""
    home = access.find_home()
    if home:
        return redirect(url_for(".write", code=home.village.code))
    counties = [one for one in places.children_of(None) if one.level == Level.COUNTY]
    county = next((one for one in counties if one.code == request.args.get("county")), None)
    county = county or (counties[0] if len(counties) == 1 else None)
    below = places.places_below([county.code]) if county else []
    villages = [one for one in below if one.level == Level.VILLAGE]
    if len(counties) == 1 and len(villages) == 1:
        return redirect(url_for(".write", code=villages[0].code))
    towns = [
        (one, [village for village in villages if village.parent_id == one.id])
        for one in below
        if one.level == Level.TOWN
    ]
    return render_template(
        "complaints/choose.html",
        counties=[] if county else counties,
        towns=[(town, found) for town, found in towns if found],
    )


@door.route("/v/<code>/complaint", methods=["GET", "POST"])
def write(code: str) -> ResponseReturnValue:
    """Write to the village, or look up the answer. The number is shown once, on the answered page."""
    village = places.get_place(code, Level.VILLAGE)
    form = ComplaintForm()
    if form.validate_on_submit():
        try:
            count_try("complaint", COMPLAINTS)
            made = make_complaint(
                village.id, form.words.data or "", form.contact.data or "", _key(form)
            )
        except TooMany:
            form.refuse(TooMany(phrase("从这里交来的太多了，请过一会儿再交。写好的字还在下面。")))
            return _page(village, form, NumberForm(formdata=None), 429)
        except BadInput as refusal:
            form.refuse(refusal)
        else:
            return render_template("complaints/made.html", village=village, made=made)
    return _page(village, form, NumberForm(formdata=None), form.http_status)


@door.post("/v/<code>/complaint/answer")
def answer(code: str) -> ResponseReturnValue:
    """The answer to the complaint with a number. The number stays out of addresses."""
    village = places.get_place(code, Level.VILLAGE)
    form = NumberForm()
    status = 422
    if form.validate():
        try:
            with guessing("complaint number"):
                found = get_numbered(village.id, form.number.data or "")
        except (BadInput, NotThere, TooMany) as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            return render_template("complaints/answer.html", village=village, found=found)
    return _page(village, ComplaintForm(formdata=None), form, status)


@door.get("/v/<code>/complaint/answer")
def ask(code: str) -> ResponseReturnValue:
    """The address of an answer, opened again: back to the page that asks for the number."""
    return redirect(url_for(".write", code=places.get_place(code, Level.VILLAGE).code))


def _page(
    village: Place, form: ComplaintForm, asking: NumberForm, status: int
) -> ResponseReturnValue:
    form.key.data = form.key.data or str(new_id())
    page = render_template("complaints/write.html", village=village, form=form, asking=asking)
    return page, status


def _key(form: ComplaintForm) -> uuid.UUID | None:
    try:
        return uuid.UUID(form.key.data or "")
    except ValueError:
        return None
