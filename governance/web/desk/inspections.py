"""The checklist desk (检查表): checklists in versions, what their results give, the public places, and what was found."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, SelectField, StringField

from governance.affairs.awards import photos
from governance.affairs.field import inspections
from governance.affairs.field.inspections import Wanted
from governance.base import clock
from governance.base.errors import BadInput, phrase
from governance.village import places, publicplaces
from governance.village.checklists import lists
from governance.village.checklists.file import SHIPPED, read_checklists, shipped_checklists
from governance.village.checklists.wording import scenes_of, texts_of
from governance.village.households import code_of
from governance.village.rules.rulebook import rules_in_force
from governance.web.desk import make_desk
from governance.web.desk.checklistform import ChecklistForm, blank_form, form_of
from governance.web.frame import access, words
from governance.web.frame.forms import Form, at_most, required
from governance.web.frame.pages import asked_page

door = make_desk(
    "inspections",
    __name__,
    "/inspections",
    readable=("home", "checklist", "results", "result", "public_places", "public_place"),
)
PAGE = 50


class LoadForm(Form):
    """A checklist's file, and what it is called."""

    code = StringField(_l("编号"), [at_most(20)], render_kw={"autocomplete": "off"})
    title = StringField(_l("名称"), [at_most(40)])
    file = FileField(_l("Excel 或 CSV 文件"), render_kw={"accept": ".xlsx,.xls,.csv"})


class RetireForm(Form):
    """From when a checklist is used no longer."""

    until = DateField(_l("从哪天起停用"), [required()])


class PlaceForm(Form):
    """A public place and its grid."""

    name = StringField(_l("名称"), [required(), at_most(40)])
    grid = SelectField(_l("网格"))

    def __init__(self, *arguments: Any, **values: Any):
        """Fill the choices."""
        super().__init__(*arguments, **values)
        self.grid.choices = [(str(one.id), one.name) for one in places.grids_of(g.village.id)]


@door.get("/")
def home() -> ResponseReturnValue:
    """The checklists: in force, coming, ended."""
    today, latest = clock.today(), lists.all_checklists(g.village.id)
    return render_template(
        "desk/inspections.html",
        in_force=lists.checklists_in_force(g.village.id),
        coming=[one for one in latest if one.since > today and one.until != one.since],
        ended=[one for one in latest if one.until and one.until <= max(today, one.since)],
    )


@door.get("/sheet/<uuid:sheet_id>")
def checklist(sheet_id: uuid.UUID) -> ResponseReturnValue:
    """One version of a checklist: scenes, findings, what a result gives; all versions."""
    return _show(sheet_id, RetireForm())


def _show(sheet_id: uuid.UUID, form: RetireForm, status: int = 200) -> ResponseReturnValue:
    found = lists.get_checklist(g.village.id, sheet_id)
    versions = lists.versions_of(g.village.id, found.code)
    form.until.data = form.until.data or clock.today()
    page = render_template(
        "desk/inspections_checklist.html",
        checklist=found,
        versions=versions,
        latest=versions[0].id == found.id,
        form=form,
        rules={rule.code: rule for rule in rules_in_force(g.village.id)},
    )
    return page, status


