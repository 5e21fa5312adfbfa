"""Measure a scar whose outline a person drew.

The line is taken as the scar's mouth: width, area, volume and place are those of the line. Depth, walls and floor are
measured as those of every scar: a rim is fitted to the skin around, and a profile to what lies inside (``measure``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cicatrix.errors import CorrectionError
from cicatrix.model import Relief, Scar
from cicatrix.model.quantity import Z_95
from cicatrix.scars.find import trusted_share
from cicatrix.scars.measure import Shape, breadth, diameters, measure
from cicatrix.scars.outline import Field, Region, Window, cut, filled, fit_rim, on_edge, signed_distance
from cicatrix.scars.publish import Spread, to_scar

__all__ = ["FLATTEST_MM", "measure_given"]

FLATTEST_MM = 0.01
"""What neither sinks nor rises by more is level skin: a tenth of the shallowest scar that is looked for."""

CELLS = 40.0
"""Cells across the mouth, as where scars are looked for."""

GAP = 0.15
LEAST_GAP_MM = 0.1
RING = 0.55
LEAST_RING_MM = 0.6
"""The rim is fitted to a ring of skin outside the line: from this share of the mouth's radius on, this broad."""

INSIDE = 0.6
"""Another scar of which this share lies within the line is part of what is measured."""

FITTED = 0.5
"""From this share of the mouth on the height inside was fitted to shadows."""

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Mouth:
    """The line on the grid of its window."""

    line_mm: Points
    window: Window
    mask: NDArray[np.bool_]
    distance_mm: NDArray[np.float64]
    radius_mm: float


def measure_given(
    relief: Relief,
    outline_mm: Sequence[tuple[float, float]],
    name: str,
    *,
    others: Sequence[Sequence[tuple[float, float]]] = (),
    measured: Sequence[Scar] = (),
) -> Scar:
    """Measure what lies inside an outline.

    Parameters
    ----------
    relief
        The surface. Its photographs are not needed: where scars were fitted to their shadows the fit is in the height
        already (``relief.fitted``), and elsewhere the intervals are those of scars that were not fitted.
    outline_mm
        Corners of a simple closed line within the picture, ``(x_mm, y_mm)``.
    name
        The scar's id.
    others
        Outlines of the other scars: those mouths are no skin to fit the rim to.
    measured
        Scars as they were found on this relief. Where the height inside the line was fitted to shadows, the one that
        shares most with it tells how sure the fit is.

    Raises
    ------
    CorrectionError
        Too little skin lies around the line, or what lies inside is level.
    """
    mouth = _placed(relief, np.asarray(outline_mm, dtype=np.float64), others, name)
    shape = measure(_region(mouth, name), ratio=0.0)
    if shape is None or shape.profile.depth_mm <= 0.5 * FLATTEST_MM:
        raise _level(name, 0.0 if shape is None else shape.profile.depth_mm)
    shape = _within_line(shape, mouth)
    teacher = _teacher(relief, mouth.line_mm, measured)
    scar = to_scar(shape, name, relief, held=None if teacher is None else _held(shape, teacher))
    kept = () if teacher is None else tuple(note for note in teacher.notes if note.code == "never_lit")
    return scar.model_copy(update={"notes": (*kept, *scar.notes)})


def _placed(relief: Relief, line_mm: Points, others: Sequence[Sequence[tuple[float, float]]], name: str) -> _Mouth:
    """The line in a window of the relief."""
    low, high = line_mm.min(axis=0), line_mm.max(axis=0)
    radius = math.sqrt(_area_mm2(line_mm) / math.pi)
    x, y = 0.5 * (low + high)
    reach = 0.5 * float((high - low).max()) + GAP * radius + LEAST_GAP_MM + max(LEAST_RING_MM, RING * radius) + 0.5
    avoid, parent = _beside(relief, line_mm, others, reach)
    field = Field(relief.height_mm, avoid, relief.pixel_mm, trusted_share(relief), within=parent)
    window = cut(field, float(x), float(y), reach, max(2.0 * radius / CELLS, relief.pixel_mm))
    mask = _raster(window.height_mm.shape, (line_mm - (window.x0_mm, window.y0_mm)) / window.cell_mm)
    if not mask.any():
        raise _level(name, 0.0)
    return _Mouth(line_mm, window, mask, signed_distance(mask, window.cell_mm), radius)


def _beside(
    relief: Relief, line_mm: Points, others: Sequence[Sequence[tuple[float, float]]], reach_mm: float
) -> tuple[NDArray[np.int32], int]:
    """Labels of the scars that are no part of what lies inside, and that of the scar around the line (or 0)."""
    avoid = np.zeros(relief.shape, np.int32)
    corner, size = _box(relief, line_mm, reach_mm)
    here = avoid[corner[1] : corner[1] + size[1], corner[0] : corner[0] + size[0]]
    inside = _raster(here.shape, line_mm / relief.pixel_mm - corner)
    parent = 0
    for number, other in enumerate(others, 1):
        points = np.asarray(other, dtype=np.float64)
        if (points.max(axis=0) < corner * relief.pixel_mm).any():
            continue
        if (points.min(axis=0) > (corner + size) * relief.pixel_mm).any():
            continue
        mouth = _raster(here.shape, points / relief.pixel_mm - corner)
        shared = int((mouth & inside).sum())
        if shared * relief.pixel_mm**2 >= INSIDE * _area_mm2(points):
            continue
        if shared >= INSIDE * inside.sum() > 0:
            parent = number
        here[mouth] = number
    return avoid, parent


