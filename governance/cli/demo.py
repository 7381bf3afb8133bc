"""flask demo: a village to look at."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale

from governance.base.config import DEMO_PASSWORD
from governance.cli.speak import language, refusals, say
from governance.demo import SIGN_INS, holds_demo, is_empty, load_demo
from governance.village.staff import ROLE_NAMES
from governance.web.frame.words import translated

OWN_DATA = 3  # exit status: the database is in use for real


@click.command("demo")
@click.option(
    "--if-empty",
    is_flag=True,
    help="For `make run`: exit 0 when the database holds the demo, 3 when it holds data of your own.",
)
@with_appcontext
def demo(if_empty: bool) -> None:
    """Load the demo village into an empty database; safe to repeat."""
    if if_empty and not (is_empty() or holds_demo()):
        sys.exit(OWN_DATA)
    with refusals():
        made = load_demo(current_app.config["DATA_DIR"])
    say("演示村已加载。" if made else "演示村已经在这里，没有改动。")
    # Public by design: they open invented data only, and a server without HEMEI_DEMO refuses them.
    say("登录（用户名、密码、角色）：")
    for username, role in SIGN_INS:
        with force_locale(language()):
            click.echo(f"  {username:<12}{DEMO_PASSWORD:<14}{translated(ROLE_NAMES[role])}")
