"""From a region to numbers: width, depth, area, volume, walls, floor, each with its 95 % interval."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.scars.outline import Region
from cicatrix.scars.profile import Profile, average, fit_profile

__all__ = ["Shape", "breadth", "diameters", "measure"]

SKIN_BLUR_MM = 0.06
"""How far blue light carries a steep wall's shading outwards (0.1-0.2 mm mean path, Jacques 2013)."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A measured region, still without a type. Depth and volume are negative for raised scars.

    ``closed`` is the share of directions in which the skin comes back to the rim, ``ratio`` how far the scar stands
    out of the relief's own answer at its scale.
    """

    region: Region
    profile: Profile
    x_mm: float
    y_mm: float
    width_mm: float
    depth_mm: float
    area_mm2: float
    volume_mm3: float
    longest_mm: float
    shortest_mm: float
    linear: bool
    outline_mm: NDArray[np.float64]
    closed: float
    ratio: float

    @property
    def depth_error_mm(self) -> float:
        """Standard error of the depth: the rim's and the profile's."""
        return math.hypot(self.region.rim_error_mm, self.profile.depth_error_mm)


def measure(region: Region, ratio: float) -> Shape | None:
    """Measure a region; None where its outline does not close."""
    cell = region.window.cell_mm
    linear, half = breadth(region.mask, cell)
    use = region.window.skin
    radius, depth, count = average(region.depth_mm, region.distance_mm, use, half, cell, max(1.6 * half, 0.5))
    if len(radius) < 6:
        return None
    profile = fit_profile(radius, depth, count, half, region.peak_mm, max(region.rim_noise_mm, 0.003), cell)
    if region.window.trusted is not None:
        profile = _sharpened(profile)
    reach = profile.radius_mm - half
    mouth = (region.distance_mm <= reach) & use
    outline = _outline(region, reach)
    if outline is None:
        return None
    area = float(cv2.contourArea(outline.astype(np.float32)))
    longest, shortest = diameters(outline)
    x, y = region.window.grid()
    return Shape(
        region=region,
        profile=profile,
        x_mm=float(x[mouth].mean()),
        y_mm=float(y[mouth].mean()),
        width_mm=2.0 * profile.radius_mm if linear else float(2.0 * np.sqrt(area / np.pi)),
        depth_mm=-region.sign * profile.depth_mm,
        area_mm2=area,
        volume_mm3=float(-region.sign * region.depth_mm[mouth].sum() * cell**2),
        longest_mm=longest,
        shortest_mm=shortest,
        linear=linear,
        outline_mm=outline,
        closed=_closed(region, reach),
        ratio=ratio,
    )


def _sharpened(profile: Profile) -> Profile:
    """Mouth without the widening of steep walls by scattering inside the skin; gentle slopes are not changed by it."""
    run = max(profile.radius_at(0.25) - profile.radius_at(0.75), 1e-3)
    steep = float(np.clip((0.5 * profile.depth_mm / run - 0.2) / 0.3, 0.0, 1.0))
    return replace(profile, radius_mm=max(profile.radius_mm - steep * SKIN_BLUR_MM, 0.8 * profile.half_mm))


def breadth(mask: NDArray[np.bool_], cell: float) -> tuple[bool, float]:
    """Whether the half-depth outline is a trough, and its half breadth (trough) or equivalent radius (others)."""
    area = float(mask.sum())
    inside = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    breadth = 4.0 * max(float(inside[mask].mean()) - 0.5, 0.25)
    (_, (w, h), _) = cv2.minAreaRect(np.argwhere(mask).astype(np.float32))
    aspect = (max(w, h) + 1.0) / (min(w, h) + 1.0)
    linear = aspect > 3.0 or area / breadth**2 > 5.0
    return linear, (0.5 * breadth if linear else float(np.sqrt(area / np.pi))) * cell


def _outline(region: Region, reach: float) -> NDArray[np.float64] | None:
    """Polygon of the mouth, ``(points, 2)`` in mm of the picture."""
    window = region.window
    inside = (region.distance_mm - reach).astype(np.float32)
    padded = np.pad(inside, 1, mode="constant", constant_values=window.cell_mm)
    fine = cv2.resize(padded, None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR)
    fine = cv2.GaussianBlur(fine, (0, 0), 3.0)
    contours, _ = cv2.findContours((fine <= 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    largest = max(contours, key=cv2.contourArea)
    if len(largest) < 8:
        return None
    smooth = cv2.approxPolyDP(largest, 0.8, closed=True)[:, 0, :].astype(np.float64)
    place = ((smooth + 0.5) / 4.0 - 1.0) * window.cell_mm
    return np.asarray(place + np.array([window.x0_mm, window.y0_mm]))


def diameters(outline: NDArray[np.float64]) -> tuple[float, float]:
    """Longest and shortest distance between parallel tangents (Feret diameters)."""
    angle = np.arange(0.0, np.pi, np.pi / 36)
    along = outline @ np.stack([np.cos(angle), np.sin(angle)])
    span = along.max(axis=0) - along.min(axis=0)
    return float(span.max()), float(span.min())


def _closed(region: Region, reach: float) -> float:
    """Share of the directions around the scar in which the skin outside comes back to the rim."""
    band = (region.distance_mm > reach) & (region.distance_mm < reach + max(0.3, 0.4 * reach)) & region.window.skin
    if not band.any():
        return 0.0
    x, y = region.window.grid()
    x0, y0 = x[region.mask].mean(), y[region.mask].mean()
    sector = ((np.arctan2(y[band] - y0, x[band] - x0) / (2 * np.pi) + 0.5) * 16).astype(int) % 16
    total = np.bincount(sector, minlength=16)
    mean = np.bincount(sector, weights=region.depth_mm[band], minlength=16) / np.maximum(total, 1)
    seen = total > 0
    return float((mean[seen] < 0.35 * region.peak_mm).sum() / max(seen.sum(), 1))
