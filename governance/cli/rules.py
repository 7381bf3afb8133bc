"""flask rules load: a village's rules from a CSV or Excel file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from governance.base import clock
from governance.base.errors import Phrase, phrase
from governance.cli.speak import language, refusals, say
from governance.village import places
from governance.village.places import Level
from governance.village.rules.file import FaultyRuleFile, read_rules
from governance.village.rules.load import Plan, load_rules
from governance.web.frame.words import translated

rules = AppGroup("rules", help="The rulebook of a village.")


@rules.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--village", "code", required=True, help="Code of the village.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="First day in force; left out: today."
)
def load(file: Path, code: str, since: datetime | None) -> None:
    """Load the rules of FILE: new ones are added, changed ones revised, the same ones left.

    With any fault in the file nothing is loaded: the faults are named by row and column, exit 1.
    """
    first_day = since.date() if since else clock.today()
    with refusals():
        village = places.get_place(code, Level.VILLAGE)
        try:
            plan = load_rules(village.id, read_rules(file.read_bytes()), first_day, None)
        except FaultyRuleFile as faulty:
            _tell_faults(faulty)
            raise
    _tell(plan, village.name)


def _tell_faults(faulty: FaultyRuleFile) -> None:
    for fault in faulty.faults:
        _warn(
            phrase("第 %(row)s 行「%(column)s」：%(what)s"),
            row=fault.row,
            column=fault.column,
            what=_sentence(fault.what, fault.values),
        )


def _tell(plan: Plan, village: str) -> None:
    for wording, concern in plan.concerns:
        _warn(
            phrase("请留意 %(code)s「%(word)s」：%(why)s（%(source)s）"),
            code=wording.code,
            word=concern.word,
            why=_sentence(concern.why),
            source=_sentence(concern.source),
        )
    say(
        "%(village)s：新增 %(added)s 条，修订 %(revised)s 条，%(left)s 条没有变。",
        village=village,
        added=len(plan.added),
        revised=len(plan.revised),
        left=len(plan.left),
    )
    if plan.base is not None:
        say("每户每年的基础分定为 %(base)s 分，用 flask book due 记入。", base=plan.base)


def _sentence(text: Phrase, values: dict[str, object] | None = None) -> str:
    with force_locale(language()):
        return translated(text, values)


def _warn(text: Phrase, **values: object) -> None:
    with force_locale(language()):
        click.echo(translated(text, values), err=True)
