"""Whether a line that a person drew can be measured: a simple closed line of a sensible size within the picture."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.errors import CorrectionError
from cicatrix.model.assessment import CaptureSummary
from cicatrix.model.correction import Outline

__all__ = ["MOST_POINTS", "NARROWEST_MARK_MM", "NARROWEST_MM", "check_outline"]

MOST_POINTS = 1000

NARROWEST_MM = 0.3
"""Least width of a scar that a person outlines; what is looked for without help is at least 0.5 mm wide."""

NARROWEST_MARK_MM = 0.5
NARROWEST_PIXELS = 6.0

WIDEST = 0.6
"""Greatest width as a share of the picture's shorter side, as where scars are looked for: skin must be left around."""

_REDRAW = "draw the outline again"


def check_outline(line_mm: Outline, capture: CaptureSummary, name: str, *, mark: bool = False) -> Outline:
    """A line that can be measured: rounded to a micrometre, without points that repeat.

    Parameters
    ----------
    line_mm
        Corners, ``(x_mm, y_mm)`` from the picture's top-left corner; the last joins the first.
    capture
        Size of the picture.
    name
        What is outlined, for errors.
    mark
        Whether it is a mark and not a scar.

    Raises
    ------
    CorrectionError
        The line has too few or too many corners, leaves the picture, crosses itself, or is too small or too large.
    """
    points = _distinct(np.round(np.asarray(line_mm, dtype=np.float64).reshape(-1, 2), 3))
    if not 3 <= len(points) <= MOST_POINTS:
        raise CorrectionError(
            f"{name}: the outline has {len(points)} different corners",
            allowed=f"3 to {MOST_POINTS} corners",
            fix=_REDRAW,
        )
    _check_inside(points, capture, name)
    _check_simple(points, name)
    _check_size(points, capture, name, NARROWEST_MARK_MM if mark else NARROWEST_MM)
    return tuple((float(x), float(y)) for x, y in points)


def _distinct(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The corners without those that repeat the one before; the last is followed by the first."""
    if len(points) < 2:
        return points
    moved = (points != np.roll(points, 1, axis=0)).any(axis=1)
    return np.asarray(points[moved])


def _check_inside(points: NDArray[np.float64], capture: CaptureSummary, name: str) -> None:
    size = np.array([capture.width_mm, capture.height_mm])
    out = ((points < 0.0) | (points > size)).any(axis=1)
    if out.any():
        x, y = points[out][0]
        raise CorrectionError(
            f"{name}: the corner ({x:g}, {y:g}) mm lies outside of the picture",
            allowed=f"x from 0 to {capture.width_mm:g} mm and y from 0 to {capture.height_mm:g} mm",
            fix=_REDRAW,
        )


def _check_size(points: NDArray[np.float64], capture: CaptureSummary, name: str, narrowest_mm: float) -> None:
    area = float(cv2.contourArea((points - points[0]).astype(np.float32)))
    width = 2.0 * math.sqrt(area / math.pi)
    least = max(narrowest_mm, NARROWEST_PIXELS * capture.pixel_mm)
    most = WIDEST * min(capture.width_mm, capture.height_mm)
    if not least <= width <= most:
        raise CorrectionError(
            f"{name}: the outline holds {area:.3f} mm², as much as a circle {width:.2f} mm wide",
            allowed=f"as much as a circle {least:g} to {most:.1f} mm wide",
            fix=_REDRAW,
        )


def _check_simple(points: NDArray[np.float64], name: str) -> None:
    """Refuse a line two of whose sides meet, other than neighbours at their common corner."""
    start, end = points, np.roll(points, -1, axis=0)
    # Each side's ends lie on different sides of the other, or on it.
    apart = _side(start[:, None], end[:, None], start[None]) * _side(start[:, None], end[:, None], end[None]) <= 0.0
    near = (np.minimum(start, end)[:, None] <= np.maximum(start, end)[None]).all(axis=2)
    meet = apart & apart.T & near & near.T
    count = len(points)
    first, second = np.nonzero(np.triu(meet, k=1))
    gap = second - first
    strangers = (gap > 1) & (gap < count - 1)
    if strangers.any():
        a, b = int(first[strangers][0]), int(second[strangers][0])
        raise CorrectionError(
            f"{name}: the outline crosses itself: side {a + 1}, from ({points[a, 0]:g}, {points[a, 1]:g}) mm, meets "
            f"side {b + 1}, from ({points[b, 0]:g}, {points[b, 1]:g}) mm",
            allowed="a line that neither crosses nor touches itself",
            fix=_REDRAW,
        )


def _side(a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sign of the side of the line from ``a`` to ``b`` that ``c`` lies on, 0 on it.

    Corners are whole micrometres, so that sums are exact.
    """
    a, b, c = (np.round(1000.0 * each) for each in (a, b, c))
    return np.asarray(np.sign((b - a)[..., 0] * (c - a)[..., 1] - (b - a)[..., 1] * (c - a)[..., 0]))
