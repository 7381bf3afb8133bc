"""The operators' door: `flask ...`, one small file per command group."""

from __future__ import annotations

from flask import Flask

from governance.cli import (
    backup,
    book,
    demo,
    erasing,
    gifts,
    households,
    jobs,
    places,
    rules,
    simulate,
    staff,
)


def add_commands(app: Flask) -> None:
    """Hang the command groups on the application."""
    groups = (
        places.place,
        staff.staff,
        households.households,
        jobs.jobs,
        rules.rules,
        gifts.gifts,
        book.book,
        book.audit,
        backup.backup,
        backup.restore,
        erasing.erase,
        simulate.simulate,
        demo.demo,
    )
    for group in groups:
        app.cli.add_command(group)
