"""The card's markers in one photograph: found at a small scale, and told apart by where they lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model.card import DICTIONARY, HEIGHT_ID, MAX_WINDOW_MM, MIN_WINDOW_MM, WIDTH_ID, CardLayout

__all__ = ["MIN_MARKERS", "Match", "Seen", "detect", "homography", "match", "predict", "window_votes"]

MIN_MARKERS: Final = 4
"""Fewer do not tell a card from something that looks like one, nor a bent one from a flat one."""
_SCALES: Final = (1000, 2000)
"""Longest sides at which markers are looked for before the full picture is: small ones are quick, and less blurred."""
_ENOUGH: Final = 10
"""Markers found at a scale that make a look at a finer one needless."""
_HALF: Final = 0.5
"""A marker belongs to a place when its middle lies within half its side of it."""

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """A marker as the detector gives it: its number and ``(4, 2)`` corners in pixels, the first pixel's middle 0, 0."""

    id: int
    corners_px: Points


@dataclass(frozen=True, slots=True)
class Match:
    """A marker of the layout, by its place in ``layout.markers``, with ``(4, 2)`` corners in pixels."""

    index: int
    corners_px: Points


def detect(grey: NDArray[np.uint8]) -> list[Seen]:
    """Find markers with numbers that a card can have.

    Parameters
    ----------
    grey
        ``(rows, cols)`` photograph.

    Notes
    -----
    ArUco markers, Garrido-Jurado et al. 2014, doi:10.1016/j.patcog.2014.01.005.
    """
    detector, best = _detector(), list[Seen]()
    longest = max(grey.shape)
    for side in (*(side for side in _SCALES if side < longest), longest):
        found = _detect_at(grey, detector, min(1.0, side / longest))
        best = max(best, found, key=len)
        if len(best) >= _ENOUGH:
            break
    return best


def _detect_at(grey: NDArray[np.uint8], detector: cv2.aruco.ArucoDetector, scale: float) -> list[Seen]:
    small = grey if scale == 1.0 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    corners, ids, _ = detector.detectMarkers(small)
    if ids is None:
        return []
    found = zip(ids.ravel().tolist(), corners, strict=True)
    # Pixels' middles of the small picture in those of the large one.
    return [
        Seen(int(id_), (quad[0].astype(np.float64) + 0.5) / scale - 0.5) for id_, quad in found if _possible(int(id_))
    ]


def _detector() -> cv2.aruco.ArucoDetector:
    settings = cv2.aruco.DetectorParameters()
    # Windows of the local threshold from about half a cell to some cells, so that light that falls off does not matter.
    settings.adaptiveThreshWinSizeMin, settings.adaptiveThreshWinSizeMax = 7, 39
    settings.adaptiveThreshWinSizeStep = 16
    settings.adaptiveThreshConstant = 4
    settings.minMarkerPerimeterRate = 0.02
    settings.perspectiveRemovePixelPerCell = 6
    settings.perspectiveRemoveIgnoredMarginPerCell = 0.25
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    return cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, DICTIONARY)), settings)


def _possible(id_: int) -> bool:
    size = id_ % 100
    if id_ >= WIDTH_ID:
        return id_ < HEIGHT_ID + 100 and MIN_WINDOW_MM <= size <= MAX_WINDOW_MM
    return id_ < WIDTH_ID - 100 and size < MAX_WINDOW_MM // 10


def window_votes(seen: list[Seen]) -> tuple[list[int], list[int]]:
    """Widths and heights of the window, in mm, that the markers in the corners tell."""
    widths = [marker.id - WIDTH_ID for marker in seen if WIDTH_ID <= marker.id < HEIGHT_ID]
    heights = [marker.id - HEIGHT_ID for marker in seen if marker.id >= HEIGHT_ID]
    return widths, heights


def match(seen: list[Seen], layout: CardLayout) -> list[Match]:
    """Say which marker of the layout each found one is, and leave out those that do not fit the others.

    Each found marker proposes, by its four corners, where the card lies; the proposal that most of the others agree
    with is taken. So a number read wrongly is left out, and the two that a card has of the same number are told apart.
    """
    middles = np.array([(marker.x_mm, marker.y_mm) for marker in layout.markers])
    best: list[Match] = []
    for marker in seen:
        for index in _places(marker.id, layout):
            corners = layout.markers[index].corners_mm().astype(np.float32)
            transform = cv2.getPerspectiveTransform(corners, marker.corners_px.astype(np.float32)).astype(np.float64)
            best = max(best, _agreeing(seen, layout, predict(transform, middles), slack=1.5), key=len)
    if len(best) < MIN_MARKERS:
        return best
    # One marker tells the far side of the card coarsely; all that agree tell it well.
    for _ in range(2):
        best = _agreeing(seen, layout, predict(homography(best, layout), middles), slack=_HALF)
        if len(best) < MIN_MARKERS:
            break
    return best


def _places(id_: int, layout: CardLayout) -> list[int]:
    return [index for index, marker in enumerate(layout.markers) if marker.id == id_]


def _agreeing(seen: list[Seen], layout: CardLayout, expected: Points, *, slack: float) -> list[Match]:
    """Found markers whose middles lie within ``slack`` sides of a place with their number, the nearest for each."""
    nearest: dict[int, tuple[float, Match]] = {}
    for marker in seen:
        middle, side = marker.corners_px.mean(axis=0), _side_px(marker.corners_px)
        for index in _places(marker.id, layout):
            off = float(np.linalg.norm(expected[index] - middle)) / side
            if off < slack and (index not in nearest or off < nearest[index][0]):
                nearest[index] = (off, Match(index, marker.corners_px))
    return [nearest[index][1] for index in sorted(nearest)]


def homography(found: list[Match], layout: CardLayout) -> NDArray[np.float64]:
    """``(3, 3)`` from mm of the card to pixels, by robust least squares over all corners."""
    places = np.concatenate([layout.markers[one.index].corners_mm() for one in found])
    pixels = np.concatenate([one.corners_px for one in found])
    transform, _ = cv2.findHomography(places, pixels, cv2.RANSAC, ransacReprojThreshold=4.0)
    if transform is None:
        transform, _ = cv2.findHomography(places, pixels, 0)
    return np.asarray(transform, dtype=np.float64)


def predict(transform: NDArray[np.float64], places: Points) -> Points:
    """``(n, 2)`` places through a homography."""
    mapped = places @ transform[:, :2].T + transform[:, 2]
    return np.asarray(mapped[:, :2] / mapped[:, 2:])


def _side_px(corners_px: Points) -> float:
    return float(np.linalg.norm(np.roll(corners_px, -1, axis=0) - corners_px, axis=1).mean())
