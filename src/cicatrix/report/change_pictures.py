"""Pictures of a comparison: the earlier skin laid on the later one, and where it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model.change_maps import ChangeMaps
from cicatrix.report.numbers import nice_step
from cicatrix.report.palette import HEIGHT_ANCHORS, colour_map
from cicatrix.report.pictures import shade, skin_colour

__all__ = ["ChangePictures", "draw_change"]

Picture = NDArray[np.uint8]
Plane = NDArray[np.float32]

UNSEEN: Final = 205
"""Grey of what the earlier picture did not reach."""

LEAST_LIMIT_MM: Final = 0.05
"""The colours never end below this: noise must not fill them."""

SOFT: Final = 1.5
"""Colour sets in at the noise and is full at this many times it."""


@dataclass(frozen=True, slots=True, eq=False)
class ChangePictures:
    """What the page of a comparison shows, all on the later picture's grid.

    Attributes
    ----------
    before, after
        ``(rows, cols)`` shaded relief under one light.
    change
        ``(rows, cols, 3)`` the later relief in grey, with colour where it changed beyond noise.
    limit_mm
        Where the colours end.
    pixel_mm
        Width of a pixel.
    before_colour, after_colour
        ``(rows, cols, 3)`` the skin's own colour; None where one capture has none.
    """

    before: Picture
    after: Picture
    change: Picture
    limit_mm: float
    pixel_mm: float
    before_colour: Picture | None = None
    after_colour: Picture | None = None


def draw_change(maps: ChangeMaps, longest: int = 4096) -> ChangePictures:
    """Draw a comparison, no side longer than ``longest`` pixels."""
    share = min(longest / max(maps.after_mm.shape), 1.0)
    pixel = maps.pixel_mm / share
    unseen = _reduced(np.isnan(maps.before_mm).astype(np.float32), share) > 0.5
    before = shade(_reduced(np.nan_to_num(maps.before_mm), share), pixel)
    before[unseen] = UNSEEN
    after = shade(_reduced(maps.after_mm, share), pixel)
    moved = _reduced(np.nan_to_num(maps.difference_mm), share)
    noise = _reduced(np.where(np.isfinite(maps.noise_mm), maps.noise_mm, np.float32(1e3)), share)
    beyond = np.abs(moved) > noise
    limit = _limit(moved[beyond & ~unseen])
    change = _tinted(after, moved, noise, limit)
    change[unseen] = UNSEEN
    first, second = maps.before_albedo, maps.after_albedo
    return ChangePictures(
        before=before,
        after=after,
        change=change,
        limit_mm=limit,
        pixel_mm=pixel,
        before_colour=None if first is None else _coloured(_reduced(np.nan_to_num(first), share), unseen),
        after_colour=None if second is None else skin_colour(_reduced(second, share)),
    )


def _coloured(albedo: Plane, unseen: NDArray[np.bool_]) -> Picture:
    picture = skin_colour(np.clip(albedo, 0.0, 1.0))
    picture[unseen] = UNSEEN
    return picture


def _reduced(plane: Plane, share: float) -> Plane:
    if share >= 1.0:
        return plane
    return np.asarray(cv2.resize(plane, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _limit(moved: Plane) -> float:
    """Round height that nearly all of what changed stays within."""
    reach = max(float(np.percentile(np.abs(moved), 99.0)) if moved.size else 0.0, LEAST_LIMIT_MM)
    step = nice_step(reach, 4)
    return float(np.ceil(reach / step - 1e-9) * step)


def _tinted(grey: Picture, moved: Plane, noise: Plane, limit: float) -> Picture:
    """Grey relief; blue where the skin is lower than before, brown where it is higher, both only beyond noise."""
    table = colour_map(HEIGHT_ANCHORS)
    index = np.clip(np.rint((moved / np.float32(2.0 * limit) + 0.5) * 255), 0, 255).astype(np.uint8)
    strength = np.clip((np.abs(moved) / noise - 1.0) / (SOFT - 1.0), 0.0, 1.0)[:, :, None].astype(np.float32)
    light = grey[:, :, None].astype(np.float32) / np.float32(168.0)
    colour = np.clip(table[index].astype(np.float32) * (0.35 + 0.65 * light), 0, 255)
    # Half contrast, so that the colours stand out.
    base = np.repeat(100.0 + 0.5 * grey[:, :, None].astype(np.float32), 3, axis=2)
    return np.asarray(np.rint(base * (1.0 - strength) + colour * strength), dtype=np.uint8)
