"""What every form shares: the base class with its csrf token, the usual checks in our words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from governance.base.errors import HemeiError
from governance.web.frame.words import sentence


class Form(FlaskForm):  # type: ignore[misc]
    """A form checks shape; the affair checks meaning, and its refusal lands on the field it names."""

    def refuse(self, refusal: HemeiError) -> None:
        """Show an affair's refusal at the field it is about, or above the form."""
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(sentence(refusal))
        else:
            field.errors = [*field.errors, sentence(refusal)]


def strip(value: Any) -> Any:
    """Text without the spaces around it."""
    return value.strip() if isinstance(value, str) else value


def required() -> DataRequired:
    """Something must be typed."""
    return DataRequired(_l("请填写这一栏。"))


def chosen() -> InputRequired:
    """Something must be chosen."""
    return InputRequired(_l("请选择。"))


def entered() -> InputRequired:
    """A number must be entered; 0 is one."""
    return InputRequired(_l("请填写这一栏。"))


def at_most(longest: int) -> Length:
    """Not longer than the column."""
    return Length(max=longest, message=_l("不超过 %(max)d 个字。"))


def between(low: int, high: int) -> NumberRange:
    """A whole number in a range."""
    return NumberRange(low, high, _l("应为 %(min)s 到 %(max)s。"))
