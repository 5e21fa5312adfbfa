"""Heights along a straight line across the picture."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cicatrix.errors import InputError
from cicatrix.model.quantity import Finite, Record

__all__ = ["Profile", "profile"]

MOST: Final = 1500
"""Samples of the longest line: more than a screen has pixels."""


class Profile(Record):
    """Heights along a line, in mm; the first sample lies at the line's start."""

    from_mm: tuple[Finite, Finite]
    to_mm: tuple[Finite, Finite]
    length_mm: Finite
    along_mm: tuple[Finite, ...]
    height_mm: tuple[Finite, ...]
    below_mm: Finite
    """How far the skin lies below the straight line between its two ends, at most."""
    above_mm: Finite
    """How far it lies above that line, at most."""


def profile(
    height_mm: NDArray[np.float32], pixel_mm: float, start: tuple[float, float], end: tuple[float, float]
) -> Profile:
    """Heights between two points, interpolated between the middles of the pixels.

    Parameters
    ----------
    height_mm
        ``(rows, cols)``, positive towards the viewer.
    pixel_mm
        Width of a pixel.
    start, end
        ``(x_mm, y_mm)`` from the picture's top-left corner.

    Raises
    ------
    InputError
        A point lies outside of the picture, or both are the same.
    """
    rows, cols = height_mm.shape
    _check("start", start, cols * pixel_mm, rows * pixel_mm)
    _check("end", end, cols * pixel_mm, rows * pixel_mm)
    length = math.dist(start, end)
    if length < 0.5 * pixel_mm:
        raise InputError(
            f"the line is {length:.4f} mm long", allowed=f"at least {0.5 * pixel_mm:g} mm", fix="draw a longer line"
        )
    count = int(min(MOST, max(2, math.ceil(2 * length / pixel_mm) + 1)))
    share = np.linspace(0.0, 1.0, count)
    x, y = (start[axis] + share * (end[axis] - start[axis]) for axis in (0, 1))
    places = np.stack([y, x]) / pixel_mm - 0.5
    heights = ndimage.map_coordinates(height_mm, places, np.float64, order=1, mode="nearest")
    gap = heights - np.interp(share, [0.0, 1.0], [heights[0], heights[-1]])
    return Profile(
        from_mm=start,
        to_mm=end,
        length_mm=round(length, 4),
        along_mm=tuple(np.round(share * length, 4).tolist()),
        height_mm=tuple(np.round(heights, 5).tolist()),
        below_mm=round(max(0.0, -float(gap.min())), 4),
        above_mm=round(max(0.0, float(gap.max())), 4),
    )


def _check(name: str, point: tuple[float, float], width_mm: float, height_mm: float) -> None:
    x, y = point
    if not (math.isfinite(x) and math.isfinite(y) and 0 <= x <= width_mm and 0 <= y <= height_mm):
        raise InputError(
            f"the line's {name} is ({x:g}, {y:g}) mm",
            allowed=f"x from 0 to {width_mm:g} mm and y from 0 to {height_mm:g} mm",
            fix="choose points within the picture",
        )
