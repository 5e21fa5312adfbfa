"""Uneven light: what varies slowly over a photograph and cannot be the skin.

Two things vary slowly over a picture: the light (near lights fall off) and the form of the face. Where the
photographs together still look like one matt surface under the stated lights, only the part that no surface
explains is taken out of each image, so the form stays. Where they do not (strong fall-off), every image is
divided by its own smooth field, which takes the form out as well; the relief of scars is far finer than either
(flat-fielding, e.g. Sun et al. 2008, doi:10.1016/j.imavis.2007.09.005).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from cicatrix.model import LightsCapture
from cicatrix.model.light import linear_lut
from cicatrix.relief.gloss import Gloss, estimate_gloss, without_gloss

__all__ = ["UNEVEN", "Illumination", "estimate"]

UNEVEN = 0.025
"""Median disagreement of the smooth fields with any surface, as a fraction of albedo, above which the light is
called uneven. Distant and moderately near lights leave less than 0.01, ring lights at a few centimetres 0.04."""

MOST = 1.5
"""A smooth field is corrected by at most this factor where it is not divided out whole: beyond lie grazing lights."""

HELD = 3e-3
HELD_MEASURED = 1e-1
"""How firmly the strengths of the lights are held towards equal, and towards the reading of the printed card."""

ENOUGH = 5
"""Fewer lights leave too little that disagrees."""

NEARNESS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.5, 8.0, 10.0, 12.5, 16.0, 20.0, 25.0, 32.0)
"""Inverse distances that are tried, in 1/m: 2 m to 31 mm."""

AGREED = 0.003
NEARER = 0.6
"""Lights are far when the smooth fields agree this well, as a fraction of albedo, or when no distance brings the
disagreement below this share."""

CELLS = 40
"""Cells of the coarse grid along the picture's longer side."""

SAMPLES = 12
"""Pixels sampled along each side of a cell."""


@dataclass(frozen=True, slots=True, eq=False)
class Illumination:
    """Correction of uneven light on a coarse grid.

    Attributes
    ----------
    gain
        ``(lights, rows, cols)`` float32 factor on each image.
    directions
        ``(lights, 3)``, or ``(lights, rows, cols, 3)`` for lights at a finite distance.
    disagreement
        Median disagreement of the smooth fields with any surface, before correction, as a fraction of albedo.
    flat_fielded
        True when every image was divided by its own smooth field.
    gloss
        Broad gloss, as far as the colours tell it.
    distance_mm
        Distance of the lights from the middle of the skin, as stated or as the photographs tell; None for far lights.
    """

    gain: NDArray[np.float32]
    directions: NDArray[np.float64]
    disagreement: float
    flat_fielded: bool
    gloss: Gloss
    distance_mm: float | None


def estimate(capture: LightsCapture, channel: int) -> Illumination:
    """Estimate the uneven part of the light from the images themselves."""
    fields = np.stack([_smooth_field(_coarse(capture, k)) for k in range(capture.images.shape[3])], axis=-1)
    pure = without_gloss(fields, channel)
    distance = _stated_distance(capture) or _distance(capture, pure)
    directions, falloff = _near(capture, fields.shape[1:3], _places(capture, distance))
    if capture.strengths is not None:
        falloff = falloff / _received(capture)[:, None, None]
    matt = pure * falloff
    strength = _strengths(matt, directions, HELD if capture.strengths is None else HELD_MEASURED)
    steady = falloff * strength[:, None, None]
    gloss = estimate_gloss(fields * steady[..., None], directions, capture.view)
    level = matt * strength[:, None, None]
    predicted, disagreement = _consistent(level, directions)
    flat = disagreement > UNEVEN
    target = np.broadcast_to(_facing(directions), level.shape) * level.mean() if flat else predicted
    gain = steady * target / level
    return Illumination(
        gain=np.ascontiguousarray(gain, dtype=np.float32),
        directions=directions,
        disagreement=disagreement,
        flat_fielded=flat,
        gloss=gloss,
        distance_mm=distance,
    )


