"""Writing a rule: a new one, or the next version of one that stands. A harmful word is warned of first."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import Optional

from governance.base import clock
from governance.base.errors import BadInput, Conflict, HemeiError, phrase
from governance.village.rules import rulebook
from governance.village.rules.evidence import EVIDENCE_NAMES, NO_EVIDENCE
from governance.village.rules.lint import Concern, find_concerns
from governance.village.rules.rulebook import Rule
from governance.village.rules.wording import PILLARS, Period, Review, Wording, clean
from governance.web.desk.rules import door
from governance.web.frame import access, words
from governance.web.frame.forms import Form, SignedField, WholeField, at_most, required

OTHER = "other"  # evidence by its own name
PERIOD_LABELS = {
    Period.MONTH: _l("每月"),
    Period.QUARTER: _l("每季度"),
    Period.YEAR: _l("每年"),
    Period.EVENT: _l("每件事（同一天）"),
    Period.ONCE: _l("一共"),
}
PILLAR_LABELS = dict(zip(PILLARS, (_l("自治"), _l("法治"), _l("德治"), _l("智治")), strict=True))
AS_THEY_ARE = (
    "category",
    "pillar",
    "behaviour",
    "unit",
    "cap_count",
    "remind_days",
    "review",
    "note",
)
Written = TypeVar("Written")  # a rule, or one of a draft


class RuleForm(Form):
    """A rule's wording; a new version has no code of its own."""

    concerns: Sequence[Concern] = ()  # what the page warns of
    category = StringField(_l("类别"), [required(), at_most(20)], render_kw={"list": "categories"})
    pillar = SelectField(_l("四治"), default="")
    behaviour = StringField(_l("行为"), [required(), at_most(100)])
    unit = StringField(_l("单位"), [at_most(10)])
    shape = RadioField(_l("分值"), default="fixed")
    points = SignedField(_l("分值（扣分写负数）"), [Optional()])
    points_min = SignedField(_l("从"), [Optional()])
    points_max = SignedField(_l("到"), [Optional()])
    cap_period = SelectField(_l("封顶期限"), default="")
    cap_count = WholeField(_l("最多几次"), [Optional()])
    evidence = SelectField(_l("凭据"), default=NO_EVIDENCE)
    document = StringField(_l("其他凭据的名称"), [at_most(40)])
    remind_days = WholeField(_l("整改期限（天）"), [Optional()])
    review = SelectField(_l("审核"), default=Review.FIRST.value)
    note = StringField(_l("备注"), [at_most(200)])
    since = DateField(_l("从哪天起生效"), [required()])
    assembly_on = DateField(_l("村民（代表）会议通过的日期"), [Optional()])

    def __init__(self, *arguments: Any, **values: Any):
        """Fill the choices, in the visitor's language."""
        super().__init__(*arguments, **values)
        self.pillar.choices = [("", _l("不归类")), *PILLAR_LABELS.items()]
        self.shape.choices = [("fixed", _l("固定分值")), ("range", _l("由记分人在范围里选"))]
        self.cap_period.choices = [
            ("", _l("不封顶")),
            *((one.value, PERIOD_LABELS[one]) for one in Period),
        ]
        known = [(code, words.evidence_text(code)) for code in EVIDENCE_NAMES]
        self.evidence.choices = [*known, (OTHER, _l("其他（写在旁边）"))]
        self.review.choices = [(one.value, words.name_of("review", one)) for one in Review]

    def wording(self, code: str) -> Wording:
        """What was typed. Raises BadInput where fields do not go together."""
        low, high = self._points()
        return Wording(
            code=code,
            category=self.category.data or "",
            behaviour=self.behaviour.data or "",
            points_min=low,
            points_max=high,
            pillar=self.pillar.data,
            unit=self.unit.data or "",
            cap_count=self.cap_count.data,
            cap_period=self.cap_period.data or None,
            evidence=self._evidence(),
            review=self.review.data,
            note=self.note.data or "",
            remind_days=self.remind_days.data,
            since=self.since.data,
            assembly_on=self.assembly_on.data,
        )

    def _points(self) -> tuple[int, int]:
        if self.shape.data == "fixed":
            if self.points.data is None:
                raise BadInput(phrase("请填写分值。"), field="points")
            return self.points.data, self.points.data
        for name in ("points_min", "points_max"):
            if self[name].data is None:
                raise BadInput(phrase("范围的两头都要填。"), field=name)
        return self.points_min.data, self.points_max.data

    def _evidence(self) -> str:
        if self.evidence.data != OTHER:
            return str(self.evidence.data)
        if not (self.document.data or "").strip():
            raise BadInput(phrase("请写明是什么凭据。"), field="document")
        return str(self.document.data)

    def refuse(self, refusal: HemeiError) -> None:
        """A refusal about the points is shown at the field that was typed in."""
        if refusal.field == "points_min" and self.shape.data == "fixed":
            refusal.field = "points"
        super().refuse(refusal)

    def show(self, wording: Wording | None) -> None:
        """Fill an untouched form: with the wording to be revised, or with the usual."""
        self.since.data = clock.today()
        if wording is None:
            return
        for name in AS_THEY_ARE:
            self[name].data = getattr(wording, name)
        self.cap_period.data = wording.cap_period or ""
        self.shape.data = "fixed" if wording.points_min == wording.points_max else "range"
        self.points.data = wording.points_min if self.shape.data == "fixed" else None
        self.points_min.data, self.points_max.data = (
            (None, None) if self.shape.data == "fixed" else (wording.points_min, wording.points_max)
        )
        known = wording.evidence in EVIDENCE_NAMES
        self.evidence.data = wording.evidence if known else OTHER
        self.document.data = "" if known else wording.evidence


