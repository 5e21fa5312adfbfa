"""Queue of background jobs: each is claimed by one worker, reports its progress, and is never lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select, update

from cicatrix.model.practice import Job, JobState
from cicatrix.practice import log
from cicatrix.practice.lookup import row_of
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import JobRow

__all__ = [
    "MOST_TRIES",
    "add",
    "cancel",
    "claim",
    "fail",
    "finish",
    "get",
    "progress",
    "recent",
    "release",
    "requeue_lost",
    "unfinished",
]

MOST_TRIES: Final = 2
"""Attempts at a job; one that crashed its worker twice would do so again."""

LONGEST: Final = 4000


def add(unit: UnitOfWork, kind: str, payload: Mapping[str, Any], *, person_id: str | None = None) -> Job:
    """Add a job to the queue.

    Parameters
    ----------
    unit
        Transaction to write in.
    kind
        Name of its handler.
    payload
        Arguments of the handler, as JSON.
    person_id
        Person whom it concerns; erasing the person removes the job.
    """
    row = JobRow(
        id=unit.new_id(),
        person_id=person_id,
        kind=kind,
        payload=dict(payload),
        state="waiting",
        stage="",
        done=0,
        total=0,
        message="",
        result_id=None,
        tries=0,
        worker=None,
        seen_at=None,
        actor=unit.actor,
        made_at=unit.now,
        ended_at=None,
    )
    unit.session.add(row)
    unit.session.flush()
    log.add(unit, "job.add", row.id, person_id=person_id, detail={"kind": kind})
    return _job(row)


def claim(unit: UnitOfWork, worker: str) -> Job | None:
    """Take the oldest waiting job; None where none waits. No two workers get the same one."""
    first = (
        select(JobRow.id)
        .where(JobRow.state == "waiting")
        .order_by(JobRow.made_at, JobRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = unit.session.scalar(
        update(JobRow)
        .where(JobRow.id == first)
        .values(state="running", worker=worker, seen_at=unit.now, tries=JobRow.tries + 1)
        .returning(JobRow.id)
    )
    return None if taken is None else get(unit, taken)


def progress(unit: UnitOfWork, job_id: str, stage: str, done: int, total: int) -> JobState:
    """Store a job's progress and the time; returns its state, which may be ``"cancelled"`` by now."""
    row = row_of(unit, JobRow, job_id, "job")
    if row.state == "running":
        row.stage, row.done, row.total, row.seen_at = stage[:100], done, total, unit.now
    return _job(row).state


def finish(unit: UnitOfWork, job_id: str, *, message: str = "", result_id: str | None = None) -> Job:
    """Mark a job as done."""
    return _end(unit, job_id, "done", message, result_id)


def fail(unit: UnitOfWork, job_id: str, message: str) -> Job:
    """Mark a job as failed, with the reason."""
    return _end(unit, job_id, "failed", message, None)


def cancel(unit: UnitOfWork, job_id: str) -> Job:
    """Cancel a job that waits or runs; one that has ended stays as it is."""
    return _end(unit, job_id, "cancelled", "", None)


def get(unit: UnitOfWork, job_id: str) -> Job:
    """A job."""
    return _job(row_of(unit, JobRow, job_id, "job"))


def recent(unit: UnitOfWork, *, limit: int = 50) -> tuple[Job, ...]:
    """The latest jobs, newest first."""
    rows = unit.session.scalars(select(JobRow).order_by(JobRow.made_at.desc(), JobRow.id).limit(limit))
    return tuple(_job(row) for row in rows)


def unfinished(unit: UnitOfWork) -> tuple[Job, ...]:
    """Jobs that wait or run, oldest first."""
    rows = unit.session.scalars(
        select(JobRow).where(JobRow.state.in_(("waiting", "running"))).order_by(JobRow.made_at, JobRow.id)
    )
    return tuple(_job(row) for row in rows)


def release(unit: UnitOfWork, job_id: str) -> Job:
    """Put a running job back in the queue because its worker has to stop; this attempt does not count."""
    row = row_of(unit, JobRow, job_id, "job")
    if row.state == "running":
        row.state, row.worker, row.seen_at, row.tries = "waiting", None, None, row.tries - 1
    return _job(row)


def requeue_lost(unit: UnitOfWork) -> tuple[Job, ...]:
    """Requeue running jobs after their worker died, or fail those that were tried ``MOST_TRIES`` times.

    Call it only while holding the lock of the practice's one worker: every running job is then lost. Times have no
    part in it, so that a clock that was set back leaves no job running for ever.
    """
    rows = unit.session.scalars(select(JobRow).where(JobRow.state == "running")).all()
    lost = []
    for row in rows:
        if row.tries >= MOST_TRIES:
            lost.append(fail(unit, row.id, f"the work ended unexpectedly, {row.tries} times; it was not tried again"))
            continue
        row.state, row.worker, row.seen_at = "waiting", None, None
        log.add(unit, "job.again", row.id, person_id=row.person_id)
        lost.append(_job(row))
    return tuple(lost)


def _end(unit: UnitOfWork, job_id: str, state: JobState, message: str, result_id: str | None) -> Job:
    row = row_of(unit, JobRow, job_id, "job")
    if row.state in {"waiting", "running"}:
        row.state, row.message, row.ended_at = state, message[:LONGEST], unit.now
        row.result_id, row.worker = result_id, None
        log.add(unit, f"job.{state}", row.id, person_id=row.person_id)
    return _job(row)


def _job(row: JobRow) -> Job:
    return Job.model_validate(
        {name: getattr(row, name) for name in Job.model_fields},
    )
