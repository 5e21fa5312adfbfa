"""From slopes to height: the surface whose steps between neighbouring pixels fit the slopes best.

The height minimises the weighted sum, over all pairs of neighbouring pixels, of (step - slope of the edge)^2. The
slope of an edge is the mean of the slopes of its two pixels. That is a Poisson equation with free (Neumann)
borders on the pixel grid. With equal weights the cosine transform solves it exactly; with unequal weights or
masks a multigrid-preconditioned conjugate-gradient solver does (see ``multigrid``).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import fft

from cicatrix.errors import ReliefError
from cicatrix.relief.multigrid import Slopes, solve_weighted

__all__ = ["integrate"]

Plane = NDArray[np.float32]

_WORKERS = 2


def integrate(p: Plane, q: Plane, pixel_mm: float, weights: Plane | None = None) -> Plane:
    """Integrate slopes into height, by least squares.

    Parameters
    ----------
    p
        ``(rows, cols)`` float32, slope dz/dx along the columns (x to the right), dimensionless.
    q
        ``(rows, cols)`` float32, slope dz/dy along the rows with y **down** the image: positive where the height
        grows with the row index. (A normal ``(nx, ny, nz)`` with y up gives ``p = -nx / nz`` and ``q = ny / nz``.)
    pixel_mm
        Width of a pixel.
    weights
        ``(rows, cols)`` float32 in [0, 1], trust in the slopes of each pixel, proportional to one over their
        variance; 0 masks a pixel out. Only ratios matter. None, or all equal: every pixel counts the same.

    Returns
    -------
    ``(rows, cols)`` float32 height in mm, with zero mean (with weights: zero weighted mean). It is defined
    everywhere: across masked pixels it is a membrane spanned from their surroundings, whatever their slopes say,
    and regions separated by masked pixels hang together by that membrane alone: their heights relative to each
    other are a convention, not a measurement.

    Raises
    ------
    ValueError
        When the planes differ in shape, are not float32, are empty, hold values that are not finite, when a weight
        lies outside [0, 1] or ``pixel_mm`` is not a positive number.
    ReliefError
        When every weight is 0, or the solver does not converge.

    Notes
    -----
    The weight of an edge is the harmonic mean ``2ab / (a + b)`` of its pixels' weights: when slopes have variances
    ``1/a`` and ``1/b``, their mean has the variance ``(1/a + 1/b) / 4``. It vanishes as soon as either pixel is
    masked. Edges below a ten-thousandth of the greatest weight are raised to that, with their slope shrunk towards
    zero in proportion, which makes the membrane. (A millionth would drown in the rounding of single precision.)

    The height of trusted pixels agrees with the exact solution within some 1e-5 of its standard deviation, within
    1e-3 where masked specks riddle everything.

    Frankot & Chellappa 1988, doi:10.1109/34.3909 (integration as a projection in the frequency domain);
    Quéau, Durou & Aujol 2018, doi:10.1007/s10851-017-0773-x (survey: free borders, masks, weights).
    """
    _check(p, q, pixel_mm, weights)
    p, q = np.ascontiguousarray(p), np.ascontiguousarray(q)
    if weights is None or weights.min() == weights.max():
        if weights is not None and weights.max() == 0:
            raise ReliefError(
                "no pixel has a weight above 0: there is nothing to integrate",
                allowed="weights of which at least one is above 0",
                fix="mask fewer pixels",
            )
        height = _by_cosine_transform(p, q)
    else:
        height = _by_multigrid(p, q, np.ascontiguousarray(weights))
    height *= np.float32(pixel_mm)
    return height


def _check(p: Plane, q: Plane, pixel_mm: float, weights: Plane | None) -> None:
    if not (math.isfinite(pixel_mm) and pixel_mm > 0):
        msg = f"pixel_mm must be a number above 0, got {pixel_mm}"
        raise ValueError(msg)
    for name, plane in (("p", p), ("q", q), ("weights", weights)):
        if plane is not None:
            _check_plane(name, plane, p.shape)
    if weights is not None and not (weights.min() >= 0 and weights.max() <= 1):
        msg = f"weights must lie between 0 and 1, got {weights.min()} to {weights.max()}"
        raise ValueError(msg)


def _check_plane(name: str, plane: Plane, shape: tuple[int, ...]) -> None:
    if plane.ndim != 2 or plane.size == 0 or plane.dtype != np.float32:
        msg = f"{name} must be a float32 plane that is not empty, got {plane.dtype} {plane.shape}"
        raise ValueError(msg)
    if plane.shape != shape:
        msg = f"{name} must have the shape of p, {shape}, got {plane.shape}"
        raise ValueError(msg)
    if not np.isfinite(plane).all():
        msg = f"{name} must be finite, but holds NaN or infinity"
        raise ValueError(msg)


def _by_multigrid(p: Plane, q: Plane, weights: Plane) -> Plane:
    """Solve with weights, in pixel units, starting from the answer that ignores all but the mask."""
    greatest = weights.max()
    relative = weights if greatest == 1 else weights / greatest
    height, _ = solve_weighted(Slopes(p, q, relative), _ignoring_weights(p, q, weights))
    height -= np.float32(_weighted_mean(height, relative))
    return height


def _ignoring_weights(p: Plane, q: Plane, weights: Plane) -> Plane:
    if weights.min() > 0:
        return _by_cosine_transform(p, q)
    trusted = weights > 0
    return _by_cosine_transform(np.where(trusted, p, np.float32(0)), np.where(trusted, q, np.float32(0)))


@njit(cache=True)
def _weighted_mean(plane: Plane, weights: Plane) -> float:
    total = whole = 0.0
    for i in range(plane.shape[0]):
        for j in range(plane.shape[1]):
            weight = np.float64(weights[i, j])
            total += weight * plane[i, j]
            whole += weight
    return total / whole


def _by_cosine_transform(p: Plane, q: Plane) -> Plane:
    """Solve with equal weights, in pixel units; zero mean."""
    rows, cols = p.shape
    spectrum = fft.dctn(_imbalance(p, q), type=2, norm="ortho", workers=_WORKERS, overwrite_x=True)
    _divide_by_eigenvalues(spectrum, _eigenvalues(rows), _eigenvalues(cols))
    height: Plane = fft.idctn(spectrum, type=2, norm="ortho", workers=_WORKERS, overwrite_x=True)
    return height


def _eigenvalues(count: int) -> Plane:
    """Eigenvalues of the Laplacian of a chain with free ends."""
    values: Plane = (4 * np.sin(np.arange(count) * (np.pi / (2 * count))) ** 2).astype(np.float32)
    return values


@njit(cache=True, error_model="numpy")
def _divide_by_eigenvalues(spectrum: Plane, of_rows: Plane, of_cols: Plane) -> None:
    rows, cols = spectrum.shape
    for i in range(rows):
        line = spectrum[i]
        for j in range(cols):
            line[j] /= max(of_rows[i] + of_cols[j], np.float32(1e-30))
    spectrum[0, 0] = 0


@njit(cache=True)
def _imbalance(p: Plane, q: Plane) -> Plane:
    """Slopes that come into each pixel from the left and above, less those that leave to the right and below."""
    rows, cols = p.shape
    out = np.empty_like(p)
    half = np.float32(0.5)
    for i in range(rows):
        line = out[i]
        above, below = max(i - 1, 0), min(i + 1, rows - 1)
        from_above = half if i > 0 else np.float32(0)
        to_below = half if i + 1 < rows else np.float32(0)
        for j in range(cols):
            line[j] = from_above * (q[above, j] + q[i, j]) - to_below * (q[i, j] + q[below, j])
        for j in range(cols - 1):
            step = half * (p[i, j] + p[i, j + 1])
            line[j] -= step
            line[j + 1] += step
    return out
