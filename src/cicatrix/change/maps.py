"""Planes for pictures of a comparison: both reliefs on one grid, their difference, and its noise."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.change.assessed_capture import AssessedCapture, at_pixel, blurred
from cicatrix.change.compare import RegisteredPair
from cicatrix.change.depth import Field
from cicatrix.model.change import Change
from cicatrix.model.change_maps import ChangeMaps

__all__ = ["maps_of"]

Plane = NDArray[np.float32]

SLOW_MM: Final = 4.0
"""Differences wider than this belong to the form that was taken out of each relief, not to the skin."""

SMOOTH_MM: Final = 0.12
"""The map is smoothed by this: no scar is narrower than four of them."""

LEAST_NOISE_MM: Final = 0.005
SURE: Final = 3.0
"""Number of standard deviations of the difference on unchanged skin that count: a map has thousands of places."""


def maps_of(before: AssessedCapture, after: AssessedCapture, laid: RegisteredPair, change: Change) -> ChangeMaps:
    """Planes for the change map and for laying both pictures over each other.

    Parameters
    ----------
    before, after
        As compared.
    laid, change
        Of the same two, as from ``register_pair`` and ``compare``.
    """
    field = laid.field
    difference = _difference(field)
    rows, cols = field.after_mm.shape
    warp = laid.alignment.warp
    colours: tuple[Plane | None, Plane | None] = (None, None)
    if before.relief.albedo is not None and after.relief.albedo is not None:
        coarser = max(before.relief.pixel_mm, after.relief.pixel_mm)
        first, second = (at_pixel(seen.relief, coarser) for seen in (before, after))
        if first.albedo is not None:
            planes = [warp.carried(first.albedo[:, :, k], first.pixel_mm, rows, cols) for k in range(3)]
            colours = (np.dstack(planes), second.albedo)
    return ChangeMaps(
        before_mm=field.before_mm,
        after_mm=field.after_mm,
        difference_mm=difference,
        noise_mm=_noise(field, difference, laid, change),
        pixel_mm=field.pixel_mm,
        before_albedo=colours[0],
        after_albedo=colours[1],
    )


def _difference(field: Field) -> Plane:
    """After minus before, without what differs slowly; slow differences are read from the skin between the scars."""
    rest = field.after_mm - field.before_mm
    seen = np.isfinite(rest)
    filled = np.where(seen, rest, np.float32(0.0))
    skin = (field.skin & seen).astype(np.float32)
    sigma = SLOW_MM / field.pixel_mm
    shrink = max(int(sigma / 8), 1)
    size = (max(filled.shape[1] // shrink, 1), max(filled.shape[0] // shrink, 1))
    small, weight = (
        blurred(np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32), sigma / shrink)
        for plane in (filled * skin, skin)
    )
    slow = cv2.resize(small / np.maximum(weight, np.float32(1e-3)), filled.shape[::-1], interpolation=cv2.INTER_LINEAR)
    even = blurred(np.where(seen, filled - slow, np.float32(0.0)).astype(np.float32), SMOOTH_MM / field.pixel_mm)
    return np.where(seen, even, np.float32(np.nan)).astype(np.float32)


def _noise(field: Field, difference: Plane, laid: RegisteredPair, change: Change) -> Plane:
    """Noise (SD) of the difference on skin; infinite in the mouth of a scar whose change is not beyond noise."""
    calm = difference[field.skin & np.isfinite(difference)]
    spread = 1.4826 * float(np.median(np.abs(calm - np.median(calm)))) if calm.size else np.inf
    noise = np.full(difference.shape, max(SURE * spread, LEAST_NOISE_MM), np.float32)
    for pair, row in zip(laid.scars, change.scars, strict=True):
        if row.verdict in ("better", "worse"):
            continue
        mouth = np.zeros(noise.shape, np.uint8)
        for outline in pair.outlines:
            line = np.round((outline / field.pixel_mm - 0.5) * 16).astype(np.int32)
            cv2.fillPoly(mouth, [line], 1, shift=4)
        noise[mouth > 0] = np.inf
    return noise
