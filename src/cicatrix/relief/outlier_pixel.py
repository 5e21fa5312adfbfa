"""The surface of one pixel, lights that do not fit dropped (Numba kernels).

Where the lights disagree the darkest (shadow) and the brightest (gloss) are dropped, the fewest first, until the rest
agree. Gloss is taken out in steps of Newton's method: around the present normal it is linear in the normal, which tilts
the light.
"""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["DARK", "DIM", "GLOSS_ROUNDS", "SETTLED", "alone", "norm", "signal"]

GLOSS_ROUNDS = 3
SETTLED = np.float32(0.01)
"""Gloss is taken out in steps until the surface changes by less than this share, or so many times."""

DIM = np.float32(0.35)
DARK = np.float32(0.2)
"""Below ``DIM`` times the albedo a light loses weight, down to almost none at ``DARK``."""

ONE, TWO = np.float32(1), np.float32(2)


@njit(cache=True, inline="always")
def signal(code, lut, direct):  # type: ignore[no-untyped-def]
    """Linear light of a stored value."""
    return np.float32(code) if direct else lut[int(code)]


@njit(cache=True, fastmath=True, error_model="numpy", inline="always")
def norm(b):  # type: ignore[no-untyped-def]
    """Length of a vector."""
    return np.sqrt(b[0] * b[0] + b[1] * b[1] + b[2] * b[2])


@njit(cache=True, fastmath=True, error_model="numpy", inline="always")
def _rest(v, L, b, i):  # type: ignore[no-untyped-def]
    return abs(v[i] - (L[i, 0] * b[0] + L[i, 1] * b[1] + L[i, 2] * b[2]))


@njit(cache=True, fastmath=True, error_model="numpy")
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


@njit(cache=True, fastmath=True, error_model="numpy")
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
            badness = worst / norm(b) if count - drop > 3 else np.float32(1.5) * tol
            if badness < lowest:
                lowest = badness
                best[:] = b
        if lowest < tol:
            break
    return lowest < np.float32(1e29)


@njit(cache=True, fastmath=True, error_model="numpy")
def _agreeing(v, L, valid, n, tol, w, b):  # type: ignore[no-untyped-def]
    """Weight the lights that agree with ``b``; returns how many do.

    Light scattered in from around weighs most where little comes directly, so dim lights count less.
    """
    size = norm(b)
    kept = 0
    for i in range(n):
        w[i] = 0
        if valid[i] and _rest(v, L, b, i) < tol * size:
            kept += 1
            w[i] = min(max((v[i] / size - DARK) / (DIM - DARK), np.float32(0.05)), np.float32(1))
    return kept


@njit(cache=True, fastmath=True, error_model="numpy")
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
    size = norm(b)
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


@njit(cache=True, fastmath=True, error_model="numpy")
def _shine(v, L, H, n, b, strength, inverse_square, shine, matt, tilted):  # type: ignore[no-untyped-def]
    """Gloss that a surface ``b`` would show (see ``gloss``), and the problem with it taken out to first order.

    A step of Newton's method: around the present normal the gloss is linear in the normal, which tilts the light.
    """
    inverse = ONE / max(norm(b), np.float32(1e-9))
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


@njit(cache=True, fastmath=True, error_model="numpy")
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
        if norm(before) < SETTLED * norm(b):
            break
    return kept


@njit(cache=True, fastmath=True, error_model="numpy")
def _reflectance(images, row, col, lut, direct, L, g, shine, w, kept, b, albedo):  # type: ignore[no-untyped-def]
    """Albedo of each channel from the lights that agree, all lights where fewer than two do."""
    n, channels = images.shape[0], images.shape[3]
    inverse = ONE / max(norm(b), np.float32(1e-9))
    total = np.float32(1e-9)
    for k in range(3):
        albedo[row, col, k] = 0
    for i in range(n):
        weight = w[i] if kept >= 2 else ONE
        if weight > 0:
            facing = max((L[i, 0] * b[0] + L[i, 1] * b[1] + L[i, 2] * b[2]) * inverse, np.float32(0))
            total += weight * facing * facing
            for k in range(channels):
                light = g[i] * signal(images[i, row, col, k], lut, direct) - shine[i]
                albedo[row, col, k] += weight * facing * light
    for k in range(3):
        albedo[row, col, k] = albedo[row, col, min(k, channels - 1)] / (total if k < channels else ONE)


@njit(cache=True, fastmath=True, error_model="numpy")
def alone(  # type: ignore[no-untyped-def]
    images, row, col, lut, direct, near, valid, tol, strength, inverse_square, one, tilted, order, three, albedo
):
    """Solve one pixel whose lights may disagree, its signal and gain in ``one``; leaves its surface in ``three``."""
    n = len(valid)
    v, g, shine, matt, w = one[0], one[1], one[2], one[3], one[4]
    L, H = near[0], near[1]
    b, best, before = three[0], three[1], three[2]
    shine[:] = 0
    if strength > 0:
        kept = _under_gloss(
            v, L, H, valid, n, tol, strength, inverse_square, shine, matt, tilted, order, w, b, best, before
        )
    else:
        kept = _surface(v, L, valid, n, tol, order, w, b, best)
    _reflectance(images, row, col, lut, direct, L, g, shine, w, kept, b, albedo)
    return kept
