"""Each scar as a depth below its own rim, cut out of the relief: what the operators work on.

The rim is a smooth surface through the skin around the mouth, set to the level at which the mouth holds the volume that
was measured: picture and numbers then speak of the same scar. The skin's texture stays out of the depth, and so on the
surface, except on steep walls, where it cannot be told from the wall.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model.relief import Relief
from cicatrix.model.scar import Scar

__all__ = ["Basin", "Box", "basins_of", "margin_mm"]

Plane = NDArray[np.float32]
Box = tuple[slice, slice]

TEXTURE_MM: Final = 0.15
"""Finer relief than this is the skin's texture, which stays."""

TEXTURE_MOST_MM: Final = 0.03
"""Higher than this it is not texture."""

LEVEL: Final = 0.25
"""Texture is kept where no slope near by is above this: on walls and shoulders it cannot be told from the scar."""

NEIGHBOUR_MM: Final = 0.2
"""Over so much skin a scar passes into what is assumed under its neighbour's mouth."""

LIP_MM: Final = 0.3
LIP_MOST_MM: Final = 0.08
"""So far from the mouth, and so high at most, skin that stands above the rim belongs to the scar and goes with it."""

BURIED: Final = 0.35
"""Depth as a share of the breadth from which the colour in a pit cannot be told from that of light off its walls."""

RIM_SAMPLES: Final = 800

ENOUGH: Final = 30
"""With fewer pixels of skin around the mouth the rim is level."""


@dataclass(frozen=True, slots=True, eq=False)
class Basin:
    """One scar in a window of the picture.

    Attributes
    ----------
    id
        The scar's.
    box
        Rows and columns of the window.
    sign
        +1 for a pit, -1 for a raised scar.
    depth_mm
        Depth below the rim (raised: height above it), at least 0, without the skin's texture, faded to 0 over the
        margin around the mouth.
    deepest_mm
        Its greatest value.
    lip_mm
        Height above the rim of the lip around the mouth (raised: depth of the moat), at least 0, faded likewise.
    breadth_mm
        Shortest diameter of the mouth.
    pixel_mm
        Width of a pixel.
    """

    id: str
    box: Box
    sign: int
    depth_mm: Plane
    deepest_mm: float
    lip_mm: Plane
    breadth_mm: float
    pixel_mm: float

    @property
    def volume_mm3(self) -> float:
        """Volume of the faded depth."""
        return float(self.depth_mm.sum(dtype=np.float64)) * self.pixel_mm**2

    def buried(self) -> NDArray[np.bool_]:
        """Where light from the walls colours what is seen: below the shoulder of a pit that is deep for its breadth."""
        deep = self.sign > 0 and self.deepest_mm > BURIED * self.breadth_mm
        return np.asarray((self.depth_mm > 0.1 * self.deepest_mm) & deep)


def margin_mm(scar: Scar) -> float:
    """Width of the skin around a scar's mouth that a treatment of the scar may move."""
    return float(np.clip(0.3 * scar.shortest_mm.value, 0.3, 1.2))


def basins_of(relief: Relief, scars: Sequence[Scar], treated: Iterable[str]) -> tuple[Basin, ...]:
    """The treated scars; nothing of them reaches into a scar that is not treated.

    Parameters
    ----------
    relief
        The relief that the scars were measured on.
    scars
        All scars of the picture.
    treated
        Ids of those that change.

    Returns
    -------
    tuple of Basin
        In the order of ``scars``; scars of which the picture shows nothing are left out.
    """
    chosen = set(treated)
    found = []
    for scar in scars:
        if scar.id in chosen:
            others = [other for other in scars if other.id != scar.id]
            basin = _basin(relief, scar, others, chosen)
            if basin is not None:
                found.append(basin)
    return tuple(found)


