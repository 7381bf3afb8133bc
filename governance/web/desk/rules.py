"""The rule desk (积分细则): what is in force, coming and ended; each rule with its versions; paper and files."""

from __future__ import annotations

import io
import uuid

from flask import flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField

from governance.base import clock
from governance.base.errors import Conflict
from governance.village.rules import drafts, rulebook
from governance.village.rules.file import write_rules, write_template
from governance.village.rules.lint import find_concerns
from governance.village.rules.rulebook import Rule, wording_of
from governance.village.scheme import find_scheme
from governance.web.desk import make_desk
from governance.web.frame.forms import Form, required

door = make_desk(
    "rules", __name__, "/rules", readable=("home", "rule", "paper", "export", "template")
)
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RetireForm(Form):
    """The first day a rule is no longer in force."""

    until = DateField(_l("从哪天起停用"), [required()])


@door.get("/")
def home() -> ResponseReturnValue:
    """The rulebook by category: in force, coming or ended."""
    rules = rulebook.rules_by_standing(g.village.id)
    standing = request.args.get("standing", "")
    standing = standing if standing in rules else "in_force"
    return render_template(
        "desk/rules.html",
        standing=standing,
        counts={name: len(some) for name, some in rules.items()},
        chapters=rulebook.by_category(rules[standing]),
        adopted=drafts.sets_that_count(g.village.id),
        concerned={rule.id for rule in rules[standing] if find_concerns(wording_of(rule))},
    )


@door.get("/<uuid:rule_id>")
def rule(rule_id: uuid.UUID) -> ResponseReturnValue:
    """One rule: its wording, its versions, what was warned of."""
    return _show(rulebook.get_rule(g.village.id, rule_id), RetireForm())


@door.post("/<uuid:rule_id>/retire")
def retire(rule_id: uuid.UUID) -> ResponseReturnValue:
    """End a rule on a day."""
    found, form = rulebook.get_rule(g.village.id, rule_id), RetireForm()
    if form.validate():
        with form.refusing(Conflict):
            rulebook.retire_rule(found, form.until.data)
            flash(gettext("%(code)s 的停用日期已保存。已经记的分不变。", code=found.code))
            return redirect(url_for(".rule", rule_id=found.id), 303)
    return _show(found, form)


def _show(found: Rule, form: RetireForm) -> ResponseReturnValue:
    if form.until.data is None and not form.errors:
        form.until.data = found.until or max(clock.today(), found.since)
    versions = rulebook.versions_of(g.village.id, found.code)
    page = render_template(
        "desk/rules_one.html",
        rule=found,
        versions=versions,
        latest=versions[0].id == found.id,
        concerns=find_concerns(wording_of(found)),
        form=form,
    )
    return page, form.http_status


@door.get("/print")
def paper() -> ResponseReturnValue:
    """The rules in force, for the wall."""
    rules = rulebook.rules_in_force(g.village.id)
    return render_template(
        "desk/rules_print.html",
        chapters=rulebook.by_category(rules),
        scheme=find_scheme(g.village.id),
        assembly_on=max((one.assembly_on for one in rules if one.assembly_on), default=None),
    )


@door.get("/export.xlsx")
def export() -> ResponseReturnValue:
    """The rules in force as an Excel file that can be loaded back."""
    rules = rulebook.rules_in_force(g.village.id)
    content = write_rules(map(wording_of, rules), find_scheme(g.village.id).base)
    return _excel(content, f"{g.village.name}积分细则.xlsx")


@door.get("/template.xlsx")
def template() -> ResponseReturnValue:
    """An empty rule file."""
    return _excel(write_template(), "积分细则模板.xlsx")


def _excel(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(io.BytesIO(content), EXCEL, as_attachment=True, download_name=name)
