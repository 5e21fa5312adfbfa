"""Weighted integration: conjugate gradients, each step preconditioned by one multigrid cycle.

Slopes and weights come as plain ``(rows, cols)`` planes. Every other plane here carries a border of one cell of
zeros all around, so that no kernel needs a special case at the image's border. Heights are in pixels' widths.

The cycle is a V(2,2) with red-black Gauss-Seidel smoothing, in mirrored order on the way up so that it is
symmetric, as conjugate gradients demand. A coarse cell joins 2 x 2 cells; corrections are constant on it. Each
smoothing pass runs as a wave over the rows: a row is still in the processor's cache when the next half-sweep
comes to it. See Trottenberg, Oosterlee & Schüller 2001, *Multigrid*, ISBN 978-0-12-701070-0.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Final, NamedTuple

import cv2
import numba
import numpy as np
from numba import njit
from numpy.typing import NDArray

from cicatrix.errors import ReliefError
from cicatrix.relief.multigrid_kernels import (
    Level,
    Plane,
    Slopes,
    advance,
    apply,
    ascend,
    balance,
    coarsen,
    descend,
    edges,
    energy,
    product,
    residual,
    solve_coarsest,
    turn,
)

__all__ = ["Slopes", "solve_weighted"]

FLOOR: Final = np.float32(1e-4)
"""Weight of the edges at masked pixels: small beside 1, yet far above the rounding of single precision."""

_TOLERANCE: Final = 2e-7
_MAX_ITERATIONS: Final = 300
_PATIENCE: Final = 8
_USELESS: Final = 1e-3
_COARSEST_CELLS: Final = 64
_CELLS_WORTH_A_THREAD: Final = 1 << 20
_BLOCKS: Final = 16
_ROWS_IN_BLOCK: Final = 32


class Islands(NamedTuple):
    """Cells of the regions that hang on the largest one by masked edges alone."""

    cells: NDArray[np.int64]
    region: NDArray[np.int64]
    softness: NDArray[np.float64]
    """One over the summed weights of the edges around each region."""


class Solver(NamedTuple):
    """The hierarchy of grids with what it needs besides."""

    levels: list[Level]
    coarsest: NDArray[np.float64]
    islands: Islands


def solve_weighted(slopes: Slopes, start: Plane) -> tuple[Plane, int]:
    """Solve the weighted Poisson equation.

    Parameters
    ----------
    slopes
        Slopes, and weights from 0 to 1 with greatest value 1.
    start
        First guess of the height in pixels' widths.

    Returns
    -------
    The height in pixels' widths, with an arbitrary constant added, and the number of iterations.
    """
    height = np.pad(start, 1)
    del start  # a hundred megabytes at 24 MP that would otherwise be held throughout
    solver = build(slopes.weights)
    iterations = _iterate(slopes, height, solver)
    return np.ascontiguousarray(height[1:-1, 1:-1]), iterations


def build(weights: Plane) -> Solver:
    """Make the hierarchy of grids for these weights."""
    with _threads(weights.size):
        wx, wy = edges(weights, FLOOR)
        levels = [_level(wx, wy)]
        while (wx.shape[0] - 2) * (wx.shape[1] - 2) > _COARSEST_CELLS:
            wx, wy = coarsen(wx, wy)
            levels.append(_level(wx, wy))
    return Solver(levels, _coarsest_inverse(wx, wy), _find_islands(weights, levels[0]))


def _iterate(slopes: Slopes, height: Plane, solver: Solver) -> int:
    """Improve ``height`` in place by conjugate gradients; return the number of iterations.

    They stop when the energy of the error (its weighted sum of squared steps) has fallen to a fixed small share of
    the energy of the slopes, or when single precision allows no more progress. The residual is carried along
    rather than taken anew from the height: rounding of the height, a ten-millionth of its range, is harmless in
    itself but would drown the residual.
    """
    fine = solver.levels[0]
    with _threads(height.size):
        energy_of_slopes = energy(slopes)
        residual(slopes, height, fine)
    goal = _TOLERANCE**2 * energy_of_slopes
    error = least = precondition(solver)
    direction, image = fine.lift.copy(), np.zeros_like(height)
    iteration = since_least = 0
    while error > goal and since_least < _PATIENCE and iteration < _MAX_ITERATIONS:
        with _threads(height.size):
            curvature = apply(fine, direction, image)
            if curvature <= 0:
                break
            advance(height, fine, direction, image, np.float32(error / curvature))
        previous, error = error, precondition(solver)
        with _threads(height.size):
            turn(direction, fine, np.float32(error / previous))
        since_least = 0 if error < least else since_least + 1
        least = min(least, error)
        iteration += 1
    if not error <= _USELESS**2 * energy_of_slopes:
        raise ReliefError(
            f"the integration did not converge in {iteration} iterations", fix="check the slopes and the weights"
        )
    return iteration


def precondition(solver: Solver) -> float:
    """Answer the finest load by a lift; return their product, the squared error of the height in energy."""
    fine = solver.levels[0]
    with _threads(fine.load.size):
        balance(fine)
    for level, below in pairwise(solver.levels):
        with _threads(level.lift.size):
            descend(level, below.load)
    solve_coarsest(solver.levels[-1], solver.coarsest)
    for below, level in pairwise(solver.levels[::-1]):
        with _threads(level.lift.size):
            ascend(level, below.lift)
    if solver.islands.cells.size:
        _lift_islands(fine.load.ravel(), fine.lift.ravel(), solver.islands)
    with _threads(fine.lift.size):
        return float(product(fine))


@contextmanager
def _threads(cells: int) -> Iterator[None]:
    """Use as many threads as a plane of this size is worth: waking them takes longer than a small plane."""
    before = numba.get_num_threads()
    numba.set_num_threads(max(1, min(before, cells // _CELLS_WORTH_A_THREAD)))
    try:
        yield
    finally:
        numba.set_num_threads(before)


def _level(wx: Plane, wy: Plane) -> Level:
    rows = wx.shape[0] - 2
    blocks = max(1, min(_BLOCKS, rows // _ROWS_IN_BLOCK))
    # Blocks start at odd rows, so that a pair of rows that makes a coarse row is never split.
    starts = 1 + 2 * (np.arange(blocks + 1) * ((rows + 1) // 2) // blocks)
    starts[-1] = rows + 1
    return Level(wx, wy, np.zeros_like(wx), np.zeros_like(wx), starts.astype(np.int64))


def _coarsest_inverse(wx: Plane, wy: Plane) -> NDArray[np.float64]:
    """Pseudo-inverse of the coarsest matrix, which leaves the mean of the height alone."""
    rows, cols = wx.shape[0] - 2, wx.shape[1] - 2
    number = np.arange(rows * cols).reshape(rows, cols)
    matrix = np.zeros((rows * cols, rows * cols))
    for first, second, weight in (
        (number[:, :-1], number[:, 1:], wx[1:-1, 1:-2]),
        (number[:-1], number[1:], wy[1:-2, 1:-1]),
    ):
        matrix[first, second] = matrix[second, first] = -weight
    np.fill_diagonal(matrix, -matrix.sum(axis=1))
    inverse: NDArray[np.float64] = np.linalg.pinv(matrix, rcond=1e-10, hermitian=True)
    return inverse


def _find_islands(weights: Plane, fine: Level) -> Islands:
    """Find the regions apart from the largest one.

    Only a narrow moat of feeble edges may part an island from the mainland: then the coarse grids cannot tell the
    two apart, and the cycle cannot move the island as a whole, so it gets a correction of its own.
    """
    nothing = np.zeros(0, np.int64)
    if weights.min() > FLOOR:
        return Islands(nothing, nothing, np.zeros(0))
    trusted = (weights > FLOOR).astype(np.uint8)
    count, label, stats, _ = cv2.connectedComponentsWithStats(trusted, connectivity=4)
    if count <= 2:
        return Islands(nothing, nothing, np.zeros(0))
    label[label == 1 + stats[1:, cv2.CC_STAT_AREA].argmax()] = 0
    where = np.flatnonzero(label)
    row, col = np.divmod(where, label.shape[1])
    cells = (row + 1) * (label.shape[1] + 2) + col + 1
    region = label.ravel()[where].astype(np.int64)
    return Islands(cells, region, 1 / np.maximum(_moats(np.asarray(label, np.int32), fine, count), 1e-30))


@njit(cache=True)
def _moats(label: NDArray[np.int32], fine: Level, count: int) -> NDArray[np.float64]:
    """Sum the weights of the edges that leave each region of the ``(rows, cols)`` plane ``label``."""
    sums = np.zeros(count)
    rows, cols = label.shape
    for i in range(rows):
        for j in range(cols):
            here = label[i, j]
            if j + 1 < cols and label[i, j + 1] != here:
                sums[here] += fine.wx[i + 1, j + 1]
                sums[label[i, j + 1]] += fine.wx[i + 1, j + 1]
            if i + 1 < rows and label[i + 1, j] != here:
                sums[here] += fine.wy[i + 1, j + 1]
                sums[label[i + 1, j]] += fine.wy[i + 1, j + 1]
    return sums


@njit(cache=True)
def _lift_islands(load: Plane, lift: Plane, islands: Islands) -> None:
    """Move each island as a whole by the force on it over the stiffness of its moat."""
    force = np.zeros(islands.softness.size)
    for k in range(islands.cells.size):
        force[islands.region[k]] += load[islands.cells[k]]
    force *= islands.softness
    for k in range(islands.cells.size):
        lift[islands.cells[k]] += force[islands.region[k]]