def _coarse(capture: LightsCapture, channel: int) -> NDArray[np.float64]:
    """Median linear signal of each cell, ``(lights, rows, cols)``; the median ignores narrow shadows and gloss."""
    images = capture.images
    rows, cols = capture.shape
    cell = max(rows, cols) / CELLS
    grid = (max(round(rows / cell), 4), max(round(cols / cell), 4))
    where = [_sample(size, cells) for size, cells in zip((rows, cols), grid, strict=True)]
    picked = images[:, where[0][:, None], where[1][None, :], channel]
    if images.dtype == np.float32:
        light = picked.astype(np.float64)
    else:
        light = linear_lut(images.dtype, linear=capture.linear)[picked].astype(np.float64)
    n = len(images)
    blocks = light.reshape(n, grid[0], SAMPLES, grid[1], SAMPLES).transpose(0, 1, 3, 2, 4)
    return np.maximum(np.median(blocks.reshape(n, *grid, -1), axis=-1), 1e-5)


def _sample(size: int, cells: int) -> NDArray[np.intp]:
    """Indices of ``SAMPLES`` evenly spread pixels in each of ``cells`` equal cells."""
    where = (np.arange(cells * SAMPLES) + 0.5) * size / (cells * SAMPLES)
    return np.minimum(where.astype(np.intp), size - 1)


def _smooth_field(cells: NDArray[np.float64], degree: int = 3) -> NDArray[np.float64]:
    """Fit a cubic in position to the log of each image, cells that scars darken or brighten set aside."""
    rows, cols = cells.shape[1:]
    y, x = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, cols), indexing="ij")
    terms = [(x**a * y**b).ravel() for a in range(degree + 1) for b in range(degree + 1 - a)]
    basis = np.stack(terms, axis=1)
    smooth = np.empty_like(cells)
    for image, out in zip(np.log(cells), smooth, strict=True):
        values = image.ravel()
        weight = np.ones_like(values)
        for _ in range(12):
            weighted = basis.T * weight
            solution = np.linalg.solve(weighted @ basis, weighted @ values)
            rest = values - basis @ solution
            scale = 3.0 * max(1.4826 * float(np.median(np.abs(rest))), 0.005)
            weight = np.clip(1.0 - (rest / scale) ** 2, 0.0, None) ** 2 + 1e-6
        out[:] = np.exp(basis @ solution).reshape(rows, cols)
    return smooth


def _distance(capture: LightsCapture, pure: NDArray[np.float64]) -> float | None:
    """Distance of the lights in mm that makes the photographs agree on one surface; None where far lights do as well.

    A near light falls off over the field with the square of its distance, which no matt surface imitates under all
    lights at once: the signal would have to be of second order in the light's direction.
    """
    if len(capture.directions) < ENOUGH:
        return None
    few = pure[:, 1::3, 1::3]  # the fields are smooth

    def unlike(dioptres: float) -> float:
        places = _places(capture, None if dioptres == 0 else 1000.0 / dioptres)
        directions, falloff = _near(capture, few.shape[1:3], places)
        level = few * falloff
        level = level * _strengths(level, directions)[:, None, None]
        rest = (_solve(level, directions) - level) / np.sqrt((level**2).mean(axis=0) * 2.0)
        return float(np.sqrt((rest**2).mean()))

    far = unlike(0.0)
    tried = [unlike(near) for near in NEARNESS]
    best = int(np.argmin(tried))
    if far < AGREED or tried[best] > NEARER * far:
        return None
    around = (NEARNESS[max(best - 1, 0)], NEARNESS[min(best + 1, len(NEARNESS) - 1)])
    found = minimize_scalar(unlike, bounds=around, method="bounded", options={"xatol": 0.02})
    return float(1000.0 / found.x)


def _stated_distance(capture: LightsCapture) -> float | None:
    """Distance of the lights from the middle of the picture as stated, or typical of the places as measured."""
    if capture.positions_mm is None:
        return capture.distance_mm
    return float(np.median(np.linalg.norm(capture.positions_mm, axis=1)))


