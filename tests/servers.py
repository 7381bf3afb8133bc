"""The real service for tests: two workers behind their buffers on an application's database, and plain browsers.

Nothing is switched off here: the forms' tokens are checked, the sign-in's rate limit counts.
"""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
from flask import Flask
from sqlalchemy import text

from governance.base.database import db
from governance.village.staff import Staff
from tests.factories import PASSWORD
from tests.races import PATIENCE

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 2


@dataclass
class Answer:
    """What the service answered."""

    status: int
    location: str
    text: str


class Browser:
    """A visitor: one session, any number of threads at once."""

    def __init__(self, port: int):
        self.port, self.cookie, self.token = port, "", ""
        self.settled = False  # once signed in, threads share the session: its cookie stays as it is

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, Any] | list[tuple[str, Any]]) -> Answer:
        """Send a form, with the session's token."""
        pairs = list(fields.items()) if isinstance(fields, dict) else list(fields)
        body = urlencode([*pairs, ("csrf_token", self.token)])
        return self._ask("POST", path, body)

    def sign_in(self, person: Staff) -> Browser:
        """Sign in through the page, as a person would, and keep the new session's token."""
        self._take_session("/login")
        answer = self.post("/login", {"username": person.username, "password": PASSWORD})
        assert answer.status == 303, answer.text
        self._take_session("/password")
        self.settled = True
        return self

    def _take_session(self, path: str) -> None:
        page = self.get(path)
        assert page.status == 200, page.text
        self.token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)[1]

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        head = {"Cookie": self.cookie} if self.cookie else {}
        if body is not None:
            head["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, head)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        session = re.search(r"\bsession=[^;]+", response.getheader("Set-Cookie") or "")
        if session and not self.settled:
            self.cookie = session[0]
        return Answer(response.status, response.getheader("Location") or "", text)


@dataclass
class Service:
    """A running service."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def browser(self, person: Staff | None = None) -> Browser:
        """A fresh browser, signed in if somebody is named."""
        visitor = Browser(self.port)
        return visitor.sign_in(person) if person else visitor

    def kill(self) -> None:
        """Kill master and workers at once, as a loss of power would."""
        everybody = self._everybody()
        os.killpg(self.process.pid, signal.SIGKILL)
        self._wait(everybody)

    def stop(self) -> None:
        """End the service in good order."""
        if self.process.poll() is None:
            everybody = self._everybody()
            self.process.terminate()
            self._wait(everybody)

    def _everybody(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def _wait(self, workers: list[psutil.Process]) -> None:
        self.process.wait(PATIENCE)
        _, alive = psutil.wait_procs(workers, PATIENCE)
        assert not alive, "workers outlived their master"


@contextmanager
def serve(app: Flask, *options: str) -> Iterator[Service]:
    """Serve an application's database as it is deployed until the block ends; yields when it answers."""
    folder = Path(app.config["DATA_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "HEMEI_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "HEMEI_DATA_DIR": str(app.config["DATA_DIR"]),
        "HEMEI_SECRET_KEY": "tests",
        "HEMEI_DEMO": "",
        "HEMEI_BASE_URL": "",
    }
    with serve_wsgi("app:app", folder / "gunicorn.log", *options, **settings) as service:
        yield service


@contextmanager
def serve_wsgi(application: str, log: Path, *options: str, **settings: str) -> Iterator[Service]:
    """Serve any WSGI application with the deployed server; `options` are gunicorn's and come last."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        port = listening.getsockname()[1]
        process = _start(application, listening.fileno(), log, options, settings)
    service = Service(port, process, log)
    try:
        _wait_for_answer(service)
        yield service
    finally:
        service.stop()


def _start(
    application: str, listening: int, log: Path, options: tuple[str, ...], settings: dict[str, str]
) -> subprocess.Popen[bytes]:
    """The listening socket is handed down: no free port to guess, and a request may come at once."""
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    command += ["--workers", str(WORKERS), "--timeout", str(PATIENCE)]
    command += ["--preload"]  # loaded once, not by each worker
    command += ["--bind", f"fd://{listening}", *options, application]
    with log.open("ab") as file:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | settings,
            stdout=file,
            stderr=file,
            pass_fds=[listening],
            start_new_session=True,
        )


def _wait_for_answer(service: Service) -> None:
    try:
        assert service.browser().get("/login").status == 200
    except (OSError, http.client.HTTPException, AssertionError) as fault:
        raise RuntimeError(f"the service did not start:\n{service.log.read_text()}") from fault


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that will be so."""
    ticks = threading.Event()
    for _ in range(PATIENCE * 50):
        if condition():
            return
        ticks.wait(0.02)
    raise AssertionError("it never came to be")


def wait_for_other_sessions() -> None:
    """PostgreSQL goes on for a moment with what the killed service had asked for: wait until it has noticed."""
    if db.engine.dialect.name != "postgresql":
        return
    busy = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND (state <> 'idle' OR backend_xid IS NOT NULL)"
        " AND backend_type = 'client backend'"
    )

    def is_quiet() -> bool:
        with db.engine.connect() as connection:
            return not connection.scalar(busy)

    wait_until(is_quiet)
