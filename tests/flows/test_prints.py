"""Plates and cards are printed to PDF by a real Chromium, drawn at 150 dpi, and every code is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from PIL import Image

from governance.base.database import db
from governance.village import directory, households
from governance.village.households import Details
from governance.village.staff import Role
from tests.conftest import make_app
from tests.factories import PASSWORD, Village, make_staff, make_village
from tests.flows.conftest import serving
from tests.paper import DPI, draw, read_sheet

HOMES = 417
MM = DPI / 25.4


@pytest.fixture(scope="module")
def village_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Village]]:
    """A village of 417 households, as many as 石家村 has."""
    folder = tmp_path_factory.mktemp("sheets")
    app = make_app(f"sqlite:///{folder / 'hemei.sqlite3'}", folder)
    with app.app_context():
        upgrade()
        village = make_village(homes=0)
        homes = [Details(n // 53 + 1, n % 53 + 1, head="王秀兰", size=4) for n in range(HOMES)]
        households.add_households(
            village.place,
            [(village.grids[n % 2].id, households.clean(one)) for n, one in enumerate(homes)],
        )
        make_staff(Role.COMMITTEE, village.place, "wenshu")
        db.session.expunge_all()
    yield app, village
    with app.app_context():
        db.engine.dispose()


def print_pdf(app: Flask, open_window, path: str, file: Path) -> list[Image.Image]:
    """Print a page as the browser would, and draw the paper."""
    with serving(app) as url:
        window = open_window(url)
        window.sign_in("wenshu", PASSWORD)
        assert window.open(path).status == 200
        assert window.axe() == []
        window.page.pdf(path=file, prefer_css_page_size=True, print_background=True)
        assert window.complaints == []
    return draw(file)


@pytest.mark.parametrize(
    ("page", "kind", "sheets", "smallest"),
    [("doors", "door", [25, 25, 3], 30), ("cards", "card", [20, 20, 2], 25)],
)
def test_all_417_codes_are_read_from_the_paper(
    village_app, open_window, tmp_path, page, kind, sheets, smallest
):
    """In three parts of 200 households at most, each a document of its own."""
    app, village = village_app
    path = f"/desk/{village.place.code}/sheets/{page}?part="
    parts = [
        print_pdf(app, open_window, f"{path}{part}", tmp_path / f"{part}.pdf") for part in (1, 2, 3)
    ]
    assert [len(part) for part in parts] == sheets  # no part ends with an empty sheet
    papers = [paper for part in parts for paper in part]
    assert all(
        abs(paper.width / MM - 210) < 1 and abs(paper.height / MM - 297) < 1 for paper in papers
    )
    read = [read_sheet(paper) for paper in papers]
    with app.app_context():
        rows = directory.codes_for_print(village.id, kind)
    wanted = [f"http://hemei.test/{kind[0].replace('d', 'h')}/{row.token}" for row in rows]
    assert [code.text for codes in read for code in codes] == wanted
    for code in (code for codes in read for code in codes):
        corners = code.position
        assert (corners.top_right.x - corners.top_left.x) / MM >= smallest
        assert code.ec_level in ("M", "Q", "H")


def test_one_household_is_one_sheet(village_app, open_window, tmp_path):
    app, village = village_app
    with app.app_context():
        row = directory.codes_for_print(village.id, "door")[200]
    path = f"/desk/{village.place.code}/sheets/doors?household={row.id}"
    (paper,) = print_pdf(app, open_window, path, tmp_path / "one.pdf")
    assert [code.text for code in read_sheet(paper)] == [f"http://hemei.test/h/{row.token}"]
