"""The job ``correct``: from a result and its corrections to a result of its own, as ``cicatrix correct`` makes it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any, Final

from cicatrix.corrections import as_json
from cicatrix.errors import CorrectionError
from cicatrix.io.relief_archive import RELIEF_FILE, unpack
from cicatrix.practice import UnitOfWork, cases, results
from cicatrix.progress import Progress
from cicatrix.web.corrected import correction_file
from cicatrix.web.work import Kept, Task

__all__ = ["keep", "prepare", "work"]

LOG: Final = "corrections.json"
MEASURED: Final = "assessment.json"
OUT: Final = "out"


def prepare(task: Task, unit: UnitOfWork) -> dict[str, Any]:
    """Lay out the result as it was measured, its relief and the log."""
    stored = results.get(unit, str(task.job.payload["result"]))
    log = correction_file(unit, stored.id)
    if not log.events:
        raise CorrectionError("nothing was corrected", fix="correct something first")
    for name in (MEASURED, RELIEF_FILE):
        shutil.copyfile(results.path(unit, stored.id, name), task.folder / name)
    (task.folder / LOG).write_bytes(as_json(log))
    case = None if stored.case_id is None else cases.get(unit, stored.case_id).case.model_dump(mode="json")
    return {"case": case, "start": None if stored.start is None else stored.start.isoformat()}


def work(folder: Path, given: dict[str, Any], tell: Progress) -> None:
    """Apply the corrections, simulate and report."""
    from cicatrix.corrections import read_corrections  # noqa: PLC0415
    from cicatrix.model import Assessment, Case  # noqa: PLC0415
    from cicatrix.pipeline.assess import corrected, simulated  # noqa: PLC0415 - in the job's own process only
    from cicatrix.pipeline.result import write_assessment  # noqa: PLC0415

    measured = Assessment.model_validate_json((folder / MEASURED).read_bytes())
    relief = unpack(folder / RELIEF_FILE)
    log = read_corrections(folder / LOG)
    case = None if given["case"] is None else Case.model_validate(given["case"])
    today = None if given["start"] is None else date.fromisoformat(given["start"])
    tell("corrections", 0, 1)
    assessment = corrected(measured, relief, log.events, case, today=today)
    tell("simulation", 0, 1)
    assessment, pictures = simulated(assessment, relief)
    tell("report", 0, 1)
    write_assessment(assessment, relief, folder / OUT, pictures, log=log)
    shutil.copyfile(folder / RELIEF_FILE, folder / OUT / RELIEF_FILE)
    tell("report", 1, 1)


def keep(task: Task, unit: UnitOfWork) -> Kept:
    """Take the corrected result into the record, beside the one that was measured."""
    stored = results.get(unit, str(task.job.payload["result"]))
    made = results.add(unit, stored.capture_id, stored.case_id, task.folder / OUT, start=stored.start)
    return Kept("The corrected result was stored with its report.", made.id)
