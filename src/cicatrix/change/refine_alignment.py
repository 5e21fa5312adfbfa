"""Where small tiles of skin of one picture lie in the other: control points of the alignment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.change.warp import Warp

__all__ = ["TILE_MM", "Controls", "controls"]

Plane = NDArray[np.float32]
Points = NDArray[np.float64]

TILE_MM: Final = 3.0
STEP_MM: Final = 1.5
"""Side of a tile, and how far apart tiles lie."""

FULL: Final = 0.98
"""Share of a tile that the before picture must cover."""


@dataclass(frozen=True, slots=True, eq=False)
class Controls:
    """Control points.

    Attributes
    ----------
    after, before
        ``(n, 2)`` places of the tiles' middles in mm.
    likeness
        ``(n,)`` correlation of the tile with what lies there, -1 to 1.
    here
        ``(n,)`` correlation where the alignment so far puts it.
    """

    after: Points
    before: Points
    likeness: Points
    here: Points


def controls(after: Plane, before: Plane, pixel_mm: float, warp: Warp, search_mm: float) -> Controls:
    """Look for each tile of the before picture around where the alignment so far puts it.

    Parameters
    ----------
    after, before
        Pictures to match, ``(rows, cols, channels)``, both with pixels of ``pixel_mm``.
    warp
        Alignment so far, from places after to places before.
    search_mm
        How far a tile may lie from there, along each axis.
    """
    rows, cols = after.shape[:2]
    carried = np.dstack([warp.carried(before[:, :, k], pixel_mm, rows, cols) for k in range(before.shape[2])])
    covered = np.isfinite(carried[:, :, 0])
    carried = np.where(covered[:, :, None], carried, np.float32(0.0))
    tile, reach = round(TILE_MM / pixel_mm), max(round(search_mm / pixel_mm), 2)
    step = max(round(STEP_MM / pixel_mm), 1)
    found = []
    for top in range(reach, rows - tile - reach + 1, step):
        for left in range(reach, cols - tile - reach + 1, step):
            inside = (slice(top, top + tile), slice(left, left + tile))
            if covered[inside].mean() < FULL:
                continue
            field = after[top - reach : top + tile + reach, left - reach : left + tile + reach]
            score = np.asarray(cv2.matchTemplate(field, carried[inside], cv2.TM_CCOEFF_NORMED), np.float32)
            (down, across), best = _peak(score)
            here = float(score[reach, reach])
            found.append((left + 0.5 * tile, top + 0.5 * tile, across - reach, down - reach, best, here))
    table = np.array(found, dtype=np.float64).reshape(-1, 6)
    middle, shift = table[:, :2] * pixel_mm, table[:, 2:4] * pixel_mm
    return Controls(after=middle + shift, before=warp(middle), likeness=table[:, 4], here=table[:, 5])


def _peak(score: Plane) -> tuple[tuple[float, float], float]:
    """Row and column of the greatest value to a fraction of a pixel, and that value."""
    _, best, _, (col, row) = cv2.minMaxLoc(score)
    place = [float(row), float(col)]
    for axis, at in enumerate((row, col)):
        if 0 < at < score.shape[axis] - 1:
            low, high = (score[row + d, col] if axis == 0 else score[row, col + d] for d in (-1, 1))
            curve = 2.0 * best - low - high
            if curve > 1e-9:
                place[axis] += float(np.clip(0.5 * (high - low) / curve, -0.5, 0.5))
    return (place[0], place[1]), float(best)
