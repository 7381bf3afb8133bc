"""What `make run` serves: the demo with its sign-ins printed, or a village's own data with the demo's password shut out."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask_migrate import upgrade

from governance.base.config import DEMO_PASSWORD
from governance.base.database import db
from governance.village import staff
from governance.village.places import Level, add_place
from governance.village.staff import Role
from tests.conftest import make_app
from tests.flows.conftest import ROOT
from tests.servers import PATIENCE, Browser


@dataclass
class Served:
    """What the script printed before it served, and a visitor."""

    printed: str
    visitor: Browser

    def sign_in(self, username: str, password: str) -> int:
        """Try to sign in; the answer's status."""
        page = self.visitor.get("/login")
        self.visitor.token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)[1]
        return self.visitor.post("/login", {"username": username, "password": password}).status


@contextmanager
def serve(file: Path) -> Iterator[Served]:
    """Run the script on a database until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "HEMEI_DATABASE_URL": f"sqlite:///{file}",
        "HEMEI_DATA_DIR": str(file.parent / "data"),
        "HEMEI_SECRET_KEY": "tests",
        "HEMEI_DEMO": "1",  # whatever the shell says: the database decides
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "LANG": "C.UTF-8",
    }
    process = subprocess.Popen(
        [ROOT / "deploy" / "serve"], env=os.environ | settings, stdout=subprocess.PIPE, text=True
    )
    try:
        printed = read_until(process, f"http://localhost:{port}")
        visitor = Browser(port)
        assert visitor.get("/login").status == 200
        yield Served(printed, visitor)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What the script prints until it prints `words`."""
    printed = ""
    for line in process.stdout:
        printed += line
        if words in line:
            return printed
    raise AssertionError(f"the script ended: {printed}")


def test_the_demo_is_served_with_one_sign_in_per_role(demo_file, tmp_path):
    shutil.copy(demo_file, tmp_path / "hemei.sqlite3")
    with serve(tmp_path / "hemei.sqlite3") as served:
        for username in ("officer", "committee", "supervisor", "shop", "town", "county", "admin"):
            assert re.search(rf"{username} +{DEMO_PASSWORD}", served.printed)
        assert served.sign_in("officer", DEMO_PASSWORD) == 303


def test_a_villages_own_data_is_served_and_the_demo_password_refused(tmp_path):
    file = tmp_path / "hemei.sqlite3"
    app = make_app(f"sqlite:///{file}", tmp_path)
    with app.app_context():
        upgrade()
        county = add_place(Level.COUNTY, "620503", "秦州区")
        staff.add_staff("weak", "高志远", DEMO_PASSWORD, [(Role.ADMIN, county)])
        staff.add_staff("strong", "高志远", "correct-horse", [(Role.ADMIN, county)])
        db.engine.dispose()
    with serve(file) as served:
        assert DEMO_PASSWORD not in served.printed
        assert served.sign_in("weak", DEMO_PASSWORD) == 403
        assert served.sign_in("strong", "correct-horse") == 303
