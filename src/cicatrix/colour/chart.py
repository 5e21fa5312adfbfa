"""The skin's pigment and blood on a coarse grid, with what scars do to the light taken out.

Photometric albedo is not to be trusted on steep walls and at the bottom of pits, where few lights reach and light
goes to and fro between the walls. Such places are filled in from the skin around. In wide, gentle scars it is
trusted, but scar tissue has a colour of its own: the step of colour across its outline is measured and taken off, so
that a scar's colour does not become a mark while a mark that lies in a scar, or runs across its edge, stays one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.colour.fill import filled
from cicatrix.colour.optics import absorbance, indices
from cicatrix.model import Relief, Scar

__all__ = ["CELL_MM", "Chart", "Tint", "draw_chart"]

Plane = NDArray[np.float32]
Mask = NDArray[np.bool_]

CELL_MM = 0.1
WIDEST_CELL_MM = 0.2
MOST_CELLS = 1_200_000
"""Width of a cell, since marks are a millimetre and more; on large fields up to the wider one, to stay below so
many."""

GENTLE_MM = 3.5
GENTLE_SLOPE = 0.35
"""Scars at least this wide, and no deeper than this share of their half width, keep their colour."""

COLLAR_MM = 0.3
"""Around other scars, and on both sides of the outline of gentle ones, light is not trusted this far."""

FEW = 0.5
"""Share of the lights below which a place is not trusted."""

STEP_MM = 0.8
"""The step across an outline is taken between places this far on either side."""


BAND_MM = 2.8
TOGETHER = (0.3, 0.5)
MOST_CROSSTALK = 0.35
"""Melanin and erythema are compared at this width; what they share is taken out in full from the second correlation on,
not at all below the first, and never by more than this factor."""


@dataclass(frozen=True, slots=True)
class Tint:
    """A scar's own colour against the skin around: melanin and erythema in index units."""

    scar: str
    melanin: float
    erythema: float


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """Maps on a grid of cells.

    Attributes
    ----------
    melanin, erythema
        ``(rows, cols)`` float32 in index units, filled in where light is not trusted.
    absorbed
        ``(rows, cols, 3)`` float32, what each channel misses, in index units, filled in likewise.
    seen
        ``(rows, cols)`` True where light is trusted.
    scars
        ``(rows, cols)`` int32, number of the scar (from 1) at each cell, 0 on skin.
    cell_mm
        Width and height of a cell.
    tints
        Colour of the gentle scars.
    crosstalk
        Share of melanin that was taken out of erythema.
    """

    melanin: Plane
    erythema: Plane
    absorbed: Plane
    seen: Mask
    scars: NDArray[np.int32]
    cell_mm: tuple[float, float]
    tints: tuple[Tint, ...]
    crosstalk: float

    @property
    def mean_cell_mm(self) -> float:
        """Side of a square cell of the same area."""
        return float(np.sqrt(self.cell_mm[0] * self.cell_mm[1]))


def draw_chart(relief: Relief, scars: Sequence[Scar]) -> Chart:
    """Chart of a relief with colours.

    Raises
    ------
    ValueError
        The relief has no albedo.
    """
    if relief.albedo is None:
        msg = "a chart needs the albedo of photographs"
        raise ValueError(msg)
    light, cell_mm = _reduced(relief.albedo, relief.pixel_mm)
    absorbed = absorbance(light)
    labels, seen, gentle = _scar_cells(scars, light.shape[:2], cell_mm)
    if relief.trusted is not None and relief.directions is not None:
        share = _like(relief.trusted, light.shape[:2]) / np.float32(len(relief.directions))
        seen &= share >= FEW
    absorbed = np.array(filled(absorbed, seen))
    tints = []
    for number in gentle:
        step = _step(absorbed, labels == number, seen, cell_mm)
        if step is not None:
            melanin, erythema = indices(step)
            tints.append(Tint(scars[number - 1].id, float(melanin), float(erythema)))
            window = _around(labels == number, round(1.2 / cell_mm[0]) + 1)
            absorbed[window] -= step * _soft(labels[window] == number, cell_mm)[..., None]
    melanin, erythema = indices(absorbed)
    crosstalk = _crosstalk(melanin, erythema, seen, cell_mm[0])
    erythema = erythema - np.float32(crosstalk) * melanin
    return Chart(melanin, erythema, absorbed, seen, labels, cell_mm, tuple(tints), crosstalk)


def _crosstalk(melanin: Plane, erythema: Plane, seen: Mask, cell_mm: float) -> float:
    """Share of melanin that shows in erythema all over this skin.

    The two vary apart from each other (the assumption of Tsumura et al. 1999), so what goes along with the other map
    everywhere is none of its own: on dark skin the film of oil and the camera's colours leave some. Marks and scars,
    which stand out, do not take part.
    """
    if min(melanin.shape) * cell_mm < 4.0 * BAND_MM:
        return 0.0
    sigmas = (0.25 * BAND_MM / cell_mm, 0.62 * BAND_MM / cell_mm)
    m, e = (
        (cv2.GaussianBlur(p, (0, 0), sigmas[0]) - cv2.GaussianBlur(p, (0, 0), sigmas[1]))[seen]
        for p in (melanin, erythema)
    )
    keep = np.ones(m.shape, np.bool_)
    slope = 0.0
    for _ in range(4):
        if keep.sum() < 100:
            return 0.0
        slope = float((e[keep] * m[keep]).sum() / max(float((m[keep] ** 2).sum()), 1e-6))
        rest = np.abs(e - slope * m)
        keep = (rest < 3.7 * np.median(rest)) & (np.abs(m) < 3.7 * np.median(np.abs(m)))
    together = slope * float(np.sqrt((m[keep] ** 2).sum() / max(float((e[keep] ** 2).sum()), 1e-6)))
    weight = np.clip((together - TOGETHER[0]) / (TOGETHER[1] - TOGETHER[0]), 0.0, 1.0)
    return float(weight * min(slope, MOST_CROSSTALK))


