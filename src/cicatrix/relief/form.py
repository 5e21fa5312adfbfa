"""Height without the form of the face, taken out so that scars do not bias it.

The form is a tensor-product cubic B-spline with a penalty on third differences (P-splines, Eilers & Marx 1996,
doi:10.1214/ss/1038425655), fitted with Tukey's biweight, so a scar's depth, which stands off the form, loses its
say. Quadratic surfaces cost no penalty: they are taken out whole.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline
from scipy.sparse import csr_array, kron
from scipy.sparse.linalg import splu

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
    """Cubic B-splines at the sample centres, ``(samples, splines)``."""
    spans = max(round(length_mm / KNOT_MM), 1)
    knots = np.concatenate([[-3, -2, -1], np.arange(spans + 1), spans + np.array([1, 2, 3])]).astype(float)
    where = (np.arange(samples) + 0.5) / samples * spans
    return np.asarray(BSpline.design_matrix(where, knots, 3).toarray())


def _robust_fit(
    cells: NDArray[np.float64],
    keep: NDArray[np.float64],
    basis: list[NDArray[np.float64]],
    rounds: int,
) -> NDArray[np.float64]:
    down, across = basis
    design = csr_array(kron(csr_array(down), csr_array(across)))
    penalty = _penalty(down.shape[1], across.shape[1])
    values = cells.ravel()
    base = keep.ravel()
    weight = base.copy()
    solution = np.zeros(design.shape[1])
    share = max(float(base.mean()), 1e-3)
    strength = 1e-3 * share * len(values) / design.shape[1]
    for _ in range(rounds):
        normal = design.T @ (design * weight[:, None]) + strength * penalty
        solution = splu(normal.tocsc()).solve(design.T @ (weight * values))
        rest = values - design @ solution
        scale = 3.0 * max(1.4826 * float(np.median(np.abs(rest[base > 0]))) if base.any() else 0.0, MIN_SCALE_MM)
        weight = base * np.clip(1.0 - (rest / scale) ** 2, 1e-4, None) ** 2
    return np.asarray(solution.reshape(down.shape[1], across.shape[1]))


def _penalty(down: int, across: int) -> csr_array:
    """Sum of squared third differences along both axes (second differences where there are too few splines)."""

    def rough(count: int) -> csr_array:
        order = min(3, count - 1)
        step = np.diff(np.eye(count), n=order, axis=0)
        return csr_array(step.T @ step)

    one = csr_array(np.eye(down)), csr_array(np.eye(across))
    ridge = 1e-9 * csr_array(np.eye(down * across))
    return csr_array(kron(rough(down), one[1]) + kron(one[0], rough(across)) + ridge)
