"""The runner: each job once, in order; what is left half way is taken up; faults become sentences."""

from __future__ import annotations

import fcntl
import logging
import sqlite3
import uuid

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from governance.base.database import atomic, db, new_id
from governance.base.errors import Conflict, phrase
from governance.village import jobs, running
from governance.village.places import Place
from governance.village.running import MOST_ATTEMPTS, Kind, Runner, find_progress
from tests.factories import make_village
from tests.races import together


class Counter:
    """A kind of job that counts how often it was done, and may go wrong."""

    def __init__(self):
        self.began, self.wrong = [], None

    def do(self, work):
        self.began.append(work.job.id)
        with atomic():
            db.session.execute(
                update(Place)
                .where(Place.id == work.job.village_id)
                .values(name=Place.name.concat("一"))
            )
            work.tell(1, 2)
            if self.wrong:
                raise self.wrong
            work.done(seen=work.job.wishes.get("to"))


@pytest.fixture
def counter():
    return Counter()


@pytest.fixture
def runner(counter, tmp_path):
    return Runner(tmp_path, {"count": Kind(phrase("数一数"), counter.do)})


def ask(village, **wishes):
    return jobs.ask(village.id, new_id(), "count", wishes)


def now(job):
    return jobs.get_job(job.village_id, job.id)


def name_of(village):
    return db.session.get(Place, village.id, populate_existing=True).name


def test_jobs_are_done_once_in_the_order_they_were_asked_for(village, runner, counter):
    asked = [ask(village, to=number) for number in range(3)]
    assert runner.run_all() == 3
    assert runner.run_all() == 0
    assert counter.began == [one.id for one in asked]
    assert [now(one).outcome for one in asked] == [{"seen": number} for number in range(3)]
    assert name_of(village) == "石家村一一一"


def test_one_job_is_done_here_and_now_and_the_others_wait(village, runner):
    first, second = ask(village), ask(village)
    runner.run(village.id, second.id)
    assert (now(first).state, now(second).state) == ("waiting", "done")
    runner.run(village.id, uuid.uuid4())  # nothing of that name


def test_a_page_that_has_its_job_done_reads_its_own_village_alone(village, runner, monkeypatch):
    monkeypatch.setattr(running, "open_jobs", None)
    job = ask(village)
    runner.run(village.id, job.id)
    assert (now(job).state, now(job).attempt) == ("done", 1)
    runner.run(village.id, job.id)  # over: nothing more is done
    assert name_of(village) == "石家村一"


def test_four_runners_at_once_do_each_job_once(app, runner, counter):
    with app.app_context():
        village = make_village(homes=0)
        asked = [ask(village).id for _ in range(6)]

    def run(_number):
        with app.app_context():
            return runner.run_all()

    assert sum(together(4, run)) == 6
    assert sorted(counter.began) == sorted(asked)
    with app.app_context():
        assert name_of(village) == "石家村" + "一" * 6


def test_what_a_dead_runner_left_is_taken_up(village, runner):
    """Its process is gone, and with it the lock of the file: nothing else tells."""
    job = ask(village)
    jobs.begin(jobs.open_jobs()[0])
    assert runner.run_all() == 1
    assert (now(job).state, now(job).attempt) == ("done", 2)


def test_what_a_living_runner_is_at_is_left_alone(village, runner, counter, tmp_path):
    job = ask(village)
    path = tmp_path / "jobs" / str(job.id)
    path.parent.mkdir()
    with path.open("w") as line:
        fcntl.flock(line, fcntl.LOCK_EX)
        assert runner.run_all() == 0
    assert counter.began == []
    assert runner.run_all() == 1


def test_progress_is_told_while_it_runs_and_gone_afterwards(village, runner, counter, tmp_path):
    told = []
    job = ask(village)
    do = counter.do

    def look(work):
        do(work)
        told.append(find_progress(tmp_path, job.id))

    runner.kinds = {"count": Kind(phrase("数一数"), look)}
    runner.run_all()
    assert told == [(1, 2)]
    assert find_progress(tmp_path, job.id) is None
    assert list((tmp_path / "jobs").iterdir()) == []


def test_a_refusal_ends_a_job_with_its_sentence_and_undoes_it(village, runner, counter):
    job = ask(village)
    counter.wrong = Conflict(phrase("%(code)s 已经有了。"), code="3组17号")
    runner.run_all()
    assert now(job).state == "failed"
    assert now(job).why == ("%(code)s 已经有了。", {"code": "3组17号"})
    assert name_of(village) == "石家村"


def test_a_fault_ends_a_job_with_a_sentence_and_is_logged(village, runner, counter, caplog):
    job = ask(village)
    counter.wrong = RuntimeError("a secret")
    with caplog.at_level(logging.ERROR):
        runner.run_all()
    assert now(job).why == (running.NOT_DONE, {})
    assert "a secret" in caplog.text
    assert runner.run_all() == 0


def test_a_job_of_a_kind_that_nobody_knows_is_ended(village, runner):
    job = jobs.ask(village.id, new_id(), "unheard", {})
    runner.run_all()
    assert now(job).why == (running.NOT_DONE, {})


def test_a_busy_database_is_asked_again_a_full_disk_is_told(village, runner, counter):
    job = ask(village)
    counter.wrong = trouble("database is locked")
    for attempt in range(1, MOST_ATTEMPTS):
        runner.run_all()
        assert (now(job).state, now(job).attempt) == ("running", attempt)
    runner.run_all()
    assert "系统正忙" in now(job).why[0]
    full = ask(village)
    counter.wrong = trouble("database or disk is full")
    runner.run_all()
    assert "磁盘满了" in now(full).why[0]


def trouble(words):
    return OperationalError("insert", {}, sqlite3.OperationalError(words))


def test_a_job_that_kills_its_runner_is_given_up(village, runner, counter):
    job = ask(village)
    for _ in range(MOST_ATTEMPTS):
        jobs.begin(jobs.open_jobs()[0])
    runner.run_all()
    assert now(job).why == (running.GIVEN_UP, {"count": MOST_ATTEMPTS})
    assert counter.began == []


def test_what_an_overtaken_runner_did_is_undone(village, runner, counter):
    """A runner that stalled so long that another one took over writes nothing when it wakes."""
    job = ask(village)
    do = counter.do

    def stall(work):
        jobs.begin(jobs.open_jobs()[0])
        do(work)

    runner.kinds = {"count": Kind(phrase("数一数"), stall)}
    runner.run_all()
    assert (now(job).state, now(job).attempt) == ("running", 2)
    assert name_of(village) == "石家村"
