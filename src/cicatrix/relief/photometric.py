"""Light to slopes: robust photometric stereo, one pass over the pixels.

A matt surface of albedo ``a`` and unit normal ``n`` under a light from direction ``l`` shows ``a n·l``
(Woodham 1980, doi:10.1117/12.7972479). With four or more lights the three unknowns ``a n`` are overdetermined, and
lights that do not fit (cast shadow, gloss) can be told and dropped, pixel by pixel: a pixel whose lights all
agree is solved by one matrix product; where they disagree the darkest lights (shadow) and the brightest
(gloss) are dropped, the fewest first, until the rest agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from cicatrix.model.light import linear_lut
from cicatrix.relief.gloss import NO_GLOSS, Gloss

__all__ = ["MIN_LIGHTS", "TOLERANCE", "Shading", "solve"]

TOLERANCE = 0.06
"""Largest disagreement of a trusted light with the surface, as a share of the albedo."""

MIN_LIGHTS = 3
"""A surface element has three unknowns."""

GLOSS_ROUNDS = 3

MAX_SLOPE = np.float32(6.0)
"""Slopes are cut here (80°): steeper ones are not seen from above."""

DIM = np.float32(0.35)
DARK = np.float32(0.2)
"""Below ``DIM`` times the albedo a light loses weight, down to almost none at ``DARK``."""


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

    Returns
    -------
    Shading
    """
    moving = directions.ndim == 4
    grid = directions if moving else directions[:, None, None, :]
    grid = np.ascontiguousarray(grid, dtype=np.float32)
    if images.dtype == np.float32:
        lut = np.zeros(1, np.float32)
    else:
        lut = linear_lut(images.dtype, linear=linear)
    rows, cols = images.shape[1:3]
    p = np.empty((rows, cols), np.float32)
    q = np.empty((rows, cols), np.float32)
    albedo = np.empty((rows, cols, 3), np.float32)
    trusted = np.empty((rows, cols), np.uint8)
    top = np.float32(0.995 if images.dtype == np.float32 else lut[-1] * 0.98)
    strength = np.float32(gloss.strength / (np.pi * gloss.roughness**2))
    breadth = np.float32(1.0 / gloss.roughness**2)
    direct = images.dtype == np.float32
    _solve(
        images, lut, direct, grid, moving, gain, channel, top, np.float32(TOLERANCE), strength, breadth,
        p, q, albedo, trusted,
    )  # fmt: skip
    return Shading(p=p, q=q, albedo=albedo, trusted=trusted)


@njit(cache=True, inline="always")
def _signal(code, lut, direct):  # type: ignore[no-untyped-def] # pragma: no cover
    return np.float32(code) if direct else lut[int(code)]


@njit(cache=True, fastmath=True, inline="always")
def _norm(b):  # type: ignore[no-untyped-def] # pragma: no cover
    return np.sqrt(b[0] * b[0] + b[1] * b[1] + b[2] * b[2])


@njit(cache=True, fastmath=True, inline="always")
def _rest(v, L, b, i):  # type: ignore[no-untyped-def] # pragma: no cover
    return abs(v[i] - (L[i, 0] * b[0] + L[i, 1] * b[1] + L[i, 2] * b[2]))


@njit(cache=True, fastmath=True)
def _fit(v, L, w, n, b):  # type: ignore[no-untyped-def] # pragma: no cover
    """Weighted least squares; False when the weighted lights lie (nearly) in one plane."""
    xx = xy = xz = yy = yz = zz = np.float32(0)
    rx = ry = rz = np.float32(0)
    for i in range(n):
        x, y, z = L[i, 0], L[i, 1], L[i, 2]
        wx, wy, wz = w[i] * x, w[i] * y, w[i] * z
        xx += wx * x
        xy += wx * y
        xz += wx * z
        yy += wy * y
        yz += wy * z
        zz += wz * z
        rx += wx * v[i]
        ry += wy * v[i]
        rz += wz * v[i]
    cxx = yy * zz - yz * yz
    cxy = xz * yz - xy * zz
    cxz = xy * yz - xz * yy
    det = xx * cxx + xy * cxy + xz * cxz
    if det < 1e-3:
        return False
    inv = np.float32(1) / det
    b[0] = (cxx * rx + cxy * ry + cxz * rz) * inv
    b[1] = (cxy * rx + (xx * zz - xz * xz) * ry + (xy * xz - xx * yz) * rz) * inv
    b[2] = (cxz * rx + (xy * xz - xx * yz) * ry + (xx * yy - xy * xy) * rz) * inv
    return True


