"""Jobs (后台办理): what takes longer than a page may. Asked for once, done once; `running` does them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import AnyRow, Model, atomic, db, get_row, once_more, one_of
from governance.base.errors import Conflict, HemeiError, NotThere, Phrase, phrase


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN = (JobState.WAITING, JobState.RUNNING)
STATE_NAMES = {
    JobState.WAITING: phrase("排队等着"),
    JobState.RUNNING: phrase("正在办"),
    JobState.DONE: phrase("办好了"),
    JobState.FAILED: phrase("没有办成"),
}
IS_OPEN = text("state IN ('waiting','running')")


class UnknownJob(NotThere):
    """The village has no such job."""

    code = "unknown_job"
    message = phrase("没有这件后台办理的事。")


class JobTaken(Conflict):
    """Somebody else does the job by now: what this one did is undone."""

    code = "job_taken"
    message = phrase("这件事已经由另一个后台程序接手。")


class Job(Model):
    """A job of a village. One of no village is spread by its own id, which then stands in both columns.

    `asked` says what for, `result` what came of it, both in JSON; `attempt` counts who began it: only the
    latest may end it.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','running','done','failed')", name="state_known"),
        CheckConstraint(
            "(ended_at IS NULL) = (state IN ('waiting','running'))", name="ended_when_over"
        ),
        Index("ix_jobs_open", "asked_at", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    asked: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default=JobState.WAITING.value)
    attempt: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(Text, default="{}")

    @property
    def wishes(self) -> dict[str, Any]:
        """What was asked for."""
        found: dict[str, Any] = json.loads(self.asked)
        return found

    @property
    def outcome(self) -> dict[str, Any]:
        """What came of it: figures of the kind, or `why` it was not done."""
        found: dict[str, Any] = json.loads(self.result)
        return found

    @property
    def why(self) -> tuple[Phrase, dict[str, Any]]:
        """Why it failed: a sentence to be translated, and its values."""
        told = self.outcome.get("why", "")
        return Phrase(told), self.outcome.get("values", {})


jobs = Job.__table__


def ask(
    village_id: uuid.UUID,
    job_id: uuid.UUID,
    kind: str,
    asked: Mapping[str, Any],
    by: uuid.UUID | None = None,
) -> Job:
    """Ask for a job. Under an id that waits, runs or is done already, that one stays; a failed one begins anew."""
    return once_more(lambda: _ask(village_id, job_id, kind, json.dumps(asked), by))


def _ask(
    village_id: uuid.UUID, job_id: uuid.UUID, kind: str, asked: str, by: uuid.UUID | None
) -> Job:
    with atomic():
        key = (village_id, job_id)
        job = db.session.get(Job, key, with_for_update=True, populate_existing=True)
        if job is None:
            job = Job(village_id=village_id, id=job_id, kind=kind)
            db.session.add(job)
        elif job.state != JobState.FAILED:
            return job
        job.asked, job.asked_by, job.asked_at = asked, by, clock.now()
        job.state, job.attempt, job.ended_at, job.result = JobState.WAITING.value, 0, None, "{}"
    return job


def get_job(village_id: uuid.UUID, job_id: uuid.UUID) -> Job:
    """A job as it stands now. Raises UnknownJob."""
    return get_row(Job, village_id, job_id, UnknownJob, fresh=True)


def find_job(village_id: uuid.UUID, job_id: uuid.UUID) -> Job | None:
    """A job as it stands now, if it was asked for."""
    return db.session.get(Job, (village_id, job_id), populate_existing=True)


def latest_jobs(village_id: uuid.UUID, kind: str, *, limit: int) -> Sequence[Job]:
    """The village's latest jobs of a kind, newest first."""
    return db.session.scalars(
        select(Job)
        .where(Job.village_id == village_id, Job.kind == kind)
        .order_by(Job.asked_at.desc(), Job.id)
        .limit(limit)
    ).all()


def open_jobs() -> Sequence[AnyRow]:
    """What waits, or was begun and not ended, in the order asked for: the runner's list, of every village."""
    return db.session.execute(_OPEN_JOBS).all()


_OPEN_JOBS = (
    select(jobs.c.village_id, jobs.c.id, jobs.c.attempt)
    .where(one_of(jobs.c.state, OPEN))
    .order_by(jobs.c.asked_at)
)


def begin(one: AnyRow | Job) -> bool:
    """Take a job in hand, unless somebody else has taken it since it was read."""
    return _move(one, one.attempt, {"state": JobState.RUNNING.value, "attempt": one.attempt + 1})


def end(job: Job, attempt: int, state: JobState, result: Mapping[str, Any]) -> None:
    """End a job, once: in the transaction of what it did, both are there or neither.

    Raises JobTaken where another attempt has begun.
    """
    ended = {
        "state": state.value,
        "ended_at": clock.now(),
        "result": json.dumps(result, ensure_ascii=False, default=str),
    }
    if not _move(job, attempt, ended):
        raise JobTaken


def _move(one: Any, attempt: int, values: dict[str, Any]) -> bool:
    with atomic():
        moved = db.session.connection().execute(
            update(jobs)
            .where(
                jobs.c.village_id == one.village_id,
                jobs.c.id == one.id,
                one_of(jobs.c.state, OPEN),
                jobs.c.attempt == attempt,
            )
            .values(values)
        )
        return bool(moved.rowcount)


def refused(refusal: HemeiError) -> dict[str, Any]:
    """A refusal as a job's result; the door says it in the visitor's language."""
    return {"code": refusal.code, "why": refusal.text, "values": refusal.values}
