"""Run one job: prepare it, supervise its child process, store the result."""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

from cicatrix.errors import CicatrixError, NotFoundError
from cicatrix.model.practice import Job, JobState
from cicatrix.practice import Practice, jobs
from cicatrix.practice.workspace import upload_folder
from cicatrix.web.work import Handler, Task, handler_of
from cicatrix.web.work.child import error_text, run
from cicatrix.web.work.process_limits import JobLimits

__all__ = ["WORKER", "Runner", "upload_of"]

LOG = logging.getLogger("cicatrix.worker")
WORKER: Final = "worker"
"""Who tells of progress, in the log; results are kept in the name of who asked for them."""
POLL_S: Final = 0.3
TELL_S: Final = 0.5
"""How often progress is written down at most."""
BEAT_S: Final = 2.0
"""How often the worker says that it lives at least; and how late a cancelled job may go on."""
LEAVING_S: Final = 5.0
"""How long a process that has told its end may take to leave."""
CRASHING_S: Final = 1.0
"""How long one whose words make no sense may take."""
LONGEST_NEWS: Final = 65536


@dataclass(frozen=True, slots=True)
class _Over:
    """How a process ended: stopped, since the job's state is another now; failed, for a reason; or neither."""

    stopped: JobState | None = None
    failed: str | None = None


@dataclass(slots=True)
class _News:
    """What the process told last."""

    stage: str = ""
    done: int = 0
    total: int = 0
    ended: bool = False
    failed: str | None = None
    fresh: bool = False

    def receive(self, message: bytes) -> None:
        """Read a message; a malformed one ends the job."""
        told: dict[str, Any] = json.loads(message)
        if "ended" in told:
            self.ended, self.failed = True, None if told["ended"] is None else str(told["ended"])
            return
        self.stage, self.done, self.total = str(told["stage"]), int(told["done"]), int(told["total"])
        self.fresh = True


@dataclass(slots=True)
class Runner:
    """Does jobs, one after another.

    Attributes
    ----------
    context
        How processes are started.
    limits
        How much of the machine a job may take.
    stopping
        Asked again and again; once it says yes, a job is left as it is.
    clock
        Seconds that only grow.
    """

    context: BaseContext
    limits: JobLimits = field(default_factory=JobLimits)
    stopping: Callable[[], bool] = lambda: False
    clock: Callable[[], float] = time.monotonic

    def do(self, task: Task) -> JobState | None:
        """Do a claimed job to its end.

        Returns
        -------
        JobState
            How it ended: ``"running"`` where the worker was asked to stop, None where the person was erased meanwhile.
        """
        shutil.rmtree(task.folder, ignore_errors=True)
        task.folder.mkdir(parents=True)
        try:
            state = self._try(task)
        except NotFoundError:
            LOG.info("job %s: what it was about was erased", task.job.id)
            state = None
        finally:
            shutil.rmtree(task.folder, ignore_errors=True)
        if state != "running":
            _clear_upload(task)
        return state

    def _try(self, task: Task) -> JobState:
        try:
            handler = handler_of(task.job.kind)
            with task.practice.unit_of_work(WORKER, write=False) as unit:
                given = handler.prepare(task, unit)
        except (CicatrixError, OSError) as error:
            return _fail(task, error_text(error, task.folder))
        over = self._watch(task, given)
        if over.failed is not None:
            return _fail(task, over.failed)
        return _keep(task, handler) if over.stopped is None else over.stopped

    def _watch(self, task: Task, given: dict[str, Any]) -> _Over:
        """Start the child process and relay its progress until it exits."""
        here, there = self.context.Pipe(duplex=False)
        process = self.context.Process(  # type: ignore[attr-defined]
            target=run, args=(there, task.job.kind, str(task.folder), given, self.limits), daemon=True
        )
        process.start()
        there.close()
        try:
            return self._listen(task, here, process)
        finally:
            process.kill()
            process.join()
            here.close()

    def _listen(self, task: Task, here: Connection, process: BaseProcess) -> _Over:
        news, told_at = _News(), self.clock()
        while not news.ended:
            if not _heard(here, news):
                process.join(CRASHING_S)
                return _Over(failed=_crashed(process.exitcode))
            if self.stopping():
                return _Over(stopped="running")
            since = self.clock() - told_at
            if since >= BEAT_S or (news.fresh and since >= TELL_S):
                with task.practice.unit_of_work(WORKER) as unit:
                    state = jobs.progress(unit, task.job.id, news.stage, news.done, news.total)
                if state != "running":
                    return _Over(stopped=state)
                news.fresh, told_at = False, self.clock()
        process.join(LEAVING_S)
        return _Over(failed=news.failed)


def upload_of(practice: Practice, job: Job) -> Path | None:
    """Folder of the files that were sent for a job; None for a job of another kind."""
    return upload_folder(practice, job.payload.get("upload"))


def _clear_upload(task: Task) -> None:
    """Remove the files that were sent for a job which has ended."""
    folder = upload_of(task.practice, task.job)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _heard(here: Connection, news: _News) -> bool:
    """Wait a while for news; false when there will be none any more."""
    try:
        if here.poll(POLL_S):
            news.receive(here.recv_bytes(LONGEST_NEWS))
    except (EOFError, OSError, ValueError, KeyError, TypeError):
        return False
    return True


def _crashed(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return (
            f"the system stopped the job (signal {-exit_code}), perhaps for lack of memory or time, or because a file "
            "is damaged.\nWhat to do: check the photographs, make them smaller, and try again."
        )
    return (
        f"the job ended unexpectedly (exit code {exit_code}), perhaps because a file is damaged.\n"
        "What to do: check the photographs and try again."
    )


def _keep(task: Task, handler: Handler) -> JobState:
    """Store the result and mark the job as done, in one transaction."""
    job = task.job
    try:
        with task.practice.unit_of_work(job.actor) as unit:
            state = jobs.progress(unit, job.id, "keeping", 1, 1)
            if state != "running":
                return state
            kept = handler.keep(task, unit)
            return jobs.finish(unit, job.id, message=kept.message, result_id=kept.result_id).state
    except (CicatrixError, OSError) as error:
        return _fail(task, error_text(error, task.folder))


def _fail(task: Task, message: str) -> JobState:
    LOG.info("job %s failed: %s", task.job.id, message.split("\n", 1)[0])
    with task.practice.unit_of_work(WORKER) as unit:
        return jobs.fail(unit, task.job.id, message).state
