"""The register desk: Excel in (looked at first, then imported whole) and out."""

from __future__ import annotations

import io
import uuid
from pathlib import Path
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from governance.affairs.kinds import KINDS, REGISTER
from governance.base import clock
from governance.base.errors import phrase
from governance.base.worksheets.reading import read_worksheets
from governance.village import jobs
from governance.village.jobs import JobState
from governance.village.register import uploads, workbooks
from governance.village.register.planning import plan_import
from governance.village.register.rows import read_register
from governance.village.running import Runner
from governance.web.desk import make_desk
from governance.web.frame import access, register_words
from governance.web.frame.forms import Form

door = make_desk(
    "register",
    __name__,
    "/households/register",
    readable=("template",),
    part_of="households",
    closed=phrase("花名册只由村委会导入、导出。"),
)

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 100  # rows of each kind in a preview
SMALL = 400  # rows of a register that is imported while the clerk waits: a second or two
LATEST = 5  # imports that the first page still tells of


class UploadForm(Form):
    """A file to look at."""

    file = FileField(
        _l("花名册文件"),
        [FileRequired(_l("请选择一个文件。"))],
        render_kw={"accept": ".xlsx,.xls,.xlsm,.csv"},
    )


@door.context_processor
def _words() -> dict[str, Any]:
    return {
        "fault_text": register_words.fault_text,
        "field_name": register_words.field_name,
        "value_text": register_words.value_text,
    }


@door.route("/", methods=["GET", "POST"])
def home() -> ResponseReturnValue:
    """Choose a file; what it would do is shown before anything is done."""
    form = UploadForm()
    if form.validate_on_submit():
        with form.refusing():
            worksheets = read_worksheets(form.file.data.read())
            read_register(worksheets)
            upload_id = uploads.keep_upload(_folder(), g.village.id, worksheets)
            return redirect(url_for(".preview", upload_id=upload_id), 303)
    latest = jobs.latest_jobs(g.village.id, REGISTER, limit=LATEST)
    page = render_template("desk/register.html", form=form, latest=latest)
    return page, form.http_status


@door.get("/<uuid:upload_id>")
def preview(upload_id: uuid.UUID) -> ResponseReturnValue:
    """What an import would add, change and leave, or what is wrong with the file."""
    worksheets = uploads.read_upload(_folder(), g.village.id, upload_id)
    plan = plan_import(g.village, read_register(worksheets))
    return render_template(
        "desk/register_preview.html", upload_id=upload_id, plan=plan, shown=SHOWN
    )


@door.post("/<uuid:upload_id>")
def carry_out(upload_id: uuid.UUID) -> ResponseReturnValue:
    """Have imported what the preview showed: once, however often it is confirmed."""
    job = jobs.find_job(g.village.id, upload_id)
    if job is None or job.state == JobState.FAILED:
        worksheets = uploads.read_upload(_folder(), g.village.id, upload_id)
        asked = {"digest": request.form.get("digest", "")[:64]}
        jobs.ask(g.village.id, upload_id, REGISTER, asked, access.visitor().id)
        if sum(len(one.rows) for one in worksheets) <= SMALL:
            Runner(current_app.config["DATA_DIR"], KINDS).run(g.village.id, upload_id)
    return redirect(url_for("jobs.job", job_id=upload_id), 303)


@door.post("/<uuid:upload_id>/drop")
def drop(upload_id: uuid.UUID) -> ResponseReturnValue:
    """Throw an upload away."""
    uploads.drop_upload(_folder(), g.village.id, upload_id)
    flash(gettext("没有导入，传上来的文件已经删除。"))
    return redirect(url_for("households.home"), 303)


@door.get("/template.xlsx")
def template() -> ResponseReturnValue:
    """An empty register with its headings."""
    return _send(workbooks.template(), gettext("农户花名册模板"))


@door.get("/export/households.xlsx")
def export_households() -> ResponseReturnValue:
    """The register, one row a household."""
    return _send(workbooks.export_households(g.village.id), _dated(gettext("农户花名册")))


@door.get("/export/members.xlsx")
def export_members() -> ResponseReturnValue:
    """The register, one row a member."""
    return _send(workbooks.export_members(g.village.id), _dated(gettext("户籍底册")))


def _folder() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "uploads"


def _dated(name: str) -> str:
    return f"{g.village.name}{name}{clock.today():%Y%m%d}"


def _send(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(io.BytesIO(content), EXCEL, as_attachment=True, download_name=f"{name}.xlsx")
