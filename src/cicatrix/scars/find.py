"""Find every scar of a relief and measure it."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model import Relief, Scar
from cicatrix.relief import without_form
from cicatrix.scars.detect import Candidate, answer_all, find_candidates
from cicatrix.scars.fit import Fitted, corrected, fit_shapes, rebuilt
from cicatrix.scars.measure import Shape, measure
from cicatrix.scars.outline import Field, grow
from cicatrix.scars.publish import to_scar

__all__ = [
    "CLOSED",
    "MIN_DEPTH_MM",
    "MIN_PRODUCT_MM",
    "MIN_RATIO",
    "MIN_WIDTH_MM",
    "find_scars",
    "scar_mask",
    "trusted_share",
]

MIN_DEPTH_MM = 0.08
MIN_RATIO = 4.5
"""Least depth, and least contrast over the relief's own at the same scale."""

MIN_PRODUCT_MM = (1.0, 0.4)
"""Least depth times that ratio of a scar as narrow as ``NARROW_MM[0]`` and as wide as ``NARROW_MM[1]``, straight
between: narrow pits that are neither deep nor outstanding are pores and crossings of skin lines, 20-200 µm deep."""

NARROW_MM = (1.2, 2.5)

MIN_WIDTH_MM = 0.5
"""Least width: the lower bound of Hayashi's mini-scars (2015, doi:10.1111/1346-8138.12885)."""

CLOSED = 0.75
"""Share of the directions in which the skin must come back to the rim."""

HALO = 0.6
"""Next to a steep scar the integrated height overshoots: an opposite bump shallower than this share is its halo."""

FLAT = 5.0
FLAT_EASE = 0.65
"""A level floor inside a sharp wall (profile exponent above ``FLAT``) is nothing that skin lines make: the limits are
this much lower for it."""

MAX_ERROR = 0.21
"""Largest accepted relative standard error of depth (a detection at about 4.8 standard errors)."""

EDGE = 1.5
"""At the picture's edge the rim is seen on one side only: depth and contrast must be this much greater."""

NESTED_WIDTH = 0.4
NESTED_DEPTH = 0.6
"""A pit inside a scar counts for itself when at most this share as wide, and at least this share as deep."""

NESTED_NOISE = 0.15
"""The floor around it must be level within this share of its depth."""


def find_scars(relief: Relief) -> tuple[tuple[Scar, ...], Relief]:
    """Scars of a relief, numbered from the top, and the relief with its form fitted to the skin between them.

    Found twice: the first round tells where skin is, so that the form can be fitted to skin alone, and which scars
    are large, so that those are outlined before what lies in them.
    """
    rising = answer_all(relief.height_mm, relief.pixel_mm)
    candidates = [
        (sign, candidate)
        for sign in (-1, 1)
        for candidate in find_candidates(relief.height_mm, relief.pixel_mm, sign, rising)
    ]
    # Pits first: the skin between two of them would pass for a raised scar.
    candidates.sort(key=lambda c: (c[0], -c[1].contrast_mm * c[1].width_mm, c[1].y_mm, c[1].x_mm))
    first = _search(relief, candidates)
    refined = without_form(relief, label(first, relief) > 0)
    first.sort(key=lambda s: (s.region.sign, -abs(s.volume_mm3)))
    second = _search(refined, [(shape.region.sign, _again(shape)) for shape in first])
    ordered = sorted(second, key=lambda s: (round(s.y_mm, 1), s.x_mm))
    if refined.shots is None:
        return tuple(to_scar(shape, _name(k), refined) for k, shape in enumerate(ordered)), refined
    fits = fit_shapes(ordered, label(ordered, refined), refined, refined.shots)
    refined = corrected(refined, fits)
    return tuple(
        _published(k, shape, fit, refined) for k, (shape, fit) in enumerate(zip(ordered, fits, strict=True))
    ), refined


def _name(k: int) -> str:
    return f"S{k + 1:02d}"


def _published(k: int, shape: Shape, fit: Fitted | None, relief: Relief) -> Scar:
    if fit is None:
        return to_scar(shape, _name(k), relief)
    return to_scar(rebuilt(shape, fit, relief), _name(k), relief, before=shape, fit=fit)


def _again(shape: Shape) -> Candidate:
    """The candidate that a measured shape stands for."""
    x, y = shape.region.window.grid()
    deepest = np.where(shape.region.mask, shape.region.depth_mm, -np.inf).argmax()
    inside = shape.region.mask
    place = (float(x[inside].mean()), float(y[inside].mean()))
    if not inside[_cell(shape, place)]:
        place = (float(x.flat[deepest]), float(y.flat[deepest]))
    return Candidate(*place, 0.85 * shape.width_mm, abs(shape.depth_mm), shape.ratio)


