"""Light that travels inside the skin before it leaves: a sum of six Gaussians a colour.

d'Eon, Luebke and Enderton 2007, Efficient rendering of human skin (Eurographics Symposium on Rendering,
doi:10.2312/EGWR/EGSR07/147-157), and d'Eon and Luebke 2007, Advanced techniques for realistic real-time skin
rendering (GPU Gems 3, chapter 14): a three-layer model of skin fitted by Gaussians of these variances and weights.

The profile tells how much light leaves at a distance from where it entered. On nearly level skin that is a blur of the
picture. The floor of a pit is further from its rim than the picture shows, and a steep wall has more skin than it
shows, so there the sum runs over distances in space and areas of skin.
"""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from cicatrix.phantom.filters import AREA, LINEAR, Plane, gaussian, resized

__all__ = ["PROFILE", "Scatter", "spread_mm"]

PROFILE: Final = np.array(
    [
        [0.0064, 0.233, 0.455, 0.649],
        [0.0484, 0.100, 0.336, 0.344],
        [0.187, 0.118, 0.198, 0.000],
        [0.567, 0.113, 0.007, 0.007],
        [1.99, 0.358, 0.004, 0.000],
        [7.41, 0.078, 0.000, 0.000],
    ]
)
"""Variance in mm² and weights of red, green and blue; each colour's weights sum to 1."""

_LEVEL: Final = 1.1
_STEEP: Final = 1.7
"""Relief within reach of a Gaussian, in its standard deviations, below which it is a plain blur and above which it is
worked out in space; in between the two are mixed."""

_FAR: Final = 6
"""Exponent beyond which a Gaussian is taken as zero."""
_STEPS: Final = 512
"""Steps of an exponent of 1 in the table of the Gaussian along the height."""


def spread_mm(scale: float = 1.0) -> NDArray[np.float64]:
    """Root mean square distance along one axis that red, green and blue light travel."""
    weights = PROFILE[:, 1:] / PROFILE[:, 1:].sum(axis=0)
    return np.asarray(scale * np.sqrt((PROFILE[:, :1] * weights).sum(axis=0)))


