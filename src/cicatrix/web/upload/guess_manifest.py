"""The ``capture.toml`` of files that came without one, from what was filled in beside them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from cicatrix.capture.raw import RAW_SUFFIXES
from cicatrix.errors import CaptureError
from cicatrix.io.toml_write import toml_lines
from cicatrix.web.upload.upload_form import UploadForm

__all__ = ["PICTURES", "manifest_text"]

PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".heic", ".heif"}) | RAW_SUFFIXES
HEIGHTS: Final = frozenset({".npy", ".tif", ".tiff", ".png"})
_PATTERNS: Final = {frozenset({".jpg", ".jpeg"}): "*.jp*g", frozenset({".heic", ".heif"}): "*.hei*"}
_FILL: Final = "fill it in beside the files, or put a capture.toml with them"


def manifest_text(form: UploadForm, names: Iterable[str]) -> str:
    """The ``capture.toml`` for files that came without one.

    Parameters
    ----------
    form
        What was filled in.
    names
        Names of the files in the capture folder.

    Raises
    ------
    CaptureError
        Something is neither filled in nor told by the files.
    """
    there = sorted(names)
    kind = form.kind or _kind(form, there)
    values: dict[str, object] = {"kind": kind}
    if kind == "card":
        values |= {"images": _pattern(there), "marker_mm": form.marker_mm}
    else:
        if form.pixel_mm is None:
            raise CaptureError("nobody said how wide a pixel is", allowed="0.001 to 1 mm", fix=_FILL)
        values["pixel_mm"] = form.pixel_mm
    if kind == "lights":
        lights = form.lights or _only(there, {".lp"}, "the directions of the lights (a .lp file)")
        values |= {"lights": lights, "linear": form.linear or None}
    if kind == "height":
        values["file"] = form.file or _only(there, HEIGHTS, "a height map (.tif, .png or .npy)")
        values["height_unit"] = _unit(form)
    values["site"] = form.site or None
    return toml_lines(values)


def _kind(form: UploadForm, names: list[str]) -> str:
    """What the files look like: directions of lights, a lone height map, or photographs."""
    suffixes = [PurePosixPath(name).suffix.lower() for name in names]
    if ".lp" in suffixes:
        return "lights"
    if ".npy" in suffixes or form.height_unit:
        return "height"
    if any(suffix in PICTURES for suffix in suffixes):
        return "card"
    raise CaptureError(
        "there is nothing in the upload that can be measured: " + (", ".join(names[:8]) or "no files"),
        allowed="photographs with the printed card, photographs with a .lp file, or a height map",
        fix="choose the photographs of one capture",
    )


def _pattern(names: list[str]) -> str:
    """Pattern of the photographs' names."""
    pictures = {name for name in names if PurePosixPath(name).suffix.lower() in PICTURES}
    kinds = frozenset(PurePosixPath(name).suffix.lower() for name in pictures)
    if any("/" in name for name in pictures):
        raise CaptureError("the photographs lie in several folders", fix="upload those of one capture, from one folder")
    if len(kinds) == 1:
        return f"*{next(iter(kinds))}"
    if kinds in _PATTERNS:
        return _PATTERNS[kinds]
    raise CaptureError(
        f"the photographs are of {len(kinds)} kinds ({', '.join(sorted(kinds)) or 'none'})",
        allowed="photographs of one kind",
        fix="upload those that the camera wrote, of one kind",
    )


def _only(names: list[str], suffixes: Iterable[str], what: str) -> str:
    found = [name for name in names if PurePosixPath(name).suffix.lower() in suffixes]
    if len(found) != 1:
        raise CaptureError(
            f"there are {len(found)} files that could be {what}",
            allowed="one",
            fix="name it beside the files" if found else "add it to the upload",
        )
    return found[0]


def _unit(form: UploadForm) -> str | dict[str, float]:
    if form.height_unit in {"mm", "um"}:
        return form.height_unit
    if form.mm_per_count is None:
        raise CaptureError(
            "nobody said in which unit the heights are", allowed="mm, um, or millimetres a count", fix=_FILL
        )
    return {"mm_per_count": form.mm_per_count}
