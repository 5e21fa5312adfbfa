"""The folder ``work`` of a practice: uploads that wait, jobs that run, and files computed for the pages."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path
from typing import Final

from sqlalchemy import select

from cicatrix.practice.practice import Practice
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import JobRow

__all__ = ["SILENT_S", "job_folders", "remove", "sweep_uploads", "upload_folder", "uploads"]

SILENT_S: Final = 900.0
"""An upload without a job that received nothing for so long has no request any more."""
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")


def uploads(practice: Practice) -> Path:
    """Folder of the uploads that no job has read yet."""
    return practice.work / "uploads"


def upload_folder(practice: Practice, token: object) -> Path | None:
    """Folder of one upload; None for what is not the token of an upload."""
    return uploads(practice) / token if isinstance(token, str) and _TOKEN.fullmatch(token) else None


def job_folders(practice: Practice, job_id: str) -> list[Path]:
    """Folders in which a job was worked on, one for each try."""
    return list((practice.work / "jobs").glob(f"{job_id}-*")) if _TOKEN.fullmatch(job_id) else []


def remove(folder: Path) -> None:
    """Remove a folder with everything in it.

    Raises
    ------
    OSError
        Something in it cannot be removed.
    """
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        if folder.exists():  # somebody else removed a file meanwhile
            shutil.rmtree(folder, ignore_errors=True)


def sweep_uploads(practice: Practice, unit: UnitOfWork, *, silent_s: float = SILENT_S) -> int:
    """Remove uploads whose request died before there was a job for them; returns how many."""
    folder = uploads(practice)
    if not folder.is_dir():
        return 0
    unfinished = unit.session.scalars(select(JobRow.payload).where(JobRow.state.in_(("waiting", "running"))))
    wanted = {str(payload.get("upload")) for payload in unfinished}
    before = time.time() - silent_s
    left = [one for one in folder.iterdir() if one.name not in wanted and _touched(one) < before]
    for one in left:
        shutil.rmtree(one, ignore_errors=True)
    return len(left)


def _touched(folder: Path) -> float:
    """When something in a folder was written last, in seconds since the epoch."""
    times = [0.0]
    for path in (folder, *folder.glob("*")):
        try:
            times.append(path.stat().st_mtime)
        except FileNotFoundError:
            continue
    return max(times)
