"""An officer's phone in the flows: the field page in a window, and what its server was asked over the wire."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from playwright.sync_api import Error, Page
from sqlalchemy import func, select

from governance.affairs.awards.life import awards
from governance.base.config import DEMO_PASSWORD
from governance.base.database import db
from governance.ledger import audit
from tests.flows.conftest import PHONE, Window

FIELD = "/officer/field"
LONGEST = 20_000  # milliseconds that anything here may take


def until(page: Page, condition: str) -> None:
    """Wait until a condition (which may await) holds in the page, over reloads too; its strict CSP forbids Playwright's own way.

    What the page counts or draws comes after what it stores: ask the store, or for a state that is not true before.
    """
    for _ in range(5):
        try:
            page.evaluate(UNTIL % condition, LONGEST)
        except Error as fault:
            if "context was destroyed" not in str(fault):
                raise
            page.wait_for_load_state()
        else:
            return


UNTIL = """(longest) => new Promise((done, fail) => {
  const app = () => document.getElementById('field').hemei;
  const holds = async () => %s;
  const end = performance.now() + longest;
  const look = async () => {
    let yes = false;
    try { yes = await holds(); } catch { /* not there yet */ }
    if (yes) done();
    else if (performance.now() > end) fail(new Error(`never: ${holds}\n${JSON.stringify(app()?.sync.state())}\n${document.body.innerText.slice(0, 400)}`));
    else setTimeout(look, 20);
  };
  look();
})"""


class Wire:
    """A WSGI layer that notes every answer, and can be told to answer itself, or to drop what was answered."""

    def __init__(self, inner: Callable[..., Any]):
        self.inner = inner
        self.answers: list[
            tuple[str, str, int, int]
        ] = []  # method, path, status, bytes of the body

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        told: list[int] = []

        def starting(status: str, headers: Any, *more: Any) -> Any:
            told.append(int(status[:3]))
            return start(status, headers, *more)

        answer = self.inner(environ, starting)
        body = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        path = environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]
        self.answers.append((environ["REQUEST_METHOD"], path, told[0], len(body)))
        return [body]

    def bytes(self) -> int:
        """What went over the wire, headers reckoned at 400 bytes an answer."""
        return sum(size + 400 for *_, size in self.answers)

    def asked(self, pattern: str) -> list[tuple[str, str, int, int]]:
        """The answers to paths like `pattern`."""
        return [one for one in self.answers if re.search(pattern, one[1])]


@contextmanager
def wired(app: Flask) -> Iterator[Wire]:
    """The application, with its wire tapped."""
    inner = app.wsgi_app
    wire = Wire(inner)
    app.wsgi_app = wire  # type: ignore[method-assign]
    try:
        yield wire
    finally:
        app.wsgi_app = inner  # type: ignore[method-assign]


class Phone:
    """The field page in a window."""

    def __init__(self, window: Window, username: str = "officer1", prefix: str = ""):
        self.window, self.username, self.prefix = window, username, prefix
        self.page = window.page

    def open(self, path: str = FIELD) -> None:
        """Open the page; it has drawn something when this returns."""
        self.window.open(self.prefix + path)
        self.page.wait_for_selector("#main > *")

    def sign_in(self, password: str = DEMO_PASSWORD, username: str = "") -> None:
        """Sign in by the page's own form, wherever it stands."""
        form = self.page.locator("form.sign").first
        form.locator("input").nth(0).fill(username or self.username)
        form.locator("input").nth(1).fill(password)
        form.locator("button").first.click()

    def ready(self) -> Phone:
        """Open, sign in, and have the list."""
        self.open()
        self.sign_in()
        self.has_list()
        return self

    def has_list(self) -> None:
        """The list has come and the first sending is over: it begins with the page."""
        until(
            self.page,
            "app().taken().pack.households.length > 0 && app().sync.state().name !== 'sending'",
        )

    def lasting(self) -> None:
        """The service worker holds the shell: from here on no network is needed."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        until(self.page, "navigator.serviceWorker.controller !== null")

    def record(self, count: int, pictures: int = 0) -> list[str]:
        """Record awards by the page's own hand, one household after the other; their ids."""
        return self.page.evaluate(RECORD, [count, pictures])

    def state(self) -> dict[str, Any]:
        """What the page says of its sending."""
        return self.page.evaluate("document.getElementById('field').hemei.sync.state()")

    def send(self) -> dict[str, Any]:
        """Send now; the state afterwards."""
        return self.page.evaluate(
            "async () => { const app = document.getElementById('field').hemei;"
            " await app.sync.sendNow({force: true}); return app.sync.state(); }"
        )

    def all_sent(self, state: str = "idle") -> None:
        """Wait until nothing waits in the store, by the page's own doing, and the page knows what the server then said."""
        until(
            self.page,
            "(await app().store.outbox()).length + (await app().store.photosWaiting()).length === 0"
            f" && app().sync.state().name === '{state}' && app().sync.state().items === 0"
            " && app().taken().fieldTag === await app().store.get('fieldTag')",
        )

    def waiting(self) -> list[str]:
        """The ids in the outbox."""
        return self.page.evaluate(
            "document.getElementById('field').hemei.store.outbox().then((rows) => rows.map((row) => row.id))"
        )


RECORD = """async ([count, pictures]) => {
  const app = document.getElementById('field').hemei;
  const { households, rules } = app.taken().pack;
  const homes = households.filter((one) => one.status === 'resident');
  const rule = rules.find((one) => !one.cap && one.points.min === one.points.max && one.points.min > 0
    && one.evidence !== 'photo');
  const picture = () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [2400, 1800];
    canvas.getContext('2d').fillRect(10, 10, 900, 900);
    return new Promise((done) => canvas.toBlob(done, 'image/png'));
  };
  const ids = [];
  for (let at = 0; at < count; at += 1) {
    const blobs = await Promise.all(Array.from({ length: pictures }, picture));
    const item = await app.record({ kind: 'award', household: homes[at % homes.length].id, rule: rule.id }, blobs);
    ids.push(item.id);
  }
  return ids;
}"""


def phone_of(open_window: Any, address: str, username: str = "officer1", **settings: Any) -> Phone:
    """A phone of its own: a fresh browser profile."""
    return Phone(open_window(address, PHONE, **settings), username)


def on_server(app: Flask, ids: list[str]) -> int:
    """How many of these awards the server has; the book is audited on the way."""
    with app.app_context():
        found = db.session.scalar(
            select(func.count())
            .select_from(awards)
            .where(awards.c.id.in_([uuid.UUID(one) for one in ids]))
        )
        village = db.session.scalar(select(awards.c.village_id).limit(1))
        assert audit.audit_book(village).fault is None
        db.session.remove()
    return int(found or 0)
