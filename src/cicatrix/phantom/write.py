"""Writes a phantom as a capture folder with its truth beside it."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import tifffile

from cicatrix import __version__
from cicatrix.errors import OutputError
from cicatrix.io.toml_write import toml_lines
from cicatrix.phantom.camera import SUFFIX, encode_file
from cicatrix.phantom.card.make import CardPhantom
from cicatrix.phantom.card.write import card_files, card_truth
from cicatrix.phantom.make import Phantom
from cicatrix.phantom.truth import SCHEMA

__all__ = ["SCHEMA", "truth_of", "write_capture"]

_HEIGHT_FILE: Final = "height.tif"


def _image_names(phantom: Phantom) -> list[str]:
    suffix = SUFFIX[phantom.settings.file_format]
    return [f"light_{number:02d}{suffix}" for number in range(1, phantom.settings.lights + 1)]


def _lights(phantom: Phantom) -> list[dict[str, Any]]:
    if phantom.directions is None:
        return []
    return [
        {
            "file": name,
            "x": round(float(x), 7),
            "y": round(float(y), 7),
            "z": round(float(z), 7),
            "elevation_deg": round(float(np.degrees(np.arcsin(z))), 3),
            "azimuth_deg": round(float(np.degrees(np.arctan2(y, x)) % 360.0), 3),
        }
        for name, (x, y, z) in zip(_image_names(phantom), phantom.directions, strict=True)
    ]


def truth_of(phantom: Phantom | CardPhantom) -> dict[str, Any]:
    """What ``truth.json`` holds, as plain JSON values."""
    if isinstance(phantom, CardPhantom):
        return card_truth(phantom)
    rows, cols = phantom.height_mm.shape
    return {
        "schema": SCHEMA,
        "cicatrix": __version__,
        "seed": phantom.seed,
        "settings": phantom.settings.as_json(),
        "pixel_mm": phantom.settings.pixel_mm,
        "rows": rows,
        "cols": cols,
        "lights": _lights(phantom),
        "light_distance_mm": phantom.settings.light_distance_mm,
        "scars": [scar.model_dump(mode="json") for scar in phantom.scars],
        "marks": [mark.model_dump(mode="json") for mark in phantom.marks],
        "distractors": [thing.model_dump(mode="json") for thing in phantom.distractors],
    }


def _capture_toml(phantom: Phantom) -> str:
    settings = phantom.settings
    values: dict[str, Any] = {"kind": settings.kind, "pixel_mm": settings.pixel_mm, "site": "phantom"}
    if settings.kind == "height":
        return toml_lines(values | {"file": _HEIGHT_FILE, "height_unit": "mm"})
    far = settings.light_distance_mm
    return toml_lines(
        values
        | {
            "lights": "lights.lp",
            "linear": True if settings.file_format == "tiff" else None,
            "light_distance_mm": None if far is None else float(far),
        }
    )


def _light_file(phantom: Phantom) -> str:
    lights = _lights(phantom)
    rows = [f"{light['file']} {light['x']:.7f} {light['y']:.7f} {light['z']:.7f}" for light in lights]
    return "\n".join([str(len(lights)), *rows]) + "\n"


def _files(phantom: Phantom | CardPhantom) -> dict[str, bytes]:
    if isinstance(phantom, CardPhantom):
        return card_files(phantom)
    files = {
        "capture.toml": _capture_toml(phantom).encode(),
        "truth.json": (json.dumps(truth_of(phantom), indent=1, ensure_ascii=False) + "\n").encode(),
    }
    if phantom.images is None:
        out = io.BytesIO()
        tifffile.imwrite(out, phantom.height_mm, compression="zlib", metadata=None)
        return files | {_HEIGHT_FILE: out.getvalue()}
    files["lights.lp"] = _light_file(phantom).encode()
    for name, image in zip(_image_names(phantom), phantom.images, strict=True):
        files[name] = encode_file(image, phantom.settings.file_format, phantom.settings.jpeg_quality)
    return files


def write_capture(phantom: Phantom | CardPhantom, out: Path) -> None:
    """Write the photographs or the height map, ``capture.toml``, ``truth.json``, and the lights where they are known.

    Everything is written to a temporary folder beside ``out`` and moved there at the end: a run that is cut off leaves
    nothing half-written.

    Parameters
    ----------
    phantom
        What to write.
    out
        A folder that does not exist yet or is empty; its parents are made.

    Raises
    ------
    OutputError
        When ``out`` holds something already, or cannot be written.
    """
    out = Path(out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise OutputError(
            "is not empty" if out.is_dir() else "is a file",
            path=out,
            allowed="a folder that does not exist yet, or an empty one",
            fix="choose another folder or empty this one",
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as partial:
            work = Path(partial) / "capture"
            work.mkdir()
            for name, content in _files(phantom).items():
                (work / name).write_bytes(content)
            if out.exists():
                out.rmdir()
            shutil.move(work, out)
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror or error}", path=out, fix="choose a folder that can be written"
        ) from error
