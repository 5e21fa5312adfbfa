"""Photographs of one place under several lights, evened out: the evidence that a scar's shape is compared with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cicatrix.model.light import linear_lut

__all__ = ["Shots"]

FULL = 0.98
"""Share of the greatest signal from which a pixel counts as saturated."""


@dataclass(frozen=True, slots=True, eq=False)
class Shots:
    """Photographs with what is known of their light.

    Attributes
    ----------
    images
        ``(lights, rows, cols, channels)`` as read.
    linear
        Whether pixel values are proportional to light.
    gain
        ``(lights, grid rows, grid cols)`` factor that undoes uneven light, on a coarse grid that spans the picture.
    directions
        ``(lights, 3)`` unit vectors, x right, y up, z to the camera; or ``(lights, grid rows, grid cols, 3)``.
    channel
        Index of the channel that gives the geometry.
    gloss_strength, gloss_roughness
        Broad gloss in units of linear signal, and the root mean square slope of the surface that shines.
    view
        ``(3,)`` unit vector to the camera, in which gloss is seen.
    """

    images: NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.float32]
    linear: bool
    gain: NDArray[np.float32]
    directions: NDArray[np.float64]
    channel: int
    gloss_strength: float
    gloss_roughness: float
    view: tuple[float, float, float] = (0.0, 0.0, 1.0)

    def signal(self, rows: slice, cols: slice) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Linear evened signal of a piece of the picture, and where it is saturated.

        Returns
        -------
        signal, full
            Each ``(lights, rows, cols)``.
        """
        codes = self.images[:, rows, cols, self.channel]
        if codes.dtype == np.float32:
            light, top = codes.astype(np.float32), 0.995
        else:
            lut = linear_lut(codes.dtype, linear=self.linear)
            light, top = lut[codes], float(lut[-1]) * FULL
        gain = _between(self.gain, rows, self.images.shape[1], axis=1)
        gain = _between(gain, cols, self.images.shape[2], axis=2)
        return np.asarray(light * gain, dtype=np.float32), np.asarray(light >= top)

    def directions_at(self, row: int, col: int) -> NDArray[np.float64]:
        """Unit vectors ``(lights, 3)`` towards the lights from a pixel."""
        if self.directions.ndim == 2:
            return self.directions
        turned = _between(self.directions, slice(row, row + 1), self.images.shape[1], axis=1)
        turned = _between(turned, slice(col, col + 1), self.images.shape[2], axis=2)[:, 0, 0]
        return np.asarray(turned / np.linalg.norm(turned, axis=1, keepdims=True))


def _between(grid: NDArray[np.floating], part: slice, size: int, axis: int) -> NDArray[np.floating]:
    """Values at the pixels of ``part`` of a coarse grid that spans ``size`` pixels along ``axis``."""
    cells = grid.shape[axis]
    place = (np.arange(part.start, part.stop) + 0.5) / size * cells - 0.5
    place = np.clip(place, 0.0, cells - 1.0)
    first = np.minimum(place.astype(np.intp), max(cells - 2, 0))
    shape = [1] * grid.ndim
    shape[axis] = len(place)
    share = (place - first).reshape(shape).astype(grid.dtype)
    low, high = np.take(grid, first, axis), np.take(grid, np.minimum(first + 1, cells - 1), axis)
    return np.asarray(low + share * (high - low))
