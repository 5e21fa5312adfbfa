"""A scar measured in both reliefs at the same place: one rim, one mouth, and the difference of the heights.

What both captures have in common drops out of the difference: the skin's lines and pores, where the mouth's edge is
drawn, what the type does to a reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.change.warp import Warp
from cicatrix.model import Relief

__all__ = ["Field", "Remeasured", "fine_relief", "remeasure"]

Plane = NDArray[np.float32]
Points = NDArray[np.float64]

GAP: Final = 0.12
LEAST_GAP_MM: Final = 0.1
RING: Final = 0.6
LEAST_RING_MM: Final = 0.6
"""The rim lies in a ring of skin from this far outside the mouth on, this broad; shares of the mouth's radius."""

LEAST_RIM: Final = 60
"""Fewer pixels of skin around a scar are no rim."""

PATCH_MM: Final = 0.5
"""Neighbouring pixels share their error: about one independent value in a square as wide as this."""


PORES_MM: Final = (0.08, 0.3)
"""Pores and skin lines between these two blurs tell whether both captures read heights alike."""

AWAY_MM: Final = 0.5
"""They are looked at this far from every scar."""


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """Both reliefs on the pixels of the after picture.

    Attributes
    ----------
    before_mm
        ``(rows, cols)`` height before, carried over; NaN where that picture did not reach.
    after_mm
        ``(rows, cols)`` height after.
    skin
        ``(rows, cols)`` True where no scar lies, in neither picture.
    pixel_mm
        Width of a pixel.
    """

    before_mm: Plane
    after_mm: Plane
    skin: NDArray[np.bool_]
    pixel_mm: float

    @classmethod
    def of(cls, before: Relief, after: Relief, warp: Warp, mouths: list[Points]) -> Field:
        """Lay both on each other; ``mouths`` are the outlines of all scars of both, in mm of the after picture."""
        rows, cols = after.shape
        covered = np.zeros((rows, cols), np.uint8)
        for mouth in mouths:
            cv2.fillPoly(covered, [np.round((mouth / after.pixel_mm - 0.5) * 16).astype(np.int32)], 1, shift=4)
        carried = warp.carried(before.height_mm, before.pixel_mm, rows, cols)
        return cls(carried, after.height_mm, covered == 0, after.pixel_mm)


@dataclass(frozen=True, slots=True)
class Remeasured:
    """One place in both reliefs.

    Attributes
    ----------
    ratio
        Depth after over depth before, as the whole shape tells: the factor that turns one into the other.
    ratio_error
        Standard error of it from what the skin around does between the two.
    before_mm, after_mm
        Median depth of the mouth's deepest tenth below the common rim.
    volume_mm3
        Volume that came (positive: the scar became larger).
    volume_error_mm3
        Standard error of it.
    before_mm3
        Volume before, in the common mouth.
    noise_mm
        Standard deviation of the difference on the skin around.
    """

    ratio: float
    ratio_error: float
    before_mm: float
    after_mm: float
    volume_mm3: float
    volume_error_mm3: float
    before_mm3: float
    noise_mm: float


def remeasure(field: Field, mouths: list[Points], *, by_after: bool = False) -> Remeasured | None:
    """Measure a place in both reliefs; None where too little skin was seen around it in both.

    Parameters
    ----------
    field
        Both reliefs.
    mouths
        Outlines of the scar before and after, in mm of the after picture; the common mouth holds all of them.
    by_after
        Take the later shape as the one that the other is a share of: the roles of the visits are exchanged.
    """
    view, inside, ring, radius = _window(field, mouths)
    before, after = (plane[view].astype(np.float64) for plane in (field.before_mm, field.after_mm))
    seen = np.isfinite(before)
    if by_after:
        before, after = after, before
    rim = ring & seen & field.skin[view]
    if rim.sum() < max(LEAST_RIM, 0.3 * ring.sum()) or not seen[inside].all():
        return None
    away = np.argwhere(inside).mean(axis=0)
    scale = radius / field.pixel_mm
    base = _fit(before, rim, away, scale)[0]
    moved, noise, error = _fit(after - before, rim, away, scale)
    depth = (base - before)[inside]
    gone = (after - before - moved)[inside]
    sign = 1.0 if depth.mean() >= 0 else -1.0
    deep = sign * depth >= np.quantile(sign * depth, 0.9)
    square = float((depth**2).sum())
    cells = max(inside.sum() * (field.pixel_mm / PATCH_MM) ** 2, 1.0)
    level, own = error, noise / np.sqrt(cells)
    area = field.pixel_mm**2
    return Remeasured(
        ratio=1.0 - float((depth * gone).sum()) / square,
        ratio_error=float(np.hypot(level * abs(depth.sum()) / square, own / np.sqrt(square / inside.sum()))),
        before_mm=float(np.median(depth[deep])),
        after_mm=float(np.median((depth - gone)[deep])),
        volume_mm3=-float(gone.sum()) * area,
        volume_error_mm3=float(np.hypot(level, own)) * float(inside.sum()) * area,
        before_mm3=float(depth.sum()) * area,
        noise_mm=noise,
    )


