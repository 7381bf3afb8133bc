"""What the flows of the field page share: a demo village with checklists and public places, the page's own records."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select

from governance.base.database import atomic, db
from governance.village import publicplaces
from governance.village.checklists import file, lists
from governance.village.places import Place
from governance.village.rules.rulebook import rules_in_force
from tests.flows.phone import LONGEST, Phone

APP = "document.getElementById('field').hemei"


def add_checklists(app: Flask) -> None:
    """The shipped checklists, and a public place in every grid, where the demo has none."""
    with app.app_context():
        grids = db.session.scalars(select(Place).where(Place.level == "grid")).all()
        with atomic():
            for village_id in {grid.parent_id for grid in grids}:
                have = {one.code for one in lists.checklists_in_force(village_id)}
                for name in ("household_60", "three_clean"):
                    for wording in file.shipped_checklists(name, rules_in_force(village_id)):
                        if wording.code not in have:
                            lists.add_checklist(village_id, wording, None)
            for grid in grids:
                publicplaces.add_public_place(grid.parent_id, grid.id, f"{grid.name}广场")
        db.session.remove()


def homes(phone: Phone, status: str = "resident") -> list[dict[str, Any]]:
    """Households of the phone's pack."""
    return phone.page.evaluate(
        f"(status) => {APP}.taken().pack.households.filter((one) => one.status === status)", status
    )


def rule(phone: Phone, code: str) -> dict[str, Any]:
    """A rule of the phone's pack."""
    return phone.page.evaluate(
        f"(code) => {APP}.taken().pack.rules.find((one) => one.code === code)", code
    )


def go(phone: Phone, path: str) -> None:
    """Go to a page of the field page; something is drawn when this returns."""
    phone.page.evaluate(GO, [path, LONGEST])
    phone.page.locator("#main :is(h1, h2)").first.wait_for()


# Over when the page has heard of it: what stood there before is gone.
GO = """([path, longest]) => new Promise((done, fail) => {
  if (location.hash === path) return done();
  addEventListener('hashchange', () => done(), { once: true });
  setTimeout(() => fail(new Error(`never at ${path}, but at ${location.hash}`)), longest);
  location.hash = path;
})"""


def contrast(phone: Phone) -> list[str]:
    """What is not read in bright sun: texts whose contrast is below 7:1."""
    phone.window.axe()
    found = phone.page.evaluate(
        "axe.run(document, {runOnly: ['color-contrast-enhanced'], rules: {'color-contrast-enhanced': {enabled: true}}})"
    )
    return [node["html"][:120] for one in found["violations"] for node in one["nodes"]]


def small_targets(phone: Phone) -> list[str]:
    """What a thumb would miss: visible targets lower than 48 pixels."""
    return phone.page.evaluate(
        """() => [...document.querySelectorAll('header a, #main a, #main button, #main input:not([type=checkbox], .hidden), #main label.item, .thumb .btn')]
          .filter((one) => one.getBoundingClientRect().height > 0 && one.getBoundingClientRect().height < 47.5)
          .map((one) => one.outerHTML.slice(0, 120))"""
    )
