"""Weighted integration: conjugate gradients, preconditioned by one multigrid cycle.

Every plane here carries a border of one cell of zeros all around, so that the kernels need no special case at the
image's border. ``wx[i, j]`` is the weight of the edge from cell (i, j) to (i, j + 1), ``wy[i, j]`` of that to
(i + 1, j). Heights are in pixels' widths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

__all__ = ["solve_weighted"]

Plane = NDArray[np.float32]

_FLOOR = np.float32(1e-4)
_TOLERANCE = 1e-6
_CONTRACTION = 1e-4
_MAX_ITERATIONS = 200
_COARSEST_CELLS = 64


@dataclass(frozen=True, slots=True)
class Level:
    """One grid of the hierarchy: its edge weights, and room for a right-hand side and a correction."""

    wx: Plane
    wy: Plane
    load: Plane
    lift: Plane


def solve_weighted(p: Plane, q: Plane, weights: Plane, start: Plane) -> Plane:
    """Solve the weighted Poisson equation.

    Parameters
    ----------
    p, q
        Slopes along columns and rows, ``(rows, cols)``; zero where the weight is zero.
    weights
        Weights of the pixels, from 0 to 1, with greatest value 1.
    start
        First guess of the height in pixels' widths.

    Returns
    -------
    Height in pixels' widths, with an arbitrary constant added.
    """
    levels, coarsest = build(weights)
    height = _padded(start)
    iterate(p, q, weights, height, levels, coarsest)
    return np.ascontiguousarray(height[1:-1, 1:-1])


def build(weights: Plane) -> tuple[list[Level], NDArray[np.float64]]:
    """Make the hierarchy of grids, and the inverse of the matrix of the coarsest."""
    wx, wy = _edges(weights, _FLOOR)
    levels = [Level(wx, wy, np.zeros_like(wx), np.zeros_like(wx))]
    while (levels[-1].wx.shape[0] - 2) * (levels[-1].wx.shape[1] - 2) > _COARSEST_CELLS:
        wx, wy = _coarsen(wx, wy)
        levels.append(Level(wx, wy, np.zeros_like(wx), np.zeros_like(wx)))
    return levels, _coarsest_inverse(wx, wy)


def iterate(
    p: Plane, q: Plane, weights: Plane, height: Plane, levels: list[Level], coarsest: NDArray[np.float64]
) -> int:
    """Improve ``height`` in place until its error has a millionth of the slopes' energy; return the iterations.

    Conjugate gradients restart from the true residual after every ten-thousandfold contraction, because the
    residual that they carry along in single precision drifts away from it.
    """
    fine = levels[0]
    direction, image = np.zeros_like(height), np.zeros_like(height)
    goal = _TOLERANCE**2 * _energy(p, q, weights)
    iterations = 0
    while iterations < _MAX_ITERATIONS:
        _residual(p, q, weights, fine.wx, fine.wy, height, fine.load)
        cycle(levels, coarsest)
        error = _dot(fine.load, fine.lift)
        pause = max(goal, _CONTRACTION**2 * error)
        if error <= goal:
            break
        direction[:] = fine.lift
        while error > pause and iterations < _MAX_ITERATIONS:
            curvature = _apply(fine.wx, fine.wy, direction, image)
            if curvature <= 0:
                break
            _advance(height, fine.load, direction, image, np.float32(error / curvature))
            cycle(levels, coarsest)
            previous, error = error, _dot(fine.load, fine.lift)
            _turn(direction, fine.lift, np.float32(error / previous))
            iterations += 1
    return iterations


def cycle(levels: list[Level], coarsest: NDArray[np.float64]) -> None:
    """One symmetric V(2,2) cycle: from the finest level's load to its lift."""
    for level, below in zip(levels[:-1], levels[1:], strict=True):
        level.lift[:] = 0
        for colour in (0, 1, 0, 1):
            _relax(level.lift, level.load, level.wx, level.wy, colour)
        _restrict(level.lift, level.load, level.wx, level.wy, below.load)
    _solve_coarsest(levels[-1].lift, levels[-1].load, coarsest)
    for level, below in zip(levels[-2::-1], levels[:0:-1], strict=True):
        _prolong(level.lift, below.lift)
        for colour in (1, 0, 1, 0):
            _relax(level.lift, level.load, level.wx, level.wy, colour)


def _padded(plane: Plane) -> Plane:
    return np.pad(plane, 1)