class NewRuleForm(RuleForm):
    """A rule under a new code."""

    code = StringField(_l("编号"), [required(), at_most(12)], render_kw={"autocomplete": "off"})


@door.route("/new", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Add a rule under a new code."""
    form = NewRuleForm()
    if form.validate_on_submit():
        if added := save_rule(form, form.code.data or "", _add):
            flash(gettext("已新增 %(code)s。", code=added.code))
            return redirect(url_for(".rule", rule_id=added.id), 303)
    elif request.method == "GET":
        form.show(None)
    return _show(form, None)


@door.route("/<uuid:rule_id>/revise", methods=["GET", "POST"])
def revise(rule_id: uuid.UUID) -> ResponseReturnValue:
    """Write the next version of a rule; the present one stays as it was until then."""
    old = rulebook.get_rule(g.village.id, rule_id)
    form = RuleForm()
    if form.validate_on_submit():
        by = access.visitor().id
        if newer := save_rule(
            form, old.code, lambda wording: rulebook.revise_rule(old, wording, by)
        ):
            flash(gettext("%(code)s 的新版本已保存。", code=newer.code))
            return redirect(url_for(".rule", rule_id=newer.id), 303)
    elif request.method == "GET":
        form.show(rulebook.wording_of(old))
    return _show(form, old)


def _add(wording: Wording) -> Rule:
    return rulebook.add_rule(g.village.id, wording, access.visitor().id)


def save_rule(form: RuleForm, code: str, write: Callable[[Wording], Written]) -> Written | None:
    """Write what the form says, or leave on it why not: a fault, or a warning not yet seen."""
    try:
        wording = clean(form.wording(code))
        form.concerns = find_concerns(wording)
        if form.concerns and request.form.get("anyway") != token_of(form.concerns):
            return None
        return write(wording)
    except (BadInput, Conflict) as refusal:
        form.refuse(refusal)
        return None


def _show(form: RuleForm, old: Rule | None) -> ResponseReturnValue:
    page = render_template(
        "desk/ruleform.html",
        form=form,
        old=old,
        token=token_of(form.concerns),
        categories=rulebook.categories_of(g.village.id),
    )
    return page, 200 if request.method == "GET" else 422


def token_of(concerns: Sequence[Concern]) -> str:
    """A mark of exactly these warnings: changed words are warned of anew."""
    text = "\n".join(f"{one.word}|{one.why}" for one in concerns)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
