"""What a scar is: every measure of a shape, taken on the shape alone.

The shape is sampled far more finely than any phantom, without micro-relief, form or neighbours.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.model import DepthClass, Record
from cicatrix.model.scar import DEEP_BOXCAR_MM
from cicatrix.phantom.shapes import ScarKind, Shape

__all__ = ["SCHEMA", "ScarTruth", "measure"]

Plane = NDArray[np.float64]

SCHEMA: Final = "cicatrix/phantom/1"
"""Name and version of what ``truth.json`` holds."""


class ScarTruth(Record):
    """What a scar is, measured on its own shape.

    ``depth_mm`` and ``volume_mm3`` are positive below the rim and negative for raised scars. ``x_mm``, ``y_mm`` is
    the centroid of the mouth, from the picture's top-left corner, y down. ``wall_angle_deg`` is the angle between
    the places where the wall crosses 25 and 75 % of the depth, the median over the directions around the floor.
    """

    id: str
    kind: ScarKind
    depth_class: DepthClass | None
    linear: bool
    profile: str
    off_family: str | None
    x_mm: float
    y_mm: float
    width_mm: float
    """Diameter of the circle with the mouth's area; for a linear scar its mean breadth."""
    longest_mm: float
    shortest_mm: float
    depth_mm: float
    area_mm2: float
    volume_mm3: float
    wall_angle_deg: float
    outline_mm: tuple[tuple[float, float], ...]


def measure(shape: Shape, scar_id: str, x_mm: float, y_mm: float) -> ScarTruth:
    """Truth of a shape that lies with its middle at ``x_mm``, ``y_mm``.

    Depth and volume are integrated over a raster of about 300 points across; area, diameters and centroid come from
    the outline.
    """
    ring = shape.outline_mm()
    area, centroid = _polygon(ring)
    reach = shape.reach_mm
    step = max(2.0 * reach / 300.0, 0.004)
    axis = np.arange(-reach - step, reach + 2.0 * step, step)
    x, y = np.meshgrid(axis, axis)
    height = shape.height_mm(x, y)
    deepest = height.min() if -height.min() >= height.max() else height.max()
    longest, shortest = _calipers(ring)
    depth = -float(deepest)
    placed = ring[:: max(1, len(ring) // 90)] + np.array([x_mm, y_mm])
    return ScarTruth(
        id=scar_id,
        kind=shape.kind,
        depth_class=("deep" if depth >= DEEP_BOXCAR_MM else "shallow") if shape.kind == "boxcar" else None,
        linear=shape.linear,
        profile=shape.profile.family,
        off_family=shape.off_family,
        x_mm=round(x_mm + float(centroid[0]), 4),
        y_mm=round(y_mm + float(centroid[1]), 4),
        width_mm=round(shape.breadth_mm(area), 4),
        longest_mm=round(longest, 4),
        shortest_mm=round(shortest, 4),
        depth_mm=round(depth, 4),
        area_mm2=round(area, 4),
        volume_mm3=round(-float(height.sum()) * step * step, 5),
        wall_angle_deg=round(_wall_angle_deg(shape, x, y, height, float(deepest)), 2),
        outline_mm=tuple((round(float(px), 3), round(float(py), 3)) for px, py in placed),
    )


def _polygon(ring: Plane) -> tuple[float, Plane]:
    following = np.roll(ring, -1, axis=0)
    cross = ring[:, 0] * following[:, 1] - following[:, 0] * ring[:, 1]
    area = 0.5 * cross.sum()
    return float(abs(area)), ((ring + following) * cross[:, None]).sum(axis=0) / (6.0 * area)


def _calipers(ring: Plane) -> tuple[float, float]:
    """Largest and smallest distance between two parallel lines that hold the outline (Feret diameters)."""
    angle = np.linspace(0.0, np.pi, 361)[:-1]
    along = ring @ np.vstack([np.cos(angle), np.sin(angle)])
    span = along.max(axis=0) - along.min(axis=0)
    return float(span.max()), float(span.min())


def _wall_angle_deg(shape: Shape, x_mm: Plane, y_mm: Plane, height_mm: Plane, deepest_mm: float) -> float:
    """Angle between the outermost crossings of 75 and 25 % of the depth, median over directions."""
    floor = height_mm / deepest_mm >= 0.9
    start = (float(x_mm[floor].mean()), float(y_mm[floor].mean()))
    if shape.linear:
        # The middle of an arc's floor need not lie on it; the middle of the shape does.
        start = (0.0, 0.0)
    depth = abs(deepest_mm)
    distance = np.linspace(0.0, 2.0 * shape.reach_mm, 500)
    heading = (np.arange(72) * (2.0 * np.pi / 72))[:, None]
    rays = np.abs(shape.height_mm(start[0] + distance * np.cos(heading), start[1] + distance * np.sin(heading)))
    angles = [_crossing_angle_deg(ray / depth, distance, depth) for ray in rays]
    if shape.linear:
        # Only the steepest directions run across the trough.
        angles = sorted(angles)[-len(angles) // 4 :]
    return float(np.median(angles))


def _crossing_angle_deg(share: Plane, distance_mm: Plane, depth_mm: float) -> float:
    """Angle of the line through the last places where a cut is 75 and 25 % deep."""
    high, low = (_last_crossing(share, distance_mm, level) for level in (0.75, 0.25))
    return float(np.degrees(np.arctan2(0.5 * depth_mm, low - high)))


def _last_crossing(share: Plane, distance_mm: Plane, level: float) -> float:
    above = np.nonzero(share >= level)[0]
    last = int(above[-1]) if above.size else 0
    past = (share[last] - level) / max(share[last] - share[last + 1], 1e-12)
    return float(distance_mm[last] + np.clip(past, 0.0, 1.0) * (distance_mm[last + 1] - distance_mm[last]))
