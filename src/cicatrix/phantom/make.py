"""Makes a phantom: a piece of skin with known scars, and photographs or a height map of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cicatrix.errors import InputError
from cicatrix.phantom.camera import Camera, Stored, develop, exposure
from cicatrix.phantom.families import Placed, draw_scars
from cicatrix.phantom.marks import MarkTruth, paint
from cicatrix.phantom.options import PhantomSettings
from cicatrix.phantom.render import Optics, render_relief
from cicatrix.phantom.skin import Distractor, form_mm, micro_relief_mm, strew_distractors
from cicatrix.phantom.truth import ScarTruth

__all__ = ["Phantom", "draw_directions", "make_phantom", "photograph", "scar_relief"]

Plane = NDArray[np.float32]

SMOOTHED = 0.6
"""Share of the micro-relief that a scar's tissue has lost: it bears few lines and no follicles (assumption)."""


@dataclass(frozen=True, slots=True, eq=False)
class Phantom:
    """A piece of skin with its truth.

    Attributes
    ----------
    settings, seed
        What it was made from; the same make the same bytes.
    height_mm
        ``(rows, cols)`` float32, everything together, positive towards the camera.
    form_mm
        ``(rows, cols)``, the form of the cheek in it.
    scar_mm
        ``(rows, cols)``, the scars in it.
    scars, marks, distractors
        The truth.
    albedo
        ``(rows, cols, 3)`` linear sRGB reflectance.
    directions
        ``(lights, 3)`` unit vectors from the middle of the field; None for a height map.
    images
        ``(lights, rows, cols, 3)`` as stored, before JPEG; None for a height map.
    """

    settings: PhantomSettings
    seed: int
    height_mm: Plane
    form_mm: Plane
    scar_mm: Plane
    scars: tuple[ScarTruth, ...]
    marks: tuple[MarkTruth, ...]
    distractors: tuple[Distractor, ...]
    albedo: Plane
    directions: NDArray[np.float64] | None
    images: Stored | None


def draw_directions(settings: PhantomSettings, rng: np.random.Generator) -> NDArray[np.float64]:
    """Directions to the lights: spread evenly around the field with some jitter, elevations drawn over their range.

    Parameters
    ----------
    settings
        Number, elevations and jitter.
    rng
        Where the random numbers come from.

    Returns
    -------
    NDArray[np.float64]
        ``(lights, 3)`` unit vectors: x right, y up, z to the camera.
    """
    count = settings.lights
    jitter = rng.uniform(-1.0, 1.0, count) * settings.azimuth_jitter_deg
    azimuth = np.radians(rng.uniform(0.0, 360.0) + 360.0 * np.arange(count) / count + jitter)
    low, high = settings.elevation_deg
    # One light in each of `count` equal bands of elevation, in random order: the range is always covered.
    band = (rng.permutation(count) + rng.uniform(0.0, 1.0, count)) / count
    elevation = np.radians(low + (high - low) * band)
    flat = np.cos(elevation)
    return np.column_stack([flat * np.cos(azimuth), flat * np.sin(azimuth), np.sin(elevation)])


def scar_relief(scars: Sequence[Placed], shape: tuple[int, int], pixel_mm: float) -> tuple[Plane, Plane]:
    """Scars alone on a plane.

    Parameters
    ----------
    scars
        Shapes with their places.
    shape
        Rows and columns.
    pixel_mm
        Width of a pixel.

    Returns
    -------
    height_mm, cover : NDArray[np.float32]
        ``(rows, cols)`` heights; where pits overlap the deeper counts. ``cover`` is 1 well inside a mouth, 0 outside.
    """
    height = np.zeros(shape, dtype=np.float32)
    cover = np.zeros(shape, dtype=np.float32)
    for scar in scars:
        reach = scar.shape.reach_mm + 2.0 * pixel_mm
        top, left = (max(int((middle - reach) / pixel_mm), 0) for middle in (scar.y_mm, scar.x_mm))
        bottom, right = (int((middle + reach) / pixel_mm) + 2 for middle in (scar.y_mm, scar.x_mm))
        view = height[top:bottom, left:right]
        y = (np.arange(top, top + view.shape[0]) + 0.5) * pixel_mm - scar.y_mm
        x = (np.arange(left, left + view.shape[1]) + 0.5) * pixel_mm - scar.x_mm
        alone = scar.shape.height_mm(*np.meshgrid(x, y))
        deeper = np.abs(alone) > np.abs(view)
        view[deeper] = alone[deeper]
        share = np.minimum(np.abs(alone) / (0.3 * abs(scar.truth.depth_mm)), 1.0)
        np.maximum(cover[top:bottom, left:right], share, out=cover[top:bottom, left:right])
    return height, cover


