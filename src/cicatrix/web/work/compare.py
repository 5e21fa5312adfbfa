"""The job ``compare``: two results of one site, compared as ``cicatrix compare`` does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Final

from cicatrix.io.relief_archive import RELIEF_FILE, unpack
from cicatrix.model.change import Change
from cicatrix.practice import UnitOfWork, results, visits
from cicatrix.practice import rigs as repeats
from cicatrix.practice.captures import get as capture_of
from cicatrix.progress import Progress
from cicatrix.web.corrected import corrected_assessment
from cicatrix.web.work import Kept, Task

__all__ = ["keep", "prepare", "work"]

OUT: Final = "out"
RIG: Final = "repeatability.json"
SIDES: Final = ("before", "after")


def prepare(task: Task, unit: UnitOfWork) -> dict[str, Any]:
    """Lay out both results as they stand now, their reliefs, and the rig's repeatability."""
    payload = task.job.payload
    days = []
    for side in SIDES:
        result = results.get(unit, str(payload[side]))
        folder = task.folder / side
        folder.mkdir()
        found = corrected_assessment(unit, result.id)
        (folder / "assessment.json").write_text(found.model_dump_json(by_alias=True), encoding="utf-8")
        shutil.copyfile(results.path(unit, result.id, RELIEF_FILE), folder / RELIEF_FILE)
        days.append(visits.get(unit, capture_of(unit, result.capture_id).visit_id).day)
    known = None if payload.get("rig") is None else repeats.latest(unit, str(payload["rig"]))
    if known is not None:
        (task.folder / RIG).write_text(json.dumps(known.repeat), encoding="utf-8")
    return {"days": (days[1] - days[0]).days, "done": payload.get("done"), "rig": known is not None}


def work(folder: Path, given: dict[str, Any], tell: Progress) -> None:
    """Compare them, and write what ``cicatrix compare`` writes."""
    from cicatrix.pipeline.compare import compare_seen  # noqa: PLC0415 - imported in the job's own process only
    from cicatrix.repeatability import read_repeatability  # noqa: PLC0415

    before, after = (_seen(folder / side) for side in SIDES)
    repeat = read_repeatability(folder / RIG) if given["rig"] else None
    compare_seen(before, after, folder / OUT, repeat=repeat, days=given["days"], done=given["done"], progress=tell)


def _seen(folder: Path) -> Any:
    from cicatrix.change import AssessedCapture  # noqa: PLC0415
    from cicatrix.model import Assessment  # noqa: PLC0415

    found = Assessment.model_validate_json((folder / "assessment.json").read_bytes())
    return AssessedCapture(found, unpack(folder / RELIEF_FILE))


def keep(task: Task, unit: UnitOfWork) -> Kept:
    """Take the comparison into the record."""
    payload = task.job.payload
    stored = results.add_comparison(unit, str(payload["before"]), str(payload["after"]), task.folder / OUT)
    change = Change.model_validate_json((task.folder / OUT / "comparison.json").read_bytes())
    return Kept(change.text, stored.id)
