"""Assess captures of the same skin and write the test–retest repeatability of the rig."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cicatrix.capture import check_manifest, read_capture
from cicatrix.change import AssessedCapture
from cicatrix.io.write import atomic_folder, check_out
from cicatrix.model.repeat import Repeatability
from cicatrix.pipeline.assess import assess
from cicatrix.progress import Progress
from cicatrix.repeatability import REPEAT_FILE, as_json, repeatability
from cicatrix.report.repeat import render_repeatability

__all__ = ["REPEAT_PAGE", "assess_repeats", "write_repeatability"]

REPEAT_PAGE = "repeatability.html"


def assess_repeats(
    folders: Sequence[Path], out: Path, *, rig: str | None = None, progress: Progress | None = None
) -> Repeatability:
    """Assess each capture, compare them, and write ``repeatability.json`` and ``repeatability.html`` to ``out``.

    Parameters
    ----------
    folders
        Captures of the same skin, one after another with the same rig; two or more.
    out
        Folder for the results; made if it does not exist.
    rig
        Its name.
    progress
        Called with the step, how much of it is done and how much there is.

    Raises
    ------
    InputError
        A capture cannot be used, there are fewer than two, or ``out`` cannot be written.
    ChangeError
        The captures do not show the same skin.
    """
    check_out(out)
    for folder in folders:
        check_manifest(folder)
    seen = []
    for at, folder in enumerate(folders):
        if progress is not None:
            progress("captures", at, len(folders))
        seen.append(AssessedCapture(*assess(read_capture(folder))))
    if progress is not None:
        progress("captures", len(folders), len(folders))
    found = repeatability(seen, rig, tell=progress)
    write_repeatability(found, out)
    return found


def write_repeatability(found: Repeatability, out: Path) -> None:
    """Write both files to ``out``; they appear there once both are complete."""
    with atomic_folder(out) as work:
        (work / REPEAT_FILE).write_bytes(as_json(found))
        (work / REPEAT_PAGE).write_text(render_repeatability(found), encoding="utf-8")
