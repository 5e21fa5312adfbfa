"""The corners of the card's markers, to a few hundredths of a pixel.

They are where straight lines through a marker's edges meet, each line through some thirty crossings of the edge's
profile: an edge has some hundred pixels and a corner a few. On photographs with known truth (tests) the corners are off
by 0.02 to 0.07 pixels so, against 0.5 to 0.7 with OpenCV's search for each corner by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.card.markers import Match, homography, predict
from cicatrix.model.card import DICTIONARY, CardLayout

__all__ = ["Edges", "refine"]

_CELLS: Final = 7
_SAMPLES: Final = 28
_STEPS: Final = 29
_REACH: Final = 0.8
"""Profiles reach this far from the edge, in cells: the border inside is one cell wide, the paper outside 1.4."""
_MIN_REACH_PX: Final = 2.5
_LIKE: Final = 0.6
"""Correlation with a marker's print that makes it found."""
_MIN_POINTS: Final = 10
_TERMS: Final = 10
"""Of a polynomial of third order in the place."""

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Edges:
    """Markers with refined corners.

    Attributes
    ----------
    index
        ``(m,)`` places in ``layout.markers``.
    corners_px
        ``(m, 4, 2)``; NaN where an edge beside the corner is covered.
    width_px
        Contrast over steepest slope of the edges' profiles: the larger of those along and across the picture.
    """

    index: NDArray[np.intp]
    corners_px: NDArray[np.float64]
    width_px: float


def refine(light: NDArray[np.float32], found: list[Match], layout: CardLayout) -> Edges:
    """Measure the corners of all markers of the card that show, those too that the detector did not find.

    Parameters
    ----------
    light
        ``(rows, cols)`` linear light: the middle of a blurred edge lies halfway between dark and bright only there.
    found
        Markers that were matched.
    layout
        The card.
    """
    known = {one.index: one.corners_px for one in found}
    transform = homography(found, layout)
    for index, marker in enumerate(layout.markers):
        if index not in known:
            corners = predict(transform, marker.corners_mm())
            if _looks_like(light, corners, marker.id):
                known[index] = corners
    corners_px = np.array([known[index] for index in sorted(known)])
    shading = np.zeros(_TERMS)
    for _ in range(3):
        profiles = _Profiles.at(light, corners_px, shading)
        shading = shading + profiles.shading()
        corners_px = np.where(np.isfinite(moved := profiles.corners()), moved, corners_px)
    profiles = _Profiles.at(light, corners_px, shading)
    return Edges(np.array(sorted(known), dtype=np.intp), profiles.corners(), profiles.width_px())


def _looks_like(light: NDArray[np.float32], corners_px: Points, id_: int) -> bool:
    """Tell whether a marker's print shows at a place."""
    cell, cells = 6, _CELLS + 2
    inner = np.array([(1, 1), (cells - 1, 1), (cells - 1, cells - 1), (1, cells - 1)])
    quad = (inner * cell - 0.5).astype(np.float32)
    if (corners_px < 1).any() or (corners_px >= np.array(light.shape[::-1]) - 2).any():
        return False
    transform = cv2.getPerspectiveTransform(corners_px.astype(np.float32), quad)
    size = cells * cell
    patch = np.sqrt(cv2.warpPerspective(light, transform, (size, size), flags=cv2.INTER_AREA))
    dictionary = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, DICTIONARY))
    print_ = np.pad(dictionary.generateImageMarker(id_, _CELLS), 1, constant_values=255).astype(np.float32)
    wanted = cv2.GaussianBlur(np.kron(print_, np.ones((cell, cell), np.float32)), (0, 0), 1.5)
    return float(cv2.matchTemplate(patch, wanted, cv2.TM_CCOEFF_NORMED)[0, 0]) > _LIKE


