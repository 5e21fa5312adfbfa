"""The piece of the photographs around one scar, and what the skin around it says about light, albedo and noise."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from cicatrix.model import Relief
from cicatrix.model.shots import Shots
from cicatrix.scars.fit.cast import gloss_of, light_up
from cicatrix.scars.fit.family import Outline
from cicatrix.scars.measure import Shape

__all__ = ["CELLS", "Scene", "outline_of", "stage"]

CELLS = 80
"""Cells along a scene's longer side, at most; never finer than pixels."""

SKIN_MM = 0.6
"""Skin around the mouth that takes part."""

OWN = 1.1
"""Within this multiple of the half-depth outline a cell belongs to the scar, whatever other mouth reaches there."""

MIN_RING = 60
"""Cells of skin around the mouth that are needed to tell the light and the albedo there."""

LEAST_NOISE = 0.01
"""Smallest noise of a signal as a fraction of the albedo."""

RAYS = 128


Gloss = tuple[float, float, float, float, float]
"""Strength, roughness, and x, y and z of the direction to the camera."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Evidence around one scar, in cells.

    Attributes
    ----------
    signal, full
        ``(lights, rows, cols)`` linear signal, evened, and where it is saturated.
    lights
        ``(lights, 3)`` unit vectors, y up.
    base_mm
        ``(rows + 1, cols + 1)`` height of the skin without the scar at the cells' corners, form included.
    x0_mm, y0_mm, cell_mm
        Top-left corner in the picture, and the width of a cell.
    use
        Flat indices of the cells that take part.
    gain
        ``(lights,)`` factor on the light that the skin around asks for.
    albedo
        ``(cells that take part,)`` albedo that the skin around suggests.
    noise
        ``(lights,)`` standard deviation of the skin's signal about a smooth surface: fine relief and image noise.
    gloss
        Strength and roughness of the broad gloss, and x, y and z of the direction to the camera.
    """

    signal: NDArray[np.float32]
    full: NDArray[np.bool_]
    lights: NDArray[np.float64]
    base_mm: NDArray[np.float32]
    x0_mm: float
    y0_mm: float
    cell_mm: float
    use: NDArray[np.intp]
    gain: NDArray[np.float64]
    albedo: NDArray[np.float64]
    noise: NDArray[np.float64]
    gloss: Gloss


def outline_of(shape: Shape) -> Outline | None:
    """Outline at half depth around the region's middle; None where a ray crosses it more than once (troughs)."""
    region = shape.region
    window = region.window
    x, y = window.grid()
    middle = (float(x[region.mask].mean()), float(y[region.mask].mean()))
    angle = np.arange(RAYS) * (2.0 * np.pi / RAYS)
    away = np.arange(0.0, 0.75 * shape.longest_mm + window.cell_mm, 0.5 * window.cell_mm)
    cols = (middle[0] + away[:, None] * np.cos(angle) - window.x0_mm) / window.cell_mm - 0.5
    rows = (middle[1] + away[:, None] * np.sin(angle) - window.y0_mm) / window.cell_mm - 0.5
    distance = ndimage.map_coordinates(region.distance_mm, [rows, cols], order=1, mode="nearest")
    outside = distance > 0
    if outside[0].any() or not outside[-1].all():
        return None
    first = outside.argmax(axis=0)
    # A ray that comes back inside has no single radius.
    again = (~outside & (np.arange(len(away))[:, None] > first)).mean(axis=0)
    if (again > 0.02).mean() > 0.1:
        return None
    at = np.arange(RAYS)
    before, after = distance[first - 1, at], distance[first, at]
    radius = away[first - 1] - before / np.maximum(after - before, 1e-9) * 0.5 * window.cell_mm
    return Outline.of(radius, *middle)


