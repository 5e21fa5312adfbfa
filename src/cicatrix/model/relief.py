"""The skin's relief: height in mm without the form of the face, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cicatrix.model.shots import Shots

__all__ = ["Relief"]


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """Height of the skin.

    Attributes
    ----------
    height_mm
        ``(rows, cols)`` float32, positive towards the viewer, without the form.
    form_mm
        ``(rows, cols)`` float32, the form that was taken out. From photographs it drifts over centimetres
        and is not a measurement of the face.
    pixel_mm
        Width of a pixel.
    method
        ``"photometric"`` or ``"height"``.
    albedo
        ``(rows, cols, 3)`` float32 linear reflectance relative to the brightest, or None without photographs.
    trusted
        ``(rows, cols)`` uint8, number of lights that were neither shadow nor gloss nor saturated; None without
        photographs.
    directions
        ``(lights, 3)`` light directions; None without photographs.
    channel
        Which channel the geometry came from (``"red"``, ``"green"``, ``"blue"``, ``"grey"``), or None.
    light
        ``"consistent"`` when the images look like one surface under the stated lights, ``"flat-fielded"`` when each
        had to be divided by its own smooth field first; None without photographs.
    gloss
        Strength of the broad gloss that was taken out, in units of linear signal; None without photographs.
    light_distance_mm
        Distance of the lights, as stated or as the photographs tell; None for far lights or without photographs.
    shots
        The photographs themselves, evened out; None without photographs.
    fitted
        ``(rows, cols)`` True where the height was fitted to shading and shadows instead; None where nothing was.
    """

    height_mm: NDArray[np.float32]
    form_mm: NDArray[np.float32]
    pixel_mm: float
    method: str
    albedo: NDArray[np.float32] | None = None
    trusted: NDArray[np.uint8] | None = None
    directions: NDArray[np.float64] | None = None
    channel: str | None = None
    light: str | None = None
    gloss: float | None = None
    light_distance_mm: float | None = None
    shots: Shots | None = None
    fitted: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        shape = self.height_mm.shape
        if len(shape) != 2 or self.form_mm.shape != shape:
            msg = f"height_mm and form_mm must be equal planes, got {shape} and {self.form_mm.shape}"
            raise ValueError(msg)
        if self.albedo is not None and self.albedo.shape != (*shape, 3):
            msg = f"albedo must be {(*shape, 3)}, got {self.albedo.shape}"
            raise ValueError(msg)
        if self.trusted is not None and self.trusted.shape != shape:
            msg = f"trusted must be {shape}, got {self.trusted.shape}"
            raise ValueError(msg)
        if self.method not in ("photometric", "height"):
            msg = f"method must be 'photometric' or 'height', got {self.method!r}"
            raise ValueError(msg)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return (self.height_mm.shape[0], self.height_mm.shape[1])