def _basin(relief: Relief, scar: Scar, others: Sequence[Scar], treated: set[str]) -> Basin | None:
    px, sign = relief.pixel_mm, 1 if scar.depth_mm.value >= 0 else -1
    ring_mm = max(0.6, 0.35 * scar.shortest_mm.value)
    box = _box(scar, margin_mm(scar) + ring_mm, relief)
    if relief.height_mm[box].size == 0:
        return None
    mouth = _inside([scar], box, px)
    if not mouth.any():
        return None
    away = _away(mouth, px)
    # A scar that holds this one is the skin around it.
    near = [other for other in others if _touches(other, box, px) and not _holds(other, scar)]
    free = _inside(near, box, px) == 0
    height = relief.height_mm[box].astype(np.float64)
    gap = 0.1 * scar.shortest_mm.value
    ring = (away > gap) & (away < gap + ring_mm) & free
    rim = _rim(height, ring, mouth, px)
    depth = _under_neighbours(sign * (rim - height), near, box, px)
    depth += _level_shift(depth, mouth, scar, px)
    depth = _without_texture(depth, px)
    weight = 1.0 - _step(away / margin_mm(scar))
    kept = [other for other in near if other.id not in treated]
    if kept:
        weight *= _step(_away(_inside(kept, box, px), px) / NEIGHBOUR_MM)
    faded = (np.maximum(depth, 0.0) * weight).astype(np.float32)
    deepest = float(faded.max())
    if deepest <= 0.0:
        return None
    lip = (np.clip(-depth, 0.0, LIP_MOST_MM) * weight * (1.0 - _step(away / LIP_MM))).astype(np.float32)
    return Basin(scar.id, box, sign, faded, deepest, lip, scar.shortest_mm.value, px)


def _box(scar: Scar, reach_mm: float, relief: Relief) -> Box:
    outline = np.asarray(scar.outline_mm)
    size = np.array(relief.shape[::-1])
    low = np.clip(np.floor((outline.min(axis=0) - reach_mm) / relief.pixel_mm).astype(int), 0, size)
    high = np.clip(np.ceil((outline.max(axis=0) + reach_mm) / relief.pixel_mm).astype(int), low, size)
    return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))


def _touches(scar: Scar, box: Box, pixel_mm: float) -> bool:
    outline = np.asarray(scar.outline_mm) / pixel_mm
    low, high = outline.min(axis=0), outline.max(axis=0)
    return bool(high[0] >= box[1].start and low[0] <= box[1].stop and high[1] >= box[0].start and low[1] <= box[0].stop)


def _holds(larger: Scar, scar: Scar) -> bool:
    outline = np.asarray(larger.outline_mm, dtype=np.float32)
    within = cv2.pointPolygonTest(outline, (scar.x_mm, scar.y_mm), measureDist=False) > 0
    return within and larger.area_mm2.value > scar.area_mm2.value


def _inside(scars: Iterable[Scar], box: Box, pixel_mm: float) -> NDArray[np.uint8]:
    """1 inside the mouth of any of the scars."""
    mask = np.zeros((box[0].stop - box[0].start, box[1].stop - box[1].start), np.uint8)
    for scar in scars:
        corners = np.asarray(scar.outline_mm) / pixel_mm - (box[1].start, box[0].start) - 0.5
        cv2.fillPoly(mask, [np.round(corners * 16).astype(np.int32)], 1, shift=4)
    return mask


def _away(mask: NDArray[np.uint8], pixel_mm: float) -> NDArray[np.float64]:
    """Distance in mm of each pixel outside the mask from it."""
    if not mask.any():
        return np.full(mask.shape, np.inf)
    distance = cv2.distanceTransform(1 - mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE).astype(np.float64)
    # Squares of distances between pixels are whole; OpenCV's last bits differ from run to run.
    return np.asarray(np.sqrt(np.round(distance**2)) * pixel_mm)


