"""flask households: the register of a village, in from Excel and out to it."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from governance.base.files import write_file
from governance.base.worksheets.reading import read_worksheets
from governance.cli.speak import language, refusals, say
from governance.village import places
from governance.village.places import Level, Place
from governance.village.register import workbooks
from governance.village.register.importing import import_register
from governance.village.register.planning import Plan, plan_import
from governance.village.register.rows import Register, read_register
from governance.web.frame.register_words import fault_line, field_name, value_text

households = AppGroup("households", help="The register of a village.")
village_option = click.option("--village", "code", required=True, help="Code of the village.")


@households.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@village_option
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
def import_file(file: Path, code: str, dry_run: bool) -> None:
    """Add and change the households of FILE; with any fault in it nothing is imported, exit 1."""
    with refusals():
        village = places.get_place(code, Level.VILLAGE)
        register = read_register(read_worksheets(file.read_bytes()))
        plan = plan_import(village, register)
        _tell_faults(plan)
        plan.refuse_faults()
        if dry_run:
            _tell_details(plan)
        else:
            plan = _carry_out(village, register)
    _tell(plan, village, dry_run)


@households.command("export")
@village_option
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--members", is_flag=True, help="One row a member instead of one row a household.")
def export_file(code: str, file: Path, members: bool) -> None:
    """Write the register to FILE (.xlsx), one row a household."""
    with refusals():
        village = places.get_place(code, Level.VILLAGE)
        write = workbooks.export_members if members else workbooks.export_households
        content = write(village.id)
    try:
        write_file(file, content)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from None
    say("%(village)s 的花名册已写入 %(file)s。", village=village.name, file=file)


def _carry_out(village: Place, register: Register) -> Plan:
    """Import with a progress bar on standard error."""
    steps = import_register(village, register)
    first = next(steps)
    with click.progressbar(length=first.total, file=sys.stderr) as bar:
        for step in steps:
            bar.update(step.done - bar.pos)
    return first.plan


def _tell_faults(plan: Plan) -> None:
    with force_locale(language()):
        for fault in plan.faults:
            click.echo(fault_line(fault), err=True)


def _tell_details(plan: Plan) -> None:
    """What would be done, a household a line: + is added, ~ is changed."""
    with force_locale(language()):
        for one in plan.added:
            click.echo(f"+ {one.code} {one.details.head}")
        for change in plan.changed:
            told = "; ".join(
                f"{field_name(name)} {value_text(name, old)} → {value_text(name, new)}"
                for name, old, new in change.differences
            )
            click.echo(f"~ {change.code} {change.details.head}: {told}")


def _tell(plan: Plan, village: Place, dry_run: bool) -> None:
    say(
        "%(village)s：新增 %(added)s 户，变更 %(changed)s 户，%(left)s 户没有变；表里没有的 %(absent)s 户保持原样。",
        village=village.name,
        added=len(plan.added),
        changed=len(plan.changed),
        left=plan.left,
        absent=plan.absent,
    )
    if plan.new_grids:
        say("新建网格：%(names)s。", names="、".join(name for _, name in plan.new_grids))
    columns = plan.register.columns
    if columns.identity:
        say(
            "没有读取身份证号一栏（%(names)s）：系统用不着，也不保存。",
            names="、".join(columns.identity),
        )
    if columns.ignored:
        say("没有用到的栏：%(names)s。", names="、".join(columns.ignored))
    if dry_run:
        say("这是试算，什么都没有改。")
