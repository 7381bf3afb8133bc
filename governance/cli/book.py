"""flask audit: prove the book, or write it out for others to prove. flask book due: do what the calendar asks."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Sequence
from typing import TextIO

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale

from governance.affairs import trust
from governance.affairs.awards import photoage, recording
from governance.affairs.figures import yearly
from governance.affairs.proof import house
from governance.affairs.publicity import closing
from governance.affairs.publicity.heads import Sheet, read_sheet
from governance.base import clock
from governance.base.database import db, learn_sizes
from governance.base.errors import Conflict, phrase
from governance.base.tries import forget_old_tries
from governance.cli.speak import language, refusals, say
from governance.ledger.audit import UNREADABLE, books, read_chain
from governance.village import places
from governance.village.places import Level, Place
from governance.village.signing import log, signins
from governance.web.frame.words import translated

book = AppGroup("book", help="What the calendar asks of the book.")


@book.command("due")
def due() -> None:
    """Close the notices whose time is over, delete old photos and sign-ins, give the year's base. For cron: safe to repeat."""
    doubtful = _keep_watch()
    for village, count in closing.close_all_due():
        say("%(village)s：公示期满，入账 %(count)s 条。", village=village.name, count=count)
    for village, count in closing.book_all_agreeing():
        say("%(village)s：和公示改回一致，入账 %(count)s 条。", village=village.name, count=count)
    for village, count in photoage.remove_all_old(current_app.config["DATA_DIR"]):
        say("%(village)s：照片到期，删除 %(count)s 张。", village=village.name, count=count)
    for village, count in yearly.grant_bases():
        say(
            "%(village)s：给 %(count)s 户记入%(year)s年基础分。",
            village=village.name,
            count=count,
            year=clock.today().year,
        )
    if doubtful:
        say(
            "电脑的日期可能不对，%(count)s 个村的入账、删除先停了。请村委会在「总览」里核对日期。",
            count=doubtful,
        )
        sys.exit(1)
    _forget_sign_ins()
    learn_sizes()
    say("到期的事都办好了。")


def _forget_sign_ins() -> None:
    """Delete what is over: counts of tries, sign-ins, and the record of them after 185 days."""
    forget_old_tries()
    signins.forget_old_sign_ins()
    if count := log.forget_old_events():
        say("登录记录满 185 天，删除 %(count)s 条。", count=count)


def _keep_watch() -> int:
    """Trust the date in each village or not, and book what waited for it; how many villages doubt it."""
    doubtful = 0
    for village_id in books():
        trust.keep_trust(village_id)
        if trust.find_doubt(village_id):
            doubtful += 1
        else:
            recording.book_waiting(village_id)
    return doubtful


@click.command("audit")
@click.option("--village", "code", help="Only this village.")
@click.option(
    "--sheet",
    "texts",
    multiple=True,
    help="What the code on a wall sheet holds: the book is held against it. May be given again.",
)
@click.option(
    "--export",
    "file",
    type=click.File("w", encoding="utf-8", atomic=True),
    help="Also write every line, as it is hashed, and its hash to FILE (for docs/verify.py). "
    "Lines of older versions hold notes: give it to those who may read them.",
)
@with_appcontext
def audit(code: str | None, texts: tuple[str, ...], file: TextIO | None) -> None:
    """Prove everything of every village: the book, the records, what notices sealed, the photos, the sheets.

    Exit 1 with the first fault named.
    """
    with refusals():
        sheets = _sheets(texts)
        if code:
            wanted = [places.get_place(code, Level.VILLAGE).id]
        else:
            wanted = list(sheets) or house.villages()
        if file:
            say("已导出 %(count)s 条明细。", count=_export(wanted, file))
    for village_id in wanted:
        _audit_village(village_id, sheets.get(village_id, []))
    say("台账核对无误。")


def _sheets(texts: Sequence[str]) -> dict[uuid.UUID, list[Sheet]]:
    """Wall sheets by village. Raises NoSheet, NotThere."""
    found: dict[uuid.UUID, list[Sheet]] = {}
    for sheet in map(read_sheet, texts):
        village = places.get_place(sheet.village, Level.VILLAGE)
        found.setdefault(village.id, []).append(sheet)
    return found


def _audit_village(village_id: uuid.UUID, sheets: Sequence[Sheet]) -> None:
    village = db.session.get(Place, village_id)
    name = village.name if village else str(village_id)
    proof = house.audit_house(village_id, current_app.config["DATA_DIR"], sheets)
    if proof.fault:
        named = f"{name} {village.code}" if village else name
        with force_locale(language()):
            click.echo(f"{named}: {translated(proof.fault.what, proof.fault.values)}", err=True)
        sys.exit(1)
    say(
        "%(village)s：%(lines)s 条明细、%(accounts)s 个账户，全部相符。",
        village=name,
        lines=proof.lines,
        accounts=proof.accounts,
    )
    if proof.sealed:
        say(
            "%(village)s：公示封存的 %(sealed)s 项，全部相符；依法删除 %(erased)s 项。",
            village=name,
            sealed=proof.sealed,
            erased=proof.erased,
        )
    for sheet in sheets:
        say(
            "%(village)s：公示纸上%(year)s年第%(number)s期的摘要，和台账相符。",
            village=name,
            year=sheet.year,
            number=sheet.number,
        )


class UnreadableLine(Conflict):
    """A line that is no line any more cannot be written out."""

    code = "unreadable_line"
    message = phrase("台账里有读不出来的明细，没有导出。")


def _export(village_ids: Sequence[uuid.UUID], file: TextIO) -> int:
    """Write one line of JSON for each line of the books; how many. Raises UnreadableLine."""
    count = 0
    try:
        for village_id in village_ids:
            for line in read_chain(village_id):
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
    except UNREADABLE:
        raise UnreadableLine from None
    return count
