"""Put fitted shapes in place: into the relief, smoothly joined at the rim, and into each scar's measured shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cicatrix.model import Relief
from cicatrix.model.quantity import Z_95
from cicatrix.scars.fit.family import GROW, MOUTH
from cicatrix.scars.fit.refine import Fitted
from cicatrix.scars.measure import Shape, diameters
from cicatrix.scars.profile import Profile

__all__ = ["corrected", "rebuilt"]

JOIN_MM = 0.25
"""Over so much skin outside the mouth the fitted surface passes into the measured one."""

TEXTURE_MM = 0.15
"""Finer relief than this is the skin's texture, which stays."""

LEVEL = 0.3
"""Texture is kept where the fitted slope is below this: on walls the measured relief is what was wrong."""


def corrected(relief: Relief, fits: Sequence[Fitted | None]) -> Relief:
    """The relief with the fitted scars in place, and where they are."""
    height = relief.height_mm.copy()
    where = np.zeros(relief.shape, np.bool_)
    for found in fits:
        if found is not None:
            _place(height, where, relief, found)
    return replace(relief, height_mm=height, fitted=where)


def rebuilt(shape: Shape, found: Fitted, relief: Relief) -> Shape:
    """The measured shape with the fitted geometry, cut from the corrected relief."""
    pit = found.pit
    outline = pit.mouth_mm()
    area = float(cv2.contourArea(outline.astype(np.float32)))
    longest, shortest = diameters(outline)
    window = shape.region.window
    rows, cols = window.height_mm.shape
    half = 0.5 * window.cell_mm
    depth = pit.depth_mm(window.x0_mm + half, window.y0_mm + half, window.cell_mm, rows, cols).astype(np.float64)
    block = max(round(window.cell_mm / relief.pixel_mm), 1)
    top, left = round(window.y0_mm / relief.pixel_mm), round(window.x0_mm / relief.pixel_mm)
    piece = relief.height_mm[top : top + rows * block, left : left + cols * block]
    height = cv2.resize(piece, (cols, rows), interpolation=cv2.INTER_AREA).astype(np.float64)
    # A trough's profile is the one across it.
    scale = 0.5 * shape.width_mm / pit.radius_at(MOUTH) if shape.linear else 1.0
    profile = Profile(
        depth_mm=found.depth_mm,
        radius_mm=scale * pit.radius_at(0.0),
        half_mm=scale * pit.half_mm,
        p=pit.p,
        q=pit.q,
        rest_mm=shape.profile.rest_mm,
        depth_error_mm=0.5 * (found.below + found.above) / Z_95 * found.depth_mm,
        radius_error_mm=found.width_spread * scale * pit.radius_at(0.0),
    )
    return replace(
        shape,
        region=replace(
            shape.region,
            window=replace(window, height_mm=height),
            depth_mm=depth,
            distance_mm=shape.region.distance_mm - pit.theta[GROW],
        ),
        profile=profile,
        x_mm=float(outline[:, 0].mean()),
        y_mm=float(outline[:, 1].mean()),
        width_mm=shape.width_mm if shape.linear else 2.0 * math.sqrt(area / math.pi),
        depth_mm=-pit.sign * found.depth_mm,
        area_mm2=area,
        volume_mm3=-pit.sign * float(depth.sum()) * window.cell_mm**2,
        longest_mm=longest,
        shortest_mm=shortest,
        outline_mm=outline,
    )


def _place(height: NDArray[np.float32], where: NDArray[np.bool_], relief: Relief, found: Fitted) -> None:
    px = relief.pixel_mm
    outline = found.pit.mouth_mm()
    low, high = outline.min(axis=0) - 1.5 * JOIN_MM, outline.max(axis=0) + 1.5 * JOIN_MM
    left, top = (max(int(value / px), 0) for value in low)
    right = min(math.ceil(high[0] / px), relief.shape[1])
    bottom = min(math.ceil(high[1] / px), relief.shape[0])
    here = (slice(top, bottom), slice(left, right))
    rows, cols = bottom - top, right - left
    depth = found.pit.depth_mm((left + 0.5) * px, (top + 0.5) * px, px, rows, cols)
    skin = _skin(relief, found, here)
    measured = height[here].astype(np.float64)
    slope = np.hypot(*np.gradient(depth.astype(np.float64), px))
    smooth = cv2.GaussianBlur(measured, (0, 0), TEXTURE_MM / px, borderType=cv2.BORDER_REPLICATE)
    texture = (measured - smooth) / (1.0 + (slope / LEVEL) ** 2) ** 2 * _seen(relief, here)
    mouth = np.zeros((rows, cols), np.uint8)
    corners = np.round(((outline - (left * px, top * px)) / px - 0.5) * 16).astype(np.int32)
    cv2.fillPoly(mouth, [corners], 1, shift=4)
    outside = cv2.distanceTransform(1 - mouth, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) * px
    share = np.clip(1.0 - outside / JOIN_MM, 0.0, 1.0)
    share = share * share * (3.0 - 2.0 * share)
    height[here] = (1.0 - share) * measured + share * (skin + found.pit.sign * depth + texture)
    where[here] |= mouth > 0


def _seen(relief: Relief, here: tuple[slice, slice]) -> NDArray[np.float64]:
    """1 where nearly all lights agree on the surface, 0 in shadow, where the measured relief is not texture."""
    if relief.trusted is None or relief.directions is None:
        return np.ones((here[0].stop - here[0].start, here[1].stop - here[1].start))
    share = relief.trusted[here].astype(np.float64) / len(relief.directions)
    return np.asarray(np.clip((cv2.GaussianBlur(share, (0, 0), 1.5) - 0.6) / 0.3, 0.0, 1.0))


def _skin(relief: Relief, found: Fitted, here: tuple[slice, slice]) -> NDArray[np.float64]:
    """Height of the skin without the scar and without the form, at pixels."""
    scene, px = found.scene, relief.pixel_mm
    rows = ((np.arange(here[0].start, here[0].stop) + 0.5) * px - scene.y0_mm) / scene.cell_mm
    cols = ((np.arange(here[1].start, here[1].stop) + 0.5) * px - scene.x0_mm) / scene.cell_mm
    at = np.meshgrid(rows, cols, indexing="ij")
    base = ndimage.map_coordinates(scene.base_mm.astype(np.float64), at, order=1, mode="nearest")
    return np.asarray(base - relief.form_mm[here])
