"""Height fields with pits whose sizes are known from their formulas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from cicatrix.model import HeightCapture, Relief, Scar
from cicatrix.relief import reconstruct
from cicatrix.scars import find_scars

Plane = NDArray[np.float64]

PIXEL_MM = 0.05
SIDE_MM = 14.0
NOISE_MM = 0.004

WALL = 0.25
"""Width of the flat-floored pit's wall, as a share of its radius."""

PROFILES: dict[str, Callable[[Plane], Plane]] = {
    # Share of the depth at a share of the radius, 0 in the middle and 1 at the mouth.
    "paraboloid": lambda rho: 1.0 - rho**2,
    "cone": lambda rho: 1.0 - rho,
    "cosine": lambda rho: 0.5 * (1.0 + np.cos(np.pi * rho)),
    "boxcar": lambda rho: np.minimum((1.0 - rho) / WALL, 1.0),
}

VOLUME = {
    # Volume as a share of that of the cylinder with the same mouth and depth: twice the integral of profile times rho.
    "paraboloid": 1 / 2,
    "cone": 1 / 3,
    "cosine": 1 / 2 - 2 / np.pi**2,
    "boxcar": (1 + (1 - WALL) + (1 - WALL) ** 2) / 3,
}

RUN = {
    # Distance between a quarter and three quarters of the depth, as a share of the radius.
    "paraboloid": np.sqrt(0.75) - 0.5,
    "cone": 0.5,
    "cosine": 1 / 3,
    "boxcar": 0.5 * WALL,
}


@dataclass(frozen=True)
class Pit:
    """A round pit (or dome, of negative depth) with its middle at ``x_mm, y_mm``."""

    profile: str = "paraboloid"
    width_mm: float = 3.0
    depth_mm: float = 0.4
    x_mm: float = 7.31
    y_mm: float = 6.87

    @property
    def area_mm2(self) -> float:
        return np.pi * self.width_mm**2 / 4

    @property
    def volume_mm3(self) -> float:
        return float(VOLUME[self.profile]) * self.area_mm2 * self.depth_mm

    @property
    def wall_angle_deg(self) -> float:
        """Mean slope of the wall between a quarter and three quarters of the depth."""
        return float(np.degrees(np.arctan(abs(self.depth_mm) / (RUN[self.profile] * self.width_mm))))

    def at(self, x_mm: float, y_mm: float) -> Pit:
        return replace(self, x_mm=x_mm, y_mm=y_mm)


def grid(rows: int, cols: int, pixel_mm: float = PIXEL_MM) -> tuple[Plane, Plane]:
    """x and y of the pixels' centres in mm."""
    x, y = np.meshgrid((np.arange(cols) + 0.5) * pixel_mm, (np.arange(rows) + 0.5) * pixel_mm)
    return x, y


def depth_of(pit: Pit, x: Plane, y: Plane) -> Plane:
    """How far the pit lies below the skin, ``(rows, cols)`` in mm."""
    rho = np.minimum(np.hypot(x - pit.x_mm, y - pit.y_mm) / (pit.width_mm / 2), 1.0)
    return pit.depth_mm * PROFILES[pit.profile](rho)


def noise(rows: int, cols: int, seed: int = 0, rms_mm: float = NOISE_MM) -> Plane:
    return np.random.default_rng(seed).normal(0.0, rms_mm, (rows, cols))


def field(
    *pits: Pit, size_mm: tuple[float, float] = (SIDE_MM, SIDE_MM), pixel_mm: float = PIXEL_MM, seed: int = 0
) -> Plane:
    """Height in mm of a flat, slightly noisy field of ``size_mm`` (down, across) with the pits in it."""
    rows, cols = (round(side / pixel_mm) for side in size_mm)
    x, y = grid(rows, cols, pixel_mm)
    height = noise(rows, cols, seed)
    for pit in pits:
        height -= depth_of(pit, x, y)
    return height


def found_in(height_mm: NDArray[Any], pixel_mm: float = PIXEL_MM) -> tuple[tuple[Scar, ...], Relief]:
    """Scars of a height map, as an assessment finds them."""
    capture = HeightCapture(height_mm=height_mm.astype(np.float32), pixel_mm=pixel_mm, files=())
    return find_scars(reconstruct(capture))


def only(height_mm: NDArray[Any], pixel_mm: float = PIXEL_MM) -> Scar:
    """The one scar of a height map."""
    scars, _ = found_in(height_mm, pixel_mm)
    assert len(scars) == 1, [(s.kind, s.x_mm, s.y_mm, s.width_mm.value) for s in scars]
    return scars[0]


def trough(width_mm: float, straight_mm: float, angle_deg: float, profile: str = "paraboloid") -> Plane:
    """Depth share of a trough with round ends in the middle of a square field, ``straight_mm`` between its ends."""
    side = round(SIDE_MM / PIXEL_MM)
    x, y = grid(side, side)
    turn = np.radians(angle_deg)
    along = (x - SIDE_MM / 2) * np.cos(turn) + (y - SIDE_MM / 2) * np.sin(turn)
    across = (y - SIDE_MM / 2) * np.cos(turn) - (x - SIDE_MM / 2) * np.sin(turn)
    away = np.hypot(np.maximum(np.abs(along) - straight_mm / 2, 0.0), across)
    return PROFILES[profile](np.minimum(away / (width_mm / 2), 1.0))


def skin_lines(side_mm: float, seed: int, *, depth_mm: float = 0.05, cell_mm: float = 0.9) -> Plane:
    """Height of a network of grooves between the cells of a jittered grid, as skin lines run, with some noise."""
    rng = np.random.default_rng(seed)
    side, cells = round(side_mm / PIXEL_MM), round(side_mm / cell_mm) + 4
    corners = np.stack(np.meshgrid(np.arange(cells), np.arange(cells)), axis=-1)
    seeds = (corners + rng.uniform(0.0, 0.95, corners.shape) - 2.0) * cell_mm
    places = np.stack(grid(side, side), axis=-1)
    nearest = cKDTree(seeds.reshape(-1, 2)).query(places, k=2)[0]
    to_border = (nearest[..., 1] - nearest[..., 0]) / 2
    groove: Plane = -depth_mm * np.exp(-((to_border / 0.08) ** 2))
    return groove + noise(side, side, seed)


@cache
def scar_of(pit: Pit) -> Scar:
    """The one scar of a field that holds only this pit; several tests look at the same one."""
    return only(field(pit))