@dataclass(frozen=True, slots=True)
class _Profiles:
    """Profiles across the edges of markers, from inside to outside.

    Attributes
    ----------
    start, along, across
        ``(m, 4, 2)`` first corner of each side, the unit vector to the next, and the one pointing out.
    places
        ``(m, 4, samples)`` pixels from ``start``.
    offsets
        ``(m, steps)`` pixels from the edge, negative inside.
    values
        ``(m, 4, samples, steps)`` light without the card's shading.
    """

    start: Points
    along: Points
    across: Points
    places: Points
    offsets: Points
    values: Points
    outer: Points

    @classmethod
    def at(cls, light: NDArray[np.float32], corners_px: Points, shading: Points) -> _Profiles:
        """Sample around given corners, ``(m, 4, 2)``."""
        step = np.roll(corners_px, -1, axis=1) - corners_px
        length = np.linalg.norm(step, axis=2)
        along = step / length[..., None]
        # Corners run clockwise in the picture, whose y goes down: out is to the left of the way.
        across = np.stack([along[..., 1], -along[..., 0]], axis=-1)
        places = length[..., None] * np.linspace(0.06, 0.94, _SAMPLES)
        reach = np.maximum(_REACH * length.mean(axis=1) / _CELLS, _MIN_REACH_PX)
        offsets = reach[:, None] * np.linspace(-1.0, 1.0, _STEPS)
        points = (
            corners_px[:, :, None, None]
            + along[:, :, None, None] * places[..., None, None]
            + across[:, :, None, None] * offsets[:, None, None, :, None]
        )
        values = _bilinear(light, points[..., 0], points[..., 1])
        flat = np.exp(np.tensordot(_terms(*_unit(light.shape, points)).T, shading, axes=1).T)
        outer = np.moveaxis(_terms(*_unit(light.shape, points[:, :, :, -4])), 0, -1)
        return cls(corners_px, along, across, places, offsets, values / flat, outer)

    def plateaus(self) -> tuple[Points, Points]:
        """``(m, 4, samples)`` light inside and outside the edge."""
        return self.values[..., :6].mean(axis=-1), self.values[..., -6:].mean(axis=-1)

    def crossings(self) -> tuple[Points, NDArray[np.bool_]]:
        """``(m, 4, samples)`` where profiles cross the edge, in pixels from it, and whether they can be believed.

        By the area under the profile, which a symmetric blur leaves as it is.
        """
        dark, bright = self.plateaus()
        contrast = bright - dark
        share = (self.values - dark[..., None]) / np.where(contrast > 0, contrast, np.inf)[..., None]
        reach = self.offsets[:, -1]
        step = self.offsets[:, 1] - self.offsets[:, 0]
        area = (share.sum(axis=-1) - (share[..., 0] + share[..., -1]) / 2) * step[:, None, None]
        crossing = reach[:, None, None] - area
        usual = np.median(contrast, axis=(1, 2), keepdims=True)
        good = (contrast > 0.5 * usual) & (contrast < 2.0 * usual) & (dark < 0.6 * bright)
        # A finger or the border of the next thing leaves a profile that is not two levels.
        good &= np.abs(crossing) < 0.7 * reach[:, None, None]
        return crossing, good & ((share > -0.35) & (share < 1.35)).all(axis=-1)

    def corners(self) -> Points:
        """``(m, 4, 2)`` corners: the lines through two neighbouring edges meet there; NaN without two lines."""
        crossing, good = self.crossings()
        intercept, slope = _lines(self.places, crossing, good)
        point = self.start + self.across * intercept[..., None]
        way = self.along + self.across * slope[..., None]
        before, back = np.roll(point, 1, axis=1), np.roll(way, 1, axis=1)
        gap = before - point
        cross = way[..., 0] * back[..., 1] - way[..., 1] * back[..., 0]
        far = (gap[..., 0] * back[..., 1] - gap[..., 1] * back[..., 0]) / cross
        return np.asarray(point + way * far[..., None])

    def shading(self) -> Points:
        """Coefficients of log light on the paper beside the markers, by a robust fit of a low polynomial.

        Light that falls off across an edge would shift the edge towards the light.
        """
        _, bright = self.plateaus()
        _, good = self.crossings()
        terms, values = self.outer[good], np.log(np.maximum(bright[good], 1e-6))
        weight = np.ones(len(values))
        fit: Points = np.zeros(terms.shape[1])
        if len(values) < 8 * terms.shape[1]:
            return fit
        for _ in range(5):
            # Ten terms on thousands of points of the unit square: the normal equations are exact enough, and quick.
            weighted = terms.T * weight
            fit = np.asarray(np.linalg.solve(weighted @ terms + 1e-6 * np.eye(_TERMS), weighted @ values), np.float64)
            off = values - terms @ fit
            spread = 1.48 * float(np.median(np.abs(off))) + 1e-6
            weight = 1.0 / (1.0 + (off / (2.0 * spread)) ** 2)
        fit[0] = 0.0
        return fit

    def width_px(self) -> float:
        """Contrast over steepest slope, the larger of upright and level edges."""
        dark, bright = self.plateaus()
        _, good = self.crossings()
        usable = good.sum(axis=-1) >= _MIN_POINTS
        profile = np.where(good[..., None], self.values, 0.0).sum(axis=2) / np.maximum(good.sum(axis=-1), 1)[..., None]
        step = (self.offsets[:, 1] - self.offsets[:, 0])[:, None]
        contrast = np.where(good, bright - dark, 0.0).sum(axis=-1) / np.maximum(good.sum(axis=-1), 1)
        # Over two steps: less noise, and steps are finer than pixels.
        slope = ((profile[..., 2:] - profile[..., :-2]) / 2).max(axis=-1) / step
        width = np.where(usable, contrast, np.nan) / np.where(slope > 0, slope, np.nan)
        level = np.abs(self.along[..., 0]) > np.abs(self.along[..., 1])
        widths = [width[chosen & np.isfinite(width)] for chosen in (level, ~level)]
        return max((float(np.median(one)) for one in widths if one.size), default=float("nan"))