def stage(
    shape: Shape, outline: Outline, relief: Relief, shots: Shots, labels: NDArray[np.int32], number: int
) -> Scene | None:
    """Cut the scene of a scar; None where there is too little skin around it.

    Parameters
    ----------
    labels, number
        ``(rows, cols)`` number of the scar whose mouth holds each pixel, 0 for skin; and this scar's own.
    """
    wide = max(shape.profile.radius_mm / shape.profile.half_mm, 1.05)
    skin = SKIN_MM + (1.2 * abs(shape.depth_mm) if shape.depth_mm < 0 else 0.0)
    reach = 0.5 * shape.longest_mm + 0.25 * outline.radius_mm + skin
    rows, cols, block = _window(relief, outline, reach)
    signal, full = shots.signal(rows, cols)
    size = ((cols.stop - cols.start) // block, (rows.stop - rows.start) // block)
    cell = block * relief.pixel_mm
    x0, y0 = cols.start * relief.pixel_mm, rows.start * relief.pixel_mm
    base, foreign = _base(shape, outline, relief, (labels, number), (x0, y0, cell), size)
    x, y = np.meshgrid(x0 + (np.arange(size[0]) + 0.5) * cell, y0 + (np.arange(size[1]) + 0.5) * cell)
    away = np.hypot(x - outline.x_mm, y - outline.y_mm)
    half = np.maximum(outline.radius_at(np.arctan2(y - outline.y_mm, x - outline.x_mm)), 0.05)
    use = ~foreign & (away < half * wide + skin)
    ring = use & (away > half * wide * 1.08) & (away > half * wide + 0.1)
    if ring.sum() < MIN_RING:
        return None
    lights = shots.directions_at((rows.start + rows.stop) // 2, (cols.start + cols.stop) // 2)
    small = np.stack([_shrink(plane, size) for plane in signal])
    lost = np.stack([_shrink(plane.astype(np.float32), size) > 0.01 for plane in full])
    gloss = (shots.gloss_strength, shots.gloss_roughness, *shots.view)
    gain, albedo, noise = _around(small, lost, base, lights, cell, ring, (x - outline.x_mm, y - outline.y_mm), gloss)
    index = np.flatnonzero(use)
    return Scene(small, lost, lights, base, x0, y0, cell, index, gain, albedo.ravel()[index], noise, gloss)


def _window(relief: Relief, outline: Outline, reach: float) -> tuple[slice, slice, int]:
    """Rows and columns of the scene, whole blocks of pixels, and the side of a block."""
    px = relief.pixel_mm
    block = max(math.ceil(2.0 * reach / px / CELLS), 1)
    # Cosine transforms of sizes with large prime factors take several times longer.
    span = block * int(fft.next_fast_len(math.ceil(2.0 * reach / px / block), real=True))
    parts = []
    for middle, size in ((outline.y_mm, relief.shape[0]), (outline.x_mm, relief.shape[1])):
        start = min(max(round(middle / px - 0.5 * span), 0), max(size - span, 0))
        parts.append(slice(start, start + min(span, size - start) // block * block))
    return parts[0], parts[1], block


def _shrink(plane: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    if plane.shape == size[::-1]:
        return plane
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _base(
    shape: Shape,
    outline: Outline,
    relief: Relief,
    scars: tuple[NDArray[np.int32], int],
    place: tuple[float, float, float],
    size: tuple[int, int],
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Skin without the scar at the cells' corners (rim and form, other scars as measured), and cells of others."""
    x0, y0, cell = place
    px = relief.pixel_mm
    x, y = np.meshgrid(x0 + np.arange(size[0] + 1) * cell, y0 + np.arange(size[1] + 1) * cell)
    at = [y / px - 0.5, x / px - 0.5]
    window = shape.region.window
    rim_at = [(y - window.y0_mm) / window.cell_mm - 0.5, (x - window.x0_mm) / window.cell_mm - 0.5]
    base = _extended(shape.region.rim_mm, rim_at) + _extended(relief.form_mm, at)
    part = _part([np.clip(a, 0, n - 1) for a, n in zip(at, relief.shape, strict=True)])
    piece = scars[0][part]
    others = ((piece > 0) & (piece != scars[1])).astype(np.float32)
    if not others.any():
        return base.astype(np.float32), np.zeros(size[::-1], np.bool_)
    within = [a - p.start for a, p in zip(at, part, strict=True)]
    foreign = ndimage.map_coordinates(others, within, order=1, mode="nearest")
    # Mouths of touching scars overlap: what lies within this one's own wall is its own.
    dx, dy = x - outline.x_mm, y - outline.y_mm
    foreign[np.hypot(dx, dy) < OWN * outline.radius_at(np.arctan2(dy, dx))] = 0.0
    measured = _extended(relief.height_mm, at) + _extended(relief.form_mm, at)
    base = np.where(foreign > 0.5, measured, base)
    touched = np.maximum.reduce([foreign[:-1, :-1], foreign[1:, :-1], foreign[:-1, 1:], foreign[1:, 1:]])
    return base.astype(np.float32), touched > 0.01


def _part(at: list[NDArray[np.float64]]) -> tuple[slice, slice]:
    return tuple(slice(max(int(a.min()), 0), int(a.max()) + 2) for a in at)  # type: ignore[return-value]


def _extended(plane: NDArray[np.floating], at: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Bilinear values on a grid, going on straight beyond the edge."""
    part = _part([np.clip(a, 0, n - 2) for a, n in zip(at, plane.shape, strict=True)])
    start = [p.start for p in part]
    piece = plane[part].astype(np.float64)
    rows, cols = (a - s for a, s in zip(at, start, strict=True))
    r = np.clip(rows.astype(np.intp), 0, piece.shape[0] - 2)
    c = np.clip(cols.astype(np.intp), 0, piece.shape[1] - 2)
    u, v = rows - r, cols - c
    top = piece[r, c] * (1 - v) + piece[r, c + 1] * v
    low = piece[r + 1, c] * (1 - v) + piece[r + 1, c + 1] * v
    return np.asarray(top * (1 - u) + low * u)


def _around(
    signal: NDArray[np.float32],
    lost: NDArray[np.bool_],
    base: NDArray[np.float32],
    lights: NDArray[np.float64],
    cell: float,
    ring: NDArray[np.bool_],
    place: tuple[NDArray[np.float64], NDArray[np.float64]],
    gloss: Gloss,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Gain of each light, albedo over the scene, and each light's noise, from the skin around the scar."""
    plain = np.empty(signal.shape, np.float32)
    light_up(base, cell, lights, np.empty(base.shape, np.float32), plain)
    shine = np.zeros(signal.shape, np.float32)
    if gloss[0] > 0:
        gloss_of(base, cell, lights, gloss, plain, shine)
    seen = (signal - shine)[:, ring].astype(np.float64)
    lit = plain[:, ring].astype(np.float64)
    known = ~lost[:, ring]
    gain = np.ones(len(lights))
    for _ in range(6):
        albedo = _albedo(seen, gain[:, None] * lit, known)
        share = np.where(known, seen / np.maximum(albedo * lit, 1e-6), np.nan)
        gain = np.array([np.median(s[k]) if k.any() else 1.0 for s, k in zip(share, known, strict=True)])
        gain = np.maximum(gain, 0.1)
        gain /= np.exp(np.log(gain).mean())
    albedo = _albedo(seen, gain[:, None] * lit, known)
    smooth, level = _plane(albedo, [axis[ring] for axis in place], place)
    rest = np.where(known, seen - albedo * gain[:, None] * lit, np.nan)
    noise = np.array([1.4826 * np.nanmedian(np.abs(r)) if k.any() else level for r, k in zip(rest, known, strict=True)])
    return gain, smooth, np.maximum(noise, LEAST_NOISE * level)


def _albedo(seen: NDArray[np.float64], lit: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    total = np.maximum((known * lit**2).sum(axis=0), 1e-9)
    return np.asarray(np.maximum((known * lit * seen).sum(axis=0) / total, 1e-5))


def _plane(
    albedo: NDArray[np.float64], ring: list[NDArray[np.float64]], place: tuple[NDArray[np.float64], ...]
) -> tuple[NDArray[np.float64], float]:
    """Log-linear albedo through the ring, robust against marks, slopes held below a tenth a millimetre."""
    basis = np.stack([np.ones(len(albedo)), *ring], axis=1)
    values, weight = np.log(albedo), np.ones(len(albedo))
    for _ in range(6):
        turned = basis.T * weight
        solution = np.linalg.solve(turned @ basis + np.diag([0.0, 1e-3, 1e-3]), turned @ values)
        rest = values - basis @ solution
        spread = 2.0 * (1.4826 * float(np.median(np.abs(rest))) + 0.01)
        weight = 1.0 / (1.0 + (rest / spread) ** 2) ** 2
    slope = np.clip(solution[1:], -0.1, 0.1)
    return np.asarray(np.exp(solution[0] + slope[0] * place[0] + slope[1] * place[1])), float(np.exp(solution[0]))
