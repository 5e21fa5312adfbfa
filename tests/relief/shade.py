"""Surfaces and the light that they show, straight from the formulas."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model import LightsCapture
from cicatrix.model.light import decode_srgb

Array = NDArray[np.float64]
Images = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.float32]

SKIN = (0.62, 0.42, 0.33)
"""Linear reflectance of light skin in red, green and blue."""


def ring(count: int, elevation_deg: float = 50.0, *, turn_deg: float = 11.0) -> Array:
    """Unit vectors to ``count`` lights, evenly around at one elevation."""
    around = np.radians(turn_deg + 360.0 * np.arange(count) / count)
    up = np.radians(elevation_deg)
    return np.stack([np.cos(around) * np.cos(up), np.sin(around) * np.cos(up), np.full(count, np.sin(up))], axis=1)


def slopes(shape: tuple[int, int], seed: int, rms: float = 0.12) -> tuple[Array, Array]:
    """Smooth random slopes dz/dx and dz/dy (down the rows), cut at three times ``rms``."""
    white = np.random.default_rng(seed).normal(size=(2, *shape))
    smooth = np.stack([cv2.GaussianBlur(plane, (0, 0), 2.0) for plane in white])
    p, q = np.clip(smooth / smooth.std() * rms, -3 * rms, 3 * rms)
    return p, q


def normals(p: Array, q: Array) -> Array:
    """Unit normals, ``(rows, cols, 3)``: x right, y up, z to the camera."""
    n = np.stack([-p, q, np.ones_like(p)], axis=-1)
    return np.asarray(n / np.linalg.norm(n, axis=-1, keepdims=True))


def shade(p: Array, q: Array, directions: Array, albedo: Array | tuple[float, ...] = SKIN) -> Array:
    """Linear light of a matt surface, ``(lights, rows, cols, channels)``."""
    grid = directions if directions.ndim == 4 else directions[:, None, None, :]
    cosine = np.maximum((normals(p, q)[None] * grid).sum(axis=-1), 0.0)
    return np.asarray(cosine[..., None] * np.asarray(albedo))


def beckmann(
    p: Array, q: Array, directions: Array, roughness: float, view: tuple[float, float, float] = (0.0, 0.0, 1.0)
) -> Array:
    """Beckmann's distribution (Cook & Torrance 1982, doi:10.1145/357290.357293), ``(lights, rows, cols)``."""
    halfway = directions + np.array(view)
    halfway /= np.linalg.norm(halfway, axis=-1, keepdims=True)
    cosine = np.einsum("rck,nk->nrc", normals(p, q), halfway)
    tangent = np.sqrt(1 - cosine**2) / cosine
    return np.asarray(np.exp(-((tangent / roughness) ** 2)) / (np.pi * roughness**2 * cosine**4))


@dataclass(frozen=True)
class Storage:
    """How photographs are stored."""

    dtype: type[np.generic] = np.float32
    linear: bool = True

    def write(self, light: Array) -> Images:
        """Stored pixel values of linear light from 0 to 1."""
        if self.dtype is np.float32:
            return np.ascontiguousarray(light, dtype=np.float32)
        value = np.clip(light, 0.0, 1.0)
        if not self.linear:
            # IEC 61966-2-1, 5.3.
            value = np.where(value <= 0.0031308, 12.92 * value, 1.055 * value ** (1 / 2.4) - 0.055)
        if self.dtype is np.uint8:
            return np.ascontiguousarray(np.rint(value * 255), dtype=np.uint8)
        return np.ascontiguousarray(np.rint(value * 65535), dtype=np.uint16)

    def read(self, stored: Images) -> Array:
        """Linear light that the stored values stand for."""
        if self.dtype is np.float32:
            return stored.astype(np.float64)
        value = stored.astype(np.float64) / (255 if self.dtype is np.uint8 else 65535)
        return value if self.linear else decode_srgb(value)


def capture(
    light: Array,
    directions: Array,
    *,
    pixel_mm: float = 0.1,
    storage: Storage = Storage(),
    distance_mm: float | None = None,
) -> LightsCapture:
    """A capture that holds this light."""
    return LightsCapture(
        images=storage.write(light),
        directions=directions,
        linear=storage.linear,
        pixel_mm=pixel_mm,
        files=(),
        quality=(),
        distance_mm=distance_mm,
    )


def near_light(height: Array, pixel_mm: float, lights_mm: Array) -> tuple[Array, Array]:
    """Directions to and fall-off of lights at places in mm (from the picture's middle, y up), per pixel.

    Returns
    -------
    directions, strength
        ``(lights, rows, cols, 3)``, and ``(lights, rows, cols)``: 1 for a place at the middle of the picture.
    """
    rows, cols = height.shape
    x = (np.arange(cols) + 0.5 - cols / 2) * pixel_mm
    y = (rows / 2 - np.arange(rows) - 0.5) * pixel_mm
    place = np.stack([*np.meshgrid(x, y), height], axis=-1)
    ray = lights_mm[:, None, None, :] - place
    reach = np.linalg.norm(ray, axis=-1, keepdims=True)
    middle = np.linalg.norm(lights_mm, axis=1)[:, None, None]
    return ray / reach, (middle / reach[..., 0]) ** 2


def dome(shape: tuple[int, int], pixel_mm: float, radius_mm: float) -> tuple[Array, Array]:
    """Slopes of a paraboloid that curves like a sphere of ``radius_mm`` at its top, as a cheek does."""
    x = (np.arange(shape[1]) + 0.5 - shape[1] / 2) * pixel_mm
    y = (np.arange(shape[0]) + 0.5 - shape[0] / 2) * pixel_mm
    across, down = np.meshgrid(x, y)
    return -across / radius_mm, -down / radius_mm