class Scatter:
    """Distributes light that enters a piece of skin over the places where it leaves.

    Parameters
    ----------
    height_mm
        ``(rows, cols)`` heights of the skin.
    pixel_mm
        Width of a pixel.
    scale
        Factor on all lengths of the profile; 0 lets light out where it came in.
    """

    def __init__(self, height_mm: Plane, pixel_mm: float, scale: float = 1.0) -> None:
        self._pixel_mm = pixel_mm
        self._height = np.ascontiguousarray(height_mm, dtype=np.float32)
        down, across = np.gradient(self._height, np.float32(pixel_mm))
        self._area = np.sqrt(1.0 + down**2 + across**2).astype(np.float32)
        self._sigmas_mm = [] if scale <= 0.0 else [scale * math.sqrt(variance) for variance in PROFILE[:, 0]]
        self._steep = [self._steepness(sigma) for sigma in self._sigmas_mm]

    def _steepness(self, sigma_mm: float) -> Plane:
        """Share, 0 to 1, to which a Gaussian must be worked out in space at each pixel."""
        reach = 1.5 * sigma_mm / self._pixel_mm
        shrink = max(1, int(reach / 6.0))
        if reach < 0.5:
            return np.zeros_like(self._height)
        rows, cols = self._height.shape
        small = resized(self._height, max(1, rows // shrink), max(1, cols // shrink), AREA)
        side = 2 * round(reach / shrink) + 1
        window = np.ones((side, side), dtype=np.uint8)
        # A tilt alone stretches everything evenly: only what rises above or falls below the local plane counts.
        level = small - gaussian(small, max(0.5 * side, 0.8))
        rise = cv2.dilate(level, window) - cv2.erode(level, window)
        share = np.clip((rise / sigma_mm - _LEVEL) / (_STEEP - _LEVEL), 0.0, 1.0).astype(np.float32)
        return resized(share, rows, cols, LINEAR)

    def __call__(self, light: Plane) -> Plane:
        """Light that leaves.

        Parameters
        ----------
        light
            ``(rows, cols, 3)`` light that enters, linear.

        Returns
        -------
        NDArray[np.float32]
            The same shape. On level skin it has the same mean: the field is mirrored at its edges.
        """
        if not self._sigmas_mm:
            return light.copy()
        out = np.zeros_like(light)
        for sigma_mm, steep, (_, *weights) in zip(self._sigmas_mm, self._steep, PROFILE, strict=True):
            used = [channel for channel in range(3) if weights[channel] > 0.0]
            entering = np.ascontiguousarray(light[:, :, used])
            spread = _blur(entering, sigma_mm / self._pixel_mm).reshape(entering.shape)
            if steep.any():
                spread = self._in_space(entering, spread, steep, sigma_mm)
            for place, channel in enumerate(used):
                share = np.float32(weights[channel] / PROFILE[:, 1 + channel].sum())
                out[:, :, channel] += share * spread[:, :, place]
        return out

    def _in_space(self, entering: Plane, spread: Plane, steep: Plane, sigma_mm: float) -> Plane:
        sigma_px = sigma_mm / self._pixel_mm
        stride = max(1, int(sigma_px / 2.0))
        flow, area, height = entering * self._area[:, :, None], self._area, self._height
        if stride > 1:
            # Every `stride`-th pixel is visited, so each must speak for its neighbours.
            flow, area, height = (_boxed(plane, stride) for plane in (flow, area, height))
        taps = math.ceil(3.0 * sigma_px / stride)
        step = np.arange(-taps, taps + 1) * stride
        level = (step[:, None] ** 2 + step**2) / (2.0 * (sigma_px**2 - (stride**2 - 1) / 12.0))
        out = spread.copy()
        _gather(
            flow.reshape(entering.shape),
            area,
            height / np.float32(self._pixel_mm),
            self._height / np.float32(self._pixel_mm),
            steep,
            stride,
            np.where(level < _FAR, np.exp(-level), 0.0).astype(np.float32),
            _STEPS / 2.0 / sigma_px**2,
            np.exp(-np.arange(_STEPS * _FAR + 1) / _STEPS).astype(np.float32),
            out,
        )
        return out


@njit(cache=True, parallel=True)
def _gather(
    flow: Plane,
    area: Plane,
    height: Plane,
    own_height: Plane,
    steep: Plane,
    stride: int,
    across: Plane,
    along: float,
    falloff: Plane,
    out: Plane,
) -> None:
    """Mean of the light that enters around, weighted by a Gaussian of the distance in space; heights in pixels.

    ``across`` holds the Gaussian of the distance in the picture; ``falloff`` is a table of the one along the height.
    """
    rows, cols, channels = flow.shape
    taps = across.shape[0] // 2
    end = falloff.shape[0] - 1
    for row in prange(rows):
        total = np.empty(channels, dtype=np.float32)
        for col in range(cols):
            share = steep[row, col]
            if share <= 0.0:
                continue
            total[:] = 0.0
            weight = np.float32(0.0)
            for i in range(-taps, taps + 1):
                r = row + i * stride
                r = -r - 1 if r < 0 else (2 * rows - r - 1 if r >= rows else r)
                r = min(max(r, 0), rows - 1)
                for j in range(-taps, taps + 1):
                    c = col + j * stride
                    c = -c - 1 if c < 0 else (2 * cols - c - 1 if c >= cols else c)
                    c = min(max(c, 0), cols - 1)
                    rise = height[r, c] - own_height[row, col]
                    near = across[i + taps, j + taps] * falloff[min(int(rise * rise * along), end)]
                    weight += near * area[r, c]
                    for k in range(channels):
                        total[k] += near * flow[r, c, k]
            for k in range(channels):
                out[row, col, k] = (1.0 - share) * out[row, col, k] + share * total[k] / weight


def _boxed(plane: Plane, side: int) -> Plane:
    """Mean over a square of ``side`` pixels."""
    return np.asarray(cv2.blur(plane, (side, side), borderType=cv2.BORDER_REFLECT), dtype=np.float32)


def _blur(light: Plane, sigma_px: float) -> Plane:
    """Gaussian of any width; wide ones are made on a smaller picture (the loss is below 0.1 %)."""
    if sigma_px < 0.2:
        return light.copy()
    shrink = max(1, int(sigma_px / 6.0))
    if shrink == 1:
        return gaussian(light, sigma_px)
    rows, cols, channels = light.shape
    tall, wide = -(-rows // shrink), -(-cols // shrink)
    padded = np.pad(light, ((0, tall * shrink - rows), (0, wide * shrink - cols), (0, 0)), mode="symmetric")
    small = resized(padded, tall, wide, AREA).reshape(tall, wide, channels)
    # Averaging over blocks and linear interpolation between them widen the Gaussian; take that off.
    variance = (sigma_px / shrink) ** 2 - 1.0 / 12.0 - 1.0 / 6.0
    large = resized(gaussian(small, math.sqrt(variance)), tall * shrink, wide * shrink, LINEAR)
    return large.reshape(padded.shape)[:rows, :cols]
