"""Surfaces of the pixels whose lights all agree, many at once (Numba kernels).

Most skin is plain: every light agrees with one matt surface, gloss taken out. There nothing is decided pixel by pixel,
so that the same arithmetic runs on as many pixels as the processor holds side by side. The answer is that of
``photometric`` pixel by pixel, up to rounding; pixels where a light is shadowed or saturated are left to it.

``STRETCH`` pixels of a row are solved at once. What belongs to a pixel lies in lines of that length, and what has
components in lines one after the other: ``(lights, STRETCH)`` for a signal, ``(lights, 3 * STRETCH)`` for directions,
``(3 * STRETCH,)`` for a vector. Lines at distances that the compiler knows are what lets it see that they are apart.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numba import njit

from cicatrix.relief.fast_math import STRICT, exponential

__all__ = ["STRETCH", "agreeing", "halfway", "reflected"]

STRETCH: Final = 256
"""Pixels that are solved at once: their lines fit the processor's cache."""

S2, S3, S4, S5, S6, S7, S8 = (k * STRETCH for k in range(2, 9))

NONE, ONE, TWO, FOUR = np.float32(0), np.float32(1), np.float32(2), np.float32(4)

SMALLEST = np.float32(1e-9)
LEAST = np.float32(0.05)
"""Least weight of a light that agrees."""

FLAT = np.float32(1e-3)
"""The lights lie (nearly) in one plane when the determinant of their normal matrix is below this."""

