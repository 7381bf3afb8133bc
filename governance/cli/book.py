"""flask audit: prove the book. flask book due: do what the calendar asks."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale

from governance.affairs import yearly
from governance.base import clock
from governance.base.database import db
from governance.cli.speak import language, refusals, say
from governance.ledger import audit as proofs
from governance.village import places
from governance.village.places import Level, Place
from governance.web.words import translated

book = AppGroup("book", help="What the calendar asks of the book.")


@book.command("due")
def due() -> None:
    """Give the year's base where a village has one. For cron: safe to repeat."""
    for village, count in yearly.grant_bases():
        say(
            "%(village)s：给 %(count)s 户记入%(year)s年基础分。",
            village=village.name,
            count=count,
            year=clock.today().year,
        )
    say("到期的事都办好了。")


@click.command("audit")
@click.option("--village", "code", help="Only this village.")
@with_appcontext
def audit(code: str | None) -> None:
    """Prove every balance and every hash; exit 1 with the first fault named."""
    with refusals():
        wanted = [places.get_place(code, Level.VILLAGE).id] if code else proofs.books()
    for village_id in wanted:
        village = db.session.get(Place, village_id)
        name = f"{village.name} {village.code}" if village else str(village_id)
        proof = proofs.audit(village_id)
        if proof.fault:
            with force_locale(language()):
                click.echo(f"{name}: {translated(proof.fault.what, proof.fault.values)}", err=True)
            sys.exit(1)
        say(
            "%(village)s：%(lines)s 条明细、%(accounts)s 个账户，全部相符。",
            village=village.name if village else name,
            lines=proof.lines,
            accounts=proof.accounts,
        )
    say("台账核对无误。")
