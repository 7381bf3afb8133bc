"""The page of a job: what is told of each state, to whom, in which language."""

from __future__ import annotations

import pytest

from governance.base.database import new_id
from governance.base.errors import phrase
from governance.village import jobs
from governance.village.register.uploads import UploadGone
from governance.village.running import Kind, Runner
from governance.village.staff import Role
from tests.factories import make_staff, make_village, sign_in


@pytest.fixture
def village(app):
    with app.app_context():
        village = make_village(homes=0)
        village.clerk = make_staff(Role.COMMITTEE, village.place)
        village.watcher = make_staff(Role.SUPERVISOR, village.place)
    return village


@pytest.fixture
def job(app, village):
    with app.app_context():
        return jobs.ask(village.id, new_id(), "register", {"digest": ""})


def page(app, village, job, who=None):
    client = sign_in(app.test_client(), who or village.clerk)
    return client.get(f"/desk/{village.place.code}/jobs/{job.id}")


def end(app, tmp_path, do):
    with app.app_context():
        Runner(tmp_path, {"register": Kind(phrase("导入花名册"), do)}).run_all()


def test_a_job_that_waits_is_looked_at_again_with_and_without_a_script(app, village, job):
    told = page(app, village, job).text
    assert "已经排上队" in told
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in told
    assert "job.js" in told


def test_a_job_that_is_done_says_what_came_of_it_and_rests(app, village, job, tmp_path):
    end(app, tmp_path, lambda work: work.done(added=3, changed=1))
    told = page(app, village, job).text
    assert "导入完成：新增 3 户，变更 1 户" in told
    assert "refresh" not in told
    assert "job.js" not in told


def test_a_refusal_is_told_in_the_readers_language_with_the_way_on(app, village, job, tmp_path):
    end(app, tmp_path, refuse)
    told = page(app, village, job).text
    assert "上传" in told
    assert "再看一遍这份表" in told
    client = sign_in(app.test_client(), village.clerk)
    client.post("/language", data={"language": "en"})
    told = client.get(f"/desk/{village.place.code}/jobs/{job.id}").text
    assert "upload it again" in told


def refuse(work):
    raise UploadGone


def test_supervision_reads_along_and_is_offered_nothing_to_press(app, village, job, tmp_path):
    end(app, tmp_path, refuse)
    told = page(app, village, job, village.watcher)
    assert told.status_code == 200
    assert "再看一遍这份表" not in told.text


def test_a_job_of_a_kind_of_another_version_has_a_page_too(app, village, tmp_path):
    with app.app_context():
        job = jobs.ask(village.id, new_id(), "unheard", {})
    assert "后台办理" in page(app, village, job).text