def _places(capture: LightsCapture, distance_mm: float | None) -> NDArray[np.float64] | None:
    """Where the lights stand, ``(lights, 3)`` from the middle of the picture; None for far lights."""
    if capture.positions_mm is not None:
        return capture.positions_mm
    return None if distance_mm is None else distance_mm * capture.directions


def _received(capture: LightsCapture) -> NDArray[np.float64]:
    """Light of each torch at the middle of the picture on a surface that faces it, relative to their mean."""
    strengths, places = capture.strengths, capture.positions_mm
    if strengths is None:
        return np.ones(len(capture.directions))
    received = strengths if places is None else strengths / (places**2).sum(axis=1)
    return np.asarray(received / received.mean())


def _near(
    capture: LightsCapture, grid: tuple[int, ...], places_mm: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Directions and inverse fall-off over the grid for lights at known places."""
    lights = len(capture.directions)
    if places_mm is None:
        return capture.directions, np.ones((lights, *grid))
    rows, cols = capture.shape
    x = ((np.arange(grid[1]) + 0.5) / grid[1] - 0.5) * cols * capture.pixel_mm
    y = (0.5 - (np.arange(grid[0]) + 0.5) / grid[0]) * rows * capture.pixel_mm
    place = np.stack(np.broadcast_arrays(x[None, :], y[:, None], 0.0), axis=-1)
    to_light = places_mm[:, None, None, :] - place
    reach = np.linalg.norm(to_light, axis=-1, keepdims=True)
    far = np.linalg.norm(places_mm, axis=1)
    return to_light / reach, (reach[..., 0] / far[:, None, None]) ** 2


def _solve(level: NDArray[np.float64], directions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Signal of the best matt surface in each cell, ``(lights, rows, cols)``; dim lights, mostly shadow, count less."""
    grid = directions if directions.ndim == 4 else directions[:, None, None, :]
    system = np.broadcast_to(grid, (*level.shape, 3)).transpose(1, 2, 0, 3)
    signal = level.transpose(1, 2, 0)
    weight = np.ones_like(signal)
    for _ in range(3):
        turned = (system * weight[..., None]).transpose(0, 1, 3, 2)
        surface = np.linalg.solve(turned @ system, turned @ signal[..., None])
        albedo = np.maximum(np.linalg.norm(surface, axis=2), 1e-9)
        weight = np.clip((signal / albedo - 0.1) / 0.2, 0.02, 1.0)
    return np.asarray((system @ surface)[..., 0].transpose(2, 0, 1))


def _strengths(level: NDArray[np.float64], directions: NDArray[np.float64], held: float = HELD) -> NDArray[np.float64]:
    """Factor on each light that makes the lights agree best, as far as their agreement tells.

    With ``P`` the part of the signal that no matt surface explains, the factors ``s`` that make ``P diag(v) s``
    small over all cells solve a small quadratic problem, held towards 1 where it is blind (a tilt of the whole).
    """
    lights = len(level)
    grid = directions if directions.ndim == 4 else directions[:, None, None, :]
    system = np.broadcast_to(grid, (*level.shape, 3)).transpose(1, 2, 0, 3).reshape(-1, lights, 3)
    signal = level.reshape(lights, -1).T / np.sqrt((level**2).mean())
    left = np.eye(lights) - system @ np.linalg.pinv(system)
    blame = (signal[:, :, None] * left * signal[:, None, :]).mean(axis=0)
    strength = np.linalg.solve(blame + held * np.eye(lights), np.full(lights, held))
    strength = np.maximum(strength, 1e-3)
    return np.asarray(np.clip(strength / np.exp(np.log(strength).mean()), 0.2, 5.0))


def _consistent(level: NDArray[np.float64], directions: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    predicted = _solve(level, directions)
    albedo = np.sqrt((level**2).mean(axis=0) * 2.0)
    disagreement = float(np.median(np.abs(predicted - level) / albedo))
    return np.clip(predicted, level / MOST, level * MOST), disagreement


def _facing(directions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Signal of a flat matt surface that faces the camera."""
    up = directions[..., 2]
    return up[:, None, None] if directions.ndim == 2 else up
