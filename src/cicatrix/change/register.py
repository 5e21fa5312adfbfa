"""Lay the earlier capture of a site on the later one, or refuse with a reason."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.change.assessed_capture import at_pixel, matched
from cicatrix.change.initial_alignment import SCALES, guess
from cicatrix.change.refine_alignment import Controls, controls
from cicatrix.change.warp import Warp, fit_similarity, fit_warp
from cicatrix.errors import ChangeError
from cicatrix.model import Measured, Relief
from cicatrix.model.change import Registration
from cicatrix.model.quantity import Z_95

__all__ = ["Alignment", "register"]

Plane = NDArray[np.float32]
Points = NDArray[np.float64]

CELL_MM: Final = 0.06
"""Pictures are matched at no finer resolution: pores are wider."""

SEARCH_MM: Final = (1.0, 0.5, 0.3)
"""How far tiles are looked for, round by round."""

LEAST_CONTROLS: Final = 16
LEAST_LIKENESS: Final = 0.35
LEAST_AGREEING: Final = 0.6
AGREEING_MM: Final = 0.2
"""What a match needs: tiles; their median correlation; and the share of them that lies within this of the alignment.
Tiles of other skin correlate by 0.0 to 0.1 where the alignment puts them, and lie anywhere."""

LEAST_OVERLAP: Final = 0.2

OTHER: Final = "check that both captures show the same site of the same person, and that each was assessed well"


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """Where places of the later picture lie in the earlier one, and how well that is known.

    Attributes
    ----------
    warp
        From places after to places before, both in mm.
    registration
        The record of it.
    """

    warp: Warp
    registration: Registration


def register(before: Relief, after: Relief) -> Alignment:
    """Register two reliefs of one site.

    The scars may have changed: skin lines, pores and mottling carry it, and the image is normalised to unit local
    contrast.

    Raises
    ------
    ChangeError
        They do not show the same skin, overlap too little, or are too noisy to tell.
    """
    pixel = max(before.pixel_mm, after.pixel_mm, CELL_MM)
    pictures = [matched(at_pixel(relief, pixel)) for relief in (after, before)]
    size = (after.shape[1] * after.pixel_mm, after.shape[0] * after.pixel_mm)
    cell = size[0] / pictures[0].shape[1]
    first = guess(pictures[0], pictures[1], cell)
    if first is None:
        raise ChangeError(
            "the two captures do not match: too few pores, lines and spots of one are found in the other",
            allowed=f"two captures of one site, turned by any angle, their scales within {_scales()} of each other",
            fix=OTHER,
        )
    warp, found = _refine(pictures[0], pictures[1], cell, Warp(first, size))
    overlap = _overlap(warp, before)
    _check(warp, found, overlap)
    return Alignment(warp, _record(warp, found, overlap, max(before.pixel_mm, after.pixel_mm)))


def _scales() -> str:
    return f"{100 * (SCALES[1] - 1):.0f} %"


def _refine(after: Plane, before: Plane, cell_mm: float, warp: Warp) -> tuple[Warp, Controls]:
    """Tiles round by round, and a smooth stretching through them."""
    found = controls(after, before, cell_mm, warp, SEARCH_MM[0])
    for search in SEARCH_MM[1:]:
        if len(found.after) < LEAST_CONTROLS:
            return warp, found
        warp = _fitted(found, warp.size_mm)
        found = controls(after, before, cell_mm, warp, search)
    return (_fitted(found, warp.size_mm) if len(found.after) >= LEAST_CONTROLS else warp), found


def _fitted(found: Controls, size_mm: tuple[float, float], part: slice = slice(None)) -> Warp:
    weight = np.maximum(found.likeness[part], 0.01) ** 2
    similarity = fit_similarity(found.after[part], found.before[part], weight)
    return fit_warp(found.after[part], found.before[part], weight, size_mm, similarity)


def _overlap(warp: Warp, before: Relief) -> float:
    """Share of the later picture that lies in the earlier one."""
    x, y = warp.grid(64, 64)
    wide, high = before.shape[1] * before.pixel_mm, before.shape[0] * before.pixel_mm
    return float(((x >= 0) & (y >= 0) & (x <= wide) & (y <= high)).mean())


def _check(warp: Warp, found: Controls, overlap: float) -> None:
    """Refuse an alignment that chance could have made."""
    if overlap < LEAST_OVERLAP or len(found.after) < LEAST_CONTROLS:
        raise ChangeError(
            f"the captures share {100 * overlap:.0f} % of the later picture, {len(found.after)} tiles of skin",
            allowed=f"at least {100 * LEAST_OVERLAP:.0f} % and {LEAST_CONTROLS} tiles",
            fix="take the later capture where the earlier one was taken",
        )
    likeness = float(np.median(found.here))
    rest = np.hypot(*(warp(found.after) - found.before).T)
    agreeing = float((rest < AGREEING_MM).mean())
    if likeness < LEAST_LIKENESS or agreeing < LEAST_AGREEING:
        raise ChangeError(
            f"the two captures do not match: tiles of skin correlate by {likeness:.2f}, and {100 * agreeing:.0f} % of "
            f"them lie within {AGREEING_MM} mm of one alignment",
            allowed=f"at least {LEAST_LIKENESS} and {100 * LEAST_AGREEING:.0f} %",
            fix=OTHER + "; blurred or noisy photographs can be the reason too",
        )
    if not SCALES[0] <= warp.similarity.scale <= SCALES[1]:
        raise ChangeError(
            f"a millimetre of one capture is {warp.similarity.scale:.3f} mm of the other",
            allowed=f"from {SCALES[0]} to {SCALES[1]}",
            fix="check pixel_mm in both capture.toml files",
        )


def _record(warp: Warp, found: Controls, overlap: float, pixel_mm: float) -> Registration:
    similarity = warp.similarity
    bend = warp(found.after) - similarity(found.after)
    return Registration(
        turn_deg=round(similarity.turn_deg, 3),
        scale=round(similarity.scale, 5),
        x_mm=round(similarity.x_mm, 3),
        y_mm=round(similarity.y_mm, 3),
        stretch_mm=round(float(np.sqrt((bend**2).sum(axis=1).mean())), 4),
        residual_mm=_residual(found, warp.size_mm),
        controls=len(found.after),
        likeness=round(float(np.median(found.here)), 4),
        overlap=round(overlap, 4),
        pixel_mm=round(pixel_mm, 6),
    )


def _residual(found: Controls, size_mm: tuple[float, float]) -> Measured:
    """Median miss of the control points by an alignment from the other half, with its interval.

    The interval is that of a median by order statistics (David and Nagaraja 2003, Order Statistics, 7.1); tiles overlap
    by half, so that a quarter of them is taken as independent.
    """
    halves = (slice(0, None, 2), slice(1, None, 2))
    misses = []
    for own, other in (halves, halves[::-1]):
        warp = _fitted(found, size_mm, own)
        misses.append(np.hypot(*(warp(found.after[other]) - found.before[other]).T))
    rest = np.sort(np.concatenate(misses))
    count = max(len(rest) / 4.0, 1.0)
    reach = Z_95 * math.sqrt(0.25 / count)
    low, high = (float(np.quantile(rest, min(max(0.5 + side * reach, 0.0), 1.0))) for side in (-1, 1))
    return Measured.of(float(np.median(rest)), low, high)