@njit(cache=True)
def _sorted(v, valid, n, order):  # type: ignore[no-untyped-def] # pragma: no cover
    """Indices of the valid lights from dark to bright (insertion sort: a handful of lights)."""
    count = 0
    for i in range(n):
        if valid[i]:
            c = count - 1
            while c >= 0 and v[order[c]] > v[i]:
                order[c + 1] = order[c]
                c -= 1
            order[c + 1] = i
            count += 1
    return count


@njit(cache=True, fastmath=True)
def _trim(v, L, valid, n, tol, order, w, b, best):  # type: ignore[no-untyped-def] # pragma: no cover
    """Drop the fewest darkest and brightest lights until the rest agree; leaves the answer in ``best``."""
    count = _sorted(v, valid, n, order)
    lowest = np.float32(1e30)
    for drop in range(count - 2):
        for bright in range(min(drop, 2) + 1):
            w[:] = 0
            for k in range(drop - bright, count - bright):
                w[order[k]] = 1
            if not _fit(v, L, w, n, b) or b[2] <= 0:
                continue
            worst = np.float32(0)
            for i in range(n):
                if w[i] > 0:
                    worst = max(worst, _rest(v, L, b, i))
            # With three lights any surface fits, so a fit with more lights has the better claim.
            badness = worst / _norm(b) if count - drop > 3 else np.float32(1.5) * tol
            if badness < lowest:
                lowest = badness
                best[:] = b
        if lowest < tol:
            break
    return lowest < np.float32(1e29)


@njit(cache=True, fastmath=True)
def _agreeing(v, L, valid, n, tol, w, b):  # type: ignore[no-untyped-def] # pragma: no cover
    """Weight the lights that agree with ``b``; returns how many do.

    Light scattered in from around weighs most where little comes directly, so dim lights count less.
    """
    size = _norm(b)
    kept = 0
    for i in range(n):
        w[i] = 0
        if valid[i] and _rest(v, L, b, i) < tol * size:
            kept += 1
            w[i] = min(max((v[i] / size - DARK) / (DIM - DARK), np.float32(0.05)), np.float32(1))
    return kept


@njit(cache=True, fastmath=True)
def _surface(v, L, valid, n, tol, order, w, b, best):  # type: ignore[no-untyped-def] # pragma: no cover
    """Albedo times normal of one pixel into ``b``; returns the number of lights that agree with it."""
    good = 0
    for i in range(n):
        w[i] = 1 if valid[i] else 0
        good += valid[i]
    if good < 3 or not _fit(v, L, w, n, b):
        b[0] = b[1] = 0
        b[2] = 1e-6
        return 0
    size = _norm(b)
    clean = b[2] > 0
    for i in range(n):
        clean = clean and (not valid[i] or (_rest(v, L, b, i) <= tol * size and v[i] >= DIM * size))
    if clean:
        return good
    if not _trim(v, L, valid, n, tol, order, w, b, best):
        b[2] = max(b[2], np.float32(1e-6))
        return 0
    b[:] = best
    for _ in range(2):
        kept = _agreeing(v, L, valid, n, tol, w, b)
        if kept < 3 or not _fit(v, L, w, n, b) or b[2] <= 0:
            b[:] = best
            break
        best[:] = b
    return _agreeing(v, L, valid, n, tol, w, b)


@njit(cache=True, fastmath=True, inline="always")
def _between(size, cells, where):  # type: ignore[no-untyped-def] # pragma: no cover
    """Cells on both sides of a pixel on a coarse grid that spans the picture, and the share of the second."""
    place = min(max((where + 0.5) / size * cells - 0.5, 0.0), cells - 1.0)
    first = min(int(place), max(cells - 2, 0))
    return first, min(first + 1, cells - 1), np.float32(place - first)