@door.route("/add", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Write a new checklist."""
    form = blank_form() if request.method == "GET" else ChecklistForm()
    if request.method == "POST" and form.validate():
        with form.refusing(lists.ChecklistCodeTaken):
            made = lists.add_checklist(g.village.id, form.wording(), access.visitor().id)
            flash(gettext("检查表已添加。"))
            return redirect(url_for(".checklist", sheet_id=made.id), 303)
    return _edit(form, None)


@door.route("/sheet/<uuid:sheet_id>/revise", methods=["GET", "POST"])
def revise(sheet_id: uuid.UUID) -> ResponseReturnValue:
    """Write a checklist's next version; what was found before keeps the old wording."""
    found = lists.get_checklist(g.village.id, sheet_id)
    form = form_of(lists.wording_of(found)) if request.method == "GET" else ChecklistForm()
    form.code.data = found.code
    if request.method == "POST" and form.validate():
        with form.refusing(lists.NotLatestChecklist):
            made = lists.revise_checklist(found, form.wording(), access.visitor().id)
            flash(gettext("已写成第 %(version)s 版。", version=made.version))
            return redirect(url_for(".checklist", sheet_id=made.id), 303)
    return _edit(form, found)


def _edit(form: ChecklistForm, found: Any) -> ResponseReturnValue:
    page = render_template(
        "desk/checklistform.html",
        form=form,
        checklist=found,
        scenes=form.scenes_shown(),
        gives=form.gives_shown(),
        remind=form.remind_shown(),
        giving=[rule for rule in rules_in_force(g.village.id) if lists.may_be_given(rule)],
        reminding=[rule for rule in rules_in_force(g.village.id) if rule.reminds],
    )
    return page, form.http_status


@door.post("/sheet/<uuid:sheet_id>/retire")
def retire(sheet_id: uuid.UUID) -> ResponseReturnValue:
    """End a checklist."""
    form = RetireForm()
    if form.validate():
        with form.refusing():
            lists.retire_checklist(lists.get_checklist(g.village.id, sheet_id), form.until.data)
            flash(gettext("检查表从 %(day)s 起停用。", day=words.day_text(form.until.data)))
            return redirect(url_for(".checklist", sheet_id=sheet_id), 303)
    return _show(sheet_id, form, 422)


@door.route("/load", methods=["GET", "POST"])
def load() -> ResponseReturnValue:
    """Take a shipped checklist, or one from a file; an older one with its code is revised."""
    form = LoadForm()
    if form.validate_on_submit():
        with form.refusing():
            made = [
                lists.load_checklist(g.village.id, one, access.visitor().id)
                for one in _chosen(form)
            ]
            flash(
                gettext("检查表已载入：%(titles)s。", titles="、".join(one.title for one in made))
            )
            return redirect(url_for(".checklist", sheet_id=made[0].id), 303)
    page = render_template("desk/inspections_load.html", form=form, shipped=SHIPPED)
    return page, form.http_status


def _chosen(form: LoadForm) -> list[Any]:
    """The wordings of the shipped checklist or the file. Raises BadInput."""
    if name := request.form.get("shipped"):
        return shipped_checklists(name, rules_in_force(g.village.id))
    if not form.file.data:
        raise BadInput(phrase("请选择文件。"), field="file")
    if not form.title.data or not form.code.data:
        raise BadInput(phrase("请填写检查表的编号和名称。"), field="title")
    return read_checklists(form.file.data.read(), form.code.data, form.title.data)


@door.get("/results")
def results() -> ResponseReturnValue:
    """What was found in a month, newest first, by checklist."""
    month, page = _month(), asked_page(PAGE)
    code = request.args.get("sheet", "")
    wanted = Wanted(month=month, sheet_code=code)
    rows, total = inspections.results(g.village.id, wanted, limit=PAGE, offset=page.offset)
    chosen: dict[str, Any] = {"month": f"{month:%Y-%m}", "sheet": code or None}
    return render_template(
        "desk/inspections_results.html",
        rows=rows,
        month=month,
        code=code,
        checklists=lists.all_checklists(g.village.id),
        place_name=place_name,
        found_text=found_text,
        **page.pager(total, ".results", **chosen),
    )


def _month() -> date:
    """The month asked for (2026-11), or this one."""
    try:
        return date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return clock.today().replace(day=1)


@door.get("/results/<uuid:inspection_id>")
def result(inspection_id: uuid.UUID) -> ResponseReturnValue:
    """One inspection, with its photos."""
    row = inspections.get_result(g.village.id, inspection_id)
    return render_template(
        "desk/inspections_result.html",
        row=row,
        place_name=place_name,
        found=texts_of(scenes_of(row.scenes), row.findings),
        pictures=photos.photos_of(g.village.id, inspection_id),
    )


def place_name(row: Any) -> str:
    """What people call the place that was inspected."""
    return row.place or f"{code_of(row.group_no, row.number)} {row.head}"


def found_text(row: Any) -> str:
    """What was found, in the checklist's words."""
    return "、".join(texts_of(scenes_of(row.scenes), row.findings))


@door.route("/places", methods=["GET", "POST"])
def public_places() -> ResponseReturnValue:
    """The public places that are inspected; add one."""
    form = PlaceForm()
    if form.validate_on_submit():
        with form.refusing():
            publicplaces.add_public_place(g.village.id, uuid.UUID(form.grid.data), form.name.data)
            flash(gettext("公共场所已添加。"))
            return redirect(url_for(".public_places"), 303)
    page = render_template(
        "desk/inspections_places.html",
        form=form,
        places=publicplaces.public_places(g.village.id),
        grids={one.id: one.name for one in places.grids_of(g.village.id)},
    )
    return page, form.http_status


@door.route("/places/<uuid:public_place_id>", methods=["GET", "POST"])
def public_place(public_place_id: uuid.UUID) -> ResponseReturnValue:
    """Rename a public place, or give it to another grid."""
    place = publicplaces.get_public_place(g.village.id, public_place_id)
    form = PlaceForm(name=place.name, grid=str(place.grid_id))
    if form.validate_on_submit():
        with form.refusing():
            publicplaces.edit_public_place(place, uuid.UUID(form.grid.data), form.name.data)
            flash(gettext("已保存。"))
            return redirect(url_for(".public_places"), 303)
    page = render_template("desk/inspections_place.html", form=form, place=place)
    return page, form.http_status


@door.post("/places/<uuid:public_place_id>/close")
def close_place(public_place_id: uuid.UUID) -> ResponseReturnValue:
    """Inspect a place no longer."""
    publicplaces.close_public_place(publicplaces.get_public_place(g.village.id, public_place_id))
    flash(gettext("这个公共场所不再检查，以前的记录还在。"))
    return redirect(url_for(".public_places"), 303)