def _coarsest_inverse(wx: Plane, wy: Plane) -> NDArray[np.float64]:
    """Inverse of the coarsest matrix, made regular by a weight on the mean, which no right-hand side touches."""
    rows, cols = wx.shape[0] - 2, wx.shape[1] - 2
    number = np.arange(rows * cols).reshape(rows, cols)
    matrix = np.zeros((rows * cols, rows * cols))
    for first, second, weight in (
        (number[:, :-1], number[:, 1:], wx[1:-1, 1:-2]),
        (number[:-1], number[1:], wy[1:-2, 1:-1]),
    ):
        matrix[first, second] = matrix[second, first] = -weight
    np.fill_diagonal(matrix, -matrix.sum(axis=1))
    scale = max(float(matrix.diagonal().mean()), 1e-30)
    inverse = np.linalg.inv(matrix + scale / number.size)
    return (inverse + inverse.T) / 2


@njit(cache=True)
def _harmonic(a: np.float32, b: np.float32) -> np.float32:
    total = a + b
    return np.float32(2) * a * b / total if total > 0 else np.float32(0)


@njit(cache=True, parallel=True)
def _edges(weights: Plane, floor: np.float32) -> tuple[Plane, Plane]:
    rows, cols = weights.shape
    wx = np.zeros((rows + 2, cols + 2), np.float32)
    wy = np.zeros((rows + 2, cols + 2), np.float32)
    for i in prange(rows):
        for j in range(cols):
            if j + 1 < cols:
                wx[i + 1, j + 1] = max(_harmonic(weights[i, j], weights[i, j + 1]), floor)
            if i + 1 < rows:
                wy[i + 1, j + 1] = max(_harmonic(weights[i, j], weights[i + 1, j]), floor)
    return wx, wy


@njit(cache=True, parallel=True)
def _coarsen(wx: Plane, wy: Plane) -> tuple[Plane, Plane]:
    """Weights of the edges between cells of twice the size: half the sum, as these are twice as far apart."""
    rows, cols = wx.shape[0] - 2, wx.shape[1] - 2
    coarse_rows, coarse_cols = (rows + 1) // 2, (cols + 1) // 2
    half = np.float32(0.5)
    cx = np.zeros((coarse_rows + 2, coarse_cols + 2), np.float32)
    cy = np.zeros((coarse_rows + 2, coarse_cols + 2), np.float32)
    for i in prange(1, coarse_rows + 1):
        for j in range(1, coarse_cols):
            cx[i, j] = half * (wx[2 * i - 1, 2 * j] + wx[2 * i, 2 * j])
        if i < coarse_rows:
            for j in range(1, coarse_cols + 1):
                cy[i, j] = half * (wy[2 * i, 2 * j - 1] + wy[2 * i, 2 * j])
    return cx, cy


@njit(cache=True, parallel=True)
def _energy(p: Plane, q: Plane, weights: Plane) -> float:
    """Weighted sum of the squared slopes."""
    rows, cols = p.shape
    sums = np.zeros(rows)
    for i in prange(rows):
        for j in range(cols):
            sums[i] += weights[i, j] * (np.float64(p[i, j]) ** 2 + np.float64(q[i, j]) ** 2)
    return sums.sum()


@njit(cache=True)
def _pull(a: np.float32, b: np.float32, slope_a: np.float32, slope_b: np.float32) -> np.float32:
    """Weight of the edge between two pixels times its slope."""
    return _harmonic(a, b) * np.float32(0.5) * (slope_a + slope_b)


@njit(cache=True, parallel=True)
def _residual(p: Plane, q: Plane, weights: Plane, wx: Plane, wy: Plane, z: Plane, out: Plane) -> None:
    """Imbalance of the weighted misfits at each cell; they cancel in pairs, so that their sum is zero."""
    rows, cols = p.shape
    for i in prange(rows):
        a = i + 1
        for j in range(cols):
            b = j + 1
            here = weights[i, j]
            total = np.float32(0)
            if j > 0:
                pull = _pull(weights[i, j - 1], here, p[i, j - 1], p[i, j])
                total += pull - wx[a, b - 1] * (z[a, b] - z[a, b - 1])
            if j + 1 < cols:
                pull = _pull(here, weights[i, j + 1], p[i, j], p[i, j + 1])
                total -= pull - wx[a, b] * (z[a, b + 1] - z[a, b])
            if i > 0:
                pull = _pull(weights[i - 1, j], here, q[i - 1, j], q[i, j])
                total += pull - wy[a - 1, b] * (z[a, b] - z[a - 1, b])
            if i + 1 < rows:
                pull = _pull(here, weights[i + 1, j], q[i, j], q[i + 1, j])
                total -= pull - wy[a, b] * (z[a + 1, b] - z[a, b])
            out[a, b] = total


