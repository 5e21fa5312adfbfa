"""Kernels of the multigrid solver: what is done to every cell of a grid.

Slopes and weights come as plain ``(rows, cols)`` planes. Every other plane here carries a border of one cell of
zeros all around, so that no kernel needs a special case at the image's border.

The smoother goes over the rows as a wave: as soon as one half-sweep has left a row, the next one enters, while the
row is still in the processor's cache. The rows are cut into blocks that threads take up on their own. In its
block, each half-sweep stops one row further from the cuts than the one before it; what that leaves around the cuts
is made up afterwards. The result is that of whole half-sweeps one after the other, to the last bit.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Plane = NDArray[np.float32]

Cut = tuple[int, int]
"""Row at which a block begins or ends, and by how many rows that moves from one half-sweep to the next."""

_STAGES: Final = 5
"""Four half-sweeps, and the transfer from or to the coarser grid."""


class Slopes(NamedTuple):
    """What is known of each pixel, ``(rows, cols)``: slopes along columns and rows, and their weight."""

    p: Plane
    q: Plane
    weights: Plane


class Level(NamedTuple):
    """One grid: the matrix, and room for a right-hand side and the correction that answers it."""

    wx: Plane
    """Weight of the edge from cell (i, j) to (i, j + 1)."""
    wy: Plane
    """Weight of the edge from cell (i, j) to (i + 1, j)."""
    load: Plane
    lift: Plane
    starts: NDArray[np.int64]
    """First row of each block of rows that one thread works on, and one past the last row."""


@njit(cache=True, error_model="numpy")
def _harmonic(a: np.float32, b: np.float32) -> np.float32:
    total = a + b
    return np.float32(2) * a * (b / total) if total > 0 else np.float32(0)


@njit(cache=True, error_model="numpy", parallel=True)
def edges(weights: Plane, floor: np.float32) -> tuple[Plane, Plane]:
    """Weigh the edges along rows and along columns."""
    rows, cols = weights.shape
    wx = np.zeros((rows + 2, cols + 2), np.float32)
    wy = np.zeros((rows + 2, cols + 2), np.float32)
    for i in prange(rows):
        for j in range(cols - 1):
            wx[i + 1, j + 1] = max(_harmonic(weights[i, j], weights[i, j + 1]), floor)
        if i + 1 < rows:
            for j in range(cols):
                wy[i + 1, j + 1] = max(_harmonic(weights[i, j], weights[i + 1, j]), floor)
    return wx, wy


@njit(cache=True, parallel=True)
def coarsen(wx: Plane, wy: Plane) -> tuple[Plane, Plane]:
    """Weights of the edges between cells of twice the size: half the sum, as these are twice as far apart."""
    rows, cols = (wx.shape[0] - 1) // 2, (wx.shape[1] - 1) // 2
    half = np.float32(0.5)
    cx = np.zeros((rows + 2, cols + 2), np.float32)
    cy = np.zeros((rows + 2, cols + 2), np.float32)
    for k in prange(rows):
        i = k + 1
        for j in range(1, cols):
            cx[i, j] = half * (wx[2 * i - 1, 2 * j] + wx[2 * i, 2 * j])
        if i < rows:
            for j in range(1, cols + 1):
                cy[i, j] = half * (wy[2 * i, 2 * j - 1] + wy[2 * i, 2 * j])
    return cx, cy


@njit(cache=True, parallel=True)
def energy(slopes: Slopes) -> float:
    """Weighted sum of the squared slopes."""
    rows, cols = slopes.p.shape
    sums = np.zeros(rows)
    for i in prange(rows):
        total = 0.0
        for j in range(cols):
            p, q = np.float64(slopes.p[i, j]), np.float64(slopes.q[i, j])
            total += slopes.weights[i, j] * (p * p + q * q)
        sums[i] = total
    return float(sums.sum())


@njit(cache=True)
def _pull(w: Plane, v: Plane, slope: Plane, next_slope: Plane, out: Plane) -> None:
    """Weights of the edges between two lines of pixels times the edges' slopes."""
    half = np.float32(0.5)
    for j in range(out.size):
        weight = _harmonic(w[j], v[j])
        out[j] = weight * (half * slope[j]) + weight * (half * next_slope[j])


