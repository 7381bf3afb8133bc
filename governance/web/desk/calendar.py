"""The disclosure calendar (公开日历): what is due, what hangs until when, what may be taken down; photos of the wall."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from governance.affairs.publicity import disclosure, hanging
from governance.affairs.publicity.notices import get_notice
from governance.base.errors import BadInput, NotThere
from governance.web.desk.notices import door
from governance.web.frame.forms import Form, PhotoField
from governance.web.frame.notice_page import title_of
from governance.web.frame.pictures import data_of, keep_photo, send_photo
from governance.web.frame.words import gettext, sentence


class WallPhotoForm(Form):
    """A photo of the wall."""

    photo = PhotoField(_l("公示栏照片"))


@door.get("/calendar")
def calendar() -> ResponseReturnValue:
    """What has to be disclosed by when, and what hangs."""
    return render_template(
        "desk/calendar.html",
        due=disclosure.calendar(g.village.id),
        hanging=hanging.notices_now(g.village.id),
        over=disclosure.down_from_the_wall(g.village.id),
        hangs_until=disclosure.hangs_until,
        title_of=title_of,
    )


@door.post("/<uuid:notice_id>/take-down")
def take_down(notice_id: uuid.UUID) -> ResponseReturnValue:
    """A notice was taken from the wall."""
    taken = disclosure.take_down(g.village.id, notice_id)
    flash(gettext("%(title)s已登记取下，请把原件放进村务档案。", title=title_of(taken)))
    return redirect(url_for(".calendar"), 303)


@door.post("/<uuid:notice_id>/wall-photo")
def keep_wall_photo(notice_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a photo of the wall with a notice."""
    form, notice = WallPhotoForm(), get_notice(g.village.id, notice_id)
    data = data_of(form.photo) if form.validate() else b""
    try:
        for photo_id in keep_photo(notice.id, data):
            disclosure.keep_wall_photo(g.village.id, notice_id, photo_id)
    except BadInput as refusal:
        flash(sentence(refusal), "bad")
    else:
        flash(*((gettext("照片已存。"),) if data else (gettext("请先选一张照片。"), "bad")))
    return redirect(url_for(".notice", notice_id=notice_id), 303)


@door.get("/<uuid:notice_id>/wall-photo")
def wall_photo(notice_id: uuid.UUID) -> ResponseReturnValue:
    """The photo of the wall."""
    photo_id = get_notice(g.village.id, notice_id).wall_photo
    if photo_id is None:
        raise NotThere
    return send_photo(photo_id)
