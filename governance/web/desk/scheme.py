"""The scheme desk (积分方案): how points are made, what one is worth, whom to call; the year's base."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.validators import Optional

from governance.affairs.figures import yearly
from governance.base import clock
from governance.base.errors import BadInput, phrase
from governance.base.text import half_width
from governance.village import scheme
from governance.village.scheme import PUBLICITY_DAYS, Settings
from governance.web.desk import make_desk
from governance.web.frame import words
from governance.web.frame.forms import Form, WholeField, at_most, chosen, required

door = make_desk("scheme", __name__, "/scheme", readable=("home",))


class SchemeForm(Form):
    """The settings of the village's scheme."""

    family = RadioField(_l("积分方式"), [chosen()])
    base = WholeField(_l("每户每年的基础分"), [Optional()])
    cents_per_point = StringField(
        _l("1 分值多少元"), [required(), at_most(10)], render_kw={"inputmode": "decimal"}
    )
    phone = StringField(
        _l("村里的联系电话"), [at_most(20)], render_kw={"inputmode": "tel", "autocomplete": "off"}
    )
    publicity_days = RadioField(_l("一般公示几天"), [chosen()], coerce=int)
    minus_shown = RadioField(_l("公示里的扣分"), [chosen()])
    photo_months = WholeField(_l("照片保存几个月"), [Optional()])

    def __init__(self, *arguments: Any, **values: Any):
        """Fill the choices, in the visitor's language."""
        super().__init__(*arguments, **values)
        self.family.choices = [
            ("A", _l("从零开始，做一件记一件")),
            ("B", _l("每年先给基础分，再加再减")),
        ]
        self.publicity_days.choices = [
            (one, _l("%(count)s 天", count=one)) for one in PUBLICITY_DAYS
        ]
        self.minus_shown.choices = [
            ("group", _l("写哪个组，不写名字")),
            ("nobody", _l("组和名字都不写")),
        ]

    def settings(self) -> Settings:
        """What was typed. Raises BadInput."""
        return Settings(
            family=self.family.data,
            base=(self.base.data or 0) if self.family.data == "B" else 0,
            cents_per_point=cents(self.cents_per_point.data or ""),
            phone=self.phone.data or "",
            publicity_days=self.publicity_days.data,
            minus_shown=self.minus_shown.data,
            photo_months=12 if self.photo_months.data is None else self.photo_months.data,
        )


@door.get("/")
def home() -> ResponseReturnValue:
    """The scheme as it stands."""
    now = scheme.find_scheme(g.village.id)
    return _show(
        SchemeForm(
            formdata=None,
            family=now.family,
            base=now.base or None,
            cents_per_point=words.yuan(now.cents_per_point),
            phone=now.phone,
            publicity_days=now.publicity_days,
            minus_shown=now.minus_shown,
            photo_months=now.photo_months,
        )
    )


@door.post("/")
def save() -> ResponseReturnValue:
    """Set the scheme."""
    form = SchemeForm()
    if form.validate():
        with form.refusing():
            scheme.set_scheme(g.village.id, form.settings())
            flash(gettext("积分方案已保存。"))
            return redirect(url_for(".home"), 303)
    return _show(form)


@door.post("/base")
def grant() -> ResponseReturnValue:
    """Give every household this year's base; pressing again changes nothing."""
    if not scheme.find_scheme(g.village.id).base:
        raise BadInput(phrase("本村的积分方式没有基础分。"))
    count = yearly.grant_base(g.village.id)
    if count:
        flash(
            gettext("已给 %(count)s 户记入%(year)s年基础分。", count=count, year=clock.today().year)
        )
    else:
        flash(gettext("每一户今年的基础分都已经记过了，没有重复。"))
    return redirect(url_for(".home"), 303)


def _show(form: SchemeForm) -> ResponseReturnValue:
    page = render_template(
        "desk/scheme.html",
        form=form,
        scheme=scheme.find_scheme(g.village.id),
        lacking=yearly.count_without_base(g.village.id),
    )
    return page, 200 if request.method == "GET" else 422


def cents(text: str) -> int:
    """Yuan as typed, e.g. 1 or 0.5, in cents. Raises BadInput."""
    plain = half_width(text).strip().removesuffix("元").strip()
    match = re.fullmatch(r"([0-9]{1,4})(?:\.([0-9]{1,2}))?", plain)
    if not match:
        raise BadInput(phrase("请写元，最多两位小数，例如 1 或者 0.5。"), field="cents_per_point")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
