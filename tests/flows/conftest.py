"""The flows: a real Chromium before a real server. `page` fixtures come in the sizes of a phone and a desk."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from governance.base.config import DEMO_PASSWORD
from governance.base.database import db
from tests.conftest import make_app

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "governance" / "client" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# As root there is no sandbox; on a closed network the browser's own calls would only wait.
ARGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    # An address of the LAN: without https a page there is not secure, as one of 127.0.0.1 is.
    "--host-resolver-rules=MAP village.test 127.0.0.1",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert program, (
        "Chromium is not installed: the flows need it (Debian: apt-get install chromium)"
    )
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=ARGS)
        yield opened
        opened.close()


class Window:
    """A browser window that writes down everything the console complains about."""

    def __init__(self, context: BrowserContext, base: str):
        self.context, self.base = context, base
        # For axe(). Told to the browser once: sent into each page it is half a megabyte a time.
        context.add_init_script(path=AXE)
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: Any) -> None:
        # The status of a page is looked at by who asked for it; the console repeats it as an error.
        if message.type in ("error", "warning") and "the server responded with" not in message.text:
            self.complaints.append(f"{message.text} ({self.page.url})")

    def open(self, path: str) -> Any:
        """Go to a path of the site; the answer."""
        return self.page.goto(self.base + path)

    def sign_in(self, username: str, password: str = DEMO_PASSWORD) -> None:
        """Sign in through the form."""
        self.open("/login")
        self.page.fill("#username", username)
        self.page.fill("#password", password)
        self.page.click("main form button")
        assert "/login" not in self.page.url, self.page.inner_text("main")

    def axe(self) -> list[str]:
        """What axe-core finds on the page, one line a finding."""
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {one['help']} | {' ; '.join(node['html'][:160] for node in one['nodes'][:3])}"
            for one in found["violations"]
        ]

    def too_wide(self) -> str | None:
        """How far the page reaches beyond the window, if it does."""
        have, want = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        return f"{have} > {want}" if have > want else None


Opener = Callable[..., Window]


@pytest.fixture
def open_window(browser: Browser) -> Iterator[Opener]:
    """Open windows on a server: `open_window(address, PHONE)`; all are closed afterwards."""
    contexts: list[BrowserContext] = []

    def opener(base: str, size: dict[str, int] = DESK, **settings: Any) -> Window:
        context = browser.new_context(
            viewport=size,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            **settings,
        )
        contexts.append(context)
        return Window(context, base)

    yield opener
    for context in contexts:
        context.close()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an application on a free port in a thread of its own; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def demo(demo_file: Path, tmp_path: Path) -> Iterator[Flask]:
    """An application on a copy of the demo village, with its forms' tokens checked as in earnest."""
    file = tmp_path / "hemei.sqlite3"
    shutil.copy(demo_file, file)
    shutil.copytree(demo_file.parent / "data", tmp_path / "data", copy_function=os.link)
    app = make_app(f"sqlite:///{file}", tmp_path, WTF_CSRF_ENABLED=True, BASE_URL="")
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def address(demo: Flask) -> Iterator[str]:
    """The address of a server before the demo village."""
    with serving(demo) as url:
        yield url
