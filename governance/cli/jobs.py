"""flask jobs: the runner, beside the server or by hand."""

from __future__ import annotations

import logging
import os
import select
import stat
import sys
import time

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from governance.affairs.kinds import KINDS
from governance.base.database import db
from governance.cli.speak import say
from governance.village.running import Runner

PAUSE, LONG_PAUSE = 1.0, 30.0  # seconds to the next look, and after a trouble of storage

jobs = AppGroup("jobs", help="What is done beside the pages, e.g. long imports.")
log = logging.getLogger(__name__)


@jobs.command("run")
@click.option("--loop", is_flag=True, help="Stay, and look for jobs every second.")
def run(loop: bool) -> None:
    """Do the jobs that wait, each once. Safe to repeat, and beside other runners."""
    runner = Runner(current_app.config["DATA_DIR"], KINDS)
    if not loop:
        say("办了 %(count)s 件。", count=runner.run_all())
        return
    pause = 0.0
    while _goes_on(pause):
        pause = _look(runner)


def _look(runner: Runner) -> float:
    """Do what waits; the seconds to the next look."""
    try:
        runner.run_all()
    except (SQLAlchemyError, OSError):
        log.exception("the runner could not work")
        return LONG_PAUSE
    finally:
        db.session.remove()  # between two looks no connection is held
    return PAUSE


def _goes_on(pause: float) -> bool:
    """Wait; where a server holds the other end of standard input, until that server has ended."""
    if not stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        time.sleep(pause)
        return True
    readable, _, _ = select.select([sys.stdin], [], [], pause)
    return not readable or bool(os.read(sys.stdin.fileno(), 1))
