"""The skin's relief: height in mm without the form of the face, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from cicatrix.model.display import Displayed
from cicatrix.model.shots import Shots

__all__ = ["METHODS", "Channel", "LightFit", "Method", "Relief"]

Method = Literal["photometric", "height"]
"""Where a relief comes from: photographs under several lights, or a height map."""
METHODS: Final[tuple[Method, ...]] = get_args(Method)

Channel = Literal["red", "green", "blue", "grey"]
"""The channel of the photographs that the geometry comes from."""

LightFit = Literal["consistent", "flat-fielded"]
"""Whether the photographs look like one surface under the stated lights, or each had to be divided by its own smooth
field first."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Relief(Displayed):
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
        Where it comes from, ``"photometric"`` or ``"height"``.
    albedo
        ``(rows, cols, 3)`` float32 linear reflectance relative to the brightest, or None without photographs.
    trusted
        ``(rows, cols)`` uint8, number of lights that were neither shadow nor gloss nor saturated; None without
        photographs.
    directions
        ``(lights, 3)`` light directions; None without photographs.
    channel
        The channel that the geometry comes from; None without photographs.
    light
        How the photographs agree with the stated lights; None without photographs.
    gloss
        Strength of the broad gloss that was taken out, in units of linear signal; None without photographs.
    light_distance_mm
        Distance of the lights, as stated or as the photographs tell; None for far lights or without photographs.
    shots
        The photographs themselves, evened out; None without photographs.
    fitted
        ``(rows, cols)`` True where the height was fitted to shading and shadows instead; None where nothing was.

    Examples
    --------
    >>> import cicatrix as cx
    >>> relief = cx.assess("examples/cheek").relief
    >>> relief.height_mm.shape == relief.shape
    True
    """

    height_mm: NDArray[np.float32]
    form_mm: NDArray[np.float32]
    pixel_mm: float
    method: Method
    albedo: NDArray[np.float32] | None = None
    trusted: NDArray[np.uint8] | None = None
    directions: NDArray[np.float64] | None = None
    channel: Channel | None = None
    light: LightFit | None = None
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
        _check_known("method", self.method, METHODS)
        if self.channel is not None:
            _check_known("channel", self.channel, get_args(Channel))
        if self.light is not None:
            _check_known("light", self.light, get_args(LightFit))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return (self.height_mm.shape[0], self.height_mm.shape[1])

    def shown(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """One line, and rows of label and text, for a prompt or a notebook."""
        rows, cols = self.shape
        size = f"{cols * self.pixel_mm:.0f} x {rows * self.pixel_mm:.0f} mm"
        low, high = np.nanpercentile(self.height_mm, (1.0, 99.0))
        told = [("pixels", f"{rows} rows x {cols} columns of {self.pixel_mm:g} mm")]
        told.append(("height, mm (1st to 99th percentile)", f"{low:.3f} to {high:.3f}"))
        if self.directions is not None:
            told.append(("lights", f"{len(self.directions)}, geometry from the {self.channel} channel"))
        return f"{self.method}, {size}", tuple(told)


def _check_known(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        msg = f"{name} must be {' or '.join(repr(each) for each in known)}, got {value!r}"
        raise ValueError(msg)
