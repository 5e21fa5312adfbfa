"""Where a scar may be: blobs of the relief over a range of widths.

A pit of width ``W`` answers most to the difference of two Gaussians as wide as its floor and as its surroundings
(scale space: Lindeberg 1998, doi:10.1023/A:1008045108935). Answers are judged against the relief's own at the
same scale, so that skin lines and pores, which are everywhere, set the bar instead of passing it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

__all__ = ["MIN_CONTRAST_MM", "WIDTHS_MM", "Candidate", "answer_all", "find_candidates"]

WIDTHS_MM = tuple(0.6 * 2 ** (k / 2) for k in range(9))
"""Widths searched for, 0.6 to 9.6 mm in half octaves."""

CELL_MM = 0.08
"""Working resolution of the narrowest scale; wider ones use wider cells."""

NARROW_MM = 1.2
NARROW_PRODUCT_MM = 0.25
"""Candidates up to this narrow need this much contrast times its ratio: a quarter of what a scar needs in depth."""

LOCAL_MM = 4.0
ROUGHER = 2.0
"""The local standard deviation (within about ``LOCAL_MM``) counts where it exceeds the global one by this factor."""

BLUR_CELLS = 6.0
"""Cells of the coarser grid on which that standard deviation is smoothed, along ``LOCAL_MM``."""

MIN_CONTRAST_MM = 0.03
"""Least answer of the filter; a scar 0.15 mm deep answers with about half its depth."""

MIN_RATIO = 3.0
"""Smallest response of the filter in standard deviations of the relief at that scale."""

FilterResponse = tuple[NDArray[np.float32], float, float]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A blob: place in mm, width, contrast (positive for pits), and contrast in standard deviations of the relief."""

    x_mm: float
    y_mm: float
    width_mm: float
    contrast_mm: float
    ratio: float


def answer_all(height_mm: NDArray[np.float32], pixel_mm: float) -> list[FilterResponse]:
    """Filter the relief at each width that fits the picture: response, standard deviation, width of a cell in mm."""
    rows, cols = height_mm.shape
    return [_answer(height_mm, pixel_mm, width) for width in WIDTHS_MM if _fits(width, rows, cols, pixel_mm)]


def find_candidates(
    height_mm: NDArray[np.float32], pixel_mm: float, sign: int, rising: list[FilterResponse] | None = None
) -> list[Candidate]:
    """Blobs below (``sign`` -1) or above (+1) their surroundings, the most outstanding first.

    ``rising`` is what ``answer_all`` gives, where that is at hand.
    """
    rows, cols = height_mm.shape
    found: list[Candidate] = []
    rising = answer_all(height_mm, pixel_mm) if rising is None else rising
    answers = [(sign * answer, spread, cell) for answer, spread, cell in rising]
    for k, (answer, spread, cell) in enumerate(answers):
        noise = _local_spread(answer, spread, cell)
        least = np.maximum(MIN_CONTRAST_MM, MIN_RATIO * noise)
        radius = max(int(0.35 * WIDTHS_MM[k] / cell), 1)
        peak = (answer == ndimage.maximum_filter(answer, size=2 * radius + 1)) & (answer > least)
        for row, col in np.argwhere(peak):
            x, y = (col + 0.5) * cols * pixel_mm / answer.shape[1], (row + 0.5) * rows * pixel_mm / answer.shape[0]
            value = float(answer[row, col])
            beside = [answers[j][0] for j in (k - 1, k + 1) if 0 <= j < len(answers)]
            if any(value < _around(other, x, y, rows * pixel_mm, cols * pixel_mm) for other in beside):
                continue
            if WIDTHS_MM[k] <= NARROW_MM and value * value < NARROW_PRODUCT_MM * float(noise[row, col]):
                continue
            found.append(Candidate(x, y, WIDTHS_MM[k], value, value / max(float(noise[row, col]), 1e-6)))
    return sorted(found, key=lambda c: (-c.ratio, c.y_mm, c.x_mm))


def _fits(width_mm: float, rows: int, cols: int, pixel_mm: float) -> bool:
    return 2.0 * pixel_mm <= width_mm <= 0.6 * min(rows, cols) * pixel_mm


def _answer(height_mm: NDArray[np.float32], pixel_mm: float, width_mm: float) -> FilterResponse:
    """Response of the filter on a grid of cells, its robust standard deviation, and the cell's width in mm."""
    rows, cols = height_mm.shape
    cell = max(CELL_MM, width_mm / 12.0, pixel_mm)
    size = (max(round(cols * pixel_mm / cell), 4), max(round(rows * pixel_mm / cell), 4))
    cells = cv2.resize(height_mm, size, interpolation=cv2.INTER_AREA)
    inner = cv2.GaussianBlur(cells, (0, 0), 0.22 * width_mm / cell, borderType=cv2.BORDER_REFLECT_101)
    outer = cv2.GaussianBlur(cells, (0, 0), 0.60 * width_mm / cell, borderType=cv2.BORDER_REFLECT_101)
    answer = np.asarray(inner - outer, dtype=np.float32)
    return answer, _spread(answer), cell


def _spread(answer: NDArray[np.float32]) -> float:
    """Robust standard deviation of the filter's response to skin; the response to scars is clipped, twice."""
    values = answer.ravel()
    for _ in range(2):
        middle = np.median(values)
        spread = 1.4826 * float(np.median(np.abs(values - middle)))
        values = values[np.abs(values - middle) <= 2.5 * spread]
    return 1.1 * 1.4826 * float(np.median(np.abs(values - np.median(values))))


def _local_spread(answer: NDArray[np.float32], spread: float, cell_mm: float) -> NDArray[np.float32]:
    """Standard deviation where a part of the picture is rougher than the whole; scars, clipped, hardly raise it."""
    cut = np.clip(answer, -2.5 * spread, 2.5 * spread)
    # So wide a blur loses nothing on a coarser grid.
    rows, cols = answer.shape
    coarser = max(int(LOCAL_MM / cell_mm / BLUR_CELLS), 1)
    small = cv2.resize(cut * cut, (-(-cols // coarser), -(-rows // coarser)), interpolation=cv2.INTER_AREA)
    local = cv2.GaussianBlur(small, (0, 0), LOCAL_MM / cell_mm / coarser, borderType=cv2.BORDER_REFLECT_101)
    local = cv2.resize(local, (cols, rows), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.maximum(spread, np.sqrt(local) / ROUGHER), dtype=np.float32)


def _around(answer: NDArray[np.float32], x: float, y: float, height_mm: float, width_mm: float) -> float:
    """Largest answer near a place on another scale's grid."""
    rows, cols = answer.shape
    row, col = int(y / height_mm * rows), int(x / width_mm * cols)
    near = answer[max(row - 1, 0) : row + 2, max(col - 1, 0) : col + 2]
    return float(near.max())
