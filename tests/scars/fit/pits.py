"""Skin with pits of known shape, photographed by the phantom's renderer, which shares no code with the fit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cicatrix.model import LightsCapture, Relief, Scar
from cicatrix.phantom import PhantomSettings, photograph
from cicatrix.relief import reconstruct
from cicatrix.scars import find_scars

PIXEL_MM = 0.05
SIZE_MM = 16.0
PIXELS = 320

Plane = NDArray[np.float32]


def ring(elevations_deg: tuple[float, ...]) -> NDArray[np.float64]:
    """Lights at equal steps of azimuth."""
    azimuth = np.arange(len(elevations_deg)) * 2 * np.pi / len(elevations_deg) + 0.3
    elevation = np.radians(elevations_deg)
    return np.stack(
        [np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)], axis=1
    )


LIGHTS = ring((30.0, 55.0, 32.0, 60.0, 28.0, 50.0, 35.0, 58.0))


def cone(share: Plane) -> Plane:
    return np.asarray(np.clip(1.0 - share, 0.0, 1.0), dtype=np.float32)


def box(share: Plane) -> Plane:
    """A level floor; the wall takes the outer eighth of the radius."""
    t = np.clip((1.0 - share) / 0.12, 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), dtype=np.float32)


def bowl(share: Plane) -> Plane:
    return np.asarray(np.clip(1.0 - share**2, 0.0, 1.0) ** 2, dtype=np.float32)


def dent(
    height: Plane,
    x_mm: float,
    y_mm: float,
    width_mm: float,
    depth_mm: float,
    profile: Callable[[Plane], Plane],
    stretch: float = 1.0,
) -> None:
    """Press a pit into a height map (a raised scar where ``depth_mm`` is negative)."""
    y, x = (np.mgrid[0 : height.shape[0], 0 : height.shape[1]] + 0.5) * PIXEL_MM
    angle = np.arctan2((y - y_mm) * stretch, (x - x_mm) / stretch)
    radius = 0.5 * width_mm * (1.0 + 0.08 * np.cos(3 * angle + 1.0))
    share = np.hypot((x - x_mm) / stretch, (y - y_mm) * stretch) / radius
    height -= (depth_mm * profile(share.astype(np.float32))).astype(np.float32)


def skin(seed: int = 0) -> Plane:
    """Gently rough skin."""
    rng = np.random.default_rng(seed)
    rough = ndimage.gaussian_filter(rng.standard_normal((PIXELS, PIXELS)), 2.0)
    return np.asarray(0.012 * rough / rough.std(), dtype=np.float32)


def capture_of(height: Plane, lights: NDArray[np.float64] = LIGHTS, seed: int = 1, gloss: float = 0.3) -> LightsCapture:
    settings = PhantomSettings(size_mm=SIZE_MM, pixel_mm=PIXEL_MM, gloss=gloss, file_format="tiff")
    albedo = np.broadcast_to(np.array([0.5, 0.3, 0.22], np.float32), (*height.shape, 3))
    images = photograph(height, np.ascontiguousarray(albedo), lights, settings, np.random.default_rng(seed))
    return LightsCapture(
        images=np.ascontiguousarray(images, dtype=np.float32),
        directions=lights,
        linear=True,
        pixel_mm=PIXEL_MM,
        files=(),
        quality=(),
    )


def found(height: Plane, lights: NDArray[np.float64] = LIGHTS, seed: int = 1) -> tuple[tuple[Scar, ...], Relief]:
    return find_scars(reconstruct(capture_of(height, lights, seed)))


def near(scars: tuple[Scar, ...], x_mm: float, y_mm: float) -> Scar:
    """The scar at a place."""
    scar = min(scars, key=lambda s: np.hypot(s.x_mm - x_mm, s.y_mm - y_mm))
    assert np.hypot(scar.x_mm - x_mm, scar.y_mm - y_mm) < 0.5
    return scar
