"""Files that were sent, laid out as one capture folder."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from cicatrix.capture.manifest import MANIFEST
from cicatrix.errors import CaptureError
from cicatrix.io.file_names import check_names, clean_name, without_top
from cicatrix.progress import Progress
from cicatrix.web.upload.guess_manifest import manifest_text
from cicatrix.web.upload.limits import UploadLimits
from cicatrix.web.upload.unzip import is_zip, unzip
from cicatrix.web.upload.upload_form import NAMES, UploadForm, stored_as

__all__ = ["gather"]


def gather(incoming: Path, folder: Path, form: UploadForm, limits: UploadLimits, tell: Progress) -> tuple[str, ...]:
    """Lay files out as a capture.

    Parameters
    ----------
    incoming
        Folder with ``names.json`` and the files.
    folder
        Where the capture goes, made here.
    form
        What was filled in beside the files.
    limits
        How much an archive may hold.
    tell
        Told what is being done.

    Returns
    -------
    tuple of str
        Names of what was sent and does not belong to the capture.

    Raises
    ------
    CaptureError
        The files are no capture: which is wrong, and what to do.
    """
    names: list[str] = json.loads((incoming / NAMES).read_text(encoding="utf-8"))
    raw = folder.with_name(f"{folder.name}-as-sent")
    if len(names) == 1 and _is_archive(incoming / stored_as(0)):
        there: Sequence[str] = unzip(incoming / stored_as(0), raw, limits, tell)
    else:
        there = _placed(incoming, names, raw)
    if not there:
        raise CaptureError("there is no file in the upload", fix="choose the photographs of one capture")
    return _arranged(raw, folder, there, form)


def _placed(incoming: Path, names: Sequence[str], raw: Path) -> Sequence[str]:
    """Files sent one by one, under their own names."""
    wanted = {}
    for number, given in enumerate(names):
        name = clean_name(given)
        if name is None:
            continue
        if _is_archive(incoming / stored_as(number)):
            raise CaptureError(
                f"{name[:80]!r} is an archive among other files", fix="upload the archive alone, or the files in it"
            )
        if name in wanted:
            raise CaptureError(f"the file {name[:80]!r} was sent twice", fix="choose each file once")
        wanted[name] = incoming / stored_as(number)
    check_names(wanted)
    for name, source in wanted.items():
        place = raw / name
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, place)
        except OSError:  # not every disk has second names
            shutil.copyfile(source, place)
    return tuple(wanted)


def _arranged(raw: Path, folder: Path, there: Sequence[str], form: UploadForm) -> tuple[str, ...]:
    """The capture without the folders around it; files outside are left behind."""
    inside = without_top(there)
    root = _root(inside.values())
    kept = {old: new.removeprefix(root) for old, new in inside.items() if new.startswith(root)}
    folder.mkdir()
    for old, new in kept.items():
        (folder / new).parent.mkdir(parents=True, exist_ok=True)
        (raw / old).rename(folder / new)
    shutil.rmtree(raw)
    if MANIFEST not in kept.values():
        (folder / MANIFEST).write_text(manifest_text(form, kept.values()), encoding="utf-8", newline="\n")
    return tuple(sorted(new for old, new in inside.items() if old not in kept))


def _root(names: Iterable[str]) -> str:
    """Folder of the only capture.toml, with a slash; empty where it lies at the top, or there is none."""
    found = sorted({str(PurePosixPath(name).parent) for name in names if PurePosixPath(name).name == MANIFEST})
    if len(found) > 1:
        raise CaptureError(
            f"the upload holds {len(found)} captures ({', '.join(found[:4])})",
            allowed="one capture at a time",
            fix="upload each folder with a capture.toml by itself",
        )
    return "" if found in ([], ["."]) else f"{found[0]}/"


def _is_archive(path: Path) -> bool:
    with path.open("rb") as file:
        return is_zip(file.read(4))
