"""From stored pixel values to light and back (sRGB transfer function).

IEC 61966-2-1:1999, Multimedia systems and equipment - Colour measurement and management - Part 2-1: Default RGB
colour space - sRGB.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["decode_srgb", "encode_srgb", "linear_lut"]


def decode_srgb(encoded: NDArray[np.floating]) -> NDArray[np.float64]:
    """Linear light of sRGB values.

    Parameters
    ----------
    encoded
        Any shape, 0 (black) to 1 (white); values outside are clipped.

    Returns
    -------
    NDArray[np.float64]
        The same shape, 0 to 1, proportional to light (IEC 61966-2-1, 5.2).
    """
    value = np.clip(encoded.astype(np.float64), 0.0, 1.0)
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def linear_lut(dtype: np.dtype, *, linear: bool) -> NDArray[np.float32]:
    """Linear light of every value that an integer image can hold; use it as ``lut[image]``.

    Parameters
    ----------
    dtype
        ``uint8`` or ``uint16``, which run over the full range of their type.
    linear
        True when the stored values are already proportional to light.

    Returns
    -------
    NDArray[np.float32]
        ``(256,)`` or ``(65536,)``, from 0 (black) to 1 (the top of the range).

    Raises
    ------
    ValueError
        For any other type; ``float32`` images hold their light themselves (see ``decode_srgb``).
    """
    kind = np.dtype(dtype)
    if kind not in (np.dtype(np.uint8), np.dtype(np.uint16)):
        msg = f"a table exists for uint8 and uint16 only, got {kind}"
        raise ValueError(msg)
    top = np.iinfo(kind).max
    value = np.arange(top + 1, dtype=np.float64) / top
    return (value if linear else decode_srgb(value)).astype(np.float32)


def encode_srgb(linear: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Encode linear light as 8-bit sRGB for a picture.

    Parameters
    ----------
    linear
        Any shape, 0 (black) to 1 (white); values outside are clipped.

    Returns
    -------
    NDArray[np.uint8]
        The same shape, rounded to the nearest of 256 steps (IEC 61966-2-1, 5.3).

    Raises
    ------
    ValueError
        When a value is not a number.
    """
    value = np.clip(linear, 0.0, 1.0).astype(np.float32, copy=False)
    if np.isnan(value).any():
        msg = "light must be a number, got NaN"
        raise ValueError(msg)
    encoded = np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** np.float32(1.0 / 2.4) - 0.055)
    return np.rint(encoded * 255.0).astype(np.uint8)
