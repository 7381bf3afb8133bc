"""flask gifts: load a list of gifts."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale, gettext

from governance.affairs.shop import giftfile
from governance.affairs.shop.giftfile import FaultyRows
from governance.cli.speak import language, refusals, say
from governance.village import places
from governance.village.places import Level
from governance.web.frame.words import sentence

gifts = AppGroup("gifts", help="What points are redeemed for.")


@gifts.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--village", "code", required=True, help="Code of the village.")
def load(file: Path, code: str) -> None:
    """Add the gifts of FILE (Excel or CSV) with what is on the shelf; those of a known name stay as they are."""
    with refusals():
        village = places.get_place(code, Level.VILLAGE)
        try:
            loaded = giftfile.load_gifts(village.id, file.read_bytes())
        except FaultyRows as refusal:
            name_faults(refusal)
            raise
    say(
        "%(village)s：新增兑换品 %(added)s 种，原有 %(left)s 种没有改动。",
        village=village.name,
        added=loaded.added,
        left=loaded.left,
    )


def name_faults(refusal: FaultyRows) -> None:
    """Print every fault with its row and column."""
    with force_locale(language()):
        for fault in refusal.faults:
            where = gettext(
                "第 %(row)s 行「%(column)s」", row=fault.row, column=gettext(fault.column)
            )
            click.echo(f"{where}: {sentence(fault.why)}", err=True)
