"""Jobs: asked for once, ended once, by whoever began them last."""

from __future__ import annotations

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from governance.base.database import atomic, db, new_id
from governance.village import jobs
from governance.village.jobs import Job, JobState, JobTaken, UnknownJob
from tests.factories import make_village
from tests.races import together


@pytest.fixture
def job(village):
    return jobs.ask(village.id, new_id(), "count", {"to": 3})


def test_a_job_waits_until_somebody_begins_it(job):
    [row] = jobs.open_jobs()
    assert (job.state, job.wishes, row.attempt) == ("waiting", {"to": 3}, 0)
    assert jobs.begin(row)
    assert jobs.get_job(job.village_id, job.id).state == "running"


def test_asked_for_twice_it_is_one_job(village, job):
    again = jobs.ask(village.id, job.id, "count", {"to": 9})
    assert (again.id, again.wishes) == (job.id, {"to": 3})
    assert len(jobs.open_jobs()) == 1


def test_what_failed_may_be_asked_for_anew_and_what_is_done_stays_done(village, job):
    jobs.begin(jobs.open_jobs()[0])
    jobs.end(job, 1, JobState.FAILED, {"why": "没有办成"})
    again = jobs.ask(village.id, job.id, "count", {"to": 9})
    assert (again.state, again.wishes, again.attempt, again.ended_at) == (
        "waiting",
        {"to": 9},
        0,
        None,
    )
    jobs.begin(jobs.open_jobs()[0])
    jobs.end(again, 1, JobState.DONE, {"seen": 9})
    assert jobs.ask(village.id, job.id, "count", {}).outcome == {"seen": 9}
    assert jobs.open_jobs() == []


def test_eight_who_ask_at_once_ask_for_one(app):
    with app.app_context():
        village, job_id = make_village(homes=0), new_id()

    def ask(_number):
        with app.app_context():
            return jobs.ask(village.id, job_id, "count", {}).id

    assert set(together(8, ask)) == {job_id}
    with app.app_context():
        assert len(jobs.open_jobs()) == 1


def test_only_one_of_eight_begins_a_job(app):
    with app.app_context():
        jobs.ask(make_village(homes=0).id, new_id(), "count", {})
        [row] = jobs.open_jobs()

    def begin(_number):
        with app.app_context():
            return jobs.begin(row)

    assert sorted(together(8, begin)) == [False] * 7 + [True]


def test_whoever_was_overtaken_ends_nothing(job):
    """The first stalled, and a second took the job over: what the first did is rolled back with its end."""
    [first] = jobs.open_jobs()
    jobs.begin(first)
    [second] = jobs.open_jobs()
    jobs.begin(second)
    with pytest.raises(JobTaken), atomic():
        jobs.end(job, 1, JobState.DONE, {})
    jobs.end(job, 2, JobState.DONE, {"seen": 3})
    with pytest.raises(JobTaken):
        jobs.end(job, 2, JobState.FAILED, {})
    assert jobs.get_job(job.village_id, job.id).outcome == {"seen": 3}


def test_a_village_knows_its_own_jobs(village, job):
    other = make_village(homes=0)
    with pytest.raises(UnknownJob):
        jobs.get_job(other.id, job.id)
    assert jobs.find_job(other.id, job.id) is None
    assert [one.id for one in jobs.latest_jobs(village.id, "count", limit=5)] == [job.id]
    assert jobs.latest_jobs(other.id, "count", limit=5) == []


def test_a_job_of_no_village_is_spread_by_its_own_id(ctx):
    job_id = new_id()
    jobs.ask(job_id, job_id, "count", {})
    assert jobs.get_job(job_id, job_id).state == "waiting"


@pytest.mark.parametrize("values", [{"state": "lost"}, {"state": "done"}, {"state": "failed"}])
def test_the_table_holds_no_job_that_cannot_be(job, values):
    with pytest.raises(IntegrityError), atomic():
        db.session.execute(db.update(Job).values(values))


def test_the_runners_list_is_read_by_its_index(app):
    """It is asked for every second, whatever was done in years."""
    plans = []

    def explain(connection, cursor, statement, parameters, *_):
        if statement.startswith("SELECT jobs.village_id") and not plans:
            words = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
            plans.append(None)
            if (
                connection.dialect.name == "postgresql"
            ):  # which reads an empty table whole, if it may
                connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            plans[:] = [connection.exec_driver_sql(words + statement, parameters).all()]

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", explain)
        jobs.open_jobs()
        event.remove(db.engine, "before_cursor_execute", explain)
    assert "ix_jobs_open" in str(plans)
