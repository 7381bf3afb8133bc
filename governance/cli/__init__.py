"""The operators' door: `flask ...`, one small file per command group."""

from __future__ import annotations

from flask import Flask

from governance.cli import book, gifts, places, simulate, staff


def add_commands(app: Flask) -> None:
    """Hang the command groups on the application."""
    for group in (places.place, gifts.gifts, staff.staff, book.audit, simulate.simulate):
        app.cli.add_command(group)
