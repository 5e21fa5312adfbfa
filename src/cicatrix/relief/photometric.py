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
SETTLED = np.float32(0.01)
"""Gloss is taken out in steps until the surface changes by less than this share, or so many times."""

ONE, TWO = np.float32(1), np.float32(2)

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
    _solve(
        stack, lut, direct, grid, moving, gain, channel, top, np.float32(TOLERANCE), strength, breadth,
        p, q, albedo, trusted,
    )  # fmt: skip
    return Shading(p=p, q=q, albedo=albedo, trusted=trusted)


@njit(cache=True, inline="always")
def _signal(code, lut, direct):  # type: ignore[no-untyped-def]
    return np.float32(code) if direct else lut[int(code)]


@njit(cache=True, fastmath=True, inline="always")
def _norm(b):  # type: ignore[no-untyped-def]
    return np.sqrt(b[0] * b[0] + b[1] * b[1] + b[2] * b[2])


@njit(cache=True, fastmath=True, inline="always")
def _rest(v, L, b, i):  # type: ignore[no-untyped-def]
    return abs(v[i] - (L[i, 0] * b[0] + L[i, 1] * b[1] + L[i, 2] * b[2]))


@njit(cache=True, fastmath=True)
def _fit(v, L, w, n, b):  # type: ignore[no-untyped-def]
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
def _sorted(v, valid, n, order):  # type: ignore[no-untyped-def]
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
def _trim(v, L, valid, n, tol, order, w, b, best):  # type: ignore[no-untyped-def]
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
def _agreeing(v, L, valid, n, tol, w, b):  # type: ignore[no-untyped-def]
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
def _surface(v, L, valid, n, tol, order, w, b, best):  # type: ignore[no-untyped-def]
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
    agree = b[2] > 0
    bright = True
    for i in range(n):
        if valid[i]:
            agree = agree and _rest(v, L, b, i) <= tol * size
            bright = bright and v[i] >= DIM * size
    if agree and bright:
        return good
    if agree:
        best[:] = b
    elif not _trim(v, L, valid, n, tol, order, w, b, best):
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
def _between(size, cells, where):  # type: ignore[no-untyped-def]
    """Cells on both sides of a pixel on a coarse grid that spans the picture, and the share of the second."""
    place = min(max((where + 0.5) / size * cells - 0.5, 0.0), cells - 1.0)
    first = min(int(place), max(cells - 2, 0))
    return first, min(first + 1, cells - 1), np.float32(place - first)


@njit(cache=True, fastmath=True, inline="always")
def _halfway(L, n, H):  # type: ignore[no-untyped-def]
    """Halfway vectors between the lights and the camera."""
    for i in range(n):
        span = ONE / np.sqrt(TWO + TWO * L[i, 2])
        H[i, 0], H[i, 1], H[i, 2] = L[i, 0] * span, L[i, 1] * span, (L[i, 2] + ONE) * span


@njit(cache=True, fastmath=True)
def _shine(v, L, H, n, b, strength, inverse_square, shine, matt, tilted):  # type: ignore[no-untyped-def]
    """Gloss that a surface ``b`` would show (see ``gloss``), and the problem with it taken out to first order.

    A step of Newton's method: around the present normal the gloss is linear in the normal, which tilts the light.
    """
    inverse = ONE / max(_norm(b), np.float32(1e-9))
    x, y, z = b[0] * inverse, b[1] * inverse, b[2] * inverse
    for i in range(n):
        cosine = H[i, 0] * x + H[i, 1] * y + H[i, 2] * z
        gloss = slope = np.float32(0)
        if cosine > np.float32(0.3) and L[i, 0] * x + L[i, 1] * y + L[i, 2] * z > 0:
            squared = ONE / (cosine * cosine)
            gloss = strength * squared * squared * np.exp((ONE - squared) * inverse_square)
            # Across the normal only: along it the gloss does not change.
            slope = gloss * (TWO * inverse_square * squared - TWO - TWO) / cosine * inverse
        shine[i] = gloss
        matt[i] = v[i] - gloss
        tilted[i, 0] = L[i, 0] + slope * (H[i, 0] - cosine * x)
        tilted[i, 1] = L[i, 1] + slope * (H[i, 1] - cosine * y)
        tilted[i, 2] = L[i, 2] + slope * (H[i, 2] - cosine * z)


@njit(cache=True, fastmath=True)
def _under_gloss(  # type: ignore[no-untyped-def]
    v, L, H, valid, n, tol, strength, inverse_square, shine, matt, tilted, order, w, b, best, before
):
    """Surface of one pixel with the gloss taken out; returns the number of lights that agree with it."""
    for i in range(n):
        w[i] = 1 if valid[i] else 0
    _fit(v, L, w, n, b)
    _shine(v, L, H, n, b, strength, inverse_square, shine, matt, tilted)
    _fit(matt, tilted, w, n, b)
    kept = 0
    for _ in range(GLOSS_ROUNDS):
        before[:] = b
        _shine(v, L, H, n, b, strength, inverse_square, shine, matt, tilted)
        kept = _surface(matt, tilted, valid, n, tol, order, w, b, best)
        before -= b
        if _norm(before) < SETTLED * _norm(b):
            break
    return kept


@njit(cache=True, fastmath=True)
def _reflectance(images, row, col, lut, direct, L, g, shine, w, kept, b, albedo):  # type: ignore[no-untyped-def]
    """Albedo of each channel from the lights that agree, all lights where fewer than two do."""
    n, channels = images.shape[0], images.shape[3]
    inverse = ONE / max(_norm(b), np.float32(1e-9))
    total = np.float32(1e-9)
    for k in range(3):
        albedo[row, col, k] = 0
    for i in range(n):
        weight = w[i] if kept >= 2 else ONE
        if weight > 0:
            facing = max((L[i, 0] * b[0] + L[i, 1] * b[1] + L[i, 2] * b[2]) * inverse, np.float32(0))
            total += weight * facing * facing
            for k in range(channels):
                light = g[i] * _signal(images[i, row, col, k], lut, direct) - shine[i]
                albedo[row, col, k] += weight * facing * light
    for k in range(3):
        albedo[row, col, k] = albedo[row, col, min(k, channels - 1)] / (total if k < channels else ONE)


@njit(cache=True, parallel=True, fastmath=True)
def _solve(  # type: ignore[no-untyped-def]
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
        b = np.zeros(3, np.float32)
        best = np.empty(3, np.float32)
        before = np.empty(3, np.float32)
        H = np.empty((n, 3), np.float32)
        _halfway(L, n, H)
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
            if strength > 0:
                if moving:
                    _halfway(L, n, H)
                kept = _under_gloss(
                    v, L, H, valid, n, tol, strength, inverse_square, shine, matt, tilted, order, w, b, best, before
                )
            else:
                kept = _surface(v, L, valid, n, tol, order, w, b, best)
            trusted[row, col] = kept
            nz = max(b[2], np.float32(0.1) * _norm(b))
            p[row, col] = min(max(-b[0] / nz, -MAX_SLOPE), MAX_SLOPE)
            q[row, col] = min(max(b[1] / nz, -MAX_SLOPE), MAX_SLOPE)
            _reflectance(images, row, col, lut, direct, L, g, shine, w, kept, b, albedo)
