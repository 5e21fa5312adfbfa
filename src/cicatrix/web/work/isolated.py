"""Parse a file that a request brings, in a child process with limits on memory and time."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from functools import cache
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, Final

from cicatrix.errors import CaseError
from cicatrix.model.case import Case
from cicatrix.web.upload.limits import MEGABYTE
from cicatrix.web.work.case_file import PARSED, SENT
from cicatrix.web.work.child import run
from cicatrix.web.work.process_limits import JobLimits

__all__ = ["parse_case_isolated"]

LIMITS: Final = JobLimits(memory_bytes=2048 * MEGABYTE, cpu_s=10, file_bytes=16 * MEGABYTE)
LONGEST_S: Final = 20.0
LONGEST_NEWS: Final = 65536


def parse_case_isolated(data: bytes, name: str, work: Path) -> Case:
    """Parse a case file in a child process.

    Parameters
    ----------
    data
        What was sent.
    name
        The file's name, which tells TOML from JSON.
    work
        Folder for temporary files.

    Raises
    ------
    CaseError
        The file is not a case, or takes more memory or time than any case does.
    """
    folder = Path(tempfile.mkdtemp(prefix="case-", dir=work))
    try:
        (folder / SENT).write_bytes(data)
        _run("case", folder, {"name": name[-100:]})
        return Case.model_validate_json((folder / PARSED).read_bytes())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(kind: str, folder: Path, given: dict[str, Any]) -> None:
    """Run a kind of reader to its end."""
    here, there = _context().Pipe(duplex=False)
    process = _context().Process(  # type: ignore[attr-defined]
        target=run, args=(there, kind, str(folder), given, LIMITS), daemon=True
    )
    process.start()
    there.close()
    try:
        failed = _outcome(here)
    finally:
        process.kill()
        process.join()
        here.close()
    if failed is not None:
        raise CaseError(failed)


def _outcome(here: Connection) -> str | None:
    """Why the reader failed; None where it did not."""
    end = time.monotonic() + LONGEST_S
    try:
        while here.poll(max(0.0, end - time.monotonic())):
            told = json.loads(here.recv_bytes(LONGEST_NEWS))
            if "ended" in told:
                return None if told["ended"] is None else str(told["ended"])
    except (EOFError, OSError, ValueError, TypeError):
        pass
    return "the file takes more memory or time to read than any case does"


@cache
def _context() -> BaseContext:
    """Processes that share nothing with this one, started quickly where the system can."""
    if "forkserver" not in get_all_start_methods() or sys.platform == "darwin":
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["cicatrix.web.work.child", "cicatrix.web.work.case_file"])
    return context
