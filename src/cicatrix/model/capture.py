"""What was captured: photographs under known lights, or a height map.

These nouns hold arrays, so they are frozen dataclasses that check themselves; the records that go into
``assessment.json`` are pydantic models (see ``quantity.Record``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cicatrix.model.card_reading import CardReading
from cicatrix.model.quantity import Record, Share

__all__ = ["Capture", "HeightCapture", "ImageQuality", "InputFile", "LightsCapture"]


class InputFile(Record):
    """A file that was read: its name inside the capture folder, its length and its hash."""

    name: str
    bytes: int
    sha256: str


class ImageQuality(Record):
    """How far a photograph can be trusted."""

    name: str
    saturated: Share
    """Share of pixels at the top of the range in any channel."""
    black: Share
    """Share of pixels at the bottom of the range in every channel."""
    median: Share
    """Median of the linear signal, as a share of the range."""


@dataclass(frozen=True, slots=True, eq=False)
class LightsCapture:
    """Photographs of one place from one camera position under several lights.

    Attributes
    ----------
    images
        ``(lights, rows, cols, channels)``, channels 1 (grey) or 3 (RGB). ``uint8`` and ``uint16`` run over the
        full range of their type, ``float32`` from 0 to 1.
    directions
        ``(lights, 3)`` unit vectors from the skin to each light: x right, y up, z to the camera.
    linear
        True when pixel values are proportional to light; False when they are sRGB-encoded.
    pixel_mm
        Width of a pixel on the skin.
    distance_mm
        Distance of the lights from the middle of the picture; None when unknown or very far.
    positions_mm
        ``(lights, 3)`` where each light stood, from the middle of the picture: x right, y up, z to the camera; None
        where only directions are known. ``directions`` are then theirs.
    strengths
        ``(lights,)`` radiant intensity of each light relative to their mean, as measured; None when unknown.
    view
        ``(3,)`` unit vector from the skin to the camera; straight up where it is not known.
    card
        Reading of the printed card; None without one.
    to_srgb
        ``(3, 3)`` from linear colours relative to white to linear sRGB; None where colours are taken as they are.
    """

    images: NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.float32]
    directions: NDArray[np.float64]
    linear: bool
    pixel_mm: float
    files: tuple[InputFile, ...]
    quality: tuple[ImageQuality, ...]
    site: str | None = None
    distance_mm: float | None = None
    positions_mm: NDArray[np.float64] | None = None
    strengths: NDArray[np.float64] | None = None
    view: tuple[float, float, float] = (0.0, 0.0, 1.0)
    card: CardReading | None = None
    to_srgb: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if self.images.ndim != 4 or self.images.shape[3] not in (1, 3):
            msg = f"images must be (lights, rows, cols, 1 or 3), got {self.images.shape}"
            raise ValueError(msg)
        if self.images.dtype not in (np.uint8, np.uint16, np.float32):
            msg = f"images must be uint8, uint16 or float32, got {self.images.dtype}"
            raise ValueError(msg)
        if self.directions.shape != (self.images.shape[0], 3):
            msg = f"directions must be ({self.images.shape[0]}, 3), got {self.directions.shape}"
            raise ValueError(msg)
        if not np.allclose(np.linalg.norm(self.directions, axis=1), 1.0, atol=1e-6):
            msg = "directions must be unit vectors"
            raise ValueError(msg)
        if not 0 < self.pixel_mm < np.inf:
            msg = f"pixel_mm must be above 0, got {self.pixel_mm}"
            raise ValueError(msg)
        for name, known, shape in (
            ("positions_mm", self.positions_mm, self.directions.shape),
            ("strengths", self.strengths, self.directions.shape[:1]),
        ):
            if known is not None and known.shape != shape:
                msg = f"{name} must be {shape}, got {known.shape}"
                raise ValueError(msg)

    @property
    def kind(self) -> Literal["lights", "card"]:
        """``"card"`` where the lights come from the printed card, else ``"lights"``."""
        return "lights" if self.card is None else "card"

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return (self.images.shape[1], self.images.shape[2])


@dataclass(frozen=True, slots=True, eq=False)
class HeightCapture:
    """A height map from an instrument: ``(rows, cols)`` float32 in mm, positive towards the viewer."""

    height_mm: NDArray[np.float32]
    pixel_mm: float
    files: tuple[InputFile, ...]
    site: str | None = None
    kind: Literal["height"] = field(default="height", init=False)

    def __post_init__(self) -> None:
        if self.height_mm.ndim != 2 or self.height_mm.dtype != np.float32:
            msg = f"height_mm must be a float32 plane, got {self.height_mm.dtype} {self.height_mm.shape}"
            raise ValueError(msg)
        if not np.isfinite(self.height_mm).all():
            msg = "height_mm must be finite"
            raise ValueError(msg)
        if not 0 < self.pixel_mm < np.inf:
            msg = f"pixel_mm must be above 0, got {self.pixel_mm}"
            raise ValueError(msg)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return (self.height_mm.shape[0], self.height_mm.shape[1])


Capture = LightsCapture | HeightCapture
