"""The page of a job in a real browser: it finds out by itself how far the job is, with and without a script."""

from __future__ import annotations

import threading

import pytest
from flask_migrate import upgrade

from governance.base.database import db, new_id
from governance.base.errors import phrase
from governance.village import jobs
from governance.village.running import Kind, Runner
from governance.village.staff import Role
from tests.conftest import make_app
from tests.factories import PASSWORD, make_staff, make_village
from tests.flows.conftest import DESK, PHONE, serving
from tests.races import PATIENCE


@pytest.fixture
def asked(tmp_path):
    """A village's clerk who asked for an import."""
    app = make_app(f"sqlite:///{tmp_path / 'hemei.sqlite3'}", tmp_path, WTF_CSRF_ENABLED=True)
    with app.app_context():
        upgrade()
        village = make_village(homes=0)
        make_staff(Role.COMMITTEE, village.place, "wenshu")
        job = jobs.ask(village.id, new_id(), "register", {"digest": ""})
        path = f"/desk/{village.place.code}/jobs/{job.id}"
    with serving(app) as address:
        yield app, address, path
    with app.app_context():
        db.engine.dispose()


def run(app, seen):
    """A runner that is half way until what it said was seen."""

    def do(work):
        work.tell(200, 417)
        assert seen.wait(PATIENCE)
        work.done(added=417, changed=0)

    def begin():
        with app.app_context():
            runner = Runner(app.config["DATA_DIR"], {"register": Kind(phrase("导入花名册"), do)})
            runner.run_all()

    thread = threading.Thread(target=begin)
    thread.start()
    return thread


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_page_follows_its_job(asked, open_window, size, script):
    app, address, path = asked
    window = open_window(address, size, java_script_enabled=script)
    window.sign_in("wenshu", PASSWORD)
    window.open(path)
    window.page.wait_for_selector("[data-job=waiting]")
    seen = threading.Event()
    thread = run(app, seen)
    window.page.wait_for_selector("progress[value='200'][max='417']")
    assert "正在办：200 / 417" in window.page.inner_text("main")
    assert not script or window.too_wide() is None
    seen.set()
    window.page.wait_for_selector("[data-job=done]")
    assert "新增 417 户" in window.page.inner_text("main")
    thread.join(PATIENCE)
    if script:
        assert window.axe() == []
    assert window.complaints == []
