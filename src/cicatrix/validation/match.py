"""Which reported scar is which real one: by the overlap of their mouths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from cicatrix.model import Scar
from cicatrix.phantom import ScarTruth

__all__ = ["MIN_OVERLAP", "Pair", "match", "overlap"]

MIN_OVERLAP = 0.2
"""Least area that both mouths share over the area that either covers, for the two to be the same scar."""

_CELL_MM = 0.05
_MARGIN_CELLS = 2

Outline = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Pair:
    """A real scar and the reported one that is it."""

    truth: ScarTruth
    found: Scar


def match(truth: Sequence[ScarTruth], found: Sequence[Scar]) -> tuple[Pair, ...]:
    """Pair real scars with reported ones, one to one, so that the overlaps are largest in all (Kuhn 1955).

    Parameters
    ----------
    truth, found
        Real and reported scars of one capture.

    Returns
    -------
    tuple[Pair, ...]
        Pairs that overlap by at least ``MIN_OVERLAP``, in the order of ``truth``.
    """
    if not truth or not found:
        return ()
    shared = np.array([[overlap(real.outline_mm, seen.outline_mm) for seen in found] for real in truth])
    shared[shared < MIN_OVERLAP] = 0.0
    rows, cols = linear_sum_assignment(shared, maximize=True)
    return tuple(Pair(truth[r], found[c]) for r, c in zip(rows, cols, strict=True) if shared[r, c] > 0.0)


def overlap(first: Outline, second: Outline) -> float:
    """Area inside both outlines over the area inside either, on a grid of cells 0.05 mm wide."""
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if (a.max(axis=0) < b.min(axis=0)).any() or (b.max(axis=0) < a.min(axis=0)).any():
        return 0.0
    corner = np.minimum(a.min(axis=0), b.min(axis=0))
    far = np.maximum(a.max(axis=0), b.max(axis=0))
    cols, rows = np.ceil((far - corner) / _CELL_MM).astype(int) + 2 * _MARGIN_CELLS
    inside = [_filled((outline - corner) / _CELL_MM + _MARGIN_CELLS, (int(rows), int(cols))) for outline in (a, b)]
    either = np.count_nonzero(inside[0] | inside[1])
    return float(np.count_nonzero(inside[0] & inside[1]) / either) if either else 0.0


def _filled(corners: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.bool_]:
    plane = np.zeros(shape, dtype=np.uint8)
    cv2.fillPoly(plane, [np.round(corners * 16).astype(np.int32)], 1, shift=4)
    return plane > 0
