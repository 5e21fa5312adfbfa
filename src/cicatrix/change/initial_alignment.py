"""A first guess of how one picture lies on the other: scale-invariant features, and the turn and shift most agree on.

Features are SIFT (Lowe 2004, doi:10.1023/B:VISI.0000029664.99615.94), on the relief and on the colour apart; matches
of both vote together (RANSAC, Fischler and Bolles 1981, doi:10.1145/358669.358692).
"""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.change.warp import Similarity

__all__ = ["SCALES", "guess"]

Plane = NDArray[np.float32]
Points = NDArray[np.float64]

CELL_MM: Final = 0.08
"""Features are looked for at this resolution: pores and lines, without the camera's noise."""

FEATURES: Final = 6000
RATIO: Final = 0.9
"""A match must be closer than this share of the next best one."""

NEAR_MM: Final = 0.4
"""Matches within this of a guess agree with it; the skin's stretching is left for later."""

SCALES: Final = (0.93, 1.07)
"""Rigs differ by a few per cent in what they call a millimetre; more than this is another place."""

AGREE: Final = 10
"""Fewer matches that agree are chance."""


def guess(after: Plane, before: Plane, pixel_mm: float) -> Similarity | None:
    """Similarity from the after picture to the before picture; None where too few features agree.

    Parameters
    ----------
    after, before
        Pictures to match, ``(rows, cols, 2)`` as from ``matched``, both with pixels of ``pixel_mm``.
    """
    pairs = [_matches(after[:, :, k], before[:, :, k], pixel_mm) for k in range(after.shape[2])]
    there, here = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    if len(there) < AGREE:
        return None
    found, inliers = cv2.estimateAffinePartial2D(
        there, here, method=cv2.RANSAC, ransacReprojThreshold=NEAR_MM, maxIters=20000, confidence=0.9999
    )
    if found is None or int(inliers.sum()) < AGREE:
        return None
    scale, turn = math.hypot(found[0, 0], found[1, 0]), math.degrees(math.atan2(found[1, 0], found[0, 0]))
    if not SCALES[0] <= scale <= SCALES[1]:
        return None
    return Similarity(scale, turn, float(found[0, 2]), float(found[1, 2]))


def _matches(after: Plane, before: Plane, pixel_mm: float) -> tuple[Points, Points]:
    """Places in mm, ``(n, 2)`` each, of features that look alike."""
    (there, first), (here, second) = (_features(plane, pixel_mm) for plane in (after, before))
    if first is None or second is None or len(second) < 2:
        return np.empty((0, 2)), np.empty((0, 2))
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(first, second, k=2)
    close = [best for best, other in pairs if best.distance < RATIO * other.distance]
    return there[[one.queryIdx for one in close]], here[[one.trainIdx for one in close]]


def _features(plane: Plane, pixel_mm: float) -> tuple[Points, Plane | None]:
    if not plane.any():
        return np.empty((0, 2)), None
    share = min(pixel_mm / CELL_MM, 1.0)
    small = cv2.resize(plane, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    grey = np.clip(128.0 + 40.0 * small, 0, 255).astype(np.uint8)
    points, words = cv2.SIFT.create(FEATURES, contrastThreshold=0.02).detectAndCompute(grey, None)
    if words is None:
        return np.empty((0, 2)), None
    # OpenCV counts from the middle of the first pixel.
    cell = pixel_mm * np.array([plane.shape[1] / grey.shape[1], plane.shape[0] / grey.shape[0]])
    place = (np.array([point.pt for point in points]) + 0.5) * cell
    rooted = np.sqrt(words / np.maximum(words.sum(axis=1, keepdims=True), 1e-6))
    return place, np.asarray(rooted, dtype=np.float32)
