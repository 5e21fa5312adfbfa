"""The job ``repeatability``: how well a rig repeats itself, from results of one visit."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Final

from cicatrix.io.relief_archive import RELIEF_FILE, unpack
from cicatrix.practice import UnitOfWork, results
from cicatrix.practice import rigs as repeats
from cicatrix.progress import Progress
from cicatrix.web.work import Kept, Task

__all__ = ["keep", "prepare", "work"]

OUT: Final = "repeatability.json"
ASSESSMENT: Final = "assessment.json"


def prepare(task: Task, unit: UnitOfWork) -> dict[str, Any]:
    """Lay out the results as they were measured: a correction by hand says nothing of the rig."""
    chosen = [str(one) for one in task.job.payload["results"]]
    for at, result_id in enumerate(chosen):
        folder = task.folder / str(at)
        folder.mkdir()
        for name in (ASSESSMENT, RELIEF_FILE):
            shutil.copyfile(results.path(unit, result_id, name), folder / name)
    return {"count": len(chosen), "rig": task.job.payload["rig"]}


def work(folder: Path, given: dict[str, Any], tell: Progress) -> None:
    """Compare each with the others."""
    from cicatrix.change import AssessedCapture  # noqa: PLC0415
    from cicatrix.model import Assessment  # noqa: PLC0415 - imported in the job's own process only
    from cicatrix.repeatability import as_json, repeatability  # noqa: PLC0415

    seen = [
        AssessedCapture(Assessment.model_validate_json((place / ASSESSMENT).read_bytes()), unpack(place / RELIEF_FILE))
        for place in (folder / str(at) for at in range(given["count"]))
    ]
    (folder / OUT).write_bytes(as_json(repeatability(seen, given["rig"], tell=tell)))


def keep(task: Task, unit: UnitOfWork) -> Kept:
    """Keep it with the rig.

    The test of a rig outlives the person whom it was made on: names and hashes of their files do not stay in it.
    """
    found: dict[str, Any] = json.loads((task.folder / OUT).read_bytes())
    for capture in found["captures"]:
        capture["inputs"] = []
    stored = repeats.save(unit, str(task.job.payload["rig"]), found)
    return Kept(str(found["text"]), stored.id)