@njit(cache=True)
def _across(slopes: Slopes, z: Plane, fine: Level, i: int, out: Plane) -> None:
    """Weighted misfits of the edges along row ``i``: of their slopes to the steps of ``z``."""
    w, p, n = slopes.weights[i], slopes.p[i], slopes.p.shape[1] - 1
    _pull(w[:n], w[1:], p[:n], p[1:], out[:n])
    for j in range(n):
        out[j] -= fine.wx[i + 1, j + 1] * (z[i + 1, j + 2] - z[i + 1, j + 1])


@njit(cache=True)
def _below(slopes: Slopes, z: Plane, fine: Level, i: int, out: Plane) -> None:
    """Weighted misfits of the edges from row ``i`` to the next."""
    _pull(slopes.weights[i], slopes.weights[i + 1], slopes.q[i], slopes.q[i + 1], out)
    for j in range(out.size):
        out[j] -= fine.wy[i + 1, j + 1] * (z[i + 2, j + 1] - z[i + 1, j + 1])


@njit(cache=True)
def _residual_row(slopes: Slopes, z: Plane, fine: Level, i: int) -> None:
    rows, cols = slopes.p.shape
    misfit, line = np.zeros(cols, np.float32), fine.load[i + 1, 1:]
    line[:] = 0
    if i > 0:
        _below(slopes, z, fine, i - 1, misfit)
        for j in range(cols):
            line[j] += misfit[j]
    if i + 1 < rows:
        _below(slopes, z, fine, i, misfit)
        for j in range(cols):
            line[j] -= misfit[j]
    _across(slopes, z, fine, i, misfit)
    for j in range(cols - 1):
        line[j] -= misfit[j]
        line[j + 1] += misfit[j]


@njit(cache=True, parallel=True)
def residual(slopes: Slopes, z: Plane, fine: Level) -> None:
    """Load each cell with the misfits that come in less those that go out: the total of all is zero."""
    for i in prange(slopes.p.shape[0]):
        _residual_row(slopes, z, fine, i)


@njit(cache=True)
def _inflow(level: Level, x: Plane, i: int, out: Plane) -> None:
    """Neighbours' values times the weights of the edges to them, for the cells of row ``i``."""
    n = out.size
    left, right, up, down = level.wx[i, :n], level.wx[i, 1:], level.wy[i - 1, 1:], level.wy[i, 1:]
    west, east, north, south = x[i, :n], x[i, 2:], x[i - 1, 1:], x[i + 1, 1:]
    for j in range(n):
        out[j] = left[j] * west[j] + right[j] * east[j] + up[j] * north[j] + down[j] * south[j]


@njit(cache=True)
def _grip(level: Level, i: int, out: Plane) -> None:
    """Sum of the weights of each cell's edges."""
    n = out.size
    left, right, up, down = level.wx[i, :n], level.wx[i, 1:], level.wy[i - 1, 1:], level.wy[i, 1:]
    for j in range(n):
        out[j] = left[j] + right[j] + up[j] + down[j]


@njit(cache=True, error_model="numpy")
def _relax(level: Level, i: int, colour: int, room: Plane) -> None:
    """Relax the cells of one colour in row ``i``, Gauss-Seidel fashion.

    Both colours are computed and one is kept: that vectorises, and is quicker than skipping every other cell.
    """
    inflow, grip = room[0], room[1]
    _inflow(level, level.lift, i, inflow)
    _grip(level, i, grip)
    load, lift = level.load[i, 1:], level.lift[i, 1:]
    for j in range(inflow.size):
        inflow[j] = (inflow[j] + load[j]) / grip[j]
    odd = (i + colour) % 2
    for j in range(inflow.size):
        lift[j] = inflow[j] if j % 2 == odd else lift[j]


