"""How far a photograph can be trusted: how much of it is saturated, black, and how bright it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.errors import ImageError
from cicatrix.model.capture import ImageQuality
from cicatrix.model.light import decode_srgb, linear_lut

__all__ = ["MAX_SATURATED", "MIN_BRIGHT", "MIN_MEDIAN", "in_range", "judge"]

MAX_SATURATED = 0.5
"""Share of saturated pixels above which a photograph is refused."""
MIN_MEDIAN = 0.002
"""Median of the linear signal below which a photograph is refused, unless parts of it are bright."""
MIN_BRIGHT = 0.02
"""What the brightest hundredth of a photograph with a low median must reach: large cast shadows are no fault."""
_TOP = 0.995
"""Values from here on are saturated: 254 and 255 of 8 bits, since JPEG blurs the clipped 255."""
_BOTTOM = 0.004
"""Values up to here are black: 0 and 1 of 8 bits."""
_FLOAT_BINS = 4096
_FLOAT_SLACK = 1e-6
_BAND = 128


def judge(image: NDArray[Any], *, name: str, linear: bool, path: Path) -> ImageQuality:
    """Measure a photograph's exposure.

    Parameters
    ----------
    image
        ``(rows, cols, channels)`` uint8, uint16 or float32, contiguous.
    name
        What to call it in the record.
    linear
        True when values are proportional to light, False when they are sRGB-encoded.
    path
        The file, for errors.

    Returns
    -------
    ImageQuality
        Shares to six decimals; the median is taken over the pixels of all channels together.

    Raises
    ------
    ImageError
        When more than half of it is saturated, or when it is black.
    """
    top = 1.0 if image.dtype == np.float32 else float(np.iinfo(image.dtype).max)
    bins = _FLOAT_BINS if image.dtype == np.float32 else int(top) + 1
    counts = np.zeros(bins)
    within = black = 0
    # In bands, so that what is made on the way stays in the processor's cache.
    for start in range(0, image.shape[0], _BAND):
        band = image[start : start + _BAND]
        within += _count_up_to(band, _below(_TOP * top, image.dtype))
        black += _count_up_to(band, _BOTTOM * top)
        counts += _histogram(band, bins)
    pixels = image.shape[0] * image.shape[1]
    median, bright = _percentiles(counts, image.dtype, linear=linear)
    quality = ImageQuality(
        name=name,
        saturated=round(1.0 - within / pixels, 6),
        black=round(black / pixels, 6),
        median=round(median, 6),
    )
    _refuse(quality, bright, path)
    return quality


def in_range(image: NDArray[np.float32], path: Path) -> NDArray[np.float32]:
    """Return a floating-point photograph if it is finite and runs from 0 to 1, clipped to that within rounding.

    Raises
    ------
    ImageError
        When a value is not a number or lies outside.
    """
    low, high = float(image.min()), float(image.max())
    if not (low >= -_FLOAT_SLACK and high <= 1.0 + _FLOAT_SLACK):
        raise ImageError(
            f"the values of this floating-point picture run from {low:g} to {high:g}",
            path=path,
            allowed="finite values from 0 (black) to 1 (white)",
            fix="divide all photographs of the capture by the same white level",
        )
    return np.clip(image, 0.0, 1.0)


def _below(threshold: float, dtype: np.dtype) -> float:
    """Largest value of the type that is below the threshold."""
    if dtype == np.float32:
        return float(np.nextafter(np.float32(threshold), np.float32(0)))
    return float(np.ceil(threshold)) - 1.0


def _count_up_to(band: NDArray[Any], high: float) -> int:
    """Count the pixels with every channel from 0 to ``high``."""
    channels = band.shape[2]
    return cv2.countNonZero(cv2.inRange(band, np.zeros(channels), np.full(channels, high)))


def _histogram(band: NDArray[Any], bins: int) -> NDArray[np.float64]:
    """Count the values of all channels together."""
    upper = 1.0 + _FLOAT_SLACK if band.dtype == np.float32 else float(bins)
    plane = band.reshape(band.shape[0], -1)
    return cv2.calcHist([plane], [0], None, [bins], [0.0, upper]).ravel().astype(np.float64)


def _percentiles(counts: NDArray[np.float64], dtype: np.dtype, *, linear: bool) -> tuple[float, float]:
    """Median and 99th percentile of the linear signal."""
    if dtype == np.float32:
        centres = (np.arange(counts.size) + 0.5) / counts.size
        light = centres if linear else decode_srgb(centres)
    else:
        light = linear_lut(dtype, linear=linear).astype(np.float64)
    share = np.cumsum(counts) / counts.sum()
    median, bright = (float(light[np.searchsorted(share, level)]) for level in (0.5, 0.99))
    return median, bright


def _refuse(quality: ImageQuality, bright: float, path: Path) -> None:
    if quality.saturated > MAX_SATURATED:
        raise ImageError(
            f"{quality.saturated:.0%} of the pixels are saturated",
            path=path,
            allowed=f"at most {MAX_SATURATED:.0%}",
            fix="take it again with a shorter exposure, the same for all lights",
        )
    if quality.median < MIN_MEDIAN and bright < MIN_BRIGHT:
        raise ImageError(
            f"the photograph is black: its median is {quality.median:.2%} of full light, its brightest hundredth "
            f"{bright:.2%}",
            path=path,
            allowed=f"a median of at least {MIN_MEDIAN:.1%}, or {MIN_BRIGHT:.0%} in the brightest hundredth",
            fix="check that the light was on, or take it again with a longer exposure, the same for all lights",
        )
