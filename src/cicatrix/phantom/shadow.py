"""Which part of a light each point of a height field sees, and which part of the sky (Numba kernels).

From every pixel the kernel walks over the height field towards the light and keeps the steepest slope met: the horizon.
A light is a disc; the part of it above the horizon gives the penumbra.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from cicatrix.phantom.filters import Plane

__all__ = ["BLOCK", "ceilings", "height_at", "openness", "seen_share"]

BLOCK = 8
"""Side of the blocks whose highest point lets the walk skip ground that lies below the ray."""


def ceilings(height_mm: Plane) -> Plane:
    """Highest point of each block and of the blocks around it."""
    rows, cols = height_mm.shape
    padded = np.pad(height_mm, ((0, -rows % BLOCK), (0, -cols % BLOCK)), mode="edge")
    blocks = padded.reshape(padded.shape[0] // BLOCK, BLOCK, padded.shape[1] // BLOCK, BLOCK).max(axis=(1, 3))
    return np.asarray(cv2.dilate(blocks, np.ones((3, 3), dtype=np.uint8)), dtype=np.float32)


@njit(cache=True, inline="always")
def height_at(height: Plane, row: float, col: float) -> float:
    """Height between pixels, by bilinear interpolation."""
    r, c = int(row), int(col)
    r = min(r, height.shape[0] - 2)
    c = min(c, height.shape[1] - 2)
    u, v = row - r, col - c
    upper = height[r, c] * (1.0 - v) + height[r, c + 1] * v
    lower = height[r + 1, c] * (1.0 - v) + height[r + 1, c + 1] * v
    return float(upper * (1.0 - u) + lower * u)


@njit(cache=True)
def _horizon(
    height: Plane,
    ceiling: Plane,
    row: int,
    col: int,
    step_row: float,
    step_col: float,
    slope_low: float,
    slope_high: float,
    reach: float,
) -> float:
    """Steepest slope (mm a pixel) met on the way; at most a little over ``slope_high``, at least ``slope_low``."""
    start = height[row, col]
    best = slope_low
    walked = 1.0
    last_row, last_col = height.shape[0] - 1.0, height.shape[1] - 1.0
    while walked <= reach:
        r, c = row + walked * step_row, col + walked * step_col
        if r < 0.0 or c < 0.0 or r > last_row or c > last_col:
            break
        if ceiling[int(r) // BLOCK, int(c) // BLOCK] < start + walked * best:
            # Nothing within a block's width of here rises above the horizon so far.
            walked += BLOCK
            continue
        slope = (height_at(height, r, c) - start) / walked
        if slope > best:
            best = slope
            if best >= slope_high:
                break
        walked += 1.0
    return best


@njit(cache=True, parallel=True)
def _seen(
    height: Plane,
    ceiling: Plane,
    pixel: float,
    light: NDArray[np.float64],
    far: bool,  # noqa: FBT001
    half_size: float,
    out: Plane,
) -> None:
    rows, cols = height.shape
    for row in prange(rows):
        for col in range(cols):
            lx, ly, lz = light[0], light[1], light[2]
            if not far:
                lx -= (col + 0.5 - 0.5 * cols) * pixel
                ly -= (0.5 * rows - row - 0.5) * pixel
                lz -= height[row, col]
            flat = math.sqrt(lx * lx + ly * ly)
            elevation = math.atan2(lz, flat)
            if flat < 1e-9:
                out[row, col] = 1.0
                continue
            low, high = elevation - half_size, elevation + half_size
            slope_low = math.tan(max(low, -1.5)) * pixel
            slope_high = math.tan(min(high, 1.5)) * pixel
            reach = 1e9 if far else flat / pixel
            best = _horizon(height, ceiling, row, col, -ly / flat, lx / flat, slope_low, slope_high, reach)
            if half_size < 1e-6:
                out[row, col] = 0.0 if best > slope_low else 1.0
                continue
            above = (elevation - math.atan(best / pixel)) / half_size
            above = min(max(above, -1.0), 1.0)
            out[row, col] = 0.5 + (above * math.sqrt(1.0 - above * above) + math.asin(above)) / math.pi


@njit(cache=True, parallel=True)
def _sky(height: Plane, ceiling: Plane, pixel: float, reach: float, directions: int, out: Plane) -> None:
    for row in prange(height.shape[0]):
        for col in range(height.shape[1]):
            total = 0.0
            for k in range(directions):
                heading = 2.0 * math.pi * (k + 0.5) / directions
                best = _horizon(height, ceiling, row, col, math.sin(heading), math.cos(heading), 0.0, 1e9, reach)
                slope = best / pixel
                total += 1.0 / (1.0 + slope * slope)
            out[row, col] = total / directions


def seen_share(height_mm: Plane, pixel_mm: float, light: NDArray[np.float64], *, far: bool, size_deg: float) -> Plane:
    """Share of a light's disc that each point sees.

    Parameters
    ----------
    height_mm
        ``(rows, cols)``.
    pixel_mm
        Width of a pixel.
    light
        ``(3,)``: direction to a far light, or place of a near one in mm from the middle of the field (x right, y up,
        z to the camera from height 0).
    far
        Which of the two.
    size_deg
        Angular diameter of the light; 0 makes hard shadows.

    Returns
    -------
    NDArray[np.float32]
        ``(rows, cols)``, 0 in full shadow to 1 in full light. The surface's own slope is not taken into account: that
        is the cosine's part.
    """
    height = np.ascontiguousarray(height_mm, dtype=np.float32)
    out = np.empty(height.shape, dtype=np.float32)
    half = 0.5 * math.radians(size_deg)
    _seen(height, ceilings(height), float(pixel_mm), np.asarray(light, dtype=np.float64), far, half, out)
    return out


def openness(height_mm: Plane, pixel_mm: float, *, reach_mm: float = 4.0, directions: int = 12) -> Plane:
    """Share of the light of an even sky that a level patch at each point gets: 1 on a plain, near 0 in a deep hole.

    Parameters
    ----------
    height_mm
        ``(rows, cols)``.
    pixel_mm
        Width of a pixel.
    reach_mm
        How far walls are looked for.
    directions
        In how many directions.

    Returns
    -------
    NDArray[np.float32]
        ``(rows, cols)``: mean over directions of the squared cosine of the horizon.
    """
    height = np.ascontiguousarray(height_mm, dtype=np.float32)
    out = np.empty(height.shape, dtype=np.float32)
    _sky(height, ceilings(height), float(pixel_mm), reach_mm / pixel_mm, directions, out)
    return out
