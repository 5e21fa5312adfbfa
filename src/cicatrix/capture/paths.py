"""Names in a capture become paths that stay inside its folder."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

from cicatrix.errors import CaptureError, ImageError, LightsError

__all__ = ["find_image", "inside", "nearest_file"]

_ABSOLUTE = re.compile(r"/|[A-Za-z]:")
_FIX = "copy the file into the capture folder and name it without a path"


def inside(
    folder: Path,
    name: str,
    *,
    named_in: Path,
    line: int | None = None,
    error: type[CaptureError] = CaptureError,
) -> Path:
    """Path of ``name`` in the folder; an error where it leads out of it, by ``..``, from the root or by a link.

    Parameters
    ----------
    folder
        The capture folder.
    name
        A name relative to it, with slashes or backslashes.
    named_in, line
        Where the name was written, for the error.
    error
        Which error to raise.

    Returns
    -------
    Path
        ``folder / name`` with links inside the folder followed. The file need not exist.
    """
    clean = name.replace("\\", "/")
    root = folder.resolve()
    try:
        target = (root / clean).resolve()
    except (OSError, RuntimeError, ValueError) as exc:
        raise error(f"the name {name!r} is not a usable path ({exc})", path=named_in, line=line, fix=_FIX) from exc
    drive = re.match(r"[A-Za-z]:", clean) and not target.exists()
    if drive or target == root or not target.is_relative_to(root):
        raise error(
            f"{name!r} is a path outside the capture folder",
            path=named_in,
            line=line,
            allowed="names of files in the capture folder",
            fix=_FIX,
        )
    return folder / target.relative_to(root)


def find_image(folder: Path, name: str, *, named_in: Path, line: int) -> Path:
    """Path of a photograph that a light file names.

    Programs for reflectance transformation imaging write the path that the photograph had on the machine where the
    lights were found. Where that path does not exist in the capture folder, its last part does instead.

    Raises
    ------
    LightsError
        When the name leads out of the folder.
    ImageError
        When there is no such photograph.
    """
    clean = name.replace("\\", "/")
    bare = re.split(r"[/:]", clean)[-1]
    if bare in ("", ".", ".."):
        raise LightsError(f"{name!r} names no photograph", path=named_in, line=line, fix=_FIX)
    foreign = _ABSOLUTE.match(clean) is not None and not _lies_inside(folder, clean)
    if not foreign or not _exists(folder / bare):
        path = inside(folder, name, named_in=named_in, line=line, error=LightsError)
        if _exists(path):
            return path
    path = inside(folder, bare, named_in=named_in, line=line, error=LightsError)
    if not _exists(path):
        _raise_missing(folder, name, named_in, line)
    return path


def nearest_file(folder: Path, name: str) -> str | None:
    """Name of the file in the folder that is spelled most like ``name``, if any is."""
    names = {entry.name.lower(): entry.name for entry in sorted(folder.iterdir())}
    close = difflib.get_close_matches(name.lower(), list(names), n=1, cutoff=0.75)
    return names[close[0]] if close else None


def _lies_inside(folder: Path, absolute: str) -> bool:
    try:
        return Path(absolute).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _raise_missing(folder: Path, name: str, named_in: Path, line: int) -> None:
    bare = re.split(r"[/:\\]", name)[-1]
    near = nearest_file(folder, bare)
    hint = f"the folder has {near!r}: correct the name in {named_in.name}" if near else None
    raise ImageError(
        f"the photograph {name!r} (named in {named_in.name}, line {line}) does not exist",
        path=folder / bare,
        fix=hint or f"copy it into the capture folder, or take its line out of {named_in.name}",
    )
