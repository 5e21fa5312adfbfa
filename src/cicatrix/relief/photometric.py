"""Light to slopes: robust photometric stereo, one pass over the pixels.

A matt surface of albedo ``a`` and unit normal ``n`` under a light from direction ``l`` shows ``a n·l``
(Woodham 1980, doi:10.1117/12.7972479). With four or more lights the three unknowns ``a n`` are overdetermined, and
lights that do not fit (cast shadow, gloss) can be detected and dropped, pixel by pixel: a pixel whose lights all
agree is solved by one matrix product; where they disagree the darkest lights (shadow) and the brightest
(gloss) are dropped, the fewest first, until the rest agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from cicatrix.model.light import linear_lut
from cicatrix.relief.consensus_rows import STRETCH, agreeing, halfway, reflected
from cicatrix.relief.gloss import NO_GLOSS, OVERHEAD, Gloss
from cicatrix.relief.outlier_pixel import DARK, DIM, GLOSS_ROUNDS, SETTLED, alone, norm, signal

__all__ = ["MIN_LIGHTS", "TOLERANCE", "Shading", "solve"]

TOLERANCE = 0.06
"""Largest disagreement of a trusted light with the surface, as a fraction of the albedo."""

MIN_LIGHTS = 3
"""A surface element has three unknowns."""

ONE = np.float32(1)

MAX_SLOPE = np.float32(6.0)
"""Slopes are cut here (80°): steeper ones are not seen from above."""


@dataclass(frozen=True, slots=True, eq=False)
class Shading:
    """What the light says about each pixel.

    Attributes
    ----------
    p, q
        ``(rows, cols)`` float32 slopes dz/dx (to the right) and dz/dy (down the rows).
    albedo
        ``(rows, cols, 3)`` float32 linear.
    trusted
        ``(rows, cols)`` uint8, lights that agree with the surface within ``TOLERANCE``.
    """

    p: NDArray[np.float32]
    q: NDArray[np.float32]
    albedo: NDArray[np.float32]
    trusted: NDArray[np.uint8]


def solve(
    images: NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.float32],
    directions: NDArray[np.float64],
    gain: NDArray[np.float32],
    *,
    channel: int,
    linear: bool,
    gloss: Gloss = NO_GLOSS,
    view: tuple[float, float, float] = OVERHEAD,
) -> Shading:
    """Slopes, albedo and trusted lights of every pixel.

    Parameters
    ----------
    images
        ``(lights, rows, cols, channels)``.
    directions
        ``(lights, 3)`` unit vectors, or ``(lights, gain rows, gain cols, 3)`` where the direction changes over the
        field (near lights), on the same coarse grid as ``gain``.
    gain
        ``(lights, gain rows, gain cols)``: factor on each image that undoes uneven light, on a coarse grid
        that spans the picture.
    channel
        Index of the channel that gives the geometry.
    linear
        Whether pixel values are proportional to light.
    gloss
        Gloss to take out, with the normal that is left (a few rounds converge, since gloss is weak).
    view
        Unit vector to the camera.

    Returns
    -------
    Shading
    """
    moving = directions.ndim == 4
    grid = directions if moving else directions[:, None, None, :]
    grid = np.ascontiguousarray(grid, dtype=np.float32)
    direct = images.dtype == np.float32
    lut = np.zeros(1, np.float32) if direct else linear_lut(images.dtype, linear=linear)
    rows, cols = images.shape[1:3]
    p = np.empty((rows, cols), np.float32)
    q = np.empty((rows, cols), np.float32)
    albedo = np.empty((rows, cols, 3), np.float32)
    trusted = np.empty((rows, cols), np.uint8)
    top = np.float32(0.995 if direct else lut[-1] * 0.98)
    strength = np.float32(gloss.strength / (np.pi * gloss.roughness**2))
    breadth = np.float32(1.0 / gloss.roughness**2)
    stack, gain = np.ascontiguousarray(images), np.ascontiguousarray(gain)
    camera = (np.float32(view[0]), np.float32(view[1]), np.float32(view[2]))
    _solve(
        stack, lut, direct, grid, moving, camera, gain, channel, top, np.float32(TOLERANCE), strength, breadth,
        p, q, albedo, trusted,
    )  # fmt: skip
    return Shading(p=p, q=q, albedo=albedo, trusted=trusted)


@njit(cache=True, fastmath=True, error_model="numpy", inline="always")
def _between(size, cells, where):  # type: ignore[no-untyped-def]
    """Cells on both sides of a pixel on a coarse grid that spans the picture, and the share of the second."""
    place = min(max((where + 0.5) / size * cells - 0.5, 0.0), cells - 1.0)
    first = min(int(place), max(cells - 2, 0))
    return first, min(first + 1, cells - 1), np.float32(place - first)


@njit(cache=True, fastmath=True, error_model="numpy")
def _gather(images, row, start, lut, direct, line, g, light):  # type: ignore[no-untyped-def]
    """Factors on the lights and plain signals ``(channels, lights, STRETCH)``; the last pixel fills what is beyond."""
    cols, channels = images.shape[2], images.shape[3]
    last = min(STRETCH, cols - start)
    first, second = np.empty(STRETCH, np.int64), np.empty(STRETCH, np.int64)
    share = np.empty(STRETCH, np.float32)
    for j in range(STRETCH):
        first[j], second[j], share[j] = _between(cols, line.shape[1], min(start + j, cols - 1))
    for i in range(len(g)):
        factor, known = g[i], line[i]
        for j in range(STRETCH):
            factor[j] = known[first[j]] + share[j] * (known[second[j]] - known[first[j]])
        for j in range(last):
            for k in range(channels):
                light[k, i, j] = signal(images[i, row, start + j, k], lut, direct)
        for k in range(channels):
            light[k, i, last:] = light[k, i, last - 1]


@njit(cache=True, fastmath=True, error_model="numpy")
def _even_out(light, g, channel, top, easy):  # type: ignore[no-untyped-def]
    """Undo uneven light in place; pixels are easy where no light saturates the channel."""
    easy[:] = 1
    for i in range(len(g)):
        raw = light[channel, i]
        for j in range(STRETCH):
            easy[j] = easy[j] if raw[j] < top else np.float32(0)
        for k in range(len(light)):
            plane, factor = light[k, i], g[i]
            for j in range(STRETCH):
                plane[j] *= factor[j]


@njit(cache=True, fastmath=True, error_model="numpy")
def _directions(turn, start, cols, L):  # type: ignore[no-untyped-def]
    """Directions of the lights for a stretch of a row, between those of the coarse grid."""
    for j in range(STRETCH):
        c0, c1, tc = _between(cols, turn.shape[1], min(start + j, cols - 1))
        for i in range(len(L)):
            for k in range(3):
                L[i, k * STRETCH + j] = (ONE - tc) * turn[i, c0, k] + tc * turn[i, c1, k]


@njit(cache=True, fastmath=True, error_model="numpy", inline="always")
def _slope(b, p, q, row, col):  # type: ignore[no-untyped-def]
    """Write the slopes of a surface."""
    nz = max(b[2], np.float32(0.1) * norm(b))
    p[row, col] = min(max(-b[0] / nz, -MAX_SLOPE), MAX_SLOPE)
    q[row, col] = min(max(b[1] / nz, -MAX_SLOPE), MAX_SLOPE)


@njit(cache=True, parallel=True, fastmath=True, error_model="numpy")
def _solve(  # type: ignore[no-untyped-def]
    images, lut, direct, grid, moving, view, gain, channel, top, tol, strength, inverse_square, p, q, albedo, trusted
):
    for row in prange(images.shape[1]):
        _solve_row(
            images, row, lut, direct, grid, moving, view, gain, channel, top, tol, strength, inverse_square, p, q,
            albedo, trusted,
        )  # fmt: skip


@njit(cache=True, fastmath=True, error_model="numpy")
def _solve_row(  # type: ignore[no-untyped-def]
    images,
    row,
    lut,
    direct,
    grid,
    moving,
    view,
    gain,
    channel,
    top,
    tol,
    strength,
    inverse_square,
    p,
    q,
    albedo,
    trusted,
):
    """Solve a row, a stretch at a time: first what all lights agree on, then what is left pixel by pixel."""
    n, rows, cols, channels = images.shape
    r0, r1, share = _between(rows, gain.shape[1], row)
    line = (ONE - share) * gain[:, r0] + share * gain[:, r1]
    turn = (ONE - share) * grid[:, min(r0, grid.shape[1] - 1)] + share * grid[:, min(r1, grid.shape[1] - 1)]
    light = np.empty((channels, n, STRETCH), np.float32)
    g, shine, w = (
        np.empty((n, STRETCH), np.float32),
        np.empty((n, STRETCH), np.float32),
        np.empty((n, STRETCH), np.float32),
    )
    L, H = np.empty((n, 3 * STRETCH), np.float32), np.empty((n, 3 * STRETCH), np.float32)
    b, easy, kept = np.empty(3 * STRETCH, np.float32), np.empty(STRETCH, np.float32), np.empty((1, STRETCH), np.float32)
    for start in range(0, cols, STRETCH):
        if moving or start == 0:
            _directions(turn, start, cols, L)
            halfway(L, view, H)
        _gather(images, row, start, lut, direct, line, g, light)
        _even_out(light, g, channel, top, easy)
        limits = (tol, DIM, DARK)
        agreeing(light[channel], L, H, strength, inverse_square, GLOSS_ROUNDS, SETTLED, limits, easy, shine, b, w, kept)
        _publish(row, start, light, L, b, shine, w, kept, p, q, albedo, trusted)
        _leftover(
            images, row, start, lut, direct, channel, top, light[channel], g, L, H, easy, tol, strength,
            inverse_square, p, q, albedo, trusted,
        )  # fmt: skip


@njit(cache=True, fastmath=True, error_model="numpy")
def _publish(row, start, light, L, b, shine, w, kept, p, q, albedo, trusted):  # type: ignore[no-untyped-def]
    """Write what a stretch was found to be, as if all of it were easy."""
    count, channels = min(STRETCH, p.shape[1] - start), len(light)
    plane, one = np.empty(STRETCH, np.float32), np.empty(3, np.float32)
    for k in range(3):
        if k < channels:
            reflected(light[k], L, b, shine, w, plane)
        for j in range(count):
            albedo[row, start + j, k] = plane[j]
    for j in range(count):
        trusted[row, start + j] = np.uint8(kept[0, j])
        one[0], one[1], one[2] = b[j], b[STRETCH + j], b[2 * STRETCH + j]
        _slope(one, p, q, row, start + j)


@njit(cache=True, fastmath=True, error_model="numpy")
def _leftover(  # type: ignore[no-untyped-def]
    images, row, start, lut, direct, channel, top, v, g, L, H, easy, tol, strength, inverse_square, p, q, albedo,
    trusted,
):  # fmt: skip
    """Solve the pixels of a stretch that are not easy."""
    n = len(v)
    one, valid, order = np.empty((5, n), np.float32), np.empty(n, np.bool_), np.empty(n, np.int64)
    near, tilted, three = np.empty((2, n, 3), np.float32), np.empty((n, 3), np.float32), np.zeros((3, 3), np.float32)
    for j in range(min(STRETCH, p.shape[1] - start)):
        if easy[j] > 0:
            continue
        col = start + j
        for i in range(n):
            one[0, i], one[1, i] = v[i, j], g[i, j]
            valid[i] = signal(images[i, row, col, channel], lut, direct) < top
            for k in range(3):
                near[0, i, k], near[1, i, k] = L[i, k * STRETCH + j], H[i, k * STRETCH + j]
        trusted[row, col] = alone(
            images, row, col, lut, direct, near, valid, tol, strength, inverse_square, one, tilted, order, three, albedo
        )
        _slope(three[0], p, q, row, col)