@njit(cache=True, parallel=True)
def _relax(x: Plane, load: Plane, wx: Plane, wy: Plane, colour: int) -> None:
    """Gauss-Seidel on the cells of one colour of the chequerboard."""
    rows, cols = x.shape[0] - 2, x.shape[1] - 2
    for i in prange(1, rows + 1):
        for j in range(1 + (i + 1 + colour) % 2, cols + 1, 2):
            left, right, up, down = wx[i, j - 1], wx[i, j], wy[i - 1, j], wy[i, j]
            total = load[i, j] + left * x[i, j - 1] + right * x[i, j + 1] + up * x[i - 1, j] + down * x[i + 1, j]
            x[i, j] = total / (left + right + up + down)


@njit(cache=True, parallel=True)
def _restrict(x: Plane, load: Plane, wx: Plane, wy: Plane, coarse: Plane) -> None:
    """Sum the residuals of the four cells of each coarse cell."""
    rows, cols = x.shape[0] - 2, x.shape[1] - 2
    coarse_rows, coarse_cols = coarse.shape[0] - 2, coarse.shape[1] - 2
    for k in prange(1, coarse_rows + 1):
        line = coarse[k]
        line[:] = 0
        for i in range(2 * k - 1, min(2 * k, rows) + 1):
            for j in range(1, cols + 1):
                line[(j + 1) // 2] += (
                    load[i, j]
                    + wx[i, j - 1] * (x[i, j - 1] - x[i, j])
                    + wx[i, j] * (x[i, j + 1] - x[i, j])
                    + wy[i - 1, j] * (x[i - 1, j] - x[i, j])
                    + wy[i, j] * (x[i + 1, j] - x[i, j])
                )
        line[coarse_cols + 1] = 0


@njit(cache=True, parallel=True)
def _prolong(x: Plane, coarse: Plane) -> None:
    rows, cols = x.shape[0] - 2, x.shape[1] - 2
    for i in prange(1, rows + 1):
        for j in range(1, cols + 1):
            x[i, j] += coarse[(i + 1) // 2, (j + 1) // 2]


@njit(cache=True)
def _solve_coarsest(x: Plane, load: Plane, inverse: NDArray[np.float64]) -> None:
    rows, cols = x.shape[0] - 2, x.shape[1] - 2
    for k in range(rows * cols):
        total = 0.0
        for m in range(rows * cols):
            total += inverse[k, m] * load[1 + m // cols, 1 + m % cols]
        x[1 + k // cols, 1 + k % cols] = total


@njit(cache=True, parallel=True)
def _apply(wx: Plane, wy: Plane, x: Plane, out: Plane) -> float:
    """Apply the matrix to ``x``, and return the product of the two."""
    rows, cols = x.shape[0] - 2, x.shape[1] - 2
    sums = np.zeros(rows + 1)
    for i in prange(1, rows + 1):
        total = 0.0
        for j in range(1, cols + 1):
            value = (
                wx[i, j - 1] * (x[i, j] - x[i, j - 1])
                + wx[i, j] * (x[i, j] - x[i, j + 1])
                + wy[i - 1, j] * (x[i, j] - x[i - 1, j])
                + wy[i, j] * (x[i, j] - x[i + 1, j])
            )
            out[i, j] = value
            total += np.float64(value) * np.float64(x[i, j])
        sums[i] = total
    return sums.sum()


@njit(cache=True, parallel=True)
def _dot(a: Plane, b: Plane) -> float:
    rows, cols = a.shape
    sums = np.zeros(rows)
    for i in prange(rows):
        total = 0.0
        for j in range(cols):
            total += np.float64(a[i, j]) * np.float64(b[i, j])
        sums[i] = total
    return sums.sum()


@njit(cache=True, parallel=True)
def _advance(height: Plane, residual: Plane, direction: Plane, image: Plane, length: np.float32) -> None:
    rows, cols = height.shape
    for i in prange(rows):
        for j in range(cols):
            height[i, j] += length * direction[i, j]
            residual[i, j] -= length * image[i, j]


@njit(cache=True, parallel=True)
def _turn(direction: Plane, lift: Plane, share: np.float32) -> None:
    rows, cols = direction.shape
    for i in prange(rows):
        for j in range(cols):
            direction[i, j] = lift[i, j] + share * direction[i, j]
