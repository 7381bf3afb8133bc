"""The notice desk (公示): make a notice, look at it, post it, take it down; paper, loudspeaker and tables."""

from __future__ import annotations

import io
import uuid
from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, TextAreaField

from governance.affairs.awards.refusals import LONGEST_REASON
from governance.affairs.publicity import (
    closing,
    disclosure,
    hanging,
    notices,
    posting,
    spoken,
    wall,
)
from governance.affairs.publicity.hanging import Shown
from governance.affairs.publicity.heads import sheet_of
from governance.affairs.publicity.notices import Notice, NoticeState
from governance.affairs.publicity.table import write_csv, write_xlsx
from governance.base import clock
from governance.base.errors import Conflict, NotThere, phrase
from governance.village import scheme
from governance.village.scheme import PUBLICITY_DAYS
from governance.web.desk import make_desk
from governance.web.frame import access, notice_page
from governance.web.frame.forms import Form, at_most, chosen, required
from governance.web.frame.pages import asked_page
from governance.web.frame.parts import asked_part
from governance.web.frame.qr import qr_svg

door = make_desk(
    "notices",
    __name__,
    "/notices",
    readable=("home", "notice", "wall_sheet", "calendar", "wall_photo", "aloud", "table"),
)
PAGE = 20
LINES = 200  # of a notice on a page
SHEETS = 20  # of the wall at a time
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NotYetPosted(Conflict):
    """A draft may still change: it is not given out."""

    code = "not_yet_posted"
    message = phrase("这一期还是草稿，先张贴，再打印和下载。")


class DraftForm(Form):
    """Up to which day, and how long the notice hangs."""

    last_on = DateField(_l("公示到哪一天为止的记分"), [required()])
    days = RadioField(_l("公示几天"), [chosen()], coerce=int)

    def __init__(self, *arguments: Any, **values: Any):
        """Fill the choices, in the visitor's language."""
        super().__init__(*arguments, **values)
        self.days.choices = [(one, _l("%(count)s 天", count=one)) for one in PUBLICITY_DAYS]


class WithdrawForm(Form):
    """Why a notice is taken down."""

    reason = TextAreaField(_l("理由"), [required(), at_most(LONGEST_REASON)])


@door.before_request
def _close_due() -> None:
    closing.close_due(g.village.id)


@door.get("/")
def home() -> ResponseReturnValue:
    """All notices, newest first, and what waits for the next."""
    days = scheme.find_scheme(g.village.id).publicity_days
    return _home(DraftForm(formdata=None, last_on=clock.today(), days=days))


def _home(form: DraftForm, status: int = 200) -> ResponseReturnValue:
    page = asked_page(PAGE)
    found, total = hanging.all_notices(g.village.id, limit=PAGE, offset=page.offset, drafts=True)
    answer = render_template(
        "desk/notices.html",
        notices=found,
        form=form,
        sizes=hanging.sizes(g.village.id, [one.id for one in found]),
        waiting=posting.count_waiting(g.village.id),
        draft=notices.find_draft(g.village.id),
        title_of=notice_page.title_of,
        hangs_until=disclosure.hangs_until,
        time_left=notice_page.time_left,
        **page.pager(total, ".home"),
    )
    return answer, status


@door.post("/make")
def make() -> ResponseReturnValue:
    """Make a draft."""
    form = DraftForm()
    if form.validate():
        with form.refusing(notices.DraftThere):
            made = notices.make_notice(
                g.village.id, access.visitor().id, _day(form), form.days.data
            )
            return redirect(url_for(".notice", notice_id=made.id), 303)
    return _home(form, 422)


@door.get("/<uuid:notice_id>")
def notice(notice_id: uuid.UUID) -> ResponseReturnValue:
    """A draft with what it would list, or a posted notice with its lines and what became of them."""
    found = notices.get_notice(g.village.id, notice_id)
    if found.state == NoticeState.DRAFT:
        return _draft(found, DraftForm(formdata=None, last_on=found.last_on, days=found.days))
    return _posted(found, WithdrawForm(formdata=None))


def _draft(found: Notice, form: DraftForm, status: int = 200) -> ResponseReturnValue:
    entries = posting.preview(g.village.id, found)
    items, page = hanging.show_entries(entries, g.village.id), asked_page(LINES)
    answer = render_template(
        "desk/notices_draft.html",
        notice=found,
        form=form,
        items=items[page.offset : page.offset + LINES],
        count=len(entries),
        **page.pager(len(items), ".notice", notice_id=found.id),
        closes_at=posting.closing_time(clock.today(), found.days),
        hangs_until=disclosure.last_day(clock.today(), found.days),
        replaced=hanging.replaced_by(found),
        title_of=notice_page.title_of,
    )
    return answer, status


def _posted(found: Notice, form: WithdrawForm, status: int = 200) -> ResponseReturnValue:
    open_still = found.closes_at is not None and clock.now() < found.closes_at
    items, page = hanging.read_items(found), asked_page(LINES)
    answer = render_template(
        "desk/notices_one.html",
        items=items[page.offset : page.offset + LINES],
        form=form,
        **page.pager(len(items), ".notice", notice_id=found.id),
        may_withdraw=found.state == NoticeState.POSTED and open_still,
        **notice_page.about(found),
    )
    return answer, status


