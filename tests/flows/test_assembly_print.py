"""The draft for the assembly is printed to PDF by a real Chromium: A4, headings never alone, the vote on one sheet."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from governance.base.database import db
from governance.village.rules import drafts
from governance.village.rules.wording import Wording
from governance.village.staff import Role
from tests.conftest import make_app
from tests.factories import PASSWORD, make_rule, make_staff, make_village
from tests.flows.conftest import serving

CATEGORIES = ("人居环境", "乡风文明", "公共参与", "平安建设", "互帮互助", "生态保护", "党员示范")
HEADINGS = {*CATEGORIES, "拟去掉的细则"}
COLUMNS = ("编号", "行为", "分值", "封顶", "凭据", "变化")


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """A village with a long draft: 90 rules in 7 categories; two of those in force are left out."""
    folder = tmp_path_factory.mktemp("assembly")
    app = make_app(f"sqlite:///{folder / 'hemei.sqlite3'}", folder)
    with app.app_context():
        upgrade()
        village = make_village(homes=0)
        clerk = make_staff(Role.COMMITTEE, village.place, "wenshu")
        for code in ("Z01", "Z02"):
            make_rule(village, code=code, behaviour=f"不再记分的事 {code}")
        draft = drafts.start_set(
            village.id,
            clerk.id,
            "2027 年积分细则",
            [
                Wording(
                    f"R{n:02d}",
                    CATEGORIES[n * 7 // 90],
                    f"第 {n} 件做了以后对全村都有好处的事",
                    5,
                    5,
                )
                for n in range(90)
            ],
        )
        path = f"/desk/{village.place.code}/rulesets/{draft.id}/print"
        db.session.expunge_all()
    yield app, path
    with app.app_context():
        db.engine.dispose()


def sheets_of(file: Path) -> list[list[str]]:
    """The lines of each sheet of a PDF."""
    told = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True, text=True
    ).stdout
    return [
        [line.strip() for line in sheet.splitlines() if line.strip()]
        for sheet in told.split("\f")
        if sheet.strip()
    ]


def test_the_paper_for_the_assembly(drafted, open_window, tmp_path):
    app, path = drafted
    file = tmp_path / "draft.pdf"
    with serving(app) as url:
        window = open_window(url)
        window.sign_in("wenshu", PASSWORD)
        assert window.open(path).status == 200
        assert window.axe() == []
        window.page.pdf(path=file, prefer_css_page_size=True)
        assert window.complaints == []
    size = subprocess.run(["pdfinfo", str(file)], check=True, capture_output=True, text=True).stdout
    assert "(A4)" in size
    sheets = sheets_of(file)
    assert 3 <= len(sheets) <= 8
    assert "石家村积分细则（草案）" in sheets[0][0]
    for sheet in sheets:
        assert sheet[-1] not in HEADINGS, "a heading stands alone at the foot of a sheet"
        assert not all(one in sheet[-1] for one in COLUMNS)
    for sheet in (one for one in sheets[1:] if any(line[:1] in "RZ" for line in one)):
        assert all(one in sheet[0] for one in COLUMNS), "the heads of the columns are repeated"
    text = "\n".join(line for sheet in sheets for line in sheet)
    assert all(f"R{n:02d}" in text for n in range(90))
    [vote] = [sheet for sheet in sheets if any("会议表决" in line for line in sheet)]
    assert any("村委会（盖章）" in line for line in vote)