def fine_relief(field: Field) -> float:
    """How strongly pores and skin lines between the scars read after, over before; 1 where there is too little skin.

    They hardly change from one visit to the next. Where they read differently the light did, or the skin's texture
    changed; the two cannot be distinguished, and either makes gentle scars read differently too.
    """
    seen = np.isfinite(field.before_mm)
    reach = 2 * round(AWAY_MM / field.pixel_mm) + 1
    use = cv2.erode((field.skin & seen).astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    if use.sum() < 400:
        return 1.0
    strengths = []
    for plane in (np.where(seen, field.before_mm, np.float32(0.0)), field.after_mm):
        fine, coarse = (cv2.GaussianBlur(plane, (0, 0), width / field.pixel_mm) for width in PORES_MM)
        band = (fine - coarse)[use]
        limit = 6.0 * float(np.median(np.abs(band)))
        strengths.append(float(np.sqrt(np.mean(np.clip(band, -limit, limit) ** 2))))
    return strengths[1] / max(strengths[0], 1e-6)


def _window(
    field: Field, mouths: list[Points]
) -> tuple[tuple[slice, slice], NDArray[np.bool_], NDArray[np.bool_], float]:
    """The part of the field around a scar: where it is, its mouth, the ring around, and its radius in mm."""
    pixel = field.pixel_mm
    rows, cols = field.after_mm.shape
    corners = np.concatenate(mouths)
    radius = 0.25 * float((corners.max(axis=0) - corners.min(axis=0)).sum())
    gap, broad = max(GAP * radius, LEAST_GAP_MM), max(RING * radius, LEAST_RING_MM)
    low, high = corners.min(axis=0) - gap - broad - pixel, corners.max(axis=0) + gap + broad + pixel
    left, top = (max(int(part / pixel), 0) for part in low)
    right, bottom = min(int(high[0] / pixel) + 1, cols), min(int(high[1] / pixel) + 1, rows)
    mask = np.zeros((bottom - top, right - left), np.uint8)
    for mouth in mouths:
        line = np.round((mouth / pixel - 0.5 - (left, top)) * 16).astype(np.int32)
        cv2.fillPoly(mask, [line], 1, shift=4)
    away = cv2.distanceTransform(1 - mask, cv2.DIST_L2, 5) * pixel
    ring = (away > gap) & (away <= gap + broad)
    return (slice(top, bottom), slice(left, right)), mask > 0, ring, radius


def _fit(
    height: NDArray[np.float64], rim: NDArray[np.bool_], middle: NDArray[np.float64], scale: float
) -> tuple[NDArray[np.float64], float, float]:
    """Robust smooth surface through the rim: plane, and a curvature held near that of skin without its form.

    Returns the surface over the window, the standard deviation of the rim about it, and the standard error at the
    middle.
    """
    rows, cols = height.shape
    v, u = np.mgrid[0:rows, 0:cols].astype(np.float64)
    v, u = (v - middle[0]) / scale, (u - middle[1]) / scale
    basis = np.stack([np.ones_like(u), u, v, u * u, u * v, v * v], axis=-1)
    samples, values = basis[rim], height[rim]
    step = max(len(values) // 1500, 1)
    samples, values = samples[::step], values[::step]
    weight = np.ones(len(values))
    noise, solution = 0.0, np.zeros(6)
    normal = np.eye(6)
    prior = np.diag([0.0, 0.0, 0.0, 1.0, 1.0, 1.0]) / 0.02**2
    independent = max(len(values) / 400.0, 1.0)
    for _ in range(6):
        spread = max(noise, 0.002)
        turned = samples.T * (weight / (spread**2 * independent))
        normal = turned @ samples + prior
        solution = np.linalg.solve(normal, turned @ values)
        rest = values - samples @ solution
        noise = 1.4826 * float(np.median(np.abs(rest - np.median(rest))))
        weight = np.maximum(1.0 - (rest / (4.0 * max(noise, 0.002))) ** 2, 0.0) ** 2 + 1e-6
    return basis @ solution, noise, float(np.sqrt(np.linalg.inv(normal)[0, 0]))
