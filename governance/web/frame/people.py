"""What the admin door and the team desk share: somebody new, a new password, a choice of role."""

from __future__ import annotations

from collections.abc import Iterable

from flask import current_app
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from governance.base.errors import BadInput, phrase
from governance.village.staff import Role
from governance.web.frame import words
from governance.web.frame.forms import Form, at_most, required

PLAIN = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


class NewPersonForm(Form):
    """Somebody new, with the password they are handed for their first sign-in."""

    name = StringField(_l("姓名"), [required(), at_most(30)], render_kw={"autocomplete": "off"})
    username = StringField(_l("用户名（登录用）"), [required(), at_most(30)], render_kw=PLAIN)
    password = StringField(_l("首次密码（至少 8 位）"), [required(), at_most(200)], render_kw=PLAIN)
    role = SelectField(_l("角色"))


class NewPasswordForm(Form):
    """A new password to be handed over."""

    password = StringField(_l("新密码（至少 8 位）"), [required(), at_most(200)], render_kw=PLAIN)


def role_choices(roles: Iterable[Role]) -> list[tuple[str, str]]:
    """Roles for a select."""
    return [(role.value, words.name_of("role", role)) for role in roles]


def refuse_known_password(password: str) -> None:
    """The demo's password is in the README: nobody is handed it outside the demo. Raises BadInput."""
    if password == current_app.config["DEMO_PASSWORD"] and not current_app.config["DEMO"]:
        raise BadInput(phrase("演示密码不能在正式环境使用，请换一个密码。"), field="password")