@door.post("/<uuid:notice_id>/edit")
def edit(notice_id: uuid.UUID) -> ResponseReturnValue:
    """Change a draft's period and days."""
    form = DraftForm()
    if form.validate():
        with form.refusing():
            notices.edit_draft(g.village.id, notice_id, _day(form), form.days.data)
            return redirect(url_for(".notice", notice_id=notice_id), 303)
    found = notices.get_notice(g.village.id, notice_id)
    if found.state != NoticeState.DRAFT:
        raise notices.NotADraft
    return _draft(found, form, 422)


@door.post("/<uuid:notice_id>/drop")
def drop(notice_id: uuid.UUID) -> ResponseReturnValue:
    """Delete a draft."""
    notices.drop_draft(g.village.id, notice_id)
    flash(gettext("草稿已删除，里面的记分还在等公示。"))
    return redirect(url_for(".home"), 303)


@door.post("/<uuid:notice_id>/post")
def post(notice_id: uuid.UUID) -> ResponseReturnValue:
    """Post a draft; pressing twice posts once."""
    posted = posting.post_notice(g.village.id, access.visitor().id, notice_id)
    flash(gettext("%(title)s已张贴。请打印出来贴到公示栏。", title=notice_page.title_of(posted)))
    return redirect(url_for(".notice", notice_id=notice_id), 303)


@door.post("/<uuid:notice_id>/withdraw")
def withdraw(notice_id: uuid.UUID) -> ResponseReturnValue:
    """Take a notice down, with a reason; if it is to be corrected, the next draft is made at once."""
    form = WithdrawForm()
    found = notices.get_notice(g.village.id, notice_id)
    if not form.validate():
        if found.state == NoticeState.DRAFT:
            raise notices.NotPosted
        return _posted(found, form, 422)
    by, reason = access.visitor().id, form.reason.data or ""
    if "correct" in request.form:
        draft = notices.correct_notice(g.village.id, by, notice_id, reason)
        flash(gettext("已撤回。改正后请张贴下面这份新的公示。"))
        return redirect(url_for(".notice", notice_id=draft.id), 303)
    notices.withdraw_notice(g.village.id, by, notice_id, reason)
    flash(gettext("已撤回，里面的记分回到等公示。"))
    return redirect(url_for(".notice", notice_id=notice_id), 303)


@door.get("/<uuid:notice_id>/sheet/<size>")
def wall_sheet(notice_id: uuid.UUID, size: str) -> ResponseReturnValue:
    """The wall sheets, laid out for the browser's own printing."""
    if size not in wall.SIZES:
        raise NotThere
    found, items = _given_out(notice_id)
    address = notice_page.public_address(g.village, found)
    pages = wall.lay_out(items)
    part = asked_part(len(pages), SHEETS)
    return render_template(
        "desk/notices_wall.html",
        size=size,
        pages=pages[part.offset : part.offset + SHEETS],
        part=part,
        total_text=gettext("%(count)s 张", count=part.total),
        address=address,
        qr=qr_svg(address, gettext("这一期公示的网页")),
        head_qr=qr_svg(sheet_of(g.village.code, found).text(), gettext("台账摘要码")),
        unreachable=notice_page.unreachable(address),
        **notice_page.about(found),
    )


@door.get("/<uuid:notice_id>/aloud")
def aloud(notice_id: uuid.UUID) -> ResponseReturnValue:
    """The text for the loudspeaker."""
    found, items = _given_out(notice_id)
    told = spoken.read_aloud(g.village.name, found, items, scheme.find_scheme(g.village.id).phone)
    return render_template(
        "desk/notices_aloud.html", notice=found, paragraphs=told, title=notice_page.title_of(found)
    )


@door.get("/<uuid:notice_id>/table.<kind>")
def table(notice_id: uuid.UUID, kind: str) -> ResponseReturnValue:
    """The lines as CSV or Excel."""
    found, items = _given_out(notice_id)
    name = f"{g.village.name}积分公示{found.year}-{found.number}"
    if kind == "csv":
        return _file(write_csv(items), "text/csv; charset=utf-8", f"{name}.csv")
    if kind == "xlsx":
        content = write_xlsx(f"{found.year}-{found.number}", items)
        return _file(content, EXCEL, f"{name}.xlsx")
    raise NotThere


def _file(content: bytes, kind: str, name: str) -> ResponseReturnValue:
    return send_file(io.BytesIO(content), kind, as_attachment=True, download_name=name)


def _given_out(notice_id: uuid.UUID) -> tuple[Notice, list[Shown]]:
    """A notice that was posted, with its lines. Raises NotYetPosted, UnknownNotice."""
    found = notices.get_notice(g.village.id, notice_id)
    if found.state == NoticeState.DRAFT:
        raise NotYetPosted
    return found, hanging.read_items(found)


def _day(form: DraftForm) -> date:
    assert form.last_on.data is not None
    return form.last_on.data  # type: ignore[no-any-return]
