"""Wall sheets are printed to PDF by a real Chromium: so many pages, the right paper, every line, and a code that opens the notice."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from governance.affairs.publicity.heads import read_sheet as read_head
from governance.base.database import db
from governance.village.staff import Role
from tests.conftest import make_app
from tests.factories import (
    PASSWORD,
    Village,
    make_award,
    make_notice,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
)
from tests.flows.conftest import serving
from tests.paper import DPI, draw, read_sheet

MM = DPI / 25.4
LONG = "积极参加村级组织的公益性义务劳动、环境整治、护林防火、防汛抢险等集体活动并全程参加到底"


@pytest.fixture
def posted_app(request, tmp_path: Path) -> Iterator[tuple[Flask, Village]]:
    """A posted notice with as many lines as asked; one is long, of 30 all are."""
    app = make_app(f"sqlite:///{tmp_path / 'hemei.sqlite3'}", tmp_path)
    with app.app_context():
        upgrade()
        village = make_village(homes=8)
        clerk = make_staff(Role.COMMITTEE, village.place, "wenshu")
        officer = make_scorer(village)
        rules = [make_rule(village, behaviour=one) for one in ("参加村民代表会议", LONG)]
        for n in range(request.param):
            make_award(officer, village.homes[n % 8], rules[n == 19 or request.param == 30])
        village.notice = make_notice(village, clerk.id)
        db.session.expunge_all()
    yield app, village
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    ("posted_app", "size", "width", "pages"),
    [
        (1, "a4", 210, 1),
        (39, "a4", 210, 1),
        (41, "a4", 210, 2),
        (41, "a3", 297, 2),
        (400, "a4", 210, 10),
        (30, "a4", 210, 3),
    ],
    indirect=["posted_app"],
)
def test_the_paper_holds_every_line_and_opens_the_notice(
    posted_app, open_window, tmp_path, size, width, pages
):
    app, village = posted_app
    file = tmp_path / "wall.pdf"
    with serving(app) as url:
        window = open_window(url)
        window.sign_in("wenshu", PASSWORD)
        path = f"/desk/{village.place.code}/notices/{village.notice.id}/sheet/{size}"
        assert window.open(path).status == 200
        assert window.axe() == []
        overflow = window.page.evaluate(
            "[...document.querySelectorAll('.wall')].filter(one => one.scrollHeight > one.clientHeight + 1).length"
        )
        rows = window.page.locator(".wall tbody tr").count()
        window.page.pdf(path=file, prefer_css_page_size=True, print_background=True)
        assert window.complaints == []
    with app.app_context():
        listed = db.session.execute(db.text("SELECT count(*) FROM notice_items")).scalar()
    assert (overflow, rows) == (0, listed)
    papers = draw(file)
    assert len(papers) == pages
    assert all(abs(paper.width / MM - width) < 1 for paper in papers)
    for paper in papers:
        notice, head = sorted((one.text for one in read_sheet(paper)), reverse=True)
        assert notice == f"http://hemei.test/v/{village.place.code}/notices/{village.notice.year}-1"
        told = read_head(head)  # the end of the book, which nobody inside can change on the wall
        assert (told.village, told.head.hash) == (village.place.code, village.notice.head_hash)
    words = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True
    ).stdout.split("\f")
    assert all("村务监督委员会" in one and "事项" in one for one in words[:pages])
    assert f"第 {pages} 页，共 {pages} 页" in words[pages - 1]