STEEPEST = np.float32(0.3)
"""Cosine between the normal and the halfway vector below which no gloss is seen."""


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _add_products(d, value, weight, sums):  # type: ignore[no-untyped-def]
    """Add one light to the normal equations: xx, xy, xz, yy, yz, zz, and x, y, z times the signal."""
    for j in range(STRETCH):
        x, y, z = d[j], d[STRETCH + j], d[S2 + j]
        wx, wy, wz = weight[j] * x, weight[j] * y, weight[j] * z
        sums[j] += wx * x
        sums[STRETCH + j] += wx * y
        sums[S2 + j] += wx * z
        sums[S3 + j] += wy * y
        sums[S4 + j] += wy * z
        sums[S5 + j] += wz * z
        sums[S6 + j] += wx * value[j]
        sums[S7 + j] += wy * value[j]
        sums[S8 + j] += wz * value[j]


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _least_squares(v, L, w, sums, easy, b):  # type: ignore[no-untyped-def]
    """Albedo times normal of each pixel; no longer easy where the weighted lights lie (nearly) in one plane."""
    sums[:] = 0
    for i in range(len(v)):
        _add_products(L[i], v[i], w[i], sums)
    for j in range(STRETCH):
        xx, xy, xz = sums[j], sums[STRETCH + j], sums[S2 + j]
        yy, yz, zz = sums[S3 + j], sums[S4 + j], sums[S5 + j]
        rx, ry, rz = sums[S6 + j], sums[S7 + j], sums[S8 + j]
        cxx, cxy, cxz, cyz = yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy, xy * xz - xx * yz
        det = xx * cxx + xy * cxy + xz * cxz
        easy[j] = easy[j] if det >= FLAT else NONE
        inverse = ONE / max(det, FLAT)
        b[j] = (cxx * rx + cxy * ry + cxz * rz) * inverse
        b[STRETCH + j] = (cxy * rx + (xx * zz - xz * xz) * ry + cyz * rz) * inverse
        b[S2 + j] = (cxz * rx + cyz * ry + (xx * yy - xy * xy) * rz) * inverse


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _unit(b, normal):  # type: ignore[no-untyped-def]
    """Unit normal and length of each vector, four lines."""
    for j in range(STRETCH):
        x, y, z = b[j], b[STRETCH + j], b[S2 + j]
        size = max(np.float32(math.sqrt(x * x + y * y + z * z)), SMALLEST)
        inverse = ONE / size
        normal[j], normal[STRETCH + j], normal[S2 + j] = x * inverse, y * inverse, z * inverse
        normal[S3 + j] = size


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _angles(d, h, normal, work):  # type: ignore[no-untyped-def]
    """Write the cosine between normal and halfway vector, one over its square, and 1 where there can be gloss."""
    for j in range(STRETCH):
        x, y, z = normal[j], normal[STRETCH + j], normal[S2 + j]
        cosine = h[j] * x + h[STRETCH + j] * y + h[S2 + j] * z
        facing = d[j] * x + d[STRETCH + j] * y + d[S2 + j] * z
        safe = max(cosine, STEEPEST)
        work[j] = cosine
        work[STRETCH + j] = ONE / (safe * safe)
        work[S2 + j] = ONE if min(cosine - STEEPEST, facing) > 0 else NONE


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _glossy(work, normal, strength, breadth, gloss):  # type: ignore[no-untyped-def]
    """Gloss from what ``_angles`` wrote, and how fast it falls with the normal, in its last line."""
    for j in range(STRETCH):
        gloss[j] = (ONE - work[STRETCH + j]) * breadth
    exponential(gloss)
    for j in range(STRETCH):
        gloss[j] *= strength * work[S2 + j] * work[STRETCH + j] * work[STRETCH + j]
    for j in range(STRETCH):
        steep = (TWO * breadth * work[STRETCH + j] - FOUR) / (max(work[j], STEEPEST) * normal[S3 + j])
        work[S2 + j] = gloss[j] * steep


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _tilt(d, h, normal, work, tilted):  # type: ignore[no-untyped-def]
    """Direction of a light with what the gloss changes with the normal, across the normal only."""
    for j in range(STRETCH):
        cosine, slope = work[j], work[S2 + j]
        tilted[j] = d[j] + slope * (h[j] - cosine * normal[j])
        tilted[STRETCH + j] = d[STRETCH + j] + slope * (h[STRETCH + j] - cosine * normal[STRETCH + j])
        tilted[S2 + j] = d[S2 + j] + slope * (h[S2 + j] - cosine * normal[S2 + j])


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _without_gloss(v, L, H, normal, strength, breadth, gloss, matt, tilted):  # type: ignore[no-untyped-def]
    """Take out the gloss that the surfaces would show, to first order in the normal (see ``photometric``)."""
    work = np.empty(S3, np.float32)
    for i in range(len(v)):
        _angles(L[i], H[i], normal, work)
        _glossy(work, normal, strength, breadth, gloss[i])
        _tilt(L[i], H[i], normal, work, tilted[i])
        signal, shine, less = v[i], gloss[i], matt[i]
        for j in range(STRETCH):
            less[j] = signal[j] - shine[j]


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _check(v, L, b, normal, tolerance, dim, active, easy, dimmed):  # type: ignore[no-untyped-def]
    """No longer easy where a light disagrees with the surface; ``dimmed`` 1 where one is dim. True if any is."""
    dimmed[:] = 0
    for i in range(len(v)):
        d, value = L[i], v[i]
        for j in range(STRETCH):
            rest = value[j] - (d[j] * b[j] + d[STRETCH + j] * b[STRETCH + j] + d[S2 + j] * b[S2 + j])
            easy[j] = easy[j] if (tolerance * normal[S3 + j] - abs(rest)) * active[j] >= 0 else NONE
        for j in range(STRETCH):
            dimmed[j] = dimmed[j] if value[j] >= dim * normal[S3 + j] else ONE
    for j in range(STRETCH):
        easy[j] = easy[j] if b[S2 + j] > 0 else NONE
        dimmed[j] *= easy[j] * active[j]
    return dimmed.max() > 0


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _weigh(v, L, b, normal, tolerance, dim, dark, w, kept):  # type: ignore[no-untyped-def]
    """Weights of the lights that agree with each surface, dim ones less, and how many they are."""
    kept[:] = 0
    steep = ONE / (dim - dark)
    for i in range(len(v)):
        d, value, weight = L[i], v[i], w[i]
        for j in range(STRETCH):
            rest = value[j] - (d[j] * b[j] + d[STRETCH + j] * b[STRETCH + j] + d[S2 + j] * b[S2 + j])
            share = (value[j] / normal[S3 + j] - dark) * steep
            agrees = ONE if abs(rest) < tolerance * normal[S3 + j] else NONE
            weight[j] = agrees * min(max(share, LEAST), ONE)
            kept[j] += agrees


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _reweighed(v, L, tolerance, dim, dark, dimmed, sums, easy, b, normal, w, kept):  # type: ignore[no-untyped-def]
    """Solve again where lights are dim, twice, with weights; leaves the weights and how many lights agree."""
    again = np.empty(S3, np.float32)
    sound = np.empty(STRETCH, np.float32)
    for _ in range(2):
        _weigh(v, L, b, normal, tolerance, dim, dark, w, kept)
        sound[:] = 1
        _least_squares(v, L, w, sums, sound, again)
        for j in range(STRETCH):
            sound[j] = sound[j] if min(kept[j] - TWO, again[S2 + j]) > 0 else NONE
        for j in range(STRETCH):
            easy[j] = easy[j] if sound[j] >= dimmed[j] else NONE
        for j in range(STRETCH):
            b[j] = again[j] if dimmed[j] > 0 else b[j]
            b[STRETCH + j] = again[STRETCH + j] if dimmed[j] > 0 else b[STRETCH + j]
            b[S2 + j] = again[S2 + j] if dimmed[j] > 0 else b[S2 + j]
        _unit(b, normal)
    _weigh(v, L, b, normal, tolerance, dim, dark, w, kept)
    for i in range(len(w)):
        weight = w[i]
        for j in range(STRETCH):
            weight[j] = weight[j] if dimmed[j] > 0 else ONE
    for j in range(STRETCH):
        kept[j] = kept[j] if dimmed[j] > 0 else np.float32(len(v))


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _surfaces(v, L, limits, active, sums, easy, b, normal, w, kept):  # type: ignore[no-untyped-def]
    """Surfaces that all lights agree with, dim lights weighed down; easy no longer where there is none."""
    tolerance, dim, dark = limits
    dimmed = np.empty(STRETCH, np.float32)
    w[:], kept[:] = ONE, np.float32(len(v))
    _least_squares(v, L, w, sums, easy, b)
    _unit(b, normal)
    if _check(v, L, b, normal, tolerance, dim, active, easy, dimmed):
        _reweighed(v, L, tolerance, dim, dark, dimmed, sums, easy, b, normal, w, kept)


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _keep(source, active, target):  # type: ignore[no-untyped-def]
    """Take over lines where pixels are still active."""
    for i in range(len(source)):
        new, old = source[i], target[i]
        for j in range(STRETCH):
            old[j] = new[j] if active[j] > 0 else old[j]


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _accept(new, normal, settled, b, active):  # type: ignore[no-untyped-def]
    """Go on to the new surfaces; True while some have not settled."""
    for j in range(STRETCH):
        dx, dy, dz = new[j] - b[j], new[STRETCH + j] - b[STRETCH + j], new[S2 + j] - b[S2 + j]
        share, going = settled * normal[S3 + j], active[j] > 0
        b[j] = new[j] if going else b[j]
        b[STRETCH + j] = new[STRETCH + j] if going else b[STRETCH + j]
        b[S2 + j] = new[S2 + j] if going else b[S2 + j]
        active[j] = active[j] if dx * dx + dy * dy + dz * dz >= share * share else NONE
    return active.max() > 0


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def agreeing(v, L, H, strength, breadth, rounds, settled, limits, easy, shine, b, w, kept):  # type: ignore[no-untyped-def]
    """Albedo times normal of the pixels that stay ``easy`` (1; others become 0), and their gloss.

    Parameters
    ----------
    v, L, H
        Signal, directions of the lights, and halfway vectors to the camera.
    strength, breadth
        Of the gloss; none is taken out with a strength of 0.
    rounds, settled
        How often gloss is taken out at most, and the share of change that ends it.
    limits
        Tolerance of a light, and the shares of the albedo at which it is dim and dark.
    shine, w, kept
        Room for gloss, weights ``(lights, STRETCH)``, and the number of lights that agree ``(1, STRETCH)``.
    """
    n = len(v)
    sums, normal = np.empty(9 * STRETCH, np.float32), np.empty(S4, np.float32)
    active = np.ones(STRETCH, np.float32)
    shine[:] = 0
    if strength <= 0:
        _surfaces(v, L, limits, active, sums, easy, b, normal, w, kept[0])
        return
    matt, tilted = np.empty((n, STRETCH), np.float32), np.empty((n, S3), np.float32)
    gloss, weight, count = np.empty_like(matt), np.empty_like(matt), np.empty_like(kept)
    new = np.empty(S3, np.float32)
    w[:] = 1
    _least_squares(v, L, w, sums, easy, b)
    _unit(b, normal)
    _without_gloss(v, L, H, normal, strength, breadth, gloss, matt, tilted)
    _least_squares(matt, tilted, w, sums, easy, b)
    for _ in range(rounds):
        _unit(b, normal)
        _without_gloss(v, L, H, normal, strength, breadth, gloss, matt, tilted)
        _surfaces(matt, tilted, limits, active, sums, easy, new, normal, weight, count[0])
        _keep(gloss, active, shine)
        _keep(weight, active, w)
        _keep(count, active, kept)
        if not _accept(new, normal, settled, b, active):
            break


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def halfway(L, view, H):  # type: ignore[no-untyped-def]
    """Halfway vectors between the lights and the camera in direction ``view``."""
    x, y, z = view
    for i in range(len(L)):
        d, h = L[i], H[i]
        for j in range(STRETCH):
            facing = d[j] * x + d[STRETCH + j] * y + d[S2 + j] * z
            span = ONE / np.float32(math.sqrt(max(TWO + TWO * facing, SMALLEST)))
            h[j], h[STRETCH + j], h[S2 + j] = (d[j] + x) * span, (d[STRETCH + j] + y) * span, (d[S2 + j] + z) * span


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def reflected(light, L, b, shine, w, out):  # type: ignore[no-untyped-def]
    """Albedo of a channel from its evened signal under the weighted lights."""
    normal, total = np.empty(S4, np.float32), np.full(STRETCH, SMALLEST)
    _unit(b, normal)
    out[:] = 0
    for i in range(len(light)):
        d, signal, gloss, weight = L[i], light[i], shine[i], w[i]
        for j in range(STRETCH):
            facing = d[j] * normal[j] + d[STRETCH + j] * normal[STRETCH + j] + d[S2 + j] * normal[S2 + j]
            facing = max(facing, NONE)
            total[j] += weight[j] * facing * facing
            out[j] += weight[j] * facing * (signal[j] - gloss[j])
    for j in range(STRETCH):
        out[j] /= total[j]
