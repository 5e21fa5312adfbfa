"""The process that does one job's work: files in, files out, no database."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Final

from cicatrix.errors import CicatrixError
from cicatrix.web.work import work_of
from cicatrix.web.work.process_limits import JobLimits, take_limits

__all__ = ["ORPHANED", "error_text", "run"]

EVERY_S: Final = 0.2
"""The worker is not told more often than this, but of each new stage."""
ORPHANED: Final = 70
"""Exit code of a process whose worker is gone."""


def run(connection: Connection, kind: str, folder: str, given: dict[str, Any], limits: JobLimits) -> None:
    """Do a job's work and tell the worker how it went.

    Parameters
    ----------
    connection
        Where to tell: JSON objects with ``stage``, ``done`` and ``total``, at last one with ``ended``, which is null
        or the reason of a failure. Plain JSON, since what decodes other people's files is not trusted to be itself.
    kind
        Kind of job.
    folder
        The job's folder.
    given
        What ``prepare`` returned.
    limits
        How much of the machine it may take.
    """
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    take_limits(limits)
    failed: str | None = None
    try:
        work_of(kind)(Path(folder), given, _teller(connection, time.monotonic))
    except CicatrixError as error:
        failed = error_text(error, Path(folder))
    except MemoryError:
        failed = (
            f"there is not enough memory for this: at most {limits.memory_bytes >> 20} MB are used\n"
            "What to do: make the photographs smaller and correct pixel_mm, or use a machine with more memory."
        )
    except Exception as error:  # noqa: BLE001 - whatever a decoder does, the job ends with a reason
        traceback.print_exc(file=sys.stderr)
        failed = (
            f"something went wrong inside the program ({type(error).__name__}).\n"
            "What to do: try again; if it happens again, report it with the last lines of the terminal."
        )
    _tell(connection, {"ended": failed})


def error_text(error: CicatrixError | OSError, folder: Path) -> str:
    """An error in up to three lines, with names inside the folder in place of paths of this machine."""
    if not isinstance(error, CicatrixError):
        return _without(str(error), folder)
    where = "" if error.path is None else error.path.name
    if error.line is not None:
        where += f", line {error.line}"
    lines = [f"{where}: {error.what}" if where and not _is_folder(error.path, folder) else error.what]
    lines += [] if error.allowed is None else [f"Allowed: {error.allowed}"]
    lines += [] if error.fix is None else [f"What to do: {error.fix}"]
    return _without("\n".join(lines), folder)


def _is_folder(path: Path | None, folder: Path) -> bool:
    """Whether the error is about the capture as a whole: the name of its folder here means nothing to anybody."""
    return path is not None and folder in {path, path.parent} and not path.suffix


def _without(text: str, folder: Path) -> str:
    return text.replace(f"{folder}/", "").replace(str(folder), "the capture")


def _teller(connection: Connection, clock: Callable[[], float]) -> Callable[[str, int, int], None]:
    last: list[Any] = ["", 0.0]

    def tell(stage: str, done: int, total: int) -> None:
        now = clock()
        if stage != last[0] or done == total or now - last[1] >= EVERY_S:
            last[:] = [stage, now]
            _tell(connection, {"stage": stage, "done": done, "total": total})

    return tell


def _tell(connection: Connection, what: dict[str, Any]) -> None:
    connection.send_bytes(json.dumps(what).encode())


def _leave_with_parent() -> None:
    """Wait for the worker to be gone: nobody would take what is made here."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(ORPHANED)
