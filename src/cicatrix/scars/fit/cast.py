"""Light on a small piece of skin: matt shading with cast shadows (Numba kernels).

Shadows come from one sweep a light: going away from the light, the height below which a point lies in shadow is the
higher of the terrain and the shadow height one step nearer to the light, lowered by the light's slope. The same as a
ray from every pixel (the horizon of Max 1988, doi:10.1007/BF01905562), at the price of one pass.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from cicatrix.relief.fast_math import STRICT, exponential

__all__ = ["cover", "gloss_of", "light_up"]

NOWHERE, TINY = np.float32(-1e9), np.float32(1e-12)
NONE, ONE = np.float32(0), np.float32(1)

STEEPEST = np.float32(0.3)
"""Cosine to the halfway vector below which no gloss is seen."""


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _throw(nearest, nearer, here, behind, fall, out):  # type: ignore[no-untyped-def]
    """Height of the ground one step nearer to the light, or of the edge on the way there where that throws more.

    ``nearest`` and ``behind`` are two steps nearer and one step farther. Seen from the light the ground falls less
    than the light up to an edge and more beyond it, so the edge, where the slopes on both sides of it meet, throws the
    shadow; the grid alone would put it up to a cell too near to the light. Pairs of lines are a cell apart along the
    row, with the share of the second.
    """
    a, b, share_ab = nearest
    c, d, share_cd = nearer
    e, f, share_ef = behind
    for j in range(len(out)):
        near = c[j] + (d[j] - c[j]) * share_cd
        rise = near - (a[j] + (b[j] - a[j]) * share_ab)
        drop = e[j] + (f[j] - e[j]) * share_ef - here[j]
        # The slopes meet this share of the way between near and here; there is an edge where all four are above 0.
        gap = max(rise - drop, TINY)
        where = here[j] - drop - near
        edge = min(rise + fall, -fall - drop, where, gap - where)
        out[j] = near + (where * (rise + fall) / gap if edge > 0 else NONE)


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _fall_on(ground, first, second, share, fall, out):  # type: ignore[no-untyped-def]
    """Shadow height of a row from the ground and the shadow nearer to the light."""
    for j in range(len(out)):
        out[j] = max(ground[j], first[j] + (second[j] - first[j]) * share) - fall


@njit(cache=True, nogil=True)
def _split(aside):  # type: ignore[no-untyped-def]
    """Whole cells, and the share of a cell that is left."""
    whole = math.floor(aside)
    return whole, np.float32(aside - whole)


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _down_rows(height, turn, aside, fall, ground, shadow):  # type: ignore[no-untyped-def]
    """Sweep along the rows; a step of one row towards the light (``turn``) goes ``aside`` columns to the side.

    ``ground`` is room of ``height``'s shape. The edges are found for the whole plane as one line, which is quick and
    wrong at its sides, where lines of neighbouring rows meet: there the ground alone counts.
    """
    rows, cols = height.shape
    (step, share), (step2, share2), (back, share_back) = _split(aside), _split(2.0 * aside), _split(-aside)
    one, two, behind = turn * cols + step, 2 * turn * cols + step2, back - turn * cols
    low = max(0, -one, -two, -behind)
    high = height.size - 1 - max(0, one, two, behind)
    line = height.ravel()
    if high > low:
        _throw(
            (line[low + two : high + two], line[low + two + 1 : high + two + 1], share2),
            (line[low + one : high + one], line[low + one + 1 : high + one + 1], share),
            line[low:high],
            (line[low + behind : high + behind], line[low + behind + 1 : high + behind + 1], share_back),
            fall, ground.ravel()[low:high],
        )  # fmt: skip
    first, last = max(0, -step), min(cols, cols - 1 - step)
    inner = max(first, -step2, -back), min(last, cols - 1 - step2, cols - 1 - back)
    shadow[:] = NOWHERE
    for k in range(1, rows):
        row = rows - 1 - k if turn > 0 else k
        ahead = row + turn
        edges = inner if 1 < k < rows - 1 else (last, last)
        _plain(height, ahead, step, share, first, min(edges[0], last), ground, row)
        _plain(height, ahead, step, share, max(edges[1], first), last, ground, row)
        near = shadow[ahead]
        _fall_on(
            ground[row, first:last], near[first + step : last + step], near[first + step + 1 : last + step + 1],
            share, fall, shadow[row, first:last],
        )  # fmt: skip


@njit(cache=True, nogil=True)
def _plain(height, ahead, step, share, first, last, ground, row):  # type: ignore[no-untyped-def]
    for col in range(first, last):
        one, two = height[ahead, col + step], height[ahead, col + step + 1]
        ground[row, col] = one + (two - one) * share


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _turned(plane, out):  # type: ignore[no-untyped-def]
    for row in range(out.shape[0]):
        for col in range(out.shape[1]):
            out[row, col] = plane[col, row]


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _sweep(height, upright, drow, dcol, slope, room, shadow):  # type: ignore[no-untyped-def]
    """Sweep as ``sweep`` does, with the plane turned upright at hand, and room for two planes of its shape."""
    if abs(drow) >= abs(dcol):
        ground = room[0].ravel().reshape(height.shape)
        _down_rows(height, 1 if drow > 0 else -1, dcol / abs(drow), np.float32(slope / abs(drow)), ground, shadow)
    else:
        turn = 1 if dcol > 0 else -1
        _down_rows(upright, turn, drow / abs(dcol), np.float32(slope / abs(dcol)), room[0], room[1])
        _turned(room[1], shadow)


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def sweep(height, drow, dcol, slope, shadow):  # type: ignore[no-untyped-def]
    """Height of the shadow over each corner, for a light in direction ``drow, dcol`` rising ``slope`` a cell."""
    upright = np.empty((height.shape[1], height.shape[0]), np.float32)
    _turned(height, upright)
    _sweep(height, upright, drow, dcol, slope, np.empty((2, *upright.shape), np.float32), shadow)


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _face(above, below, half, normal):  # type: ignore[no-untyped-def]
    """Normals of a row of cells from the corners above and below it, and the sum of each cell's corners."""
    a, b, c, d = above[:-1], above[1:], below[:-1], below[1:]
    x, y, z, total = normal[0], normal[1], normal[2], normal[3]
    for j in range(len(a)):
        x[j], y[j] = (a[j] + c[j] - b[j] - d[j]) * half, (a[j] + b[j] - c[j] - d[j]) * half
        total[j] = a[j] + b[j] + c[j] + d[j]
    for j in range(len(a)):
        z[j] = ONE / np.float32(math.sqrt(ONE + x[j] * x[j] + y[j] * y[j]))
    for j in range(len(a)):
        x[j] *= z[j]
        y[j] *= z[j]


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _light_row(normal, above, below, light, soft, out):  # type: ignore[no-untyped-def]
    """Irradiance of a row of cells; a cell across the shadow's edge is partly lit."""
    a, b, c, d = above[:-1], above[1:], below[:-1], below[1:]
    x, y, z, total = normal[0], normal[1], normal[2], normal[3]
    for j in range(len(out)):
        facing = x[j] * light[0] + y[j] * light[1] + z[j] * light[2]
        lit = np.float32(0.5) - (a[j] + b[j] + c[j] + d[j] - total[j]) * soft
        out[j] = max(facing, NONE) * min(max(lit, NONE), ONE)


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def light_up(height, cell, lights, shadow, out):  # type: ignore[no-untyped-def]
    """Irradiance of each cell under each light of unit strength.

    ``height`` is ``(rows + 1, cols + 1)`` at the cells' corners, ``lights`` ``(n, 3)`` with y up, ``shadow`` room of
    ``height``'s shape, ``out`` ``(n, rows, cols)``.
    """
    rows, cols = out.shape[1], out.shape[2]
    normal = np.empty((rows, 4, cols), np.float32)
    for row in range(rows):
        _face(height[row], height[row + 1], np.float32(0.5 / cell), normal[row])
    upright = np.empty((cols + 1, rows + 1), np.float32)
    _turned(height, upright)
    room = np.empty((2, cols + 1, rows + 1), np.float32)
    for i in range(lights.shape[0]):
        light = np.float32(lights[i, 0]), np.float32(-lights[i, 1]), np.float32(lights[i, 2])
        flat = math.sqrt(lights[i, 0] ** 2 + lights[i, 1] ** 2)
        rise = lights[i, 2] / max(flat, 1e-6) * cell
        if flat > 1e-6:
            _sweep(height, upright, light[1] / flat, light[0] / flat, rise, room, shadow)
        else:
            shadow[:] = NOWHERE
        soft = np.float32(0.25 / max(rise, 1e-4))
        for row in range(rows):
            _light_row(normal[row], shadow[row], shadow[row + 1], light, soft, out[i, row])


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def cover(depth, radius, fill, out):  # type: ignore[no-untyped-def]
    """Add light that the pit's own walls give back, to each light's irradiance.

    A point at depth ``d`` under a mouth of radius ``R`` does not see ``d² / (R² + d²)`` of the sky (the middle of a
    cylinder's floor); from there comes the mean light inside times ``fill``, the share that skin gives back, over all
    bounces.
    """
    rows, cols = out.shape[1], out.shape[2]
    inside = _inside(depth, rows, cols)
    back = np.empty((rows, cols), np.float32)
    square, share = np.float32(radius * radius), np.float32(fill)
    for row in range(rows):
        for col in range(cols):
            middle = np.float32(0.5) * (depth[row, col] + depth[row + 1, col + 1])
            hidden = share * middle * middle / (square + middle * middle)
            back[row, col] = hidden / (ONE - hidden)
    cells, places = back.ravel(), np.flatnonzero(inside)
    for i in range(out.shape[0]):
        plane = out[i].ravel()
        total = 0.0
        for place in places:
            total += plane[place]
        mean = np.float32(total / max(len(places), 1))
        for j in range(len(cells)):
            plane[j] += mean * cells[j]


