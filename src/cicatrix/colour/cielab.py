"""CIELAB of linear sRGB under D65 (CIE 15; IEC 61966-2-1)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["LUMINANCE", "lab"]

_TO_XYZ: Final = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
LUMINANCE: Final = _TO_XYZ[1]
"""Weights of red, green and blue in the luminance."""


def lab(rgb: NDArray[np.floating]) -> NDArray[np.float64]:
    """L*, a* and b*.

    Parameters
    ----------
    rgb
        ``(..., 3)`` linear sRGB, 0 to 1.
    """
    share = np.asarray(rgb, dtype=np.float64) @ _TO_XYZ.T / _TO_XYZ.sum(axis=1)
    curve = np.where(share > (6 / 29) ** 3, np.cbrt(share), share / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = curve[..., 0], curve[..., 1], curve[..., 2]
    return np.stack([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)], axis=-1)
