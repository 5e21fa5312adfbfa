"""The report as files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from cicatrix.errors import OutputError
from cicatrix.model import Assessment, PigmentMaps, Relief
from cicatrix.report.annotate import annotate, with_height_bar
from cicatrix.report.encode import jpeg, png
from cicatrix.report.marks import pigment_pictures
from cicatrix.report.page import render_html, render_patient
from cicatrix.report.pdf.render import render_pdf
from cicatrix.report.pictures import Picture, Pictures, paint
from cicatrix.report.simulated import drawn_states, simulation_files
from cicatrix.report.typeset import can_typeset

__all__ = ["REPORT_PDF", "write_report"]

REPORT_PDF: Final = "report.pdf"
"""Written where the typesetter is installed."""

SIMULATED = "Part of a simulation by Cicatrix from a measured surface and a forecast; no photograph of a result."
"""What stays inside each file of a simulated picture, wherever it is copied to."""


def write_report(
    assessment: Assessment,
    relief: Relief,
    out: Path,
    *,
    pigment: PigmentMaps | None = None,
    simulated: Mapping[str, Picture] | None = None,
) -> tuple[Path, ...]:
    """Write ``report.html`` for the clinician, ``patient.html`` for the person, ``report.pdf``, and the maps.

    Without the typesetter (the extra ``pdf``) everything but ``report.pdf`` is written.

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
    simulated
        ``(rows, cols, 3)`` RGB picture for each state of the outlook's simulation, by the state's name. They are
        shown on both pages and written under the names that the simulation gives them; None where there are none.

    Returns
    -------
    tuple[Path, ...]
        ``report.html``, ``patient.html`` and ``report.pdf``, then ``scars.png`` (relief with outlines and numbers),
        ``relief.png`` and ``height.png`` (with its colour bar), and, from photographs only, ``colour.png`` and
        ``confidence.png``; with ``pigment`` also ``melanin.png`` and ``erythema.png``; then the simulated pictures. The
        maps have no side longer than 4096 pixels.

    Raises
    ------
    ValueError
        The simulation names a picture by more than a file's name.
    OutputError
        The folder or a file in it cannot be written.
    """
    pictures = paint(relief, pigment=pigment)
    drawn = drawn_states(assessment, simulated)
    with ThreadPoolExecutor(max_workers=4) as pool:  # zlib, JPEG and the typesetter work outside the interpreter lock
        letter = pool.submit(render_pdf, assessment, pictures, drawn) if can_typeset() else None
        files = {
            name: pool.submit(_encoded, name, picture, pictures)
            for name, picture in _maps(assessment, pictures).items()
        }
        files |= {
            name: pool.submit(_encoded, name, picture, pictures, SIMULATED)
            for name, picture in simulation_files(assessment, drawn).items()
        }
        contents = {
            "report.html": render_html(assessment, pictures, drawn).encode("utf-8"),
            "patient.html": render_patient(assessment, drawn).encode("utf-8"),
        }
        if letter is not None:
            contents[REPORT_PDF] = letter.result()
        contents |= {name: file.result() for name, file in files.items()}
    try:
        out.mkdir(parents=True, exist_ok=True)
        return tuple(_write(out / name, content) for name, content in contents.items())
    except OSError as error:
        raise OutputError(
            f"the report cannot be written: {error.strerror or error}",
            path=out,
            fix="choose a folder that you may write to, on a disk with space left",
        ) from error


def _maps(assessment: Assessment, pictures: Pictures) -> dict[str, Picture]:
    maps = {
        "scars.png": annotate(pictures.relief, assessment.scars, pictures.pixel_mm),
        "relief.png": pictures.relief,
        "height.png": with_height_bar(pictures.height, pictures.limit_mm),
        "colour.png": pictures.colour,
        "confidence.png": pictures.trusted,
    }
    maps |= pigment_pictures(pictures.pigment)
    return {name: picture for name, picture in maps.items() if picture is not None}


def _encoded(name: str, picture: Picture, pictures: Pictures, note: str = "") -> bytes:
    """Encode a map; what only draws a simulation may be named and packed as JPEG."""
    pixel_mm = _pixel_mm(picture, pictures)
    encode = jpeg if name.endswith((".jpg", ".jpeg")) else png
    return encode(picture, pixel_mm, note)


def _pixel_mm(picture: Picture, pictures: Pictures) -> float:
    """Width of a pixel; every map spans the same field."""
    return float(pictures.pixel_mm * pictures.relief.shape[1] / picture.shape[1])


def _write(path: Path, content: bytes) -> Path:
    """Write beside the file first and move it into place, so that no half-written file is ever seen."""
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    os.replace(beside, path)  # noqa: PTH105 - Path.replace is the same call; this one is known to be atomic
    return path
