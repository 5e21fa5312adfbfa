"""Light that travels inside the skin before it leaves: a sum of six Gaussians a colour.

d'Eon, Luebke and Enderton 2007, Efficient rendering of human skin (Eurographics Symposium on Rendering,
doi:10.2312/EGWR/EGSR07/147-157), and d'Eon and Luebke 2007, Advanced techniques for realistic real-time skin
rendering (GPU Gems 3, chapter 14): a three-layer model of skin fitted by Gaussians of these variances and weights.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["PROFILE", "diffuse", "spread_mm"]

Plane = NDArray[np.float32]

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


def spread_mm(scale: float = 1.0) -> NDArray[np.float64]:
    """Root mean square distance along one axis that red, green and blue light travel."""
    weights = PROFILE[:, 1:] / PROFILE[:, 1:].sum(axis=0)
    return scale * np.sqrt((PROFILE[:, :1] * weights).sum(axis=0))


def diffuse(light: Plane, pixel_mm: float, scale: float = 1.0) -> Plane:
    """Spread light that enters the skin over where it leaves.

    Parameters
    ----------
    light
        ``(rows, cols, 3)`` light that enters, linear.
    pixel_mm
        Width of a pixel.
    scale
        Factor on all lengths; 0 returns the light as it is.

    Returns
    -------
    NDArray[np.float32]
        The same shape and the same mean: the field is mirrored at its edges.
    """
    if scale <= 0.0:
        return light.copy()
    out = np.zeros_like(light)
    for variance, *weights in PROFILE:
        sigma = scale * float(np.sqrt(variance)) / pixel_mm
        used = [channel for channel in range(3) if weights[channel] > 0.0]
        spread = _blur(np.ascontiguousarray(light[:, :, used]), sigma)
        for place, channel in enumerate(used):
            share = weights[channel] / PROFILE[:, 1 + channel].sum()
            out[:, :, channel] += np.float32(share) * (spread if spread.ndim == 2 else spread[:, :, place])
    return out


def _blur(light: Plane, sigma_px: float) -> Plane:
    """Gaussian of any width; wide ones are made on a smaller picture (the loss is below 0.1 %)."""
    if sigma_px < 0.2:
        return light
    shrink = max(1, int(sigma_px / 6.0))
    if shrink == 1:
        return cv2.GaussianBlur(light, (0, 0), sigma_px, borderType=cv2.BORDER_REFLECT)
    rows, cols = light.shape[:2]
    padded = cv2.copyMakeBorder(light, 0, -rows % shrink, 0, -cols % shrink, cv2.BORDER_REFLECT)
    small = cv2.resize(
        padded, (padded.shape[1] // shrink, padded.shape[0] // shrink), interpolation=cv2.INTER_AREA
    )
    # Averaging over blocks and linear interpolation between them widen the Gaussian; take that off.
    variance = (sigma_px / shrink) ** 2 - 1.0 / 12.0 - 1.0 / 6.0
    small = cv2.GaussianBlur(small, (0, 0), float(np.sqrt(variance)), borderType=cv2.BORDER_REFLECT)
    large = cv2.resize(small, (padded.shape[1], padded.shape[0]), interpolation=cv2.INTER_LINEAR)
    return large[:rows, :cols]
