"""The kinds of jobs: what each does, and what it leaves behind."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from governance.affairs.acts import acts
from governance.affairs.kinds import KINDS, REGISTER
from governance.base.database import db
from governance.base.worksheets.reading import read_worksheets
from governance.village import directory, jobs
from governance.village.register import uploads
from governance.village.register.planning import plan_import
from governance.village.register.rows import read_register
from governance.village.running import Runner
from tests.factories import make_village
from tests.tables import home, register


@pytest.fixture
def village(ctx):
    return make_village(homes=0)


@pytest.fixture
def ask(village, clerk, tmp_path):
    """Upload a register, look at it, confirm it."""

    def do(data, digest=None):
        worksheets = read_worksheets(data)
        upload = uploads.keep_upload(tmp_path / "uploads", village.id, worksheets)
        seen = plan_import(village.place, read_register(worksheets)).digest()
        return jobs.ask(village.id, upload, REGISTER, {"digest": digest or seen}, clerk.id)

    return do


def run(job, folder):
    Runner(folder, KINDS).run_all()
    return jobs.get_job(job.village_id, job.id)


def homes(village):
    return directory.search(village.id, limit=100)[1]


def test_a_register_is_imported_noted_and_its_upload_thrown_away(village, ask, clerk, tmp_path):
    job = run(ask(register(home(1), home(2, "李志明"))), tmp_path)
    assert (job.state, job.outcome) == ("done", {"added": 2, "changed": 0})
    assert homes(village) == 2
    noted = db.session.execute(select(acts.c.staff_id, acts.c.what, acts.c.subject_id)).all()
    assert noted == [(clerk.id, "register.carry_out", job.id)]
    assert list((tmp_path / "uploads").glob("*/*")) == []


def test_what_changed_since_the_preview_is_not_imported(village, ask, tmp_path):
    job = run(ask(register(home(1)), digest="another"), tmp_path)
    assert job.state == "failed"
    assert "不一样了" in job.why[0]
    assert homes(village) == 0
    assert len(list((tmp_path / "uploads").glob("*/*"))) == 1  # to be looked at again


def test_an_upload_that_is_gone_is_told(ask, village, tmp_path):
    asked = ask(register(home(1)))
    uploads.drop_upload(tmp_path / "uploads", village.id, asked.id)
    assert "重新上传" in run(asked, tmp_path).why[0]
