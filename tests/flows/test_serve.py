"""What `make run` serves: the demo with its sign-ins printed, or a village's own data with the demo's password shut out."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from flask_migrate import upgrade

from governance.base.config import DEMO_PASSWORD
from governance.base.database import db, new_id
from governance.village import jobs, staff
from governance.village.places import Level, add_place
from governance.village.staff import Role
from tests.conftest import make_app
from tests.flows.conftest import ROOT
from tests.races import PATIENCE
from tests.servers import Browser, wait_until


@dataclass
class Served:
    """What the script printed until it served, and a visitor."""

    printed: str
    visitor: Browser
    process: subprocess.Popen[str]

    def sign_in(self, username: str, password: str) -> int:
        """Try to sign in; the answer's status."""
        page = self.visitor.get("/login")
        self.visitor.token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)[1]
        return self.visitor.post("/login", {"username": username, "password": password}).status

    def hosts(self) -> set[str]:
        """The hosts of the addresses that were printed."""
        return set(re.findall(rf"http://(.+):{self.visitor.port}", self.printed))

    def listens(self) -> set[str]:
        """Where the server really listens."""
        return {
            one.laddr.ip
            for one in psutil.Process(self.process.pid).net_connections("tcp")
            if one.status == psutil.CONN_LISTEN
        }


@contextmanager
def serve(file: Path, *beside: str, **settings: str) -> Iterator[Served]:
    """Run the script on a database until the block ends, with a command beside the server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    plain = {
        "HEMEI_DATABASE_URL": f"sqlite:///{file}",
        "HEMEI_DATA_DIR": str(file.parent / "data"),
        "HEMEI_SECRET_KEY": "tests",
        "HEMEI_DEMO": "1",  # whatever the shell says: the database decides
        "HOST": "",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "LANG": "C.UTF-8",
    }
    process = subprocess.Popen(
        [ROOT / "deploy" / "serve", *beside],
        env=os.environ | plain | settings,
        stdout=subprocess.PIPE,
        text=True,
        umask=0o022,
    )
    try:
        printed = read_until_served(process, port)
        visitor = Browser(port)
        assert visitor.get("/login").status == 200
        yield Served(printed, visitor, process)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def read_until_served(process: subprocess.Popen[str], port: int) -> str:
    """What the script prints until the addresses are over."""
    printed = ""
    for line in process.stdout:
        printed += line
        if line == "\n" and f":{port}\n" in printed:
            return printed
    raise AssertionError(f"the script ended: {printed}")


@pytest.fixture
def demo_copy(demo_file, tmp_path):
    """The demo village's file, for one test."""
    return Path(shutil.copy(demo_file, tmp_path / "hemei.sqlite3"))


@pytest.fixture
def own_data(tmp_path):
    """A village's own data: two people, one of whom chose the demo's password."""
    file = tmp_path / "hemei.sqlite3"
    app = make_app(f"sqlite:///{file}", tmp_path)
    with app.app_context():
        upgrade()
        county = add_place(Level.COUNTY, "620503", "秦州区")
        staff.add_staff("weak", "高志远", DEMO_PASSWORD, [(Role.ADMIN, county)])
        staff.add_staff("strong", "高志远", "correct-horse", [(Role.ADMIN, county)])
        db.engine.dispose()
    return file


def test_the_demo_is_served_to_this_machine_with_one_sign_in_per_role(demo_copy):
    with serve(demo_copy) as served:
        assert served.listens() == {"127.0.0.1"}
        assert served.hosts() == {"localhost"}
        for username in ("officer", "committee", "supervisor", "shop", "town", "county", "admin"):
            assert re.search(rf"{username} +{DEMO_PASSWORD}", served.printed)
        assert served.sign_in("officer", DEMO_PASSWORD) == 303


def test_the_demo_is_for_phones_of_the_same_network_when_told(demo_copy):
    with serve(demo_copy, HOST="0.0.0.0") as served:
        assert served.listens() == {"0.0.0.0"}
        assert served.hosts() >= {"localhost"}
        for host in served.hosts():
            socket.create_connection((host, served.visitor.port), PATIENCE).close()


def test_a_villages_own_data_is_served_to_its_phones_and_the_demo_password_refused(own_data):
    with serve(own_data) as served:
        assert served.listens() == {"0.0.0.0"}
        assert DEMO_PASSWORD not in served.printed
        assert served.sign_in("weak", DEMO_PASSWORD) == 403
        assert served.sign_in("strong", "correct-horse") == 303


def test_behind_a_proxy_nobody_comes_past_it(own_data):
    with serve(own_data, HEMEI_PROXIES="1") as served:
        assert served.listens() == {"127.0.0.1"}
        assert served.hosts() == {"localhost"}


def test_what_the_commands_write_is_for_its_owner_alone(tmp_path):
    """Database and backup hold names: nobody else on the machine reads them. (Photos: test_front.py.)"""
    file, backup = tmp_path / "hemei.sqlite3", tmp_path / "backup.zip"
    settings = {"HEMEI_DATABASE_URL": f"sqlite:///{file}", "HEMEI_DATA_DIR": str(tmp_path / "data")}
    for words in (["db", "upgrade"], ["backup", str(backup)]):
        flask = [sys.executable, "-m", "flask", *words]
        subprocess.run(flask, cwd=ROOT, env=os.environ | settings, check=True, umask=0o022)
    written = list(tmp_path.rglob("*"))
    assert {file, backup} <= set(written)
    assert [one.name for one in written if one.stat().st_mode & 0o077] == []


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_what_runs_beside_the_server_ends_with_it(own_data, tmp_path, end):
    note = tmp_path / "beside"
    command = ["sh", "-c", 'echo here > "$0"; cat > /dev/null; rm "$0"', str(note)]
    with serve(own_data, *command) as served:
        wait_until(note.exists)
        served.process.send_signal(end)
        served.process.wait(PATIENCE)
        wait_until(lambda: not note.exists())


def test_the_runner_of_jobs_stands_beside_the_server_and_is_begun_anew(own_data):
    app = make_app(f"sqlite:///{own_data}", own_data.parent)
    with serve(own_data) as served, app.app_context():
        for _ in range(2):
            job_id = new_id()
            jobs.ask(job_id, job_id, "unheard", {})
            wait_until(lambda id_=job_id: state_of(id_) == "failed")
            for runner in runners(served):
                runner.kill()
        db.engine.dispose()


def runners(served):
    """The runner below the script: its shell begins it anew."""
    below = psutil.Process(served.process.pid).children(recursive=True)
    return [one for one in below if "jobs" in one.cmdline()]


def state_of(job_id):
    db.session.rollback()  # what others did meanwhile is seen from the next look on
    return jobs.get_job(job_id, job_id).state
