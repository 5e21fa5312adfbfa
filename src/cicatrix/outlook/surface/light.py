"""Light on a height field, with cast shadows, scattered in the skin: what a simulated surface is shown under."""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["SCATTER_MM", "irradiance", "lit_skin"]

Plane = NDArray[np.float32]

SCATTER_MM: Final = (0.45, 0.16, 0.10)
"""How far red, green and blue light spread in the skin before they come out, as the spread of a Gaussian. Red travels
about a millimetre, blue 0.1-0.2 mm (Jacques 2013, doi:10.1088/0031-9155/58/11/R37); that a Gaussian of about half the
path stands for it is assumed."""

COOL: Final = np.float32(0.05)
"""Beside a shadow, where skin gives back less red, it looks at most so much cooler: Gaussians overdo that."""

SOFT_DEG: Final = 1.5
"""Half the angle over which a shadow's edge fades: lamps are no points."""

NOWHERE = np.float32(-1e9)


@njit(cache=True, nogil=True)
def _sweep(height: Plane, lights: Plane, cell: float, soft: float, out: Plane, seen: Plane) -> None:
    """Cosine times the share of the light that is seen, and that share, for a light more above or below than aside.

    Going away from the light, the height below which a point lies in shadow is the higher of the ground and the shadow
    one row nearer to the light, lowered by the light's slope (the horizon of Max 1988, doi:10.1007/BF01905562).
    """
    rows, cols = height.shape
    shade = np.full((rows, cols), NOWHERE, np.float32)
    middle = lights[:, rows // 2, cols // 2]
    towards = -1 if middle[1] > 0 else 1
    row = 0 if towards < 0 else rows - 1
    half, steep = np.float32(0.5 / cell), np.float32(soft)
    for k in range(rows):
        ahead = row + towards
        above, below = max(row - 1, 0), min(row + 1, rows - 1)
        for col in range(cols):
            lx, ly, lz = lights[0, row, col], lights[1, row, col], lights[2, row, col]
            left, right = max(col - 1, 0), min(col + 1, cols - 1)
            across = (height[row, right] - height[row, left]) * half
            down = (height[below, col] - height[above, col]) * half
            if right - left == 1:
                across *= np.float32(2)
            if below - above == 1:
                down *= np.float32(2)
            facing = (lz - across * lx + down * ly) / math.sqrt(np.float32(1) + across * across + down * down)
            share = np.float32(1)
            if k > 0:
                aside = lx / abs(ly)
                at = col + aside
                if 0 <= at <= cols - 1:
                    first = min(int(at), cols - 2)
                    part = np.float32(at - first)
                    ground = height[ahead, first] + part * (height[ahead, first + 1] - height[ahead, first])
                    cast = shade[ahead, first] + part * (shade[ahead, first + 1] - shade[ahead, first])
                    shade[row, col] = max(ground, cast) - np.float32(lz / abs(ly) * cell)
                    over = (shade[row, col] - height[row, col]) * steep
                    share = min(max(np.float32(0.5) - over, np.float32(0)), np.float32(1))
            out[row, col] = max(facing, np.float32(0)) * share
            seen[row, col] = share if facing > 0 else np.float32(0)
        row -= towards


def irradiance(height_mm: Plane, lights: Plane, pixel_mm: float) -> tuple[Plane, Plane]:
    """Light that reaches each pixel straight from one light of unit strength.

    Parameters
    ----------
    height_mm
        ``(rows, cols)``, positive towards the viewer.
    lights
        ``(3, rows, cols)`` unit vectors to the light (x right, y up, z to the viewer), which may change slowly over the
        picture; above the horizon.
    pixel_mm
        Width of a pixel.

    Returns
    -------
    light, seen : NDArray[np.float32]
        ``(rows, cols)`` cosine of the angle to the light (Lambert 1760) times the part of the light that is seen, and
        that part; 0 also where the surface turns away.
    """
    x, y, z = lights[:, lights.shape[1] // 2, lights.shape[2] // 2]
    height = np.ascontiguousarray(height_mm, dtype=np.float32)
    towards = np.ascontiguousarray(lights, dtype=np.float32)
    turned = abs(float(x)) > abs(float(y))
    if turned:  # swap the picture's axes: x right and y up become y up and x right with their signs changed
        height = np.ascontiguousarray(height.T)
        towards = np.ascontiguousarray(np.stack([-lights[1].T, -lights[0].T, lights[2].T]), dtype=np.float32)
    elevation = math.atan2(float(z), math.hypot(float(x), float(y)))
    # A lamp's edge moves the shadow by this much height at a typical distance from the edge that casts it.
    band_mm = max(2.0 * math.radians(SOFT_DEG) / math.cos(elevation) ** 2, pixel_mm * math.tan(elevation))
    out, seen = np.empty(height.shape, np.float32), np.empty(height.shape, np.float32)
    _sweep(height, towards, float(pixel_mm), 1.0 / band_mm, out, seen)
    return (out.T, seen.T) if turned else (out, seen)


def lit_skin(light: Plane, pixel_mm: float, channels: int) -> Plane:
    """Light that comes out of the skin again, spread by scattering, ``(rows, cols, channels)``."""
    spread = SCATTER_MM if channels == 3 else (SCATTER_MM[1],) * channels
    light = np.ascontiguousarray(light)
    blurred = [_spread(light, mm / pixel_mm) for mm in spread]
    if channels == 3:
        red, green, blue = blurred
        blurred = [np.maximum(red, (1.0 - COOL) * green), green, np.minimum(blue, (1.0 + COOL) * green)]
    return np.dstack(blurred) if channels > 1 else np.asarray(blurred[0][..., None])


def _spread(light: Plane, sigma: float) -> Plane:
    if sigma < 0.3:
        return light
    return np.asarray(cv2.GaussianBlur(light, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE))