def make_phantom(seed: int, settings: PhantomSettings | None = None) -> Phantom:
    """Make a piece of skin with known scars.

    Geometry, colour, lights and noise draw from separate streams of the seed: the same seed with another tone or other
    lights has the same scars.

    Parameters
    ----------
    seed
        Not negative.
    settings
        What to make; the defaults when None.

    Raises
    ------
    InputError
        When the scars do not fit on the field, or photographs of the card are asked for (``make_card_phantom``).
    """
    settings = settings or PhantomSettings()
    if settings.kind == "card":
        raise InputError('kind is "card"', allowed='"lights" or "height"', fix="call make_card_phantom")
    streams = [np.random.default_rng([seed, stream]) for stream in range(6)]
    shape, pixel = (settings.pixels, settings.pixels), settings.pixel_mm
    placed = draw_scars(settings, streams[0])
    scar, cover = scar_relief(placed, shape, pixel)
    micro = micro_relief_mm(streams[1], shape, pixel, strength=settings.micro_relief, age=settings.age)
    distractors: list[Distractor] = []
    if settings.distractors:
        taken = np.array([[item.x_mm, item.y_mm, item.shape.reach_mm] for item in placed])
        strength = min(settings.micro_relief, 1.5)
        distractors = strew_distractors(streams[2], micro, pixel, taken, strength=strength)
    form = form_mm(streams[3], shape, pixel, radius_mm=settings.form_radius_mm, tilt_deg=settings.tilt_deg)
    height = form + micro * (1.0 - SMOOTHED * cover) + scar
    pigment = paint(streams[4], settings, shape, distractors)
    directions, images = None, None
    if settings.kind == "lights":
        directions = draw_directions(settings, streams[5])
        images = photograph(height, pigment.albedo, directions, settings, streams[5])
    return Phantom(
        settings=settings,
        seed=seed,
        height_mm=height,
        form_mm=form,
        scar_mm=scar,
        scars=tuple(item.truth for item in placed),
        marks=pigment.marks,
        distractors=tuple(distractors),
        albedo=pigment.albedo,
        directions=directions,
        images=images,
    )


def photograph(
    height_mm: NDArray[np.floating],
    albedo: NDArray[np.floating],
    directions: NDArray[np.float64],
    settings: PhantomSettings,
    rng: np.random.Generator,
) -> Stored:
    """Photograph any height field as a phantom's is: under its lights, with its skin and its camera.

    Parameters
    ----------
    height_mm
        ``(rows, cols)``, positive towards the camera; ``settings.pixel_mm`` is the width of its pixels.
    albedo
        ``(rows, cols, 3)`` or ``(3,)`` linear reflectance, 0 to 1.
    directions
        ``(lights, 3)`` unit vectors as from ``draw_directions``.
    settings
        Skin, lights and camera; its counts and its size do not matter here.
    rng
        Where the camera's noise comes from.

    Returns
    -------
    NDArray
        ``(lights, rows, cols, 3)`` as stored in ``settings.file_format``. All share one exposure.

    Raises
    ------
    InputError
        When shapes, heights or directions make no sense.
    """
    optics = Optics(
        subsurface=settings.subsurface,
        interreflection=settings.interreflection,
        gloss=settings.gloss,
        roughness=settings.roughness,
        light_size_deg=settings.light_size_deg,
        light_distance_mm=settings.light_distance_mm,
    )
    matt, shine = render_relief(height_mm, settings.pixel_mm, directions, albedo, optics)
    camera = Camera(
        exposure=exposure(matt),
        noise=settings.noise,
        blur_px=settings.blur_px,
        file_format=settings.file_format,
    )
    pictures = [develop(m + s[:, :, None], camera, rng) for m, s in zip(matt, shine, strict=True)]
    out: Stored = np.stack(pictures)  # type: ignore[assignment]  # a stack is of the type of its pictures
    return out
