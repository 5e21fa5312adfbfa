"""What is compared: a capture's assessment with its relief, brought to one width of a pixel, as pictures to match."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model import Assessment, Relief

__all__ = ["AssessedCapture", "at_pixel", "blurred", "matched", "resampled"]

Plane = NDArray[np.float32]

FINE_MM: Final = 0.07
COARSE_MM: Final = 0.45
"""Pores and skin lines lie between these two blurs: what both pictures of a skin share whatever the light was."""

COLOUR_MM: Final = (0.12, 1.2)
"""The same of its colour: mottling, vessels, spots."""

EVEN_MM: Final = 1.5
"""Width over which the image is normalised to unit local contrast: a deep scar must not outweigh the skin around it."""


@dataclass(frozen=True, slots=True, eq=False)
class AssessedCapture:
    """One capture of a site as it was measured.

    Attributes
    ----------
    assessment
        As from ``assess`` (or corrected by hand).
    relief
        The surface it was measured on; photographs are not needed.
    """

    assessment: Assessment
    relief: Relief


def at_pixel(relief: Relief, pixel_mm: float) -> Relief:
    """The relief with wider pixels; as it is where they are that wide already."""
    if pixel_mm <= relief.pixel_mm * 1.001:
        return relief
    rows, cols = (max(1, round(side * relief.pixel_mm / pixel_mm)) for side in relief.shape)
    return replace(
        relief,
        height_mm=resampled(relief.height_mm, rows, cols),
        form_mm=resampled(relief.form_mm, rows, cols),
        pixel_mm=relief.pixel_mm * relief.shape[1] / cols,
        albedo=None if relief.albedo is None else resampled(relief.albedo, rows, cols),
        trusted=None,
        directions=None,
        shots=None,
        fitted=None,
    )


def resampled(plane: Plane, rows: int, cols: int) -> Plane:
    """Average a plane down to ``rows`` x ``cols``."""
    return np.asarray(cv2.resize(plane, (cols, rows), interpolation=cv2.INTER_AREA), dtype=np.float32)


def blurred(plane: Plane, sigma_px: float) -> Plane:
    """Gaussian blur, mirrored at the edges."""
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma_px, borderType=cv2.BORDER_REFLECT), dtype=np.float32)


def matched(relief: Relief) -> Plane:
    """Pictures to match, ``(rows, cols, 2)``: relief and colour, each a band of sizes, evened out to unit contrast.

    Neither depends on where the light stood or how bright it was. Without colour the second one is zero.
    """
    pixel = relief.pixel_mm
    planes = [_even(relief.height_mm, (FINE_MM, COARSE_MM), pixel)]
    if relief.albedo is None:
        planes.append(np.zeros_like(planes[0]))
    else:
        light = np.log(np.maximum(relief.albedo[:, :, 1], 0.01))
        planes.append(_even(light.astype(np.float32), COLOUR_MM, pixel))
    return np.ascontiguousarray(np.stack(planes, axis=-1))


def _even(plane: Plane, band_mm: tuple[float, float], pixel_mm: float) -> Plane:
    fine, coarse = (max(width / pixel_mm, 0.4) for width in band_mm)
    band = blurred(plane, fine) - blurred(plane, coarse)
    most = np.float32(4.0 * (np.percentile(np.abs(band), 70.0) + 1e-9))
    band = np.clip(band, -most, most)
    strength = np.sqrt(blurred(band * band, EVEN_MM / pixel_mm))
    return np.asarray(band / (strength + 0.1 * np.median(strength) + np.float32(1e-9)), dtype=np.float32)
