"""From photographs to the card in them: its window, the camera of each photograph, and how the card is bent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.card.camera import Bend, Camera, Sight, estimate
from cicatrix.capture.card.edges import Edges, refine
from cicatrix.capture.card.markers import MIN_MARKERS, Seen, detect, match, window_votes
from cicatrix.model.card import CardLayout, card_layout
from cicatrix.model.light import linear_lut

__all__ = ["Found", "Photo", "find_card", "light_table"]

_WORKERS: Final = 2
_SHARP_PX: Final = 3.0
"""Width of an edge up to which a corner is as exact as it gets; wider edges blend with what is beside them."""


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """One photograph.

    Attributes
    ----------
    name
        The file's.
    pixels
        ``(rows, cols, 3)`` RGB, uint8, uint16 or float32.
    linear
        True when values are proportional to light, False when they are sRGB-encoded.
    focal_px, exposure
        As the file states them (``CameraNotes``).
    """

    name: str
    pixels: NDArray[Any]
    linear: bool = False
    focal_px: float | None = None
    exposure: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The card in those photographs that show it.

    Attributes
    ----------
    layout
        The card.
    index
        Which photographs show it.
    cameras, edges
        Of these.
    bend
        How the card leaves its plane.
    bends_mm
        How far it does, from each of these photographs by itself.
    residual_px
        Median distance of the corners from where the cameras put them, for each.
    focal_from
        Whether the files state the focal length, or it was estimated.
    """

    layout: CardLayout
    index: tuple[int, ...]
    cameras: tuple[Camera, ...]
    edges: tuple[Edges, ...]
    bend: Bend
    bends_mm: tuple[float, ...]
    residual_px: tuple[float, ...]
    focal_from: str


def find_card(photos: Sequence[Photo]) -> Found | None:
    """Find the card in photographs of one capture.

    The window's size is what most of the markers in the card's corners say, over all photographs: where a finger
    covers them in one, another shows them.

    Returns
    -------
    Found or None
        None when no photograph shows the card.
    """
    with ThreadPoolExecutor(_WORKERS) as pool:
        seen = list(pool.map(lambda photo: detect(_grey(photo)), photos))
        window = _window(seen)
        if window is None:
            return None
        layout = card_layout(window)
        jobs = [pool.submit(_edges, photo, one, layout) for photo, one in zip(photos, seen, strict=True)]
        measured = [job.result() for job in jobs]
    sights = [None if one is None else _sight(photo, one, layout) for photo, one in zip(photos, measured, strict=True)]
    index = tuple(k for k, sight in enumerate(sights) if sight is not None)
    if not index:
        return None
    used = [sight for sight in sights if sight is not None]
    cameras, bend = estimate(used)
    return Found(
        layout=layout,
        index=index,
        cameras=tuple(cameras),
        edges=tuple(one for k in index if (one := measured[k]) is not None),
        bend=bend,
        bends_mm=tuple(
            _own_bend(sight, camera, bend).deepest(layout) for sight, camera in zip(used, cameras, strict=True)
        ),
        residual_px=tuple(_left_px(sight, camera, bend) for sight, camera in zip(used, cameras, strict=True)),
        focal_from="estimated" if any(sight.focal_px is None for sight in used) else "exif",
    )


def light_table(dtype: np.dtype, *, linear: bool) -> NDArray[np.float32]:
    """Linear light of each value of an integer type."""
    return linear_lut(dtype, linear=linear)


def _grey(photo: Photo) -> NDArray[np.uint8]:
    """Eight bits are enough to find markers, and what the detector takes; square root tells dark ones better."""
    pixels = photo.pixels
    if pixels.dtype == np.float32 or photo.linear:
        top = 1.0 if pixels.dtype == np.float32 else float(np.iinfo(pixels.dtype).max)
        share = pixels.astype(np.float32) / top
        pixels = np.rint(255 * np.sqrt(np.clip(share, 0, 1) if photo.linear else share)).astype(np.uint8)
    elif pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _window(seen: Sequence[list[Seen]]) -> tuple[int, int] | None:
    widths, heights = Counter[int](), Counter[int]()
    for one in seen:
        across, down = window_votes(one)
        widths.update(across)
        heights.update(down)
    if not widths or not heights:
        return None
    # Of sizes with equally many votes the smaller one, so that the result does not depend on order.
    width, height = (max(sorted(votes), key=votes.__getitem__) for votes in (widths, heights))
    return width, height


def _edges(photo: Photo, seen: list[Seen], layout: CardLayout) -> Edges | None:
    found = match(seen, layout)
    if len(found) < MIN_MARKERS:
        return None
    return refine(_green(photo), found, layout)


def _green(photo: Photo) -> NDArray[np.float32]:
    """Linear light of the green channel, the sharpest and cleanest of a camera's."""
    green = photo.pixels[..., 1]
    if green.dtype == np.float32:
        return np.asarray(np.where(photo.linear, green, green**2.2), dtype=np.float32)
    return np.asarray(light_table(green.dtype, linear=photo.linear)[green])


def _sight(photo: Photo, edges: Edges, layout: CardLayout) -> Sight | None:
    places = np.array([layout.markers[index].corners_mm() for index in edges.index])
    whole = np.isfinite(edges.corners_px).all(axis=-1)
    if whole.sum() < 3 * MIN_MARKERS:
        return None
    rows, cols = photo.pixels.shape[:2]
    blur = max(edges.width_px - _SHARP_PX, 0.0) if np.isfinite(edges.width_px) else _SHARP_PX
    return Sight(rows, cols, places[whole], edges.corners_px[whole], photo.focal_px, 0.1 + 0.05 * blur)


def _own_bend(sight: Sight, camera: Camera, bend: Bend) -> Bend:
    """Bend that a photograph shows by itself: the shared one, corrected by what it leaves in this photograph."""
    at = camera.project(bend.place(sight.places_mm))
    left = (sight.pixels - at).ravel() / sight.sigma_px
    tiny = 1e-5
    moved = [Bend(bend.curvature + tiny * step) for step in np.eye(3)]
    slopes = [(camera.project(one.place(sight.places_mm)) - at).ravel() / tiny / sight.sigma_px for one in moved]
    # The pose may answer for what looks like a bend: its derivatives are taken out by fitting them too.
    pose = [
        (_nudged(camera, step).project(bend.place(sight.places_mm)) - at).ravel() / tiny for step in tiny * np.eye(6)
    ]
    design = np.column_stack([*slopes, *(one / sight.sigma_px for one in pose)])
    believed = np.diag([1e3] * 3 + [0.0] * 6)
    step = np.linalg.solve(design.T @ design + believed**2 + 1e-9 * np.eye(9), design.T @ left)
    return Bend(bend.curvature + step[:3])


def _nudged(camera: Camera, step: NDArray[np.float64]) -> Camera:
    turn, _ = cv2.Rodrigues(step[:3])
    return Camera(
        camera.focal_px, camera.k1, camera.rows, camera.cols, turn @ camera.rotation, camera.shift_mm + 100.0 * step[3:]
    )


def _left_px(sight: Sight, camera: Camera, bend: Bend) -> float:
    off = camera.project(bend.place(sight.places_mm)) - sight.pixels
    return float(np.median(np.linalg.norm(off, axis=1)))
