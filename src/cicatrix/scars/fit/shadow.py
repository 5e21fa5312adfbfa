"""What the shadows alone say of a pit's depth, whatever its shape.

A floor that stays dark while the light stands at elevation ``e`` lies deeper below the rim on the light's side than the
distance to it times ``tan(e)``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cicatrix.scars.fit.family import GROW, Pit
from cicatrix.scars.fit.scene import Scene

__all__ = ["Shadows", "read_shadows"]

FLOOR_SHARE = 0.9
"""The floor is where the pit is deeper than this share of its depth."""

DARK = 0.3
"""A floor that gives back less than this share of what a level, open floor would is in shadow: light inside the skin
and from the walls brightens shadows."""


@dataclass(frozen=True, slots=True)
class Shadows:
    """What dark and lit floors prove.

    Attributes
    ----------
    at_least_mm
        Greatest depth that a dark floor proves, 0 without one.
    never_lit
        True when no light reaches the floor.
    """

    at_least_mm: float
    never_lit: bool


def read_shadows(scene: Scene, pit: Pit, albedo_factor: float) -> Shadows:
    """Shadows on the floor of a fitted pit; nothing for raised scars."""
    if pit.sign > 0:
        return Shadows(0.0, never_lit=False)
    rows, cols = scene.signal.shape[1:]
    middle = scene.x0_mm + 0.5 * scene.cell_mm, scene.y0_mm + 0.5 * scene.cell_mm
    depth = pit.depth_mm(*middle, scene.cell_mm, rows, cols).ravel()[scene.use]
    floor = depth > FLOOR_SHARE * depth.max()
    x, y = (
        middle[k] + v.astype(np.float64) * scene.cell_mm for k, v in enumerate((scene.use % cols, scene.use // cols))
    )
    place = float(x[floor].mean()), float(y[floor].mean())
    near = np.hypot(x - place[0], y - place[1]) < max(1.5 * scene.cell_mm, 0.08 * pit.half_mm)
    if not near.any():
        return Shadows(0.0, never_lit=False)
    level = np.median(scene.albedo[floor]) * albedo_factor * scene.gain * scene.lights[:, 2]
    signal = scene.signal.reshape(len(scene.lights), -1)[:, scene.use]
    dark = np.median(signal[:, near], axis=1) < DARK * level
    lit = np.percentile(signal[:, floor], 90, axis=1) > DARK * level
    proved = [_proved(scene, pit, place, light) for light in scene.lights[dark]]
    return Shadows(float(max(proved, default=0.0)), never_lit=not lit.any())


def _proved(scene: Scene, pit: Pit, place: tuple[float, float], light: NDArray[np.float64]) -> float:
    """Least depth of a place that one light leaves dark."""
    flat = max(math.hypot(light[0], light[1]), 1e-6)
    away = _to_rim(pit, *place, light)
    rim = place[0] + away * light[0] / flat, place[1] - away * light[1] / flat
    # On sloping skin the rim on the light's side lies higher or lower than the skin over the floor.
    higher = _base(scene, rim) - _base(scene, place)
    return float(away * light[2] / flat - higher)


def _base(scene: Scene, place: tuple[float, float]) -> float:
    last = scene.base_mm.shape[0] - 1, scene.base_mm.shape[1] - 1
    row = min(max(round((place[1] - scene.y0_mm) / scene.cell_mm), 0), last[0])
    col = min(max(round((place[0] - scene.x0_mm) / scene.cell_mm), 0), last[1])
    return float(scene.base_mm[row, col])


def _to_rim(pit: Pit, x_mm: float, y_mm: float, light: NDArray[np.float64]) -> float:
    """Distance from a place to the half-depth outline in the light's direction: no farther than to the rim."""
    flat = max(math.hypot(light[0], light[1]), 1e-6)
    along = np.arange(0.0, 4.0 * pit.half_mm, 0.02 * pit.half_mm)
    dx = x_mm + along * light[0] / flat - pit.outline.x_mm
    dy = y_mm - along * light[1] / flat - pit.outline.y_mm
    inside = np.hypot(dx, dy) < pit.outline.radius_at(np.arctan2(dy, dx)) + pit.theta[GROW]
    return float(along[inside].max(initial=0.0))