def _rim(
    height: NDArray[np.float64], ring: NDArray[np.bool_], mouth: NDArray[np.uint8], pixel_mm: float
) -> NDArray[np.float64]:
    """Plane through the skin around the mouth, with a curvature that is held near zero; outliers count little."""
    row, col = np.nonzero(ring)
    if len(row) < ENOUGH:
        return np.full(height.shape, float(np.median(height)))
    step = max(len(row) // RIM_SAMPLES, 1)
    row, col = row[::step], col[::step]
    middle = np.argwhere(mouth).mean(axis=0)
    reach = float(np.hypot(row - middle[0], col - middle[1]).mean())
    rows = _terms((row - middle[0]) / reach, (col - middle[1]) / reach)
    values = height[row, col]
    # After the form's removal a patch of 1 mm bends less than about 0.01 mm.
    bend = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0]) / (0.01 * (reach * pixel_mm) ** 1.5) ** 2
    share = min(1.0, step * (pixel_mm / 0.5) ** 2)
    weight: NDArray[np.float64] = np.ones(len(values))
    noise = 0.02
    solution: NDArray[np.float64] = np.zeros(6)
    for _ in range(6):
        weighted = (rows * weight[:, None]).T * share / noise**2
        hold = np.diag(bend + 1e-9 * np.trace(weighted @ rows))
        solution = np.asarray(np.linalg.solve(weighted @ rows + hold, weighted @ values), dtype=np.float64)
        rest = values - rows @ solution
        noise = max(1.4826 * float(np.median(np.abs(rest - np.median(rest)))), 0.004)
        weight = np.asarray(np.clip(1.0 - (rest / (4.0 * noise)) ** 2, 0.0, None) ** 2 + 1e-6)
    v = ((np.arange(height.shape[0]) - middle[0]) / reach)[:, None]
    u = ((np.arange(height.shape[1]) - middle[1]) / reach)[None, :]
    c = solution
    return np.asarray(c[0] + c[1] * v + c[2] * u + c[3] * v * v + c[4] * u * v + c[5] * u * u)


def _terms(v: NDArray[np.float64], u: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([np.ones_like(v), v, u, v * v, u * v, u * u], axis=-1)


def _under_neighbours(
    depth: NDArray[np.float64], near: Sequence[Scar], box: Box, pixel_mm: float
) -> NDArray[np.float64]:
    """The depth with other scars' mouths filled in from around them, so that they ride along and are not counted."""
    for other in near:
        away = _away(_inside([other], box, pixel_mm), pixel_mm)
        keep = _step(away / NEIGHBOUR_MM)
        sigma = max(0.35 * other.shortest_mm.value / pixel_mm, 1.0)
        shrink = max(1, int(sigma / 4.0))
        size = (max(depth.shape[1] // shrink, 1), max(depth.shape[0] // shrink, 1))
        both = cv2.resize(np.dstack([depth * keep, keep]), size, interpolation=cv2.INTER_AREA)
        both = cv2.GaussianBlur(both, (0, 0), sigma / shrink, borderType=cv2.BORDER_REPLICATE)
        both = cv2.resize(both, depth.shape[::-1], interpolation=cv2.INTER_LINEAR)
        around = both[..., 0] / np.maximum(both[..., 1], 1e-3)
        depth = keep * depth + (1.0 - keep) * around
    return depth


def _level_shift(depth: NDArray[np.float64], mouth: NDArray[np.uint8], scar: Scar, pixel_mm: float) -> float:
    """How far the rim is from the level at which the mouth holds the measured volume; at most half the depth."""
    inside = depth[mouth > 0]
    shift = abs(scar.volume_mm3.value) / (len(inside) * pixel_mm**2) - float(inside.mean())
    most = 0.5 * abs(scar.depth_mm.value)
    return min(max(shift, -most), most)


def _without_texture(depth: NDArray[np.float64], pixel_mm: float) -> NDArray[np.float64]:
    sigma = TEXTURE_MM / pixel_mm
    smooth = cv2.GaussianBlur(depth, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    down, across = np.gradient(smooth, pixel_mm)
    near = np.ones((2 * round(sigma) + 1,) * 2, np.uint8)
    slope = cv2.GaussianBlur(cv2.dilate(np.hypot(down, across), near), (0, 0), sigma)
    gentle = 1.0 / (1.0 + (slope / LEVEL) ** 2) ** 2
    return np.asarray(depth - np.clip(depth - smooth, -TEXTURE_MOST_MM, TEXTURE_MOST_MM) * gentle)


def _step(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Smooth step from 0 to 1."""
    share = np.clip(value, 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))
