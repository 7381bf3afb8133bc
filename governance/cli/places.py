"""flask place: add and list counties, towns, villages and grids."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from governance.base.database import db
from governance.cli.speak import refusals, say
from governance.village import places
from governance.village.places import Level

place = AppGroup("place", help="Counties, towns, villages and grids.")


@place.command("add")
@click.option("--level", type=click.Choice([one.value for one in Level]), required=True)
@click.option("--code", required=True, help="National division code; a grid adds two digits.")
@click.option("--name", required=True)
@click.option("--parent", help="Code of the place above; left out: the beginning of the code.")
def add(level: str, code: str, name: str, parent: str | None) -> None:
    """Add a place."""
    with refusals():
        added = places.add_place(Level(level), code, name, parent)
    say("已添加 %(name)s（%(code)s）。", name=added.name, code=added.code)


@place.command("list")
def list_places() -> None:
    """List all places by code."""
    for one in db.session.scalars(db.select(places.Place).order_by(places.Place.code)):
        click.echo(f"{one.code:<16}{one.level:<9}{one.name}")