@njit(cache=True, nogil=True)
def _inside(depth, rows, cols):  # type: ignore[no-untyped-def]
    """Cells deeper than a tenth of the greatest depth."""
    deepest = NONE
    for row in range(rows):
        for col in range(cols):
            deepest = max(deepest, depth[row, col])
    return depth[:rows, :cols] > np.float32(0.1) * deepest


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def gloss_of(height, cell, lights, gloss, lit, out):  # type: ignore[no-untyped-def]
    """Gloss of each cell (see ``relief.gloss``) where ``lit`` is above zero.

    ``gloss`` holds its strength, its roughness, and x, y and z of the direction to the camera.
    """
    strength, roughness, x, y, z = gloss
    breadth = np.float32(1.0 / (roughness * roughness))
    peak = np.float32(strength * breadth / math.pi)
    normal = np.empty((4, out.shape[2]), np.float32)
    inverse = np.empty(out.shape[2], np.float32)
    for row in range(out.shape[1]):
        _face(height[row], height[row + 1], np.float32(0.5 / cell), normal)
        for i in range(lights.shape[0]):
            facing = lights[i, 0] * x + lights[i, 1] * y + lights[i, 2] * z
            span = 1.0 / math.sqrt(max(2.0 + 2.0 * facing, 1e-9))
            half = (
                np.float32((lights[i, 0] + x) * span),
                np.float32(-(lights[i, 1] + y) * span),
                np.float32((lights[i, 2] + z) * span),
            )
            _lobe_row(normal, half, breadth, inverse, out[i, row])
            _shine_row(inverse, peak, lit[i, row], out[i, row])


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _lobe_row(normal, half, breadth, inverse, out):  # type: ignore[no-untyped-def]
    """One over the squared cosine to the halfway vector ``half``, 0 where it is too far, and the lobe's exponential."""
    x, y, z = normal[0], normal[1], normal[2]
    for j in range(len(out)):
        cosine = x[j] * half[0] + y[j] * half[1] + z[j] * half[2]
        safe = max(cosine, STEEPEST)
        square = ONE / (safe * safe)
        out[j] = (ONE - square) * breadth
        inverse[j] = square if cosine > STEEPEST else NONE
    exponential(out)


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _shine_row(inverse, peak, lit, out):  # type: ignore[no-untyped-def]
    for j in range(len(out)):
        out[j] *= (peak if lit[j] > 0 else NONE) * inverse[j] * inverse[j]