@njit(cache=True, fastmath=True)
def _shine(v, L, n, b, strength, inverse_square, shine, matt, tilted):  # type: ignore[no-untyped-def] # pragma: no cover
    """Gloss that a surface ``b`` would show (see ``gloss``), and the problem with it taken out to first order.

    A step of Newton's method: around the present normal the gloss is linear in the normal, which tilts the light.
    """
    size = max(_norm(b), np.float32(1e-9))
    x, y, z = b[0] / size, b[1] / size, b[2] / size
    for i in range(n):
        span = np.sqrt(2 + 2 * L[i, 2])
        hx, hy, hz = L[i, 0] / span, L[i, 1] / span, (L[i, 2] + 1) / span
        cosine = hx * x + hy * y + hz * z
        shine[i] = 0
        slope = np.float32(0)
        if cosine > 0.3 and L[i, 0] * x + L[i, 1] * y + L[i, 2] * z > 0:
            squared = cosine * cosine
            shine[i] = strength / (squared * squared) * np.exp((1 - 1 / squared) * inverse_square)
            slope = shine[i] * (2 * inverse_square / squared - 4) / cosine
        # Across the normal only: along it the gloss does not change.
        slope /= size
        tilted[i, 0] = L[i, 0] + slope * (hx - cosine * x)
        tilted[i, 1] = L[i, 1] + slope * (hy - cosine * y)
        tilted[i, 2] = L[i, 2] + slope * (hz - cosine * z)
        matt[i] = v[i] - shine[i]


@njit(cache=True, fastmath=True)
def _reflectance(images, row, col, lut, direct, L, g, shine, w, kept, b, albedo):  # type: ignore[no-untyped-def] # pragma: no cover
    n, channels = images.shape[0], images.shape[3]
    size = max(_norm(b), np.float32(1e-9))
    for k in range(channels):
        num = np.float32(0)
        den = np.float32(1e-9)
        for i in range(n):
            weight = w[i] if kept >= 2 else np.float32(1)
            if weight > 0:
                s = max((L[i, 0] * b[0] + L[i, 1] * b[1] + L[i, 2] * b[2]) / size, np.float32(0))
                num += weight * s * (g[i] * _signal(images[i, row, col, k], lut, direct) - shine[i])
                den += weight * s * s
        albedo[row, col, k] = num / den
    for k in range(channels, 3):
        albedo[row, col, k] = albedo[row, col, 0]


@njit(cache=True, parallel=True, fastmath=True)
def _solve(  # type: ignore[no-untyped-def] # pragma: no cover
    images, lut, direct, grid, moving, gain, channel, top, tol, strength, inverse_square, p, q, albedo, trusted
):
    n, rows, cols = images.shape[:3]
    grows, gcols = gain.shape[1], gain.shape[2]
    for row in prange(rows):
        v = np.empty(n, np.float32)
        g = np.empty(n, np.float32)
        L = np.empty((n, 3), np.float32)
        L[:] = grid[:, 0, 0]
        shine = np.zeros(n, np.float32)
        matt = np.empty(n, np.float32)
        tilted = np.empty((n, 3), np.float32)
        valid = np.empty(n, np.bool_)
        w = np.empty(n, np.float32)
        order = np.empty(n, np.int64)
        b = np.empty(3, np.float32)
        best = np.empty(3, np.float32)
        r0, r1, tr = _between(rows, grows, row)
        line = (1 - tr) * gain[:, r0] + tr * gain[:, r1]
        turn = (1 - tr) * grid[:, min(r0, grid.shape[1] - 1)] + tr * grid[:, min(r1, grid.shape[1] - 1)]
        for col in range(cols):
            c0, c1, tc = _between(cols, gcols, col)
            for i in range(n):
                g[i] = (1 - tc) * line[i, c0] + tc * line[i, c1]
                if moving:
                    for k in range(3):
                        L[i, k] = (1 - tc) * turn[i, c0, k] + tc * turn[i, c1, k]
                raw = _signal(images[i, row, col, channel], lut, direct)
                valid[i] = raw < top
                v[i] = raw * g[i]
            kept = _surface(v, L, valid, n, tol, order, w, b, best)
            if strength > 0:
                for _ in range(GLOSS_ROUNDS):
                    _shine(v, L, n, b, strength, inverse_square, shine, matt, tilted)
                    kept = _surface(matt, tilted, valid, n, tol, order, w, b, best)
            trusted[row, col] = kept
            nz = max(b[2], np.float32(0.1) * _norm(b))
            p[row, col] = min(max(-b[0] / nz, -MAX_SLOPE), MAX_SLOPE)
            q[row, col] = min(max(b[1] / nz, -MAX_SLOPE), MAX_SLOPE)
            _reflectance(images, row, col, lut, direct, L, g, shine, w, kept, b, albedo)
