"""Two visits: captures → assessments → what changed → files."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from cicatrix.capture import check_manifest, read_capture
from cicatrix.cases import load_case
from cicatrix.change import AssessedCapture, maps_of, register_pair
from cicatrix.change.compare import compare
from cicatrix.errors import InputError
from cicatrix.io.write import atomic_folder, check_out
from cicatrix.model.capture import InputFile
from cicatrix.model.case import Case
from cicatrix.model.change import Change
from cicatrix.model.plan import OptionId
from cicatrix.model.repeat import Repeatability
from cicatrix.pipeline.assess import assess
from cicatrix.progress import Progress, silent
from cicatrix.repeatability.file import read_repeatability
from cicatrix.report.change import write_change
from cicatrix.report.change_pictures import draw_change

__all__ = ["check_days", "compare_folders", "compare_seen", "dump_schema", "schema"]


def compare_folders(
    before: Path,
    after: Path,
    out: Path,
    *,
    case_before: Path | None = None,
    case_after: Path | None = None,
    repeatability: Path | None = None,
    days: int | None = None,
    done: OptionId | None = None,
    today: date | None = None,
    progress: Progress | None = None,
) -> Change:
    """Assess two capture folders of one site, compare them, and write the comparison to ``out``.

    Parameters
    ----------
    before, after
        Captures: folders with a ``capture.toml``.
    out
        Folder for the results; made if it does not exist.
    case_before, case_after
        What was stated at each visit; None when nothing was. The outlook that observations are compared with comes from
        the earlier case.
    repeatability
        A ``repeatability.json`` of the rig; smallest detectable changes then come from it.
    days
        Days between the captures.
    done
        The option that was carried out between them.
    today
        First day of the earlier plan, as for ``assess``.
    progress
        Called with the step, how much of it is done and how much there is.

    Raises
    ------
    InputError
        A capture, a case or the repeatability cannot be used, or ``out`` cannot be written.
    ChangeError
        The captures do not show the same skin, or not well enough to tell.
    """
    check_out(out)
    check_days(days)
    repeat = None if repeatability is None else read_repeatability(repeatability)
    for folder in (before, after):  # an assessment takes minutes: what is wrong with the later one is said first
        check_manifest(folder)
    first, second = (None if file is None else load_case(file) for file in (case_before, case_after))
    seen = [
        _seen(folder, case, today, progress, stage)
        for folder, case, stage in ((before, first, "before"), (after, second, "after"))
    ]
    return compare_seen(seen[0], seen[1], out, repeat=repeat, days=days, done=done, progress=progress)


def compare_seen(
    before: AssessedCapture,
    after: AssessedCapture,
    out: Path,
    *,
    repeat: Repeatability | None = None,
    days: int | None = None,
    done: OptionId | None = None,
    progress: Progress | None = None,
) -> Change:
    """Compare two assessed captures and write ``comparison.json``, ``comparison.html`` and pictures to ``out``.

    Parameters are those of ``compare_folders``; assessments and reliefs may come from files.
    """
    tell = progress or silent
    tell("comparison", 0, 2)
    laid = register_pair(before, after)
    change = compare(before, after, repeat, days=days, done=done, laid=laid)
    tell("comparison", 1, 2)
    pictures = draw_change(maps_of(before, after, laid, change))
    with atomic_folder(out) as work:
        write_change(change, pictures, work)
    tell("comparison", 2, 2)
    return change


def _seen(
    folder: Path,
    stated: tuple[Case, InputFile] | None,
    today: date | None,
    progress: Progress | None,
    stage: str,
) -> AssessedCapture:
    """Read and assess one capture; its progress is reported under its own name."""

    def tell(step: str, at: int, of: int) -> None:
        if progress is not None:
            progress(f"{stage}: {step}", at, of)

    capture = read_capture(folder, progress=tell)
    case, files = (None, ()) if stated is None else (stated[0], stated[1:])
    assessment, relief = assess(capture, case, today=today, stated=files, progress=tell)
    return AssessedCapture(assessment, relief)


def check_days(days: int | None) -> None:
    """Refuse days between two captures that cannot be.

    Raises
    ------
    InputError
        They are negative, or more than a century.
    """
    if days is not None and not 0 <= days <= 36500:
        raise InputError(f"days is {days}", allowed="0 to 36500", fix="give the days between the two captures")


def schema() -> dict[str, Any]:
    """JSON Schema of ``comparison.json``."""
    return Change.model_json_schema(by_alias=True, mode="serialization")


def dump_schema() -> str:
    """The JSON Schema as text, as shipped in the package."""
    return json.dumps(schema(), indent=1, sort_keys=True) + "\n"