def _reduced(albedo: Plane, pixel_mm: float) -> tuple[Plane, tuple[float, float]]:
    """Mean light in each cell, and the cell's width and height."""
    rows, cols = albedo.shape[:2]
    field_mm2 = rows * cols * pixel_mm**2
    cell = max(min(max(CELL_MM, math.sqrt(field_mm2 / MOST_CELLS)), WIDEST_CELL_MM), pixel_mm)
    size = (max(round(cols * pixel_mm / cell), 1), max(round(rows * pixel_mm / cell), 1))
    cells = np.asarray(cv2.resize(albedo, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
    return cells, (cols * pixel_mm / size[0], rows * pixel_mm / size[1])


def _like(plane: NDArray[np.uint8], shape: tuple[int, ...]) -> Plane:
    small = cv2.resize(plane.astype(np.float32), (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.float32)


def _scar_cells(
    scars: Sequence[Scar], shape: tuple[int, ...], cell_mm: tuple[float, float]
) -> tuple[NDArray[np.int32], Mask, list[int]]:
    """Number of the scar in each cell, where light is trusted, and the numbers of the gentle scars."""
    labels = np.zeros(shape, np.int32)
    rough = np.zeros(shape, np.uint8)
    gentle = []
    order = sorted(range(len(scars)), key=lambda k: (-scars[k].area_mm2.value, k))
    for k in order:
        corners = np.round((np.asarray(scars[k].outline_mm) / cell_mm - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(labels, [corners], k + 1, shift=4)
        collar = max(round(2.0 * COLLAR_MM / cell_mm[0]), 1)
        cv2.polylines(rough, [corners], isClosed=True, color=1, thickness=collar, shift=4)
        if _gentle(scars[k]):
            gentle.append(k + 1)
        else:
            cv2.fillPoly(rough, [corners], 1, shift=4)
    return labels, rough == 0, gentle


def _gentle(scar: Scar) -> bool:
    width = scar.width_mm.value
    return not scar.linear and width >= GENTLE_MM and abs(scar.depth_mm.value) <= GENTLE_SLOPE * 0.5 * width


def _step(absorbed: Plane, inside: Mask, seen: Mask, cell_mm: tuple[float, float]) -> Plane | None:
    """Median step of colour across an outline, inside less outside; None where the outline is not seen."""
    window = _around(inside, int(3.0 * STEP_MM / cell_mm[0]) + 2)
    mask = inside[window].astype(np.uint8)
    out = np.where(mask > 0, np.float32(0), cv2.distanceTransform(1 - mask, cv2.DIST_L2, 3))
    deep = cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 3)[1:-1, 1:-1]
    far = (deep - out) * np.float32(np.sqrt(cell_mm[0] * cell_mm[1]))
    smooth = cv2.GaussianBlur(absorbed[window], (0, 0), 2.0)
    down, across = np.gradient(cv2.GaussianBlur(far, (0, 0), 2.0))
    length = np.maximum(np.hypot(down, across), 1e-6)
    band = (np.abs(far + STEP_MM) < 0.5 * CELL_MM) & seen[window]
    rows, cols = np.nonzero(band)
    reach = 2.0 * STEP_MM / CELL_MM
    to_rows = np.round(rows + reach * (down / length)[band]).astype(int)
    to_cols = np.round(cols + reach * (across / length)[band]).astype(int)
    within = (to_rows >= 0) & (to_rows < mask.shape[0]) & (to_cols >= 0) & (to_cols < mask.shape[1])
    rows, cols, to_rows, to_cols = rows[within], cols[within], to_rows[within], to_cols[within]
    good = seen[window][to_rows, to_cols] & (mask[to_rows, to_cols] > 0)
    if good.sum() < 12:
        return None
    steps = smooth[to_rows[good], to_cols[good]] - smooth[rows[good], cols[good]]
    return np.asarray(np.median(steps, axis=0), dtype=np.float32)


def _around(mask: Mask, margin: int) -> tuple[slice, slice]:
    """Window around a mask."""
    rows, cols = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    if not len(rows):
        return slice(0, 1), slice(0, 1)
    return (
        slice(max(int(rows[0]) - margin, 0), int(rows[-1]) + margin + 1),
        slice(max(int(cols[0]) - margin, 0), int(cols[-1]) + margin + 1),
    )


def _soft(mask: Mask, cell_mm: tuple[float, float]) -> Plane:
    return np.asarray(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.3 / cell_mm[0]), dtype=np.float32)
