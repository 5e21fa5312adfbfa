"""The maps: shaded relief, colour, height and trusted lights, as 8-bit pictures, pixel for pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model import PigmentMaps, Relief
from cicatrix.model.light import encode_srgb
from cicatrix.report.numbers import nice_step
from cicatrix.report.palette import HEIGHT_ANCHORS, TRUST_ANCHORS, colour_map

__all__ = ["Pictures", "height_limit", "paint", "reduced", "shade", "skin_colour", "tint_height", "tint_trusted"]

Picture = NDArray[np.uint8]
Plain = TypeVar("Plain", np.uint8, np.float32)

RAKING: Final = (-0.62, 0.62, 0.75)
"""Light from the upper left, 40° above the skin: pits then read as pits, not as bumps."""

FLAT_GREY: Final = 0.66
"""Grey level of skin that lies flat."""


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """What the report shows.

    Attributes
    ----------
    relief
        ``(rows, cols)`` shaded relief.
    height
        ``(rows, cols, 3)`` height in colours, from ``-limit_mm`` to ``limit_mm``.
    limit_mm
        Where the colours of ``height`` end.
    pixel_mm
        Width of a pixel of these pictures.
    colour
        ``(rows, cols, 3)`` the skin's own colour without shading; None without photographs.
    trusted
        ``(rows, cols, 3)`` number of trusted lights in colours; None without photographs.
    directions
        Unit vector to each light (x right, y up, z to the camera); empty without photographs.
    pigment
        Melanin and erythema, for the section on marks; None without colour.
    """

    relief: Picture
    height: Picture
    limit_mm: float
    pixel_mm: float
    colour: Picture | None = None
    trusted: Picture | None = None
    directions: tuple[tuple[float, float, float], ...] = ()
    pigment: PigmentMaps | None = None


def paint(relief: Relief, longest: int = 4096, pigment: PigmentMaps | None = None) -> Pictures:
    """Every map that this relief allows, no side longer than ``longest`` pixels.

    Larger reliefs are averaged down first: heights as heights and light as light, so that the pictures show what a
    coarser camera would have seen.
    """
    height_mm = reduced(relief.height_mm, longest)
    pixel_mm = relief.pixel_mm * relief.shape[1] / height_mm.shape[1]
    limit_mm = height_limit(height_mm)
    directions = () if relief.directions is None else relief.directions.tolist()
    lights = len(directions)
    return Pictures(
        relief=shade(height_mm, pixel_mm),
        height=tint_height(height_mm, limit_mm),
        limit_mm=limit_mm,
        pixel_mm=pixel_mm,
        colour=None if relief.albedo is None else skin_colour(reduced(relief.albedo, longest)),
        trusted=None if relief.trusted is None else tint_trusted(reduced(relief.trusted, longest), lights),
        directions=tuple((x, y, z) for x, y, z in directions),
        pigment=pigment,
    )


def reduced(plane: NDArray[Plain], longest: int) -> NDArray[Plain]:
    """Average a plane down until no side is longer than ``longest``; a smaller one is returned as it is."""
    rows, cols = plane.shape[:2]
    scale = longest / max(rows, cols)
    if scale >= 1:
        return plane
    size = (max(1, round(cols * scale)), max(1, round(rows * scale)))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), dtype=plane.dtype)


def shade(
    height_mm: NDArray[np.float32],
    pixel_mm: float,
    light: tuple[float, float, float] = RAKING,
    exaggeration: float = 1.5,
) -> Picture:
    """Relief as a matt grey surface would look under one distant light (Lambert 1760).

    Parameters
    ----------
    height_mm
        ``(rows, cols)``, positive towards the viewer.
    pixel_mm
        Width of a pixel.
    light
        Direction to the light: x right, y up, z to the viewer; of any length, above the horizon.
    exaggeration
        Heights are multiplied by this before they are lit. It is fixed, and not fitted to the picture, so that
        pictures of two visits can be compared.

    Returns
    -------
    NDArray[np.uint8]
        ``(rows, cols)``; flat skin has the same grey everywhere and in every picture.

    Raises
    ------
    ValueError
        When the light is not above the horizon.
    """
    x, y, z = np.asarray(light, dtype=np.float64) / np.linalg.norm(light)
    if not z > 0:
        msg = f"the light must stand above the skin (z > 0), got {light}"
        raise ValueError(msg)
    scale = exaggeration / pixel_mm
    slope_x = cv2.filter2D(height_mm, cv2.CV_32F, _DIFFERENCE * scale, borderType=cv2.BORDER_REPLICATE)
    slope_down = cv2.filter2D(height_mm, cv2.CV_32F, _DIFFERENCE.T * scale, borderType=cv2.BORDER_REPLICATE)
    facing = np.float32(z) - np.float32(x) * slope_x + np.float32(y) * slope_down
    facing /= np.sqrt(1 + slope_x**2 + slope_down**2)
    grey = np.clip(facing * np.float32(FLAT_GREY * 255 / z), 0, 255)
    return np.rint(grey).astype(np.uint8)


_DIFFERENCE: Final = np.array([[-0.5, 0.0, 0.5]], dtype=np.float32)


def height_limit(height_mm: NDArray[np.float32]) -> float:
    """Find a round height that all but a thousandth of the picture stays within; at least 0.05 mm."""
    sample = np.abs(height_mm[:: _stride(height_mm), :: _stride(height_mm)])
    reach = max(float(np.percentile(sample, 99.9)), 0.05)
    step = nice_step(reach, 4)
    return float(np.ceil(reach / step - 1e-9) * step)


def tint_height(height_mm: NDArray[np.float32], limit_mm: float) -> Picture:
    """Heights from ``-limit_mm`` (dark blue) over 0 (near white) to ``limit_mm`` (dark brown)."""
    share = (height_mm + np.float32(limit_mm)) / np.float32(2 * limit_mm)
    index = np.clip(np.rint(share * 255), 0, 255).astype(np.uint8)
    return np.asarray(colour_map(HEIGHT_ANCHORS)[index])


def tint_trusted(trusted: NDArray[np.uint8], lights: int) -> Picture:
    """Colour the number of trusted lights, from none (dark) to all (pale)."""
    return colour_map(TRUST_ANCHORS, max(lights, 1) + 1)[np.minimum(trusted, max(lights, 1))]


def skin_colour(albedo: NDArray[np.float32]) -> Picture:
    """Show the skin's colour without shading, as sRGB.

    The exposure is lowered where needed so that the middle tone is not above 0.45 of white; it is never raised.
    How light a skin is cannot be read from this picture, because the lights are not calibrated.
    """
    stride = _stride(albedo)
    middle = float(np.median(albedo[::stride, ::stride].mean(axis=2)))
    gain = min(1.0, 0.45 / max(middle, 1e-6))
    table = encode_srgb(np.linspace(0, gain, 4096, dtype=np.float32))
    return np.asarray(table[np.rint(np.clip(albedo, 0, 1) * np.float32(4095)).astype(np.uint16)])


def _stride(plane: NDArray[np.float32]) -> int:
    """Step that keeps a sample of a large picture near a million pixels."""
    return max(1, int(np.sqrt(plane.shape[0] * plane.shape[1] / 1e6)))
