"""Jobs: the list, their progress, their results."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from typing import Final

from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from cicatrix.errors import NotFoundError
from cicatrix.model.practice import Job
from cicatrix.practice import Practice, jobs
from cicatrix.web.dependencies import CurrentPractice, CurrentSession, ReadUnit, WriteUnit
from cicatrix.web.router import Done, Pages
from cicatrix.web.work import PAGES
from cicatrix.web.work.runner import upload_of

__all__ = ["JobView", "job_view", "router"]

router = Pages()

EVERY_S: Final = 0.4
QUIET_S: Final = 15.0
"""Interval of keep-alive comments, by which a closed connection is noticed."""
LONGEST_S: Final = 600.0
"""Longest stream; the browser reconnects by itself."""

SAID: Final[dict[str, str]] = {
    "upload": "Adding a capture",
    "assess": "Assessing a capture",
    "correct": "Storing a corrected result",
    "compare": "Comparing two results",
    "repeatability": "Measuring the repeatability of a rig",
}
STATES: Final[dict[str, str]] = {
    "waiting": "Waiting.",
    "running": "Running.",
    "done": "Done.",
    "failed": "Failed.",
    "cancelled": "Cancelled.",
}


class JobView(BaseModel):
    """A job, for a person."""

    job: Job
    said: str
    """Its kind, for a person."""
    state: str
    """Its status, for a person."""
    lines: tuple[str, ...]
    """Why it failed, and what to do; or its outcome."""
    ended: bool
    shown_at: str | None
    """Page of the result."""
    back: str
    """Page on which it was created."""


class JobsView(BaseModel):
    """The latest jobs."""

    jobs: tuple[JobView, ...]


def job_view(job: Job) -> JobView:
    """A job with its words and links."""
    page = PAGES.get(job.kind)
    shown = page is not None and job.state == "done" and job.result_id is not None
    return JobView(
        job=job,
        said=SAID.get(job.kind, job.kind),
        state=STATES[job.state],
        lines=tuple(_sentence(line) for line in job.message.splitlines() if line.strip()),
        ended=job.ended_at is not None,
        shown_at=page.format(id=job.result_id) if shown and page is not None else None,
        back=_back(job),
    )


@router.page("/jobs", template="jobs.html.j2")
def recent(unit: ReadUnit) -> JobsView:
    """The latest jobs, the newest first."""
    return JobsView(jobs=tuple(job_view(job) for job in jobs.recent(unit, limit=50)))


@router.page("/jobs/{job_id}", template="job.html.j2")
def job(unit: ReadUnit, job_id: str) -> JobView:
    """Progress of a job."""
    return job_view(jobs.get(unit, job_id))


@router.action("/jobs/{job_id}/cancel", role="assistant")
def cancel(unit: WriteUnit, practice: CurrentPractice, job_id: str) -> Done:
    """Cancel a job that waits or runs; one that has ended stays as it is."""
    waited = jobs.get(unit, job_id).state == "waiting"
    cancelled = jobs.cancel(unit, job_id)
    if waited and (folder := upload_of(practice, cancelled)) is not None:
        shutil.rmtree(folder, ignore_errors=True)
    return Done(f"/jobs/{job_id}", job_view(cancelled))


@router.raw("/jobs/{job_id}/events")
async def events(request: Request, practice: CurrentPractice, session: CurrentSession, job_id: str) -> Response:
    """Progress of a job as server-sent events; each event is the JSON of the job's page."""
    first = await run_in_threadpool(_look, practice, session.name, job_id)
    if first is None:
        raise NotFoundError(f"there is no job {job_id!r}", fix="go back to the list of jobs")
    return StreamingResponse(
        _told(request, practice, session.name, first),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def _told(request: Request, practice: Practice, name: str, first: JobView) -> AsyncIterator[str]:
    """Each change of a job until it has ended, the browser is gone, or ``LONGEST_S`` have passed."""
    view: JobView | None = first
    last, quiet_s, since_s = "", 0.0, 0.0
    while view is not None and since_s < LONGEST_S:
        text = view.model_dump_json()
        if text != last:
            yield f"data: {text}\n\n"
            last, quiet_s = text, 0.0
        elif quiet_s >= QUIET_S:
            yield ": still here\n\n"
            quiet_s = 0.0
        if view.ended or await request.is_disconnected():
            return
        await asyncio.sleep(EVERY_S)
        quiet_s, since_s = quiet_s + EVERY_S, since_s + EVERY_S
        view = await run_in_threadpool(_look, practice, name, first.job.id)


def _look(practice: Practice, name: str, job_id: str) -> JobView | None:
    """The job; None once the person whom it concerns was erased."""
    try:
        with practice.unit_of_work(name, write=False) as unit:
            return job_view(jobs.get(unit, job_id))
    except NotFoundError:
        return None


def _sentence(line: str) -> str:
    """A line with a capital and a full stop, unless a file's name begins it."""
    named = "." in line.split(":", 1)[0]
    return (line if named else line[0].upper() + line[1:]) + ("" if line.endswith((".", "!", "?", ":")) else ".")


def _back(job: Job) -> str:
    for key, page in (("visit", "/visits/{}"), ("capture", "/captures/{}")):
        if isinstance(told := job.payload.get(key), str):
            return page.format(told)
    return "/jobs"