@njit(cache=True, error_model="numpy")
def _start_row(level: Level, i: int, room: Plane) -> None:
    """First half-sweep from nothing: cells of colour 0 get their load over their grip, the others zero."""
    grip = room[0]
    _grip(level, i, grip)
    load, lift = level.load[i, 1:], level.lift[i, 1:]
    for j in range(grip.size):
        grip[j] = load[j] / grip[j]
    for j in range(grip.size):
        lift[j] = grip[j] if j % 2 == i % 2 else np.float32(0)


@njit(cache=True)
def _restrict_row(level: Level, i: int, coarse_load: Plane, room: Plane) -> None:
    """Add what is left of the load of row ``i`` to its coarse cells."""
    inflow, grip = room[0], room[1]
    _inflow(level, level.lift, i, inflow)
    _grip(level, i, grip)
    load, lift = level.load[i, 1:], level.lift[i, 1:]
    for j in range(inflow.size):
        inflow[j] += load[j] - grip[j] * lift[j]
    line = coarse_load[(i + 1) // 2, 1:]
    if i % 2 == 1:
        line[:] = 0
    for j in range(inflow.size // 2):
        line[j] += inflow[2 * j] + inflow[2 * j + 1]
    if inflow.size % 2 == 1:
        line[inflow.size // 2] += inflow[inflow.size - 1]


@njit(cache=True)
def _prolong_row(level: Level, i: int, coarse_lift: Plane) -> None:
    lift, line = level.lift[i, 1:], coarse_lift[(i + 1) // 2, 1:]
    for j in range(level.lift.shape[1] - 2):
        lift[j] += line[j // 2]


@njit(cache=True)
def _descend_rows(level: Level, coarse_load: Plane, low: Cut, high: Cut) -> None:
    room = np.empty((2, level.lift.shape[1] - 2), np.float32)
    for now in range(low[0], high[0] + 2 * _STAGES):
        for stage in range(_STAGES):
            i = now - stage
            if low[0] + stage * low[1] <= i < high[0] + stage * high[1]:
                if stage == 0:
                    _start_row(level, i, room)
                elif stage < _STAGES - 1:
                    _relax(level, i, stage % 2, room)
                else:
                    _restrict_row(level, i, coarse_load, room)


@njit(cache=True)
def _ascend_rows(level: Level, coarse_lift: Plane, low: Cut, high: Cut) -> None:
    room = np.empty((2, level.lift.shape[1] - 2), np.float32)
    for now in range(low[0], high[0] + 2 * _STAGES):
        for stage in range(_STAGES):
            i = now - stage
            if low[0] + stage * low[1] <= i < high[0] + stage * high[1]:
                if stage == 0:
                    _prolong_row(level, i, coarse_lift)
                else:
                    _relax(level, i, stage % 2, room)


@njit(cache=True)
def _cut(level: Level, k: int, outwards: int) -> Cut:
    """Cut number ``k``; the image's border stays where it is."""
    border = k in {0, level.starts.size - 1}
    return level.starts[k], 0 if border else outwards


@njit(cache=True, parallel=True)
def descend(level: Level, coarse_load: Plane) -> None:
    """Smooth from nothing, and hand what is left of the load to the coarser grid."""
    cuts = level.starts.size
    for k in prange(cuts - 1):
        _descend_rows(level, coarse_load, _cut(level, k, 1), _cut(level, k + 1, -1))
    for k in range(1, cuts - 1):
        _descend_rows(level, coarse_load, _cut(level, k, -1), _cut(level, k, 1))


@njit(cache=True, parallel=True)
def ascend(level: Level, coarse_lift: Plane) -> None:
    """Add the correction of the coarser grid, and smooth in mirrored order."""
    cuts = level.starts.size
    for k in prange(cuts - 1):
        _ascend_rows(level, coarse_lift, _cut(level, k, 1), _cut(level, k + 1, -1))
    for k in range(1, cuts - 1):
        _ascend_rows(level, coarse_lift, _cut(level, k, -1), _cut(level, k, 1))


@njit(cache=True)
def solve_coarsest(level: Level, inverse: NDArray[np.float64]) -> None:
    """Multiply the load by the inverse matrix."""
    rows, cols = level.lift.shape[0] - 2, level.lift.shape[1] - 2
    for k in range(rows * cols):
        total = 0.0
        for m in range(rows * cols):
            total += inverse[k, m] * level.load[1 + m // cols, 1 + m % cols]
        level.lift[1 + k // cols, 1 + k % cols] = total


@njit(cache=True)
def _dot_row(a: Plane, b: Plane) -> float:
    total = 0.0
    for j in range(a.size):
        total += np.float64(a[j]) * np.float64(b[j])
    return total


@njit(cache=True, parallel=True)
def product(level: Level) -> float:
    """Product of load and lift."""
    rows = level.load.shape[0]
    sums = np.zeros(rows)
    for i in prange(rows):
        sums[i] = _dot_row(level.load[i], level.lift[i])
    return float(sums.sum())


@njit(cache=True)
def _apply_row(level: Level, x: Plane, out: Plane, i: int) -> float:
    """Apply the matrix by differences, which lose less to rounding than inflow less grip times value."""
    n = x.shape[1] - 2
    left, right, up, down = level.wx[i, :n], level.wx[i, 1:], level.wy[i - 1, 1:], level.wy[i, 1:]
    here, west, east, north, south = x[i, 1:], x[i, :n], x[i, 2:], x[i - 1, 1:], x[i + 1, 1:]
    line = out[i, 1:]
    for j in range(n):
        line[j] = left[j] * (here[j] - west[j]) + right[j] * (here[j] - east[j])
    for j in range(n):
        line[j] += up[j] * (here[j] - north[j]) + down[j] * (here[j] - south[j])
    return _dot_row(line[:n], here[:n])


@njit(cache=True, parallel=True)
def apply(level: Level, x: Plane, out: Plane) -> float:
    """Apply the matrix to ``x``, and return the product of the two."""
    rows = x.shape[0] - 2
    sums = np.zeros(rows)
    for i in prange(rows):
        sums[i] = _apply_row(level, x, out, i + 1)
    return float(sums.sum())


@njit(cache=True)
def _add_scaled(out: Plane, scale: np.float32, line: Plane) -> None:
    for j in range(out.size):
        out[j] += scale * line[j]


@njit(cache=True, parallel=True)
def advance(height: Plane, level: Level, direction: Plane, image: Plane, length: np.float32) -> None:
    """Go along the direction, and keep the load in step."""
    for i in prange(height.shape[0]):
        _add_scaled(height[i], length, direction[i])
        _add_scaled(level.load[i], -length, image[i])


@njit(cache=True, parallel=True)
def balance(level: Level) -> None:
    """Take the mean from the load.

    The matrix answers no constant load. The little that rounding leaves of one stays while all else fades, and in
    the end conjugate gradients would chase it and diverge.
    """
    rows, cols = level.load.shape[0] - 2, level.load.shape[1] - 2
    sums = np.zeros(rows)
    for i in prange(rows):
        sums[i] = _sum_row(level.load[i + 1])
    mean = np.float32(sums.sum() / (rows * cols))
    for i in prange(rows):
        _lower_row(level.load[i + 1, 1 : cols + 1], mean)


@njit(cache=True)
def _sum_row(line: Plane) -> float:
    total = 0.0
    for j in range(line.size):
        total += np.float64(line[j])
    return total


@njit(cache=True)
def _lower_row(line: Plane, by: np.float32) -> None:
    for j in range(line.size):
        line[j] -= by


@njit(cache=True, parallel=True)
def turn(direction: Plane, level: Level, share: np.float32) -> None:
    """Turn the direction towards the lift."""
    for i in prange(direction.shape[0]):
        line, lift = direction[i], level.lift[i]
        for j in range(line.size):
            line[j] = lift[j] + share * line[j]
