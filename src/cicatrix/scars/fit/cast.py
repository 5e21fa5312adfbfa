"""Light on a small piece of skin: matt shading with cast shadows (Numba kernels).

Shadows come from one sweep a light: going away from the light, the height below which a point lies in shadow is the
higher of the terrain and the shadow height one step nearer to the light, lowered by the light's slope. The same as a
ray from every pixel (the horizon of Max 1988, doi:10.1007/BF01905562), at the price of one pass.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

__all__ = ["cover", "gloss_of", "light_up"]

NOWHERE = np.float32(-1e9)


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _edge(before, near, here, after, fall):  # type: ignore[no-untyped-def]
    """Shadow of an edge between two points: where the slopes on both sides of it meet.

    Seen from the light the ground falls less than the light up to the edge and more beyond it, so the edge throws the
    shadow; the grid alone would put it up to a cell too near to the light.
    """
    rise, drop = near - before, after - here
    if rise <= -fall or drop >= -fall:
        return NOWHERE
    where = (here - drop - near) / (rise - drop)
    if where <= 0 or where >= 1:
        return NOWHERE
    return near + rise * where - (np.float32(1) - where) * fall


@njit(cache=True, nogil=True, fastmath=True)
def _down_rows(height, turn, aside, fall, shadow):  # type: ignore[no-untyped-def]
    """Sweep along the rows; a step of one row towards the light (``turn``) goes ``aside`` columns to the side."""
    rows, cols = height.shape
    shadow[:] = NOWHERE
    step = math.floor(aside)
    share = np.float32(aside - step)
    keep = np.float32(1) - share
    # Two steps towards the light, and one away from it.
    step2 = math.floor(2.0 * aside)
    share2 = np.float32(2.0 * aside - step2)
    back = math.floor(-aside)
    share_back = np.float32(-aside - back)
    first, last = max(0, -step), min(cols, cols - 1 - step)
    inner_first = max(first, -step2, -back)
    inner_last = min(last, cols - 1 - step2, cols - 1 - back)
    row = rows - 1 if turn > 0 else 0
    for k in range(rows - 1):
        row -= turn
        ahead = row + turn
        for col in range(first, last):
            at = col + step
            terrain = height[ahead, at] * keep + height[ahead, at + 1] * share
            shade = shadow[ahead, at] * keep + shadow[ahead, at + 1] * share
            shadow[row, col] = max(terrain, shade) - fall
        if 0 < k < rows - 2:
            far, behind = row + 2 * turn, row - turn
            for col in range(inner_first, inner_last):
                at, at2, at3 = col + step, col + step2, col + back
                near = height[ahead, at] * keep + height[ahead, at + 1] * share
                before = height[far, at2] + (height[far, at2 + 1] - height[far, at2]) * share2
                after = height[behind, at3] + (height[behind, at3 + 1] - height[behind, at3]) * share_back
                shadow[row, col] = max(shadow[row, col], _edge(before, near, height[row, col], after, fall))


@njit(cache=True, nogil=True, fastmath=True)
def sweep(height, drow, dcol, slope, shadow):  # type: ignore[no-untyped-def]
    """Height of the shadow over each corner, for a light in direction ``drow, dcol`` rising ``slope`` a cell."""
    if abs(drow) >= abs(dcol):
        _down_rows(height, 1 if drow > 0 else -1, dcol / abs(drow), np.float32(slope / abs(drow)), shadow)
    else:
        turned = np.empty((height.shape[1], height.shape[0]), np.float32)
        upright = np.ascontiguousarray(height.T)
        _down_rows(upright, 1 if dcol > 0 else -1, drow / abs(dcol), np.float32(slope / abs(dcol)), turned)
        shadow[:] = turned.T


@njit(cache=True, nogil=True, fastmath=True)
def light_up(height, cell, lights, shadow, out):  # type: ignore[no-untyped-def]
    """Irradiance of each cell under each light of unit strength.

    ``height`` is ``(rows + 1, cols + 1)`` at the cells' corners, ``lights`` ``(n, 3)`` with y up, ``shadow`` room of
    ``height``'s shape, ``out`` ``(n, rows, cols)``.
    """
    half = np.float32(0.5 / cell)
    rows, cols = out.shape[1], out.shape[2]
    normal = np.empty((4, rows, cols), np.float32)
    for row in range(rows):
        for col in range(cols):
            a, b = height[row, col], height[row, col + 1]
            c, d = height[row + 1, col], height[row + 1, col + 1]
            p, q = (b + d - a - c) * half, (c + d - a - b) * half
            up = np.float32(1) / math.sqrt(np.float32(1) + p * p + q * q)
            normal[0, row, col], normal[1, row, col], normal[2, row, col] = -p * up, -q * up, up
            normal[3, row, col] = a + b + c + d
    for i in range(lights.shape[0]):
        lx, ly, lz = np.float32(lights[i, 0]), np.float32(-lights[i, 1]), np.float32(lights[i, 2])
        flat = math.sqrt(lx * lx + ly * ly)
        if flat > 1e-6:
            sweep(height, ly / flat, lx / flat, lz / flat * cell, shadow)
        else:
            shadow[:] = NOWHERE
        soft = np.float32(0.25 / max(lz / max(flat, 1e-6) * cell, 1e-4))
        for row in range(rows):
            for col in range(cols):
                facing = normal[0, row, col] * lx + normal[1, row, col] * ly + normal[2, row, col] * lz
                # Height of the shadow over the cell: a cell across the shadow's edge is partly lit.
                over = shadow[row, col] + shadow[row, col + 1] + shadow[row + 1, col] + shadow[row + 1, col + 1]
                lit = np.float32(0.5) - (over - normal[3, row, col]) * soft
                out[i, row, col] = max(facing, np.float32(0)) * min(max(lit, np.float32(0)), np.float32(1))


@njit(cache=True, nogil=True, fastmath=True)
def cover(depth, radius, fill, out):  # type: ignore[no-untyped-def]
    """Add light that the pit's own walls give back, to each light's irradiance.

    A point at depth ``d`` under a mouth of radius ``R`` does not see ``d² / (R² + d²)`` of the sky (the middle of a
    cylinder's floor); from there comes the mean light inside times ``fill``, the share that skin gives back, over all
    bounces.
    """
    rows, cols = out.shape[1], out.shape[2]
    inside = _inside(depth, rows, cols)
    square = np.float32(radius * radius)
    for i in range(out.shape[0]):
        mean = _mean(out[i], inside)
        for row in range(rows):
            for col in range(cols):
                middle = np.float32(0.5) * (depth[row, col] + depth[row + 1, col + 1])
                hidden = np.float32(fill) * middle * middle / (square + middle * middle)
                out[i, row, col] += mean * hidden / (np.float32(1) - hidden)


@njit(cache=True, nogil=True)
def _inside(depth, rows, cols):  # type: ignore[no-untyped-def]
    """Cells deeper than a tenth of the greatest depth."""
    deepest = np.float32(0)
    for row in range(rows):
        for col in range(cols):
            deepest = max(deepest, depth[row, col])
    return depth[:rows, :cols] > np.float32(0.1) * deepest


@njit(cache=True, nogil=True)
def _mean(plane, inside):  # type: ignore[no-untyped-def]
    total, count = 0.0, 0
    for row in range(plane.shape[0]):
        for col in range(plane.shape[1]):
            if inside[row, col]:
                total += plane[row, col]
                count += 1
    return np.float32(total / max(count, 1))


@njit(cache=True, nogil=True, fastmath=True)
def gloss_of(height, cell, lights, strength, roughness, lit, out):  # type: ignore[no-untyped-def]
    """Gloss of each cell (see ``relief.gloss``) where ``lit`` is above zero."""
    half = 0.5 / cell
    breadth = 1.0 / (roughness * roughness)
    peak = strength * breadth / math.pi
    for i in range(lights.shape[0]):
        lx, ly, lz = lights[i, 0], -lights[i, 1], lights[i, 2]
        span = 1.0 / math.sqrt(2.0 + 2.0 * lz)
        for row in range(out.shape[1]):
            for col in range(out.shape[2]):
                out[i, row, col] = 0.0
                if lit[i, row, col] <= 0:
                    continue
                a, b = height[row, col], height[row, col + 1]
                c, d = height[row + 1, col], height[row + 1, col + 1]
                p, q = (b + d - a - c) * half, (c + d - a - b) * half
                cosine = ((lz + 1.0) - p * lx - q * ly) * span / math.sqrt(1.0 + p * p + q * q)
                if cosine > 0.3:
                    inverse = 1.0 / (cosine * cosine)
                    out[i, row, col] = peak * inverse * inverse * math.exp((1.0 - inverse) * breadth)
