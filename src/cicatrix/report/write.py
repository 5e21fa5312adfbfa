"""The report as files."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cicatrix.errors import OutputError
from cicatrix.model import Assessment, PigmentMaps, Relief
from cicatrix.report.annotate import annotate, with_height_bar
from cicatrix.report.encode import png
from cicatrix.report.marks import pigment_pictures
from cicatrix.report.page import render_html
from cicatrix.report.pictures import Pictures, paint

__all__ = ["write_report"]


def write_report(
    assessment: Assessment, relief: Relief, out: Path, *, pigment: PigmentMaps | None = None
) -> tuple[Path, ...]:
    """Write ``report.html`` and the maps that it shows.

    Parameters
    ----------
    assessment
        What was found on ``relief``.
    relief
        The surface that the maps are painted from.
    out
        Folder for the files; made if it does not exist. Files of the same names are replaced.
    pigment
        Melanin and erythema across the picture; None without colour.

    Returns
    -------
    tuple[Path, ...]
        ``report.html``, then ``scars.png`` (relief with outlines and numbers), ``relief.png`` and ``height.png``
        (with its colour bar), and, from photographs only, ``colour.png`` and ``confidence.png``; with
        ``pigment`` also ``melanin.png`` and ``erythema.png``. The maps have no side longer than 4096 pixels.

    Raises
    ------
    OutputError
        The folder or a file in it cannot be written.
    """
    pictures = paint(relief, pigment=pigment)
    contents = {"report.html": render_html(assessment, pictures).encode("utf-8")}
    contents |= _maps(assessment, pictures)
    try:
        out.mkdir(parents=True, exist_ok=True)
        return tuple(_write(out / name, content) for name, content in contents.items())
    except OSError as error:
        raise OutputError(
            f"the report cannot be written: {error.strerror or error}",
            path=out,
            fix="choose a folder that you may write to, on a disk with space left",
        ) from error


def _maps(assessment: Assessment, pictures: Pictures) -> dict[str, bytes]:
    maps = {
        "scars.png": annotate(pictures.relief, assessment.scars, pictures.pixel_mm),
        "relief.png": pictures.relief,
        "height.png": with_height_bar(pictures.height, pictures.limit_mm),
        "colour.png": pictures.colour,
        "confidence.png": pictures.trusted,
    }
    maps |= pigment_pictures(pictures.pigment)
    shown = {name: picture for name, picture in maps.items() if picture is not None}
    with ThreadPoolExecutor(max_workers=4) as pool:  # zlib works outside the interpreter lock
        packed = pool.map(lambda picture: png(picture, _pixel_mm(picture, pictures)), shown.values())
        return dict(zip(shown, packed, strict=True))


def _pixel_mm(picture: NDArray[np.uint8], pictures: Pictures) -> float:
    """Width of a pixel; every map spans the same field."""
    return float(pictures.pixel_mm * pictures.relief.shape[1] / picture.shape[1])


def _write(path: Path, content: bytes) -> Path:
    """Write beside the file first and move it into place, so that no half-written file is ever seen."""
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    os.replace(beside, path)  # noqa: PTH105 - Path.replace is the same call; this one is known to be atomic
    return path
