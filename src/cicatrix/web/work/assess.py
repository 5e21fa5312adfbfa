"""The job ``assess``: from a capture and a case in the record to a result, as ``cicatrix assess`` makes it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any, Final

from cicatrix.cases.write import write_case
from cicatrix.io.relief_archive import RELIEF_FILE
from cicatrix.practice import UnitOfWork, captures, cases, results
from cicatrix.progress import Progress
from cicatrix.web.work import Kept, Task
from cicatrix.web.work.upload import PREVIEWS

__all__ = ["keep", "prepare", "work"]

CAPTURE: Final = "capture"
CASE: Final = "case.toml"
OUT: Final = "out"


def prepare(task: Task, unit: UnitOfWork) -> dict[str, Any]:
    """Lay out the capture's files, and the case as ``cicatrix case`` writes it."""
    payload = task.job.payload
    folder = captures.lay_out(unit, str(payload["capture"]), task.folder / CAPTURE)
    shutil.rmtree(folder / PREVIEWS, ignore_errors=True)
    if payload["case"] is not None:
        write_case(cases.get(unit, str(payload["case"])).case, task.folder / CASE)
    return {"case": payload["case"] is not None, "start": payload["start"]}


def work(folder: Path, given: dict[str, Any], tell: Progress) -> None:
    """Assess it, and keep the relief, so that it can be looked at and corrected without doing this again."""
    from cicatrix.io.relief_archive import pack  # noqa: PLC0415
    from cicatrix.pipeline.assess import assess_and_save  # noqa: PLC0415 - imported in the job's own process only

    result = assess_and_save(
        folder / CAPTURE,
        folder / OUT,
        case_file=folder / CASE if given["case"] else None,
        today=None if given["start"] is None else date.fromisoformat(given["start"]),
        progress=tell,
    )
    tell("keeping the relief", 0, 1)
    (folder / OUT / RELIEF_FILE).write_bytes(pack(result.relief))
    tell("keeping the relief", 1, 1)


def keep(task: Task, unit: UnitOfWork) -> Kept:
    """Take the result into the record."""
    payload = task.job.payload
    start = None if payload["start"] is None else date.fromisoformat(payload["start"])
    stored = results.add(unit, str(payload["capture"]), payload["case"], task.folder / OUT, start=start)
    return Kept("The capture was assessed.", stored.id)
