"""Small photographs of the card, and a few lines of pinhole that know nothing of how they were made."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model.card import CardLayout
from cicatrix.phantom import CardPhantom, CardShots, PhantomSettings, make_card_phantom
from cicatrix.phantom.card.camera import Pose

PLAIN = PhantomSettings(
    pixel_mm=0.2,
    lights=3,
    noise=0.0,
    gloss=0.0,
    subsurface=0.0,
    interreflection=False,
    icepick=0,
    boxcar=0,
    rolling=0,
    raised=0,
    red_marks=0,
    brown_marks=0,
    form_radius_mm=None,
    micro_relief=0.0,
    distractors=False,
)
"""Skin as level as the card, without a speck of noise."""

SMALL = CardShots(window_mm=30, pixels=(1000, 750), equivalent_mm=40.0)


@lru_cache(maxsize=24)
def shot(settings: PhantomSettings = PLAIN, shots: CardShots = SMALL, seed: int = 4) -> CardPhantom:
    """Make it once for all tests; nobody writes to it."""
    return make_card_phantom(seed, settings, shots)


def bumpy(**changed: float) -> PhantomSettings:
    return replace(PLAIN, micro_relief=1.0, lights=2, **changed)  # type: ignore[arg-type]


def projected(places_mm: NDArray[np.floating], pose: Pose, shots: CardShots) -> NDArray[np.float64]:
    """``(n, 2)`` pixels, the middle of the first one at 0, of places in the card's frame."""
    seen = (np.asarray(places_mm, dtype=np.float64) - pose.place_mm) @ pose.axes.T
    focal_px = shots.equivalent_mm * np.hypot(*shots.pixels) / np.hypot(36.0, 24.0)
    middle = (np.array(shots.pixels) - 1) / 2
    return np.asarray(focal_px * seen[:, :2] / seen[:, 2:] + middle)


def light_at(image: NDArray[np.uint8], pixel: NDArray[np.float64], half: int = 3) -> NDArray[np.float64]:
    """Mean linear light, by channel, of a square around a pixel."""
    col, row = (round(float(value)) for value in pixel)
    code = image[row - half : row + half + 1, col - half : col + half + 1] / 255.0
    light = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    return np.asarray(light.mean(axis=(0, 1)))


def lens(pixel: NDArray[np.float64], shots: CardShots) -> float:
    """Darkening towards the corners, as the square of the distance from the middle of the picture."""
    middle = (np.array(shots.pixels) - 1) / 2
    return float(1.0 - 0.18 * np.sum((pixel - middle) ** 2) / np.sum((np.array(shots.pixels) / 2) ** 2))


def markers_seen(image: NDArray[np.uint8]) -> list[tuple[int, NDArray[np.float64]]]:
    """Number and ``(4, 2)`` corners of each marker that OpenCV finds."""
    options = cv2.aruco.DetectorParameters()
    options.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_1000), options)
    bright = np.clip(image.astype(np.float64) * (240.0 / np.percentile(image, 99)), 0, 255).astype(np.uint8)
    corners, ids, _ = detector.detectMarkers(bright)
    return [] if ids is None else [(int(i), c[0].astype(np.float64)) for i, c in zip(ids.ravel(), corners, strict=True)]


def offsets_px(
    layout: CardLayout, image: NDArray[np.uint8], pose: Pose, shots: CardShots, bend: float = 0.0
) -> list[float]:
    """How far the middle of each marker that is seen lies from where it should; ``bend`` is 1 / radius in 1 / mm."""
    places: dict[int, list[NDArray[np.float64]]] = {}
    for marker in layout.markers:
        places.setdefault(marker.id, []).append(marker.corners_mm())
    off = []
    for number, corners in markers_seen(image):
        each = [projected(_bent(flat, bend), pose, shots) for flat in places[number]]
        # The detector sets all four corners of a blurred black square a little inwards: its middle stays.
        off.append(min(float(np.linalg.norm((one - corners).mean(axis=0))) for one in each))
    return off


def _bent(flat: NDArray[np.float64], bend: float) -> NDArray[np.float64]:
    """Wrap the flat card around a cylinder about the y axis: its lengths stay."""
    if bend == 0.0:
        return np.column_stack([flat, np.zeros(len(flat))])
    turn = flat[:, 0] * bend
    return np.column_stack([np.sin(turn) / bend, flat[:, 1], (np.cos(turn) - 1.0) / bend])
