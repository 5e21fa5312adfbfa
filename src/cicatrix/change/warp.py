"""Where each place of one picture lies in the other: a similarity, and on top of it a smooth stretching of the skin."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline

__all__ = ["KNOT_MM", "Similarity", "Warp", "fit_similarity", "fit_warp"]

Points = NDArray[np.float64]

KNOT_MM: Final = 6.0
"""Distance of the stretching's knots: skin does not stretch differently from one millimetre to the next."""

STIFF: Final = 0.01
"""How much the stretching's bending counts against the control points."""

ROUNDS: Final = 12
TUKEY: Final = 4.0


@dataclass(frozen=True, slots=True)
class Similarity:
    """``place_before = scale * turn(place_after) + shift``, in mm; x to the right, y down."""

    scale: float
    turn_deg: float
    x_mm: float
    y_mm: float

    @property
    def matrix(self) -> NDArray[np.float64]:
        """The ``(2, 2)`` part."""
        turn = math.radians(self.turn_deg)
        cosine, sine = self.scale * math.cos(turn), self.scale * math.sin(turn)
        return np.array([[cosine, -sine], [sine, cosine]])

    def __call__(self, points: Points) -> Points:
        """Places before, ``(n, 2)``, of places after."""
        return np.asarray(points @ self.matrix.T + (self.x_mm, self.y_mm))

    def back(self, points: Points) -> Points:
        """Places after of places before."""
        return np.asarray((points - (self.x_mm, self.y_mm)) @ np.linalg.inv(self.matrix).T)


@dataclass(frozen=True, slots=True, eq=False)
class Warp:
    """A similarity and a tensor-product cubic B-spline over the after picture.

    Attributes
    ----------
    similarity
        The rigid part.
    size_mm
        Width and height of the after picture.
    bend
        ``(down, across, 2)`` coefficients in mm, added to the similarity; None for none.
    """

    similarity: Similarity
    size_mm: tuple[float, float]
    bend: NDArray[np.float64] | None = None

    def __call__(self, points: Points) -> Points:
        """Places before, ``(n, 2)`` in mm, of places after."""
        found = self.similarity(points)
        if self.bend is None:
            return found
        across, down = (_basis(points[:, axis], self.size_mm[axis]) for axis in (0, 1))
        return np.asarray(found + np.einsum("ni,nj,ijk->nk", down, across, self.bend))

    def back(self, points: Points) -> Points:
        """Places after of places before; the stretching is small, so a few rounds settle it."""
        found = self.similarity.back(points)
        for _ in range(8):
            found = found + self.similarity.back(points) - self.similarity.back(self(found))
        return found

    def grid(self, rows: int, cols: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """X and y before, in mm, of the middles of a grid laid over the after picture."""
        wide, high = self.size_mm
        x, y = (np.arange(cols) + 0.5) * wide / cols, (np.arange(rows) + 0.5) * high / rows
        matrix = self.similarity.matrix
        planes = []
        for axis, shift in enumerate((self.similarity.x_mm, self.similarity.y_mm)):
            plane = matrix[axis, 0] * x[None, :] + matrix[axis, 1] * y[:, None] + shift
            if self.bend is not None:
                plane = plane + _basis(y, high) @ self.bend[:, :, axis] @ _basis(x, wide).T
            planes.append(plane.astype(np.float32))
        return planes[0], planes[1]

    def carried(self, plane: NDArray[np.float32], pixel_mm: float, rows: int, cols: int) -> NDArray[np.float32]:
        """A plane of the before picture, seen in a grid over the after picture; NaN where it did not reach."""
        x, y = self.grid(rows, cols)
        to = (x / np.float32(pixel_mm) - np.float32(0.5), y / np.float32(pixel_mm) - np.float32(0.5))
        moved = cv2.remap(plane, *to, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        out = (to[0] < 0) | (to[1] < 0) | (to[0] > plane.shape[1] - 1) | (to[1] > plane.shape[0] - 1)
        moved[out] = np.nan
        return np.asarray(moved, dtype=np.float32)


def _basis(at_mm: Points, length_mm: float) -> NDArray[np.float64]:
    """Uniform cubic B-splines at places, ``(places, splines)``."""
    spans = max(round(length_mm / KNOT_MM), 1)
    knots = np.arange(-3, spans + 4) * (length_mm / spans)
    inside = np.clip(at_mm, 0.0, length_mm * (1.0 - 1e-9))
    return np.asarray(BSpline.design_matrix(inside, knots, 3).toarray())


def fit_similarity(after: Points, before: Points, weight: Points | None = None) -> Similarity:
    """Robust similarity through pairs of points (least squares of Umeyama 1991, doi:10.1109/34.88573, reweighted)."""
    own = np.ones(len(after)) if weight is None else weight
    use = own
    found = _similar(after, before, use)
    for _ in range(ROUNDS):
        rest = np.hypot(*(before - found(after)).T)
        use = own * _biweight(rest)
        found = _similar(after, before, use)
    return found


def _similar(after: Points, before: Points, weight: Points) -> Similarity:
    share = weight / weight.sum()
    from_, to = share @ after, share @ before
    a, b = after - from_, before - to
    dot = float((share * (a * b).sum(axis=1)).sum())
    cross = float((share * (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])).sum())
    scale = math.hypot(dot, cross) / max(float((share * (a * a).sum(axis=1)).sum()), 1e-12)
    turned = Similarity(scale, math.degrees(math.atan2(cross, dot)), 0.0, 0.0)
    x, y = to - turned(from_[None, :])[0]
    return Similarity(turned.scale, turned.turn_deg, float(x), float(y))


def fit_warp(
    after: Points, before: Points, weight: Points, size_mm: tuple[float, float], similarity: Similarity
) -> Warp:
    """Robust smooth stretching through control points, on top of a similarity.

    The spline's second differences are held down, so that few or stray points cannot bend it.
    """
    across, down = (_basis(after[:, axis], size_mm[axis]) for axis in (0, 1))
    rows = (down[:, :, None] * across[:, None, :]).reshape(len(after), -1)
    penalty = _penalty(down.shape[1], across.shape[1]) * STIFF * len(after) / rows.shape[1]
    target = before - similarity(after)
    use = weight
    found: NDArray[np.float64] = np.zeros((rows.shape[1], 2))
    for _ in range(ROUNDS):
        turned = rows.T * use
        found = np.asarray(np.linalg.solve(turned @ rows + penalty, turned @ target))
        use = weight * _biweight(np.hypot(*(target - rows @ found).T))
    return Warp(similarity, size_mm, found.reshape(down.shape[1], across.shape[1], 2))


def _biweight(rest: Points) -> Points:
    """Tukey's biweight: residuals beyond four standard deviations have no weight."""
    spread = max(1.4826 * float(np.median(rest)), 0.01)
    return np.asarray(np.maximum(1.0 - (rest / (TUKEY * spread)) ** 2, 0.0) ** 2 + 1e-9)


def _penalty(down: int, across: int) -> NDArray[np.float64]:
    def rough(count: int) -> NDArray[np.float64]:
        step = np.diff(np.eye(count), n=2, axis=0)
        return np.asarray(step.T @ step)

    both = np.kron(rough(down), np.eye(across)) + np.kron(np.eye(down), rough(across))
    return np.asarray(both + 1e-4 * np.eye(down * across))
