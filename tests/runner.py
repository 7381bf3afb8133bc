"""The runner that stands beside a server, played by a test."""

from __future__ import annotations

from flask import Flask

from governance.affairs.kinds import KINDS
from governance.village.running import Runner


def run_jobs(app: Flask) -> int:
    """Do what waits; how many jobs were taken in hand."""
    with app.app_context():
        return Runner(app.config["DATA_DIR"], KINDS).run_all()