def _box(relief: Relief, line_mm: Points, reach_mm: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pixels around a line, within the picture: the top-left one as ``(column, row)``, and how many each way."""
    middle = 0.5 * (line_mm.min(axis=0) + line_mm.max(axis=0))
    limit = np.array(relief.shape[::-1])
    low = np.clip(np.floor((middle - reach_mm) / relief.pixel_mm), 0, limit - 1).astype(np.intp)
    high = np.clip(np.ceil((middle + reach_mm) / relief.pixel_mm) + 1, low + 1, limit).astype(np.intp)
    return low, high - low


def _area_mm2(line_mm: Points) -> float:
    return float(cv2.contourArea((line_mm - line_mm[0]).astype(np.float32)))


def _raster(shape: tuple[int, ...], corners: Points) -> NDArray[np.bool_]:
    """``shape`` True inside a line whose corners are given in cells from the top-left corner."""
    inside = np.zeros(shape, np.uint8)
    cv2.fillPoly(inside, [np.round((corners - 0.5) * 16).astype(np.int32)], 1, shift=4)
    return inside > 0


def _region(mouth: _Mouth, name: str) -> Region:
    """What lies inside the line, against a rim outside of it, outlined at half depth."""
    window, cell = mouth.window, mouth.window.cell_mm
    gap = max(GAP * mouth.radius_mm, LEAST_GAP_MM)
    ring = (mouth.distance_mm > gap) & (mouth.distance_mm < gap + max(LEAST_RING_MM, RING * mouth.radius_mm))
    usable = ring & window.skin
    if usable.sum() < max(30, 0.2 * ring.sum()):
        share = usable.sum() / max(int(ring.sum()), 1)
        raise CorrectionError(
            f"{name}: {100.0 * share:.0f} % of the ring around the outline is plain skin",
            allowed="at least 20 %, since depth is measured against the skin around",
            fix="draw a smaller outline, further from the edge of the picture and from other scars",
        )
    rim, noise, error = fit_rim(window, usable, mouth.mask)
    rise = window.height_mm - rim
    inside = mouth.mask & window.skin
    sign = 1 if inside.any() and float(rise[inside].mean()) > 0 else -1
    depth = sign * rise
    sigma = max(0.06 * mouth.radius_mm / cell, 0.5)
    smooth = cv2.GaussianBlur(depth.astype(np.float32), (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    within = np.where(inside, smooth, -np.inf)
    peak = float(within.max())
    if peak <= FLATTEST_MM:
        raise _level(name, max(peak, 0.0))
    labels, _ = ndimage.label((smooth > 0.5 * peak) & inside)
    half = filled(labels == labels[np.unravel_index(int(within.argmax()), within.shape)])
    return Region(
        window=window,
        sign=sign,
        depth_mm=depth,
        rim_mm=rim,
        mask=half,
        distance_mm=signed_distance(half, cell),
        peak_mm=peak,
        rim_noise_mm=noise,
        rim_error_mm=error,
        at_edge=on_edge(mouth.mask, window.open_sides),
    )


def _level(name: str, found_mm: float) -> CorrectionError:
    return CorrectionError(
        f"{name}: the skin inside the outline lies within {max(found_mm, 0.0):.3f} mm of the skin around",
        allowed=f"a scar that is at least {FLATTEST_MM:g} mm deep or high",
        fix="move the outline onto the scar; what is seen by its colour alone is a mark",
    )


def _within_line(shape: Shape, mouth: _Mouth) -> Shape:
    """The shape with the size and place of the line."""
    cell = mouth.window.cell_mm
    area = _area_mm2(mouth.line_mm)
    moments = cv2.moments((mouth.line_mm - mouth.line_mm[0]).astype(np.float32))
    linear, half = breadth(mouth.mask, cell)
    longest, shortest = diameters(mouth.line_mm)
    use = mouth.mask & mouth.window.skin
    return replace(
        shape,
        x_mm=float(mouth.line_mm[0, 0]) + moments["m10"] / moments["m00"],
        y_mm=float(mouth.line_mm[0, 1]) + moments["m01"] / moments["m00"],
        width_mm=2.0 * half if linear else 2.0 * math.sqrt(area / math.pi),
        area_mm2=area,
        volume_mm3=float(-shape.region.sign * shape.region.depth_mm[use].sum() * cell**2),
        longest_mm=longest,
        shortest_mm=shortest,
        linear=linear,
        outline_mm=mouth.line_mm,
    )


def _teacher(relief: Relief, line_mm: Points, measured: Sequence[Scar]) -> Scar | None:
    """The scar whose fit to shadows the height inside a line holds; None where it is not fitted."""
    fitted = [scar for scar in measured if scar.depth_from == "shadows"]
    if relief.fitted is None or not fitted:
        return None
    corner, size = _box(relief, line_mm, 0.5 * float(np.ptp(line_mm, axis=0).max()))
    shape = (int(size[1]), int(size[0]))
    inside = _raster(shape, line_mm / relief.pixel_mm - corner)
    where = relief.fitted[corner[1] : corner[1] + size[1], corner[0] : corner[0] + size[0]]
    if not inside.any() or where[inside].mean() < FITTED:
        return None

    def shared(scar: Scar) -> int:
        return int((_raster(shape, np.asarray(scar.outline_mm) / relief.pixel_mm - corner) & inside).sum())

    return max(fitted, key=shared)


def _held(shape: Shape, teacher: Scar) -> Spread:
    """Standard errors where the height was fitted to shadows: the fit's, and those of the new rim."""
    depth, width = teacher.depth_mm, teacher.width_mm
    fit = 0.5 * (depth.high - depth.low) / Z_95 / abs(depth.value)
    return Spread(
        depth=math.hypot(fit, shape.depth_error_mm / abs(shape.depth_mm)),
        width=0.5 * (width.high - width.low) / Z_95 / width.value,
        unseen=0.0,
    )
