"""flask erase: delete by law what must not be kept. The proof of the house goes on holding, and an act says why."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import AppGroup

from governance.affairs.proof import erasing
from governance.affairs.publicity.objections import get_numbered
from governance.cli.speak import refusals, say
from governance.village import places
from governance.village.places import Level
from governance.village.staff import get_named

erase = AppGroup("erase", help="Delete by law what must not be kept.")
village = click.option("--village", "code", required=True, help="Code of the village.")
by = click.option("--by", "username", required=True, help="Who answers for it: a sign-in name.")


@erase.command("log")
@village
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), required=True)
@by
def log(code: str, before: datetime, username: str) -> None:
    """Delete the log of acts that was sealed before a day: nothing younger than 185 days."""
    with refusals():
        where, who = places.get_place(code, Level.VILLAGE), get_named(username)
        count = erasing.forget_log(where.id, who.id, before.date())
    say("%(village)s：依法删除操作记录 %(count)s 条。", village=where.name, count=count)


@erase.command("words")
@village
@click.option(
    "--objection",
    "number",
    nargs=2,
    type=click.IntRange(1, 9999),
    required=True,
    help="Its year and number: 2026 3.",
)
@by
def words(code: str, number: tuple[int, int], username: str) -> None:
    """Erase what somebody wrote in an objection, at their request; that there was one stays."""
    with refusals():
        where, who = places.get_place(code, Level.VILLAGE), get_named(username)
        objection = get_numbered(where.id, *number)
        erasing.erase_words(where.id, who.id, objection.id)
    say(
        "%(village)s：%(year)s年第%(number)s号异议的原话已删除。",
        village=where.name,
        year=number[0],
        number=number[1],
    )
