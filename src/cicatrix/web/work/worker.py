"""The worker of a practice: ``python -m cicatrix.web.work.worker --practice FOLDER``.

It takes jobs one at a time, in the order in which they were asked for. A lock makes it the only worker of the folder,
so that a job which is running when it starts was lost with the worker before it.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import IO, Final

from cicatrix.errors import CicatrixError
from cicatrix.model.practice import Job
from cicatrix.practice import Practice, erase, jobs, open_practice
from cicatrix.practice.workspace import sweep_uploads
from cicatrix.web.work import Task
from cicatrix.web.work.process_limits import JobLimits
from cicatrix.web.work.runner import WORKER, Runner, upload_of
from cicatrix.web.work.supervise import DATABASE

__all__ = ["main", "process_context", "work"]

LOG = logging.getLogger("cicatrix.worker")
IDLE_S: Final = 0.3
HOUSEKEEPING_S: Final = 60.0
PRELOADED: Final = ["cicatrix.web.work.child", "cicatrix.pipeline.assess", "cicatrix.io.relief_archive"]
LOCK: Final = "worker.lock"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a worker until it is asked to stop."""
    options = _options(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("cicatrix").setLevel(logging.INFO)
    parent, asked = os.getppid(), []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.append(True))

    def stopping() -> bool:
        return bool(asked) or (options.with_parent and os.getppid() != parent)

    os.umask(0o077)  # uploads, captures and pictures are for this user alone
    practice = open_practice(options.practice, files=options.files)
    try:
        with _only_one(practice.work / LOCK, stopping):
            work(practice, context=process_context(), limits=JobLimits.of_this_machine(), stopping=stopping)
    finally:
        practice.close()
    return 0


def process_context() -> BaseContext:
    """How jobs' processes are started: from one that has everything imported, where the system has that."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def work(
    practice: Practice,
    *,
    context: BaseContext,
    limits: JobLimits | None = None,
    stopping: Callable[[], bool] = lambda: False,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Do jobs until asked to stop.

    Parameters
    ----------
    practice
        Whose jobs. No other worker may work on its folder.
    context
        How processes are started.
    limits
        How much of the machine a job may take.
    stopping
        Asked between jobs and while one runs; one that runs then is done again by the next worker.
    pause
        Waits while there is nothing to do.
    """
    runner = Runner(context, limits or JobLimits(), stopping)
    me = f"{socket.gethostname()}:{os.getpid()}"[:100]
    _tidy_up(practice)
    cleaned_at = time.monotonic()
    while not stopping():
        job = _next(practice, me)
        if time.monotonic() - cleaned_at > HOUSEKEEPING_S:
            _housekeeping(practice)
            cleaned_at = time.monotonic()
        if job is None:
            pause(IDLE_S)
            continue
        LOG.info("job %s: %s", job.id, job.kind)
        ended = runner.do(Task(practice, job, practice.work / "jobs" / f"{job.id}-{job.tries}"))
        if ended == "running":
            with practice.unit_of_work(WORKER) as unit:
                jobs.release(unit, job.id)


def _next(practice: Practice, me: str) -> Job | None:
    """Claim a job; looking whether there is one keeps nobody from writing."""
    with practice.unit_of_work(WORKER, write=False) as unit:
        if not any(job.state == "waiting" for job in jobs.unfinished(unit)):
            return None
    with practice.unit_of_work(WORKER) as unit:
        return jobs.claim(unit, me)


def _tidy_up(practice: Practice) -> None:
    """See to what a worker before this one left behind."""
    with practice.unit_of_work(WORKER) as unit:
        for job in jobs.requeue_lost(unit):
            LOG.warning("job %s was lost: %s", job.id, job.message or "it is done again")
            if job.ended_at is not None and (left := upload_of(practice, job)) is not None:
                shutil.rmtree(left, ignore_errors=True)
        sweep_uploads(practice, unit)
    shutil.rmtree(practice.work / "jobs", ignore_errors=True)


def _housekeeping(practice: Practice) -> None:
    """Finish erasures that had to wait for readers, and remove uploads whose request died."""
    try:
        erase.finish(practice)
        with practice.unit_of_work(WORKER, write=False) as unit:
            sweep_uploads(practice, unit)
    except (CicatrixError, OSError) as error:
        LOG.warning("cleaning up failed: %s", error)


@contextmanager
def _only_one(path: Path, stopping: Callable[[], bool]) -> Iterator[None]:
    """Hold a lock that the system lets go when this process ends, however it ends; wait for it if need be."""
    with path.open("ab") as file:
        said = False
        while not _locked(file):
            if not said:
                LOG.info("another worker serves this practice; this one waits for it to end")
                said = True
            if stopping():
                return
            time.sleep(IDLE_S)
        yield


if sys.platform == "win32":
    import msvcrt

    def _locked(file: IO[bytes]) -> bool:
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m cicatrix.web.work.worker", description="Do a practice's long work."
    )
    parser.add_argument("--practice", type=Path, help=f"folder of the practice; without it, ${DATABASE} is its address")
    parser.add_argument("--files", type=Path, default=None, help="folder of the files, with an address")
    parser.add_argument("--with-parent", action="store_true", help="stop when the process that started it has ended")
    options = parser.parse_args(arguments)
    options.practice = options.practice or os.environ.get(DATABASE)
    if options.practice is None:
        parser.error(f"neither --practice nor ${DATABASE} says which practice")
    return options


if __name__ == "__main__":
    sys.exit(main())
