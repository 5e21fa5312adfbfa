"""Photons that walk at random inside skin with a round pit: an independent answer to where light leaves.

The skin scatters evenly in all directions, absorbs a little, and has no boundary reflection. Its surface is a plane
with a pit around the origin, given by a table over the distance from it.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

__all__ = ["STEP_MM", "walk"]

STEP_MM = 0.04
"""Width of the rings that photons are counted in, and of the steps of the table of heights."""


@njit(parallel=True)
def walk(
    photons: int, path_mm: float, albedo: float, floor: NDArray[np.float64], lit: tuple[float, float]
) -> NDArray[np.float64]:
    """Share of the photons that leave in each ring around the origin.

    Parameters
    ----------
    photons
        How many enter, in directions of a matt surface.
    path_mm
        Mean free path.
    albedo
        Share that survives a collision.
    floor
        Height of the surface at multiples of ``STEP_MM`` from the origin; 0 further out.
    lit
        Inner and outer radius of the level ring where they enter; (0, 0) for a single point.
    """
    out = np.zeros((16, 200))
    for stream in prange(16):
        np.random.seed(stream)  # noqa: NPY002  # the generator that Numba's kernels have
        for _ in range(photons // 16):
            start = math.sqrt(lit[0] ** 2 + (lit[1] ** 2 - lit[0] ** 2) * np.random.random())  # noqa: NPY002
            x, y, z, weight = start, 0.0, -1e-9, 1.0
            down = -math.sqrt(np.random.random())  # noqa: NPY002
            while weight > 0.0 and z > -12.0:
                turn = 2.0 * math.pi * np.random.random()  # noqa: NPY002
                across = math.sqrt(1.0 - down * down)
                length = -math.log(1.0 - np.random.random()) * path_mm  # noqa: NPY002
                pieces = int(length / 0.03) + 1
                for _ in range(pieces):
                    x += across * math.cos(turn) * length / pieces
                    y += across * math.sin(turn) * length / pieces
                    z += down * length / pieces
                    place = math.sqrt(x * x + y * y) / STEP_MM
                    surface = 0.0
                    if place < floor.size - 1:
                        part = place - int(place)
                        surface = floor[int(place)] * (1.0 - part) + floor[int(place) + 1] * part
                    if z > surface:
                        if place < 200.0:
                            out[stream, int(place)] += weight
                        weight = 0.0
                        break
                weight *= albedo
                if weight < 0.02:
                    weight = weight * 10.0 if np.random.random() < 0.1 else 0.0  # noqa: NPY002
                down = 2.0 * np.random.random() - 1.0  # noqa: NPY002
    total: NDArray[np.float64] = out.sum(axis=0) / photons
    return total
