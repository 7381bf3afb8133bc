"""The runner: does jobs one after another, each once. When it is killed, the next one takes up what it was at.

Who works on a job holds the lock of a file, in which the progress stands: the file system gives it back
when a process dies, however it dies, and on SQLite nothing else could be told while the job writes.
"""

from __future__ import annotations

import fcntl
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from governance.base import storage
from governance.base.database import AnyRow, db, learn_sizes
from governance.base.errors import HemeiError, Phrase, phrase
from governance.base.storage import Trouble
from governance.village.jobs import (
    OPEN,
    Job,
    JobState,
    begin,
    end,
    find_job,
    get_job,
    open_jobs,
    refused,
)

MOST_ATTEMPTS = 3
PASSING = (Trouble.BUSY, Trouble.GONE)  # the next attempt may find it over
NOT_DONE = phrase("没有办成，系统已经记下原因。")
GIVEN_UP = phrase("试了 %(count)s 次，每次都中途停了。请管理员看一看系统日志。")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Work:
    """A job in hand: what a kind is given to do it with."""

    job: Job
    attempt: int
    folder: Path  # where the service keeps its files
    line: Any  # the file in which the progress stands
    over: bool = False

    def tell(self, done: int, total: int) -> None:
        """Say how far it is."""
        self.line.seek(0)
        self.line.truncate()
        self.line.write(f"{done} {total}\n")
        self.line.flush()

    def done(self, **result: Any) -> None:
        """Say that it is done: within the transaction of what was done. Raises JobTaken."""
        end(self.job, self.attempt, JobState.DONE, result)
        self.over = True


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: what people call it, and how it is done."""

    title: Phrase
    do: Callable[[Work], None]


class Runner:
    """Does jobs of the kinds it knows."""

    def __init__(self, folder: Path, kinds: Mapping[str, Kind]):
        """`folder`: where the service keeps its files."""
        self.folder, self.kinds = Path(folder), kinds

    def run_all(self) -> int:
        """Do what waits, and what somebody left in the middle; how many jobs were taken in hand."""
        done = sum(self._run(row) for row in open_jobs())
        if done:
            learn_sizes()
        return done

    def run(self, village_id: uuid.UUID, job_id: uuid.UUID) -> None:
        """Do one job here and now, if it is still to be done."""
        job = find_job(village_id, job_id)
        if job is not None and job.state in OPEN:
            self._run(job)

    def _run(self, one: AnyRow | Job) -> bool:
        attempt = one.attempt + 1
        with _alone(_path(self.folder, one.id)) as line:
            if line is None or not begin(one):
                return False
            self._do(Work(get_job(one.village_id, one.id), attempt, self.folder, line))
        return True

    def _do(self, work: Work) -> None:
        try:
            if work.attempt > MOST_ATTEMPTS:
                _fail(work, {"why": GIVEN_UP, "values": {"count": MOST_ATTEMPTS}})
                return
            self.kinds[work.job.kind].do(work)
            if not work.over:
                work.done()
        except HemeiError as refusal:
            _fail(work, refused(refusal))
        except Exception as fault:
            db.session.rollback()
            log.exception("job %s failed: %s", work.job.kind, work.job.id)
            trouble = storage.trouble_of(fault)
            if trouble not in PASSING or work.attempt == MOST_ATTEMPTS:
                _fail(work, {"why": storage.SENTENCES[trouble] if trouble else NOT_DONE})


def _fail(work: Work, result: dict[str, Any]) -> None:
    """End a job that came to nothing; one that another attempt has taken over is that one's."""
    db.session.rollback()
    try:
        end(work.job, work.attempt, JobState.FAILED, result)
    except HemeiError:
        log.warning("job %s was taken over: %s", work.job.kind, work.job.id)


@contextmanager
def _alone(path: Path) -> Iterator[Any]:
    """The file of a job for whoever works on it; None while somebody else does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as line:
        try:
            fcntl.flock(line, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        try:
            yield line
        finally:
            path.unlink(missing_ok=True)


def find_progress(folder: Path, job_id: uuid.UUID) -> tuple[int, int] | None:
    """How far a job is (done, of how many), as whoever works on it last said."""
    try:
        done, total = _path(folder, job_id).read_text(encoding="ascii").split()
        return int(done), int(total)
    except (OSError, ValueError):
        return None


def _path(folder: Path, job_id: uuid.UUID) -> Path:
    return folder / "jobs" / str(job_id)
