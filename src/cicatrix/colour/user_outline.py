"""Measure a mark whose outline a person drew, on the same chart and by the same rules as those that are found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.colour.chart import Chart, draw_chart
from cicatrix.colour.find import Blob, Patch, measure_patch, rated
from cicatrix.colour.judge import verdict
from cicatrix.colour.publish import IN_SCAR, note_covers_scar, note_in_scar, to_mark
from cicatrix.colour.read import has_colour
from cicatrix.errors import CorrectionError
from cicatrix.model import DarkSpot, Mark, Relief, Scar
from cicatrix.model.note import Note

__all__ = ["FAINTEST", "measure_given", "related"]

PatchLike = TypeVar("PatchLike", Mark, DarkSpot)

FAINTEST = 0.3
"""Smallest contrast in index units that can be distinguished from none: a quarter of the least that is looked for."""

LEAST_RATIO = 0.5
"""A faint mark's error is not taken as more than twice its contrast."""

FINER = 8
"""A line is laid on cells by parts of a cell."""

COMPARED_MM = 0.1
"""Cells of the grid on which the overlap of a mark and a scar is computed."""

MARGIN_MM = 3.0
"""Skin around the line that the ring to compare with lies in."""


def measure_given(
    relief: Relief,
    scars: Sequence[Scar],
    outlines_mm: Sequence[tuple[str, Sequence[tuple[float, float]]]],
) -> tuple[Mark, ...]:
    """Measure what lies inside outlines.

    Parameters
    ----------
    relief
        From colour photographs.
    scars
        Every scar: their shading is taken out of the colour first.
    outlines_mm
        Name and corners of each simple closed line within the picture, ``(x_mm, y_mm)``.

    Returns
    -------
    tuple[Mark, ...]
        In the order of the outlines, with the line itself as the outline.

    Raises
    ------
    CorrectionError
        The capture has no colour, or the skin inside a line is neither redder nor browner than the skin around.
    """
    if not outlines_mm:
        return ()
    if not has_colour(relief):
        raise CorrectionError(
            f"{outlines_mm[0][0]}: the capture has no colour, so marks cannot be measured",
            allowed="marks on colour photographs",
            fix="state the number of marks in the case instead",
        )
    chart = draw_chart(relief, scars)
    return tuple(_mark(chart, scars, name, np.asarray(line, dtype=np.float64)) for name, line in outlines_mm)


def related(one: PatchLike, scars: Sequence[Scar], touched: Collection[str]) -> PatchLike:
    """A mark or dark spot with the scar that it lies in or covers, where one of the scars ``touched`` matters to it.

    Parameters
    ----------
    one
        As it was found among other scars.
    scars
        The scars as they are now.
    touched
        Ids of the scars whose outline changed, that were added, or that are gone.
    """
    shares = {scar.id: _shares(one, scar) for scar in scars} if touched else {}
    if one.in_scar not in touched and not any(sum(shares.get(name, (0.0, 0.0))) for name in touched):
        return one
    most = max(shares, key=lambda name: shares[name][0], default="")
    own, its = shares.get(most, (0.0, 0.0))
    relation: tuple[Note, ...] = ()
    if own >= IN_SCAR:
        relation = (note_in_scar(most),)
    elif its >= IN_SCAR:
        relation = (note_covers_scar(most),)
    kept: list[Note] = [note for note in one.notes if note.code not in ("in_scar", "covers_scar")]
    return one.model_copy(update={"in_scar": most if relation else None, "notes": (*relation, *kept)})


def _shares(one: Mark | DarkSpot, scar: Scar) -> tuple[float, float]:
    """Share of a mark that lies in a scar, and share of the scar that the mark covers."""
    lines = [np.asarray(each.outline_mm, dtype=np.float64) for each in (one, scar)]
    low = np.max([line.min(axis=0) for line in lines], axis=0)
    high = np.min([line.max(axis=0) for line in lines], axis=0)
    if (high <= low).any():
        return 0.0, 0.0
    cols, rows = np.maximum(np.ceil((high - low) / COMPARED_MM), 1).astype(int)
    inside = [_cells((line - low) / COMPARED_MM, (rows, cols)) for line in lines]
    shared = float((inside[0] & inside[1]).sum()) * COMPARED_MM**2
    own, its = (float(cv2.contourArea((line - line[0]).astype(np.float32))) for line in lines)
    return shared / max(own, 1e-6), shared / max(its, 1e-6)


def _mark(chart: Chart, scars: Sequence[Scar], name: str, line_mm: NDArray[np.float64]) -> Mark:
    patches = [_patch(plane, chart, line_mm) for plane in (chart.erythema, chart.melanin)]
    strong = [patch for patch in patches if patch is not None and patch.contrast >= FAINTEST]
    found = max(strong, key=lambda patch: patch.blob.ratio, default=None)
    judged = None if found is None else verdict(found, chart)
    if judged is None:
        most = max((patch.contrast for patch in patches if patch is not None), default=0.0)
        raise CorrectionError(
            f"{name}: the skin inside the outline is {most:.1f} index units redder or browner than the skin around",
            allowed=f"{FAINTEST:g} or more, with 20 cells of 0.1 mm of skin around that light reaches",
            fix="move the outline onto the mark",
        )
    mark = to_mark(judged, name, chart, scars)
    outline = tuple((round(float(x), 3), round(float(y), 3)) for x, y in line_mm)
    return mark.model_copy(update={"outline_mm": outline})


def _patch(plane: NDArray[np.float32], chart: Chart, line_mm: NDArray[np.float64]) -> Patch | None:
    """The line as a patch of one map; None without skin around."""
    cell = chart.mean_cell_mm
    corners = line_mm / chart.cell_mm
    margin = MARGIN_MM / cell
    rows, cols = plane.shape
    left, top = np.maximum(np.floor(corners.min(axis=0) - margin), 0).astype(int)
    right, bottom = np.minimum(np.ceil(corners.max(axis=0) + margin), (cols, rows)).astype(int)
    mask = _cells(corners - (left, top), (bottom - top, right - left))
    middle = corners.mean(axis=0)
    width = 2.0 * float(np.sqrt(mask.sum() / np.pi)) * cell
    blob = Blob(int(middle[1]), int(middle[0]), width, LEAST_RATIO)
    patch = measure_patch(plane, mask, (int(top), int(left)), blob, cell)
    return None if patch is None else rated(patch, plane, cell, LEAST_RATIO)


def _cells(corners: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Cells of which at least half lies within a line, its corners in cells."""
    fine = np.zeros((FINER * shape[0], FINER * shape[1]), np.uint8)
    cv2.fillPoly(fine, [np.round((FINER * corners - 0.5) * 16).astype(np.int32)], 255, shift=4)
    return np.asarray(cv2.resize(fine, shape[::-1], interpolation=cv2.INTER_AREA) >= 128)
