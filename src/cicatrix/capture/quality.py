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

__all__ = ["MAX_SATURATED", "MIN_BRIGHT", "MIN_MEDIAN", "check_float_range", "judge"]

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
    top = float(np.iinfo(image.dtype).max) if image.dtype != np.float32 else 1.0
    pixels = image.shape[0] * image.shape[1]
    within = _share_within(image, 0.0, _below(_TOP * top, image.dtype), pixels)
    black = _share_within(image, 0.0, _BOTTOM * top, pixels)
    median, bright = _percentiles(image, linear=linear)
    quality = ImageQuality(
        name=name, saturated=round(1.0 - within, 6), black=round(black, 6), median=round(median, 6)
    )
    _refuse(quality, bright, path)
    return quality


def check_float_range(image: NDArray[Any], path: Path) -> None:
    """Refuse a floating-point photograph that is not finite or leaves the range from 0 to 1."""
    low, high = float(image.min()), float(image.max())
    if not (low >= -_FLOAT_SLACK and high <= 1.0 + _FLOAT_SLACK):
        raise ImageError(
            f"the values of this floating-point picture run from {low:g} to {high:g}",
            path=path,
            allowed="finite values from 0 (black) to 1 (white)",
            fix="divide all photographs of the capture by the same white level",
        )


def _below(threshold: float, dtype: np.dtype) -> float:
    return (
        float(np.nextafter(np.float32(threshold), np.float32(0)))
        if dtype == np.float32
        else np.ceil(threshold) - 1
    )


def _share_within(image: NDArray[Any], low: float, high: float, pixels: int) -> float:
    """Share of pixels with every channel from ``low`` to ``high``."""
    channels = image.shape[2]
    mask = cv2.inRange(image, np.full(channels, low), np.full(channels, high))
    return cv2.countNonZero(mask) / pixels


def _percentiles(image: NDArray[Any], *, linear: bool) -> tuple[float, float]:
    """Median and 99th percentile of the linear signal, all channels together."""
    if image.dtype == np.float32:
        bins, upper = _FLOAT_BINS, 1.0 + 2.0 * _FLOAT_SLACK
        centres = (np.arange(bins) + 0.5) / bins
        light = centres if linear else decode_srgb(centres)
    else:
        bins = int(np.iinfo(image.dtype).max) + 1
        upper = float(bins)
        light = linear_lut(image.dtype, linear=linear).astype(np.float64)
    plane = image.reshape(image.shape[0], -1)
    counts = cv2.calcHist([plane], [0], None, [bins], [0.0, upper]).ravel().astype(np.float64)
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
