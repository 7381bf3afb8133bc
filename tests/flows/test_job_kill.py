"""Kill the runner in the middle of an import, by kill -9: nothing of it is there, and the next one does it whole, once."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from governance.affairs.kinds import REGISTER
from governance.base.worksheets.reading import read_worksheets
from governance.ledger import audit
from governance.village import directory, jobs
from governance.village.register import uploads
from governance.village.register.planning import plan_import
from governance.village.register.rows import read_register
from governance.village.running import find_progress
from tests.factories import make_village
from tests.races import PATIENCE
from tests.runner import run_jobs
from tests.servers import ROOT, wait_for_other_sessions, wait_until
from tests.tables import home, register

HOMES = 3000


@pytest.fixture
def asked(app):
    """A large register, confirmed, on an application whose files others may use."""
    folder = app.config["DATA_DIR"]
    rows = [home(n % 900 + 1, "王秀兰", f"{n // 900 + 1}组") for n in range(HOMES)]
    with app.app_context():
        village = make_village(homes=0)
        worksheets = read_worksheets(register(*rows))
        upload = uploads.keep_upload(folder / "uploads", village.id, worksheets)
        digest = plan_import(village.place, read_register(worksheets)).digest()
        job = jobs.ask(village.id, upload, REGISTER, {"digest": digest})
    return village, job


def start(app):
    settings = {
        "HEMEI_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "HEMEI_DATA_DIR": str(app.config["DATA_DIR"]),
    }
    command = [sys.executable, "-m", "flask", "jobs", "run"]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | settings)


def test_what_a_killed_runner_was_at_is_done_by_the_next_one_once(app, asked):
    village, job = asked
    folder = app.config["DATA_DIR"]
    for part in (0, HOMES // 2):
        runner = start(app)
        wait_until(lambda least=part: (find_progress(folder, job.id) or (-1,))[0] >= least)
        runner.kill()
        runner.wait(PATIENCE)
        with app.app_context():
            wait_for_other_sessions()
            assert directory.search(village.id, limit=1)[1] == 0
            assert jobs.get_job(village.id, job.id).state == "running"
    with app.app_context():
        assert run_jobs(app) == 1
        assert jobs.get_job(village.id, job.id).outcome == {"added": HOMES, "changed": 0}
        assert directory.search(village.id, limit=1)[1] == HOMES
        assert audit.audit_book(village.id).fault is None
        assert run_jobs(app) == 0
