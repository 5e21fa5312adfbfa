"""Light that the walls of a pit send to each other (radiosity on a height field).

From every point in a hollow the kernel walks outward in many directions. Each point that rises above the horizon so
far is in sight, and the strip of sky that it covers gives its form factor: with ``n`` the normal and ``w`` the
direction at azimuth ``p`` and elevation ``t``, the share of the light of that strip is ``(n · w) cos(t) dt dp / pi``.
The factors make a sparse matrix ``F``; light after all bounces solves ``E = E_direct + F (albedo · E)``.

Goral, Torrance, Greenberg and Battaile 1984, Modeling the interaction of light between diffuse surfaces,
doi:10.1145/800031.808601.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cicatrix.phantom.filters import AREA, LINEAR, Plane, resized
from cicatrix.phantom.shadow import BLOCK, ceilings, height_at, openness

__all__ = ["Bounces"]

_PIXEL_MM: Final = 0.06
"""Walls are many pixels tall: from this width of pixel down, half the resolution does."""
_HOLLOW: Final = 0.03
"""Share of the sky that must be covered before a point counts as in a hollow."""
_DIRECTIONS: Final = 16
_REACH_MM: Final = 4.0
_BOUNCES: Final = 5


class Bounces:
    """What the walls around each point of a height field send it.

    Parameters
    ----------
    height_mm
        ``(rows, cols)``.
    pixel_mm
        Width of a pixel.
    """

    def __init__(self, height_mm: Plane, pixel_mm: float) -> None:
        self._size = height_mm.shape
        shrink = 2 if pixel_mm < _PIXEL_MM and min(self._size) >= 32 else 1
        rows, cols = -(-self._size[0] // shrink), -(-self._size[1] // shrink)
        height = np.ascontiguousarray(resized(height_mm, rows, cols, AREA))
        pixel = pixel_mm * shrink
        points = np.flatnonzero(openness(height, pixel, reach_mm=_REACH_MM) < 1.0 - _HOLLOW)
        self._points = points
        self._factors = _form_factors(height, pixel, points)
        self._small = (rows, cols)

    def __call__(self, direct: Plane, albedo: Plane) -> Plane:
        """Light that reaches each point by way of others.

        Parameters
        ----------
        direct
            ``(rows, cols)`` light straight from the lamp.
        albedo
            ``(rows, cols, 3)`` reflectance.

        Returns
        -------
        NDArray[np.float32]
            ``(rows, cols, 3)``, 0 outside hollows.
        """
        rows, cols = self._small
        lamp = resized(direct, rows, cols, AREA).reshape(-1, 1)
        colour = resized(albedo, rows, cols, AREA).reshape(-1, 3)
        extra = np.zeros((rows * cols, 3), dtype=np.float32)
        for _ in range(_BOUNCES):
            extra[self._points] = self._factors @ (colour * (lamp + extra))
        return resized(extra.reshape(rows, cols, 3), self._size[0], self._size[1], LINEAR)


def _form_factors(height_mm: Plane, pixel_mm: float, points: NDArray[np.int64]) -> csr_array:
    """``(points, pixels)`` matrix of what each point sees of each pixel."""
    slopes = np.gradient(height_mm, np.float32(pixel_mm))
    down, across = (np.asarray(slope, dtype=np.float32) for slope in slopes)
    ceiling, reach = ceilings(height_mm), _REACH_MM / pixel_mm
    starts = np.zeros(points.size + 1, dtype=np.int64)
    seen, factor = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32)
    _walk(height_mm, ceiling, across, down, pixel_mm, reach, points, starts, seen, factor)
    starts = np.cumsum(starts)
    if starts[-1]:
        seen, factor = np.empty(starts[-1], dtype=np.int32), np.empty(starts[-1], dtype=np.float32)
        _walk(height_mm, ceiling, across, down, pixel_mm, reach, points, starts, seen, factor)
    return csr_array((factor, seen, starts), shape=(points.size, height_mm.size))


@njit(cache=True, inline="always")
def _strip(low: float, high: float, level: float, steep: float) -> float:
    """Integral of ``(n · w) cos(t)`` between two slopes; ``level`` and ``steep`` are the normal's parts."""
    t0, t1 = math.atan(low), math.atan(high)
    flat = 0.5 * (t1 - t0) + 0.25 * (math.sin(2.0 * t1) - math.sin(2.0 * t0))
    upright = 0.5 * (math.sin(t1) ** 2 - math.sin(t0) ** 2)
    return max(level * flat + steep * upright, 0.0)


@njit(cache=True, parallel=True)
def _walk(
    height: Plane,
    ceiling: Plane,
    across: Plane,
    down: Plane,
    pixel: float,
    reach: float,
    points: NDArray[np.int64],
    starts: NDArray[np.int64],
    seen: NDArray[np.int32],
    factor: Plane,
) -> None:
    """Count what each point sees into ``starts`` when ``seen`` is empty; otherwise list it and its form factors."""
    rows, cols = height.shape
    for n in prange(points.size):
        row, col = points[n] // cols, points[n] % cols
        slope_x, slope_y = across[row, col], down[row, col]
        length = math.sqrt(1.0 + slope_x * slope_x + slope_y * slope_y)
        count = 0
        for k in range(_DIRECTIONS):
            heading = 2.0 * math.pi * (k + 0.5) / _DIRECTIONS
            step_row, step_col = math.sin(heading), math.cos(heading)
            best = slope_x * step_col + slope_y * step_row
            level, steep = -best / length, 1.0 / length
            walked = 1.0
            while walked <= reach:
                r, c = row + walked * step_row, col + walked * step_col
                if r < 0.0 or c < 0.0 or r > rows - 1.0 or c > cols - 1.0:
                    break
                if ceiling[int(r) // BLOCK, int(c) // BLOCK] < height[row, col] + walked * best * pixel:
                    walked += BLOCK
                    continue
                slope = (height_at(height, r, c) - height[row, col]) / (walked * pixel)
                if slope > best + 1e-3:
                    if seen.size:
                        place = starts[n] + count
                        seen[place] = round(r) * cols + round(c)
                        factor[place] = 2.0 / _DIRECTIONS * _strip(best, slope, level, steep)
                    best = slope
                    count += 1
                walked += 1.0
        if not seen.size:
            starts[n + 1] = count
