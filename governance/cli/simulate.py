"""flask simulate: bulk data for benchmarks, with a progress bar."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from governance.base.text import DIGITS
from governance.cli.speak import refusals, say
from governance.demo import bulk
from governance.demo.bulk import Size


@click.command("simulate")
@click.option("--villages", type=click.IntRange(1, 1000), default=1, show_default=True)
@click.option(
    "--households",
    type=click.IntRange(1, bulk.MOST_HOMES),
    default=400,
    show_default=True,
    help="In each village.",
)
@click.option(
    "--awards",
    type=click.IntRange(0, 1000),
    default=30,
    show_default=True,
    help="Of each household, over the past year.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 10**DIGITS),
    default=1,
    show_default=True,
    help="The same seed makes the same villages.",
)
@with_appcontext
def simulate(villages: int, households: int, awards: int, seed: int) -> None:
    """Add simulated villages, with a year of awards, to whatever the database holds.

    Each village has its staff: officer-1, committee-1, supervisor-1, shop-1 and so on, with the
    demo's password.
    """
    size = Size(villages, households, awards)
    with refusals(), click.progressbar(length=max(size.lines, 1), label="simulate") as bar:
        made = bulk.simulate(size, seed, bar.update)
        bar.update(max(size.lines, 1) - bar.pos)
    say(
        "已生成 %(villages)s 个村、%(households)s 户、%(lines)s 条明细。",
        villages=len(made),
        households=villages * households,
        lines=size.lines,
    )
