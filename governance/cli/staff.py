"""flask staff: add somebody who signs in."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from governance.base.errors import BadInput, NotThere, phrase
from governance.cli.speak import refusals, say
from governance.village import places, signing
from governance.village import staff as people
from governance.village.signing import totp
from governance.village.signing.signins import Where
from governance.village.staff import Role

SHELL = Where("", "shell")  # at the service's own machine
staff = AppGroup("staff", help="People who sign in.")


@staff.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice([one.value for one in Role]), required=True)
@click.option("--place", "place_code", help="Code of the place; an admin may have none.")
@click.option("--full-name", help="The person's name on screen; left out: the sign-in name.")
def add(name: str, role: str, place_code: str | None, full_name: str | None) -> None:
    """Add NAME with a role at a place; the password is asked, or read from standard input."""
    with refusals():
        where = places.get_place(place_code) if place_code else None
        person = people.find_staff(name)
        if person is None:
            person = people.add_staff(name, full_name or name, _password(), [(Role(role), where)])
        else:
            people.appoint(person, Role(role), where)
            say("%(name)s 已有账号，任职已加上，密码没有变。", name=person.username)
            return
    say("%(name)s 可以登录了。", name=person.username)


@staff.command("password")
@click.argument("name")
def password(name: str) -> None:
    """Set NAME's password, end all sign-ins, turn the second step off: the way back in when nobody else can help."""
    with refusals():
        person = people.find_staff(name)
        if person is None:
            raise NotThere(phrase("没有用户名「%(name)s」。"), name=name)
        signing.set_password(person, _password(), SHELL)
        totp.turn_off(person.id, SHELL)
    say("%(name)s 的密码已重设，各处的登录都已退出。", name=person.username)


def _password() -> str:
    """The new password. The demo's is refused outside the demo: it would sign nobody in."""
    if sys.stdin.isatty():
        password = str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if password == current_app.config["DEMO_PASSWORD"] and not current_app.config["DEMO"]:
        raise BadInput(phrase("演示密码不能在正式环境使用，请换一个密码。"))
    return password
