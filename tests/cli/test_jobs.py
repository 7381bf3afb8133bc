"""flask jobs run: what waits is done once; the loop stays until its server has ended."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from flask_migrate import upgrade

from governance.base.database import db, new_id
from governance.cli import jobs as command
from governance.village import jobs
from tests.conftest import make_app
from tests.factories import make_village
from tests.races import PATIENCE
from tests.servers import ROOT, wait_until


def test_what_waits_is_done_once(app):
    with app.app_context():
        job = jobs.ask(make_village(homes=0).id, new_id(), "unheard", {})
    run = app.test_cli_runner().invoke
    assert run(args=["jobs", "run"]).output == "办了 1 件。\n"
    assert run(args=["jobs", "run"]).output == "办了 0 件。\n"
    with app.app_context():
        assert jobs.get_job(job.village_id, job.id).state == "failed"


def test_a_trouble_of_the_database_makes_the_loop_wait_and_not_end(ctx, caplog):
    class Broken:
        def run_all(self):
            db.session.execute(db.text("SELECT * FROM nowhere"))

    assert command._look(Broken()) == command.LONG_PAUSE
    assert "could not work" in caplog.text


@pytest.fixture
def beside(tmp_path):
    """A loop beside a server, which is played by us: standard input is the pipe it holds."""
    url = f"sqlite:///{tmp_path / 'hemei.sqlite3'}"
    app = make_app(url, tmp_path)
    with app.app_context():
        upgrade()
    settings = {"HEMEI_DATABASE_URL": url, "HEMEI_DATA_DIR": str(tmp_path / "data")}
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "jobs", "run", "--loop"],
        cwd=ROOT,
        env=os.environ | settings,
        stdin=subprocess.PIPE,
    )
    yield app, process
    process.kill()
    process.wait(PATIENCE)
    process.stdin.close()
    with app.app_context():
        db.engine.dispose()


def test_the_loop_does_what_comes_and_ends_with_its_server(beside):
    app, process = beside
    with app.app_context():
        village = make_village(homes=0)
        for _ in range(2):
            job = jobs.ask(village.id, new_id(), "unheard", {})
            wait_until(lambda id_=job.id: state_of(village, id_) == "failed")
    process.stdin.close()
    assert process.wait(PATIENCE) == 0


def state_of(village, job_id):
    db.session.rollback()  # what others did meanwhile is seen from the next look on
    return jobs.get_job(village.id, job_id).state
