"""Find every scar of a relief and measure it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model import Relief, Scar
from cicatrix.relief import without_form
from cicatrix.scars.detect import Candidate, find_candidates
from cicatrix.scars.measure import Shape, measure
from cicatrix.scars.outline import Field, grow
from cicatrix.scars.record import to_scar

__all__ = ["MIN_DEPTH_MM", "MIN_WIDTH_MM", "find_scars", "scar_mask"]

MIN_DEPTH_MM = 0.05
MIN_WIDTH_MM = 0.5


def find_scars(relief: Relief) -> tuple[tuple[Scar, ...], Relief]:
    """Scars of a relief, numbered from the top, and the relief with its form fitted to the skin between them."""
    shapes = _search(relief)
    refined = without_form(relief, _cover(shapes, relief))
    shapes = _search(refined)
    ordered = sorted(shapes, key=lambda s: (round(s.y_mm, 1), s.x_mm))
    return tuple(to_scar(shape, f"S{k + 1:02d}", refined) for k, shape in enumerate(ordered)), refined


def _search(relief: Relief) -> list[Shape]:
    """Two passes: wide scars that hide behind narrow ones are searched in the relief without those."""
    field = Field(
        height_mm=relief.height_mm,
        avoid=np.zeros(relief.shape, np.int32),
        pixel_mm=relief.pixel_mm,
        trusted=_trusted_share(relief),
    )
    found: list[Shape] = []
    for sign in (-1, 1):
        for candidate in find_candidates(relief.height_mm, relief.pixel_mm, sign):
            shape = _accept(field, candidate, sign)
            if shape is not None:
                found.append(shape)
                paint(field.avoid, shape, relief.pixel_mm, len(found))
    return found


def _accept(field: Field, candidate: Candidate, sign: int) -> Shape | None:
    rows, cols = field.height_mm.shape
    row = min(int(candidate.y_mm / field.pixel_mm), rows - 1)
    col = min(int(candidate.x_mm / field.pixel_mm), cols - 1)
    if field.avoid[row, col]:
        return None
    region = grow(field, candidate, sign)
    if region is None:
        return None
    shape = measure(region)
    if shape is None or abs(shape.depth_mm) < MIN_DEPTH_MM or shape.width_mm < MIN_WIDTH_MM:
        return None
    return shape


def paint(labels: NDArray[np.int32], shape: Shape, pixel_mm: float, label: int) -> None:
    """Write a scar's label where its mouth is."""
    _fill(labels, shape.outline_mm, pixel_mm, label)


def _fill(labels: NDArray[np.int32], outline_mm: NDArray[np.float64], pixel_mm: float, label: int) -> None:
    corners = np.round((outline_mm / pixel_mm - 0.5) * 16).astype(np.int32)
    cv2.fillPoly(labels, [corners], label, shift=4)


def _cover(shapes: list[Shape], relief: Relief) -> NDArray[np.bool_]:
    labels = np.zeros(relief.shape, np.int32)
    for k, shape in enumerate(shapes):
        paint(labels, shape, relief.pixel_mm, k + 1)
    return labels > 0


def _trusted_share(relief: Relief) -> NDArray[np.float32] | None:
    if relief.trusted is None or relief.directions is None:
        return None
    return (relief.trusted / np.float32(len(relief.directions))).astype(np.float32)


def scar_mask(scars: tuple[Scar, ...], relief: Relief) -> NDArray[np.bool_]:
    """``(rows, cols)`` True inside the scars' mouths."""
    labels = np.zeros(relief.shape, np.int32)
    for scar in scars:
        _fill(labels, np.asarray(scar.outline_mm), relief.pixel_mm, 1)
    return labels > 0