def _cell(shape: Shape, place: tuple[float, float]) -> tuple[int, int]:
    window = shape.region.window
    rows, cols = window.height_mm.shape
    row, col = (int((place[k] - (window.x0_mm, window.y0_mm)[k]) / window.cell_mm) for k in (1, 0))
    return min(max(row, 0), rows - 1), min(max(col, 0), cols - 1)


def _search(relief: Relief, candidates: list[tuple[int, Candidate]]) -> list[Shape]:
    """Grow and measure each candidate in turn, beside those already found."""
    field = Field(
        height_mm=relief.height_mm,
        avoid=np.zeros(relief.shape, np.int32),
        pixel_mm=relief.pixel_mm,
        trusted=trusted_share(relief),
    )
    found: list[Shape] = []
    for sign, candidate in candidates:
        shape = _accept(field, candidate, sign, found)
        if shape is not None:
            found.append(shape)
            paint(field.avoid, shape, relief.pixel_mm, len(found))
    return found


def _accept(field: Field, candidate: Candidate, sign: int, found: list[Shape]) -> Shape | None:
    rows, cols = field.height_mm.shape
    row = min(int(candidate.y_mm / field.pixel_mm), rows - 1)
    col = min(int(candidate.x_mm / field.pixel_mm), cols - 1)
    label = int(field.avoid[row, col])
    parent = found[label - 1] if label else None
    if parent is not None and (parent.region.sign != sign or candidate.width_mm > NESTED_WIDTH * parent.width_mm):
        return None
    region = grow(replace(field, within=label), candidate, sign)
    shape = None if region is None else measure(region, candidate.ratio)
    if shape is None or not _is_scar(shape):
        return None
    if parent is not None:
        return shape if _is_nested(shape, parent) else None
    return None if any(_is_halo(shape, other) for other in found) else shape


def _is_scar(shape: Shape) -> bool:
    """Whether a shape is deep, outstanding, wide and closed enough."""
    stricter = EDGE if shape.region.at_edge else 1.0
    if shape.profile.p > FLAT and shape.width_mm > NARROW_MM[0]:
        stricter *= FLAT_EASE
    depth = abs(shape.depth_mm)
    return bool(
        depth >= max(stricter, 1.0) * MIN_DEPTH_MM
        and shape.ratio >= stricter * MIN_RATIO
        and depth * shape.ratio >= stricter * np.interp(shape.width_mm, NARROW_MM, MIN_PRODUCT_MM)
        and shape.depth_error_mm <= MAX_ERROR * depth
        and shape.width_mm >= MIN_WIDTH_MM
        and shape.closed >= CLOSED
    )


def _is_nested(shape: Shape, parent: Shape) -> bool:
    return (
        shape.width_mm <= NESTED_WIDTH * parent.width_mm
        and abs(shape.depth_mm) >= NESTED_DEPTH * abs(parent.depth_mm)
        and shape.region.rim_noise_mm <= NESTED_NOISE * abs(shape.depth_mm)
    )


def _is_halo(shape: Shape, other: Shape) -> bool:
    """Whether a shape hugs a deeper scar of the opposite sign."""
    if shape.region.sign == other.region.sign or abs(shape.depth_mm) > HALO * abs(other.depth_mm):
        return False
    apart = np.hypot(shape.x_mm - other.x_mm, shape.y_mm - other.y_mm)
    return bool(apart < 0.5 * (other.longest_mm + shape.longest_mm) + 0.4)


def paint(labels: NDArray[np.int32], shape: Shape, pixel_mm: float, label: int) -> None:
    """Write a scar's label where its mouth is."""
    _fill(labels, shape.outline_mm, pixel_mm, label)


def _fill(labels: NDArray[np.int32], outline_mm: NDArray[np.float64], pixel_mm: float, label: int) -> None:
    corners = np.round((outline_mm / pixel_mm - 0.5) * 16).astype(np.int32)
    cv2.fillPoly(labels, [corners], label, shift=4)


def label(shapes: list[Shape], relief: Relief) -> NDArray[np.int32]:
    """``(rows, cols)`` number (from 1) of the shape whose mouth holds each pixel, 0 for skin."""
    labels = np.zeros(relief.shape, np.int32)
    for k, shape in enumerate(shapes):
        paint(labels, shape, relief.pixel_mm, k + 1)
    return labels


def trusted_share(relief: Relief) -> NDArray[np.float32] | None:
    """``(rows, cols)`` share of the lights that are trusted; None without photographs."""
    if relief.trusted is None or relief.directions is None:
        return None
    return (relief.trusted / np.float32(len(relief.directions))).astype(np.float32)


def scar_mask(scars: tuple[Scar, ...], relief: Relief) -> NDArray[np.bool_]:
    """``(rows, cols)`` True inside the scars' mouths."""
    labels = np.zeros(relief.shape, np.int32)
    for scar in scars:
        _fill(labels, np.asarray(scar.outline_mm), relief.pixel_mm, 1)
    return labels > 0
