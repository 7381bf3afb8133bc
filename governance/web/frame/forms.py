"""What every form shares: the base class with its csrf token, the usual checks in our words, whole numbers."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from governance.base.errors import BadInput, HemeiError
from governance.base.text import DIGITS, LONGEST, whole
from governance.web.frame.words import sentence

PHOTO_TOO_LARGE = _l("照片太大了，最多 16 MB。请把相机的照片尺寸调小些，再拍一张。")


class Form(FlaskForm):  # type: ignore[misc]
    """A form checks shape; the affair checks meaning, and its refusal lands on the field it names."""

    def refuse(self, refusal: HemeiError) -> None:
        """Show an affair's refusal at the field it is about, or above the form."""
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(sentence(refusal))
        else:
            field.errors = [*field.errors, sentence(refusal)]

    def refusing(self, *more: type[HemeiError]) -> Refusing:
        """What is done within is done, or its refusal stands on the form, to be shown again.

        Of input always, of other kinds where `more` names them: the rest goes on up.
        """
        return Refusing(self, (BadInput, *more))

    @property
    def http_status(self) -> int:
        """What the page with this form answers: that something on it is wrong, or that all is well."""
        return 422 if self.errors else 200


class Refusing:
    """Puts the refusals of some kinds on a form. A class, so that whoever reads types knows what it may swallow."""

    def __init__(self, form: Form, kinds: tuple[type[HemeiError], ...]):
        """`kinds`: those that are put on the form."""
        self.form, self.kinds = form, kinds

    def __enter__(self) -> None:
        """Begin what may be refused."""

    def __exit__(self, kind: object, refusal: BaseException | None, trace: object) -> bool:
        """Put a refusal of the kinds meant on the form."""
        if not isinstance(refusal, self.kinds):
            return False
        self.form.refuse(refusal)
        return True


class WholeField(IntegerField):  # type: ignore[misc]
    """A whole number of at most as many digits as its column holds: the only kind of number a form takes."""

    data: Any  # int, or None where nothing was typed; validators say which of them is possible

    def __init__(self, *arguments: Any, digits: int = DIGITS, **more: Any):
        """`digits`: the most that are taken."""
        self.digits = digits
        more["render_kw"] = {"inputmode": "numeric"} | (more.get("render_kw") or {})
        super().__init__(*arguments, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; nothing stays nothing."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = whole(valuelist[0], self.digits)
        except ValueError:
            message = gettext(
                "「%(field)s」应为整数，最多 %(digits)s 位。",
                field=self.label.text,
                digits=self.digits,
            )
            raise ValueError(message) from None

    def _value(self) -> str:
        """What the page shows again; a number that is too long is cut, for nobody reads it."""
        return str(super()._value())[:LONGEST]


class SignedField(WholeField):
    """A whole number with a sign: a phone's number pad has no minus, so the field is a text."""

    widget = StringField.widget


class PhotoField(FileField):  # type: ignore[misc]
    """A photo, taken on the spot where the browser can; `photos.js` makes it small before it is sent."""

    def __init__(self, label: Any, *arguments: Any, on_the_spot: bool = True, **more: Any):
        """`on_the_spot`: a phone opens its camera at once."""
        render = {"accept": "image/*", "data-too-large": PHOTO_TOO_LARGE}
        more["render_kw"] = render | ({"capture": "environment"} if on_the_spot else {})
        super().__init__(label, *arguments, **more)


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
