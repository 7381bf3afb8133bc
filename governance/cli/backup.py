"""flask backup, flask restore: everything in one file, proved before it counts."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from governance.affairs.proof import house
from governance.base import archive, clock
from governance.base.errors import Conflict, phrase
from governance.base.milestones import BACKUP, keep_milestone
from governance.cli.speak import refusals, say


class UnprovenBackup(Conflict):
    """A backup whose book does not add up is not restored."""

    code = "unproven_backup"
    message = phrase("备份里的台账核对不上：%(fault)s")


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write everything to FILE. It holds names and phones: keep it as you keep the register."""
    counts = archive.write_archive(file, current_app.config["DATA_DIR"])
    keep_milestone(BACKUP, clock.now(), file=file.name)
    say("已备份 %(count)s 行到 %(file)s。", count=sum(counts.values()), file=file)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Read FILE into an empty database (after `flask db upgrade`), all of it or nothing."""
    with refusals():
        counts = archive.read_archive(file, current_app.config["DATA_DIR"], _prove)
    say("已恢复 %(count)s 行，台账核对无误。", count=sum(counts.values()))


def _prove() -> None:
    for village_id in house.villages():
        proof = house.audit_house(village_id)
        if proof.fault:
            raise UnprovenBackup(fault=str(proof.fault))
