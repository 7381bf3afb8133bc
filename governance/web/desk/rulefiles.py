"""Loading rules from a file or a shipped template: choose, look at what would change, load."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField
from wtforms.validators import Optional

from governance.base import clock
from governance.base.errors import BadInput, phrase
from governance.village.rules.file import FaultyRuleFile, RuleFile, read_rules, to_text
from governance.village.rules.load import Plan, load_rules, plan_load
from governance.web.desk.rules import door
from governance.web.frame import access
from governance.web.frame.forms import Form, required

SHIPPED = {
    "demo": phrase("示范细则：29 条，7 类，分审核级别和封顶"),
    "luoyu": phrase("罗峪细则：28 条，含体育、教育、军旅"),
    "base100": phrase("基础分细则：每户每年 100 分，9 条"),
}


class FileForm(Form):
    """A rule file, and from when its rules are in force."""

    file = FileField(_l("Excel 或 CSV 文件"), render_kw={"accept": ".xlsx,.xls,.csv"})
    since = DateField(_l("从哪天起生效"), [required()])
    assembly_on = DateField(_l("村民（代表）会议通过的日期（可以不填）"), [Optional()])


class LoadForm(Form):
    """What the preview showed, to be loaded."""

    text = HiddenField(validators=[required()])
    since = DateField(_l("从哪天起生效"), [required()])
    assembly_on = DateField(_l("村民（代表）会议通过的日期"), [Optional()])
    anyway = BooleanField(_l("以上提醒都看过了，仍然载入"))


@door.route("/load", methods=["GET", "POST"])
def load() -> ResponseReturnValue:
    """Choose a file or a shipped template; then look at what it would change."""
    form = FileForm()
    if form.validate_on_submit():
        try:
            file = read_rules(_content(form))
            return _preview(
                file,
                LoadForm(formdata=None, since=form.since.data, assembly_on=form.assembly_on.data),
            )
        except FaultyRuleFile as faulty:
            return _choose(form, faulty)
        except BadInput as refusal:
            form.refuse(refusal)
    elif request.method == "GET":
        form.since.data = clock.today()
    return _choose(form)


@door.post("/load/apply")
def apply() -> ResponseReturnValue:
    """Load what the preview showed."""
    form = LoadForm()
    if not form.validate():
        raise BadInput(phrase("预览不完整，请重新选择文件。"))
    file = read_rules((form.text.data or "").encode())
    since, assembly_on = form.since.data, form.assembly_on.data
    if plan_load(g.village.id, file, since, assembly_on).concerns and not form.anyway.data:
        form.anyway.errors = [gettext("请先看提醒，再打勾。")]
        return _preview(file, form, 422)
    plan = load_rules(g.village.id, file, since, access.visitor().id, assembly_on)
    flash(_told(plan))
    return redirect(url_for(".home", standing="coming" if since > clock.today() else None), 303)


def _content(form: FileForm) -> bytes:
    """The file's content, or that of a shipped template. Raises BadInput."""
    if name := request.form.get("shipped"):
        return shipped_file(name)
    if not form.file.data:
        raise BadInput(phrase("请选择文件。"), field="file")
    return bytes(form.file.data.read())


def shipped_file(name: str) -> bytes:
    """The content of a shipped template. Raises BadInput."""
    if name not in SHIPPED:
        raise BadInput
    return (Path(current_app.root_path) / "data" / "rules" / f"{name}.csv").read_bytes()


def _choose(form: FileForm, faulty: FaultyRuleFile | None = None) -> ResponseReturnValue:
    page = render_template(
        "desk/rulefiles.html",
        form=form,
        shipped=SHIPPED,
        faulty=faulty,
        faults=faulty.faults if faulty else [],
    )
    return page, 422 if form.errors or faulty else 200


def _preview(file: RuleFile, form: LoadForm, status: int = 200) -> ResponseReturnValue:
    plan = plan_load(g.village.id, file, form.since.data, form.assembly_on.data)
    form.text.data = to_text(file.wordings, file.base)
    return render_template(
        "desk/rulefiles_preview.html", plan=plan, form=form, unused=file.unused
    ), status


def _told(plan: Plan) -> str:
    told: str = gettext(
        "已载入：新增 %(added)s 条，修订 %(revised)s 条，%(left)s 条没有变。",
        added=len(plan.added),
        revised=len(plan.revised),
        left=len(plan.left),
    )
    if plan.base is not None:
        told += gettext("每户每年的基础分定为 %(base)s 分，请到「积分方案」记入。", base=plan.base)
    return told
