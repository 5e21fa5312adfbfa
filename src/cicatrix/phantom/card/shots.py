"""How the printed card is photographed, and what may go wrong with it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

import numpy as np

from cicatrix.errors import InputError
from cicatrix.model.card import MAX_WINDOW_MM, MIN_WINDOW_MM

__all__ = ["FULL_FRAME_MM", "CardShots", "Fault"]

FULL_FRAME_MM: Final = math.hypot(36.0, 24.0)
"""Diagonal of the 35 mm format."""

_FAULT_RANGES: Final[dict[str, tuple[float, float]]] = {
    "cut_off": (0.0, 1.0),
    "bend_mm": (0.0, 15.0),
    "tilt_deg": (0.0, 60.0),
    "defocus_px": (0.0, 40.0),
    "skin_shift_mm": (-3.0, 3.0),
    "exposure": (0.01, 30.0),
    "torch_elevation_deg": (3.0, 89.0),
    "torch_mm": (30.0, 1000.0),
    "gloss": (0.0, 20.0),
    "room": (0.0, 20.0),
}
_RANGES: Final[dict[str, tuple[float, float]]] = {
    "torch_mm": (50.0, 1000.0),
    "window_mm": (MIN_WINDOW_MM, MAX_WINDOW_MM),
    "gap_hour": (1, 12),
    "gap_deg": (0.0, 330.0),
    "beam": (0.0, 10.0),
    "room": (0.0, 20.0),
    "camera_mm": (120.0, 600.0),
    "equivalent_mm": (13.0, 120.0),
    "pixels": (200, 10000),
    "tilt_deg": (0.0, 60.0),
    "shake_mm": (0.0, 20.0),
    "shake_deg": (0.0, 5.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that goes wrong, in one photograph or in all; a value out of range raises ``InputError``.

    Attributes
    ----------
    photo
        Number of the photograph, from 1; None for all.
    cut_off
        Share of the card's height that lies outside of the picture, about.
    bend_mm
        How far the card's left and right edges lie below its middle, bent to a cylinder, skin and all.
    tilt_deg
        How far the camera's axis leans from upright.
    defocus_px
        Radius of the disc that a point is blurred to.
    skin_shift_mm
        How far the skin has moved to the right under the card.
    exposure
        Factor on the light that the camera gathers; what the file states stays as it was.
    torch_elevation_deg
        Where the torch is held, above the card's plane.
    torch_mm
        How far from the window it is held.
    gloss
        Strength of the oil layer's reflection, as ``PhantomSettings.gloss``.
    room
        Light of the room on the window, as a share of the torch's.
    """

    photo: int | None = None
    cut_off: float = 0.0
    bend_mm: float = 0.0
    tilt_deg: float | None = None
    defocus_px: float = 0.0
    skin_shift_mm: float = 0.0
    exposure: float = 1.0
    torch_elevation_deg: float | None = None
    torch_mm: float | None = None
    gloss: float | None = None
    room: float | None = None

    def __post_init__(self) -> None:
        if self.photo is not None and (type(self.photo) is not int or not 1 <= self.photo <= 64):
            raise InputError(f"the fault's photo is {self.photo!r}", allowed="a whole number from 1 to 64, or None")
        for name, (low, high) in _FAULT_RANGES.items():
            if getattr(self, name) is not None:
                _check(f"the fault's {name}", getattr(self, name), low, high)

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Read ``"defocus_px=6"`` for all photographs, or ``"3:defocus_px=6"`` for the third.

        Raises
        ------
        InputError
            When the text is not like this, or its value out of range.
        """
        number, colon, rest = text.rpartition(":")
        name, _, value = (part.strip() for part in rest.partition("="))
        try:
            return cls(photo=int(number) if colon else None, **{name if name in _FAULT_RANGES else "": float(value)})
        except (TypeError, ValueError) as error:
            raise InputError(
                f"the fault is {text!r}",
                allowed=f"NAME=NUMBER or PHOTO:NAME=NUMBER; the names are {', '.join(_FAULT_RANGES)}",
                fix="write it as in 3:defocus_px=6",
            ) from error

    def joined(self, other: Fault) -> Fault:
        """Both together; where both change something, ``other`` counts."""
        changed = {
            item.name: getattr(other, item.name)
            for item in fields(other)
            if item.name != "photo" and getattr(other, item.name) != item.default
        }
        return replace(self, **changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardShots:
    """How the card is photographed. Every field has a default; a value out of range raises ``InputError``.

    Attributes
    ----------
    window_mm
        Side of the card's square window, whole mm.
    torch_mm
        Nearest and farthest that the torch is held from the middle of the window.
    gap_hour
        Hour of the dial around which a turn is left without torches.
    gap_deg
        How wide that turn is; 0 where there is none.
    beam
        Power of the cosine by which the torch's beam falls off from its axis, which points at the window.
    room
        Light of the room on the window, as a share of the torch's.
    camera_mm
        Distance of the camera from about the middle of the window.
    equivalent_mm
        Focal length, 35 mm equivalent.
    pixels
        Width and height of a photograph.
    tilt_deg
        How far the camera's axis leans from upright.
    shake_mm, shake_deg
        Standard deviation of the camera's place and angles from one photograph to the next.
    auto_exposure
        Whether the camera exposes each photograph for itself, and states it, instead of all alike.
    notes
        Whether the files state focal length and exposure (EXIF).
    faults
        What goes wrong.
    """

    window_mm: int = 40
    torch_mm: tuple[float, float] = (150.0, 300.0)
    gap_hour: int = 9
    gap_deg: float = 0.0
    beam: float = 0.3
    room: float = 0.05
    camera_mm: float = 250.0
    equivalent_mm: float = 26.0
    pixels: tuple[int, int] = (4000, 3000)
    tilt_deg: float = 5.0
    shake_mm: float = 0.4
    shake_deg: float = 0.15
    auto_exposure: bool = False
    notes: bool = True
    faults: tuple[Fault, ...] = ()

    def __post_init__(self) -> None:
        for name in ("window_mm", "gap_hour"):
            if type(getattr(self, name)) is not int:
                raise InputError(f"{name} is {getattr(self, name)!r}", allowed="a whole number")
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            for one in value if isinstance(value, tuple) else (value,):
                _check(name, one, low, high)
        if len(self.torch_mm) != 2 or self.torch_mm[0] > self.torch_mm[1]:
            raise InputError(f"torch_mm is {self.torch_mm}", allowed="two distances, the nearer first")
        if len(self.pixels) != 2 or any(type(side) is not int for side in self.pixels):
            raise InputError(f"pixels is {self.pixels}", allowed="two whole numbers, width and height")

    @property
    def focal_px(self) -> float:
        """Focal length in pixels."""
        return self.equivalent_mm / FULL_FRAME_MM * float(np.hypot(*self.pixels))

    @property
    def pixel_mm(self) -> float:
        """Width of a pixel on the card below the camera."""
        return self.camera_mm / self.focal_px

    def fault(self, photo: int) -> Fault:
        """All that goes wrong in a photograph, counted from 1."""
        whole = Fault(photo=photo)
        for one in self.faults:
            if one.photo in (None, photo):
                whole = whole.joined(one)
        return whole

    def as_json(self) -> dict[str, Any]:
        """Every field as plain JSON values; of faults what they change."""
        plain = asdict(self)
        plain["torch_mm"], plain["pixels"] = list(self.torch_mm), list(self.pixels)
        plain["faults"] = [
            {item.name: getattr(one, item.name) for item in fields(one) if getattr(one, item.name) != item.default}
            for one in self.faults
        ]
        return plain


def _check(name: str, value: object, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise InputError(
            f"{name} is {value!r}", allowed=f"a number from {low:g} to {high:g}", fix="give it inside this range"
        )
