"""Every page, for everybody, on a phone and on a desk: asked, measured, looked at by axe.

Links are followed from each visitor's first pages, one page of each kind. A page of the service that
nobody came to fails the test, too.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Error
from werkzeug.exceptions import HTTPException

from tests.flows.conftest import DESK, PHONE, ROOT, Window
from tests.flows.tour import add_root_admin, addresses

SHOTS = ROOT / "shots"
PHOTOGRAPH = bool(os.environ.get("HEMEI_SHOTS"))
SIZES = {"phone": PHONE, "desk": DESK}
LANGUAGES = ("chinese", "english")
# Who walks together, longest way first, and the doors that are theirs: the rest are the committee's desks.
GROUPS = {
    "desk": ("committee", "supervisor"),
    "public": ("villager", "elder", "stranger", "lost"),
    "field": ("officer",),
    "admin": ("admin", "root-admin"),
    "area": ("town", "county"),
    "shop": ("shop",),
}
DOORS = {
    "officer": "field",
    "kin": "field",
    "field": "field",
    "shop": "shop",
    "area": "area",
    "admin": "admin",
} | dict.fromkeys(("entrance", "public", "complaint", "villager"), "public")
# These see the same pages, with more or less on them: axe looks at each once.
ALIKE = {"supervisor": "committee", "county": "town", "root-admin": "admin"}
# Nothing to look at: files, JSON, addresses that only lead on.
NO_PAGES = {"static", "api.take_pack", "api.take_field", "entrance.card", "field.service_worker"}
READ = """({
    title: document.title,
    drawn: document.querySelector('h1') !== null,
    links: [...document.querySelectorAll('a[href]:not([download])')].map(link => link.href),
})"""


@dataclass
class Walk:
    """One visitor's way through the site: every kind of page once, its faults written down."""

    app: Flask
    window: Window
    who: str
    language: str
    seen: set[object] = field(default_factory=set)
    endpoints: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    axed: set[object] = field(default_factory=set)

    def go(self, starts: list[str]) -> None:
        """Visit the starts, whatever their kind, and then where their links lead."""
        queue = deque(starts)
        for path in starts:
            queue.extend(self.visit(path))
            self.seen.add(self.kind(path))
        while queue:
            path = queue.popleft()
            if self.kind(path) not in self.seen:
                self.seen.add(self.kind(path))
                queue.extend(self.visit(path))

    def kind(self, path: str) -> object:
        """What makes two addresses the same kind of page: the view and the names in the query."""
        parts = urlsplit(path)
        return self.endpoint(path), tuple(sorted(name for name, _ in parse_qsl(parts.query)))

    def endpoint(self, path: str) -> str | None:
        """The view behind an address."""
        try:
            return self.app.url_map.bind("").match(urlsplit(path).path, method="GET")[0]
        except HTTPException:
            return None

    def visit(self, path: str) -> Iterator[str]:
        """Open a page and look at it; the addresses it links to."""
        answer, page = self.ask(path), self.window.page
        if self.who != "lost" and answer.status != 200:
            self.note(path, f"status {answer.status}")
        self.endpoints.add(self.endpoint(path) or "")
        if "text/html" not in answer.headers.get("content-type", ""):
            page.goto("about:blank")  # Chromium's own page around a picture breaks our policy
            self.window.complaints.clear()
            return iter(())
        self.endpoints.add(self.endpoint(page.url) or "")
        read = page.evaluate(READ)
        if not read["drawn"]:  # the field page draws itself
            page.locator("h1").first.wait_for(state="attached")
            read = page.evaluate(READ)
        if not read["title"].strip("- "):
            self.note(path, "no title")
        self.look_at(path)
        links = [urldefrag(link).url for link in read["links"]]
        return (
            link.removeprefix(self.window.base)
            for link in links
            if link.startswith(self.window.base + "/")
        )

    def ask(self, path: str) -> Any:
        """Open an address in the window; a file, which would be downloaded, is asked for without it."""
        try:
            return self.window.open(path)
        except Error as aborted:
            if "Download is starting" not in str(aborted):
                raise
            return self.window.context.request.get(self.window.base + path)

    def look_at(self, path: str) -> None:
        """Measure the page on a phone and on a desk, let axe look at it on both.

        The size it was opened at comes first; the next page is opened at the other.
        """
        wants_axe = self.wants_axe(path)
        opened_at = self.window.page.viewport_size
        for size in sorted(SIZES, key=lambda one: SIZES[one] != opened_at):
            self.window.page.set_viewport_size(SIZES[size])
            if wide := self.window.too_wide():
                self.note(path, f"wider than the {size}: {wide}")
            for finding in self.window.axe() if wants_axe else ():
                self.note(path, f"{finding} ({size})")
            if PHOTOGRAPH:
                self.photograph(size)
        for complaint in self.window.complaints:
            self.note(path, complaint)
        self.window.complaints.clear()

    def photograph(self, size: str) -> None:
        """Keep a picture in shots/ for somebody to look at: `HEMEI_SHOTS=1 make test`."""
        folder = SHOTS / self.language / size
        name = f"{self.who}-{self.endpoint(self.window.page.url) or 'error'}".replace(".", "-")
        number = sum(1 for _ in folder.glob(f"{name}-*.png"))
        self.window.page.screenshot(path=folder / f"{name}-{number}.png", full_page=True)

    def wants_axe(self, path: str) -> bool:
        """Whether axe has not looked at such a page yet; it sees the same in both languages."""
        kind = (ALIKE.get(self.who, self.who), self.kind(path))
        alike = kind in self.axed and self.who in ALIKE
        self.axed.add(kind)
        return self.language == "chinese" and not alike

    def note(self, path: str, fault: str) -> None:
        """Write a fault down, with who met it where."""
        self.faults.append(f"{self.who} {path}: {fault}")


def pages_of(app: Flask, group: str) -> set[str]:
    """Every view that answers a GET and is seen by a group of visitors."""
    views = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods} - NO_PAGES
    return {view for view in views if group_of(view) == group}


def group_of(view: str) -> str:
    return DOORS.get(view.partition(".")[0], "desk")


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_right_for_everybody(
    demo: Flask, address: str, open_window, language: str, group: str
):
    add_root_admin(demo)
    starts = addresses(demo)
    starts["elder"] = starts["villager"]
    visited: set[str] = set()
    axed: set[object] = set()
    faults: list[str] = []
    for who in GROUPS[group]:
        window = open_window(address, PHONE)
        if group != "public":
            window.sign_in(who)
        if who == "elder":
            window.open(starts[who][0])
            window.page.click("button[name=large]")
        if language == "english":
            window.open("/login" if group == "public" else "/password")
            window.page.click("button[name=language]")
        walk = Walk(demo, window, who, language, axed=axed)
        walk.go(starts[who])
        window.context.close()
        visited |= walk.endpoints
        faults += walk.faults
    assert not faults, "\n".join(faults)
    assert sorted(pages_of(demo, group) - visited) == []


def test_everybody_walks(demo: Flask):
    assert {who for group in GROUPS.values() for who in group} == {*addresses(demo), "elder"}
    assert {group_of(rule.endpoint) for rule in demo.url_map.iter_rules()} <= {*GROUPS}
