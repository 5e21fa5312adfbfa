"""Height without the form of the face, taken out so that scars do not bias it.

The form is a tensor-product cubic B-spline with a penalty on third differences (P-splines, Eilers & Marx 1996,
doi:10.1214/ss/1038425655), fitted with Tukey's biweight, so a scar's depth, which stands off the form, loses its
say. Quadratic surfaces cost no penalty: they are taken out whole.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["KNOT_MM", "fit_form"]

KNOT_MM = 14.0
"""Distance of the spline's knots: features much narrower than two of them stay in the relief."""

CELL_MM = 0.4
"""The form is fitted on a grid of cells this wide."""

MIN_SCALE_MM = 0.03
"""The biweight never calls less than three times this an outlier: skin lines belong to the form's noise."""


def fit_form(
    height_mm: NDArray[np.float32],
    pixel_mm: float,
    skip: NDArray[np.bool_] | None = None,
    *,
    rounds: int = 8,
) -> NDArray[np.float32]:
    """Smooth form under the relief.

    Parameters
    ----------
    height_mm
        ``(rows, cols)``.
    skip
        ``(rows, cols)`` True where a scar is: those pixels take no part.

    Returns
    -------
    ndarray
        ``(rows, cols)`` float32, the form in mm.
    """
    rows, cols = height_mm.shape
    size = (max(round(rows * pixel_mm / CELL_MM), 8), max(round(cols * pixel_mm / CELL_MM), 8))
    size = (min(size[0], rows), min(size[1], cols))
    cells = cv2.resize(height_mm, (size[1], size[0]), interpolation=cv2.INTER_AREA).astype(np.float64)
    keep = np.ones(size)
    if skip is not None:
        keep = 1.0 - cv2.resize(skip.astype(np.float32), (size[1], size[0]), interpolation=cv2.INTER_AREA)
        keep = np.where(keep > 0.99, 1.0, 0.0)
    basis = [_basis(size[0], rows * pixel_mm), _basis(size[1], cols * pixel_mm)]
    coefficients = _robust_fit(cells, keep, basis, rounds)
    # Evaluated on the full grid as two small matrix products.
    fine = [_basis(rows, rows * pixel_mm), _basis(cols, cols * pixel_mm)]
    return np.asarray(fine[0] @ coefficients @ fine[1].T, dtype=np.float32)


def _basis(samples: int, length_mm: float) -> NDArray[np.float64]:
    """Uniform cubic B-splines at the sample centres, ``(samples, splines)``; each span has four (de Boor 1978)."""
    spans = max(round(length_mm / KNOT_MM), 1)
    where = (np.arange(samples) + 0.5) / samples * spans
    span = np.minimum(where.astype(np.intp), spans - 1)
    t = where - span
    pieces = ((1.0 - t) ** 3, 3.0 * t**3 - 6.0 * t**2 + 4.0, -3.0 * t**3 + 3.0 * t**2 + 3.0 * t + 1.0, t**3)
    basis = np.zeros((samples, spans + 3))
    for k, piece in enumerate(pieces):
        basis[np.arange(samples), span + k] = piece / 6.0
    return basis


def _robust_fit(
    cells: NDArray[np.float64],
    keep: NDArray[np.float64],
    basis: list[NDArray[np.float64]],
    rounds: int,
) -> NDArray[np.float64]:
    down, across = basis
    size = (down.shape[1], across.shape[1])
    pairs = [(one[:, :, None] * one[:, None, :]).reshape(len(one), -1) for one in basis]
    penalty = _penalty(*size)
    weight = keep.copy()
    solution: NDArray[np.float64] = np.zeros(size)
    share = max(float(keep.mean()), 1e-3)
    strength = 1e-3 * share * cells.size / (size[0] * size[1])
    for _ in range(rounds):
        # The basis is a product, so the normal matrix is two small products over products of splines.
        square = (pairs[0].T @ weight @ pairs[1]).reshape(size[0], size[0], size[1], size[1])
        normal = square.transpose(0, 2, 1, 3).reshape(solution.size, solution.size) + strength * penalty
        solution = np.linalg.solve(normal, (down.T @ (weight * cells) @ across).ravel()).reshape(size)
        rest = cells - down @ solution @ across.T
        scale = 3.0 * max(1.4826 * float(np.median(np.abs(rest[keep > 0]))) if keep.any() else 0.0, MIN_SCALE_MM)
        weight = keep * np.clip(1.0 - (rest / scale) ** 2, 1e-4, None) ** 2
    return solution


def _penalty(down: int, across: int) -> NDArray[np.float64]:
    """Sum of squared third differences along both axes (second differences where there are too few splines)."""

    def rough(count: int) -> NDArray[np.float64]:
        step = np.diff(np.eye(count), n=min(3, count - 1), axis=0)
        return np.asarray(step.T @ step)

    both = np.kron(rough(down), np.eye(across)) + np.kron(np.eye(down), rough(across))
    return np.asarray(both + 1e-9 * np.eye(down * across))