def _lines(places: Points, crossing: Points, good: NDArray[np.bool_]) -> tuple[Points, Points]:
    """Intercept and slope of each side's line, by least squares that doubts far points; NaN with too few points."""
    weight = good.astype(np.float64)
    intercept: Points = np.full(good.shape[:2], np.nan)
    slope: Points = intercept
    for _ in range(4):
        total = weight.sum(axis=-1)
        total = np.where(total > 0, total, np.nan)
        mid = (weight * places).sum(axis=-1) / total
        level = (weight * np.where(good, crossing, 0.0)).sum(axis=-1) / total
        run = places - mid[..., None]
        slope = (weight * run * np.where(good, crossing, 0.0)).sum(axis=-1) / (weight * run**2).sum(axis=-1).clip(1e-9)
        intercept = level - slope * mid
        off = np.where(good, crossing, np.nan) - (intercept[..., None] + slope[..., None] * places)
        spread = 1.48 * _median_abs(off) + 0.01
        weight = np.where(good, 1.0 / (1.0 + (np.nan_to_num(off) / (2.0 * spread[..., None])) ** 2), 0.0)
    few = good.sum(axis=-1) < _MIN_POINTS
    return np.where(few, np.nan, intercept), np.where(few, np.nan, slope)


def _median_abs(values: Points) -> Points:
    """Median of absolute values along the last axis, leaving NaN out; 0 where all are."""
    ordered = np.sort(np.abs(values), axis=-1)
    count = np.isfinite(values).sum(axis=-1)
    middle = np.take_along_axis(ordered, np.maximum(count - 1, 0)[..., None] // 2, axis=-1)[..., 0]
    return np.asarray(np.where(count > 0, middle, 0.0))


def _terms(x: Points, y: Points) -> Points:
    """Terms of a polynomial of third order, the first axis."""
    xx, yy = x * x, y * y
    return np.stack([np.ones_like(x), x, y, xx, x * y, yy, xx * x, xx * y, x * yy, yy * y])


def _unit(shape: tuple[int, ...], points: Points) -> tuple[Points, Points]:
    half = max(shape) / 2
    return points[..., 0] / half - 1.0, points[..., 1] / half - 1.0


def _bilinear(image: NDArray[np.float32], x: Points, y: Points) -> Points:
    """Values between pixels; the rim's outside it."""
    x, y = np.clip(x, 0, image.shape[1] - 1.001), np.clip(y, 0, image.shape[0] - 1.001)
    col, row = x.astype(np.intp), y.astype(np.intp)
    u, v = x - col, y - row
    upper = image[row, col] * (1 - u) + image[row, col + 1] * u
    lower = image[row + 1, col] * (1 - u) + image[row + 1, col + 1] * u
    return np.asarray(upper * (1 - v) + lower * v)
