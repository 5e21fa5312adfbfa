"""The printed card: where everything on it lies, in mm.

The card is a sheet with a window in its middle that is laid on the skin. All places are in the card's frame: origin
in the middle of the window, x to the right, y up, z towards the camera.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CLOCK",
    "DICTIONARY",
    "FIELD_MM",
    "MARGIN_MM",
    "MARKER_MM",
    "MAX_WINDOW_MM",
    "MIN_WINDOW_MM",
    "RULER_MM",
    "CardLayout",
    "Field",
    "Marker",
    "Patch",
    "Rect",
    "card_layout",
]

DICTIONARY: Final = "DICT_5X5_1000"
"""OpenCV's name of the marker dictionary (ArUco, Garrido-Jurado et al. 2014, doi:10.1016/j.patcog.2014.01.005)."""

MARKER_MM: Final = 10.0
PITCH_MM: Final = 14.0
"""Marker's side, and the distance from one marker to the next along a side."""

MARGIN_MM: Final = 36.0
"""Paper around the window."""

MARKER_FROM_MM: Final = 12.0
"""From the window's edge to the middle of the markers' ring: the rim between is plain white paper."""

FIELD_FROM_MM: Final = 23.5
FIELD_MM: Final = 8.0
FIELD_PITCH_MM: Final = 10.0

RULER_MM: Final = 80.0

MIN_WINDOW_MM: Final = 20
MAX_WINDOW_MM: Final = 70
"""Sides of the window, whole mm."""

TOP, RIGHT, BOTTOM, LEFT = 0, 100, 200, 300
"""First marker of each side; along a side they count from left to right and from top to bottom."""

WIDTH_ID, HEIGHT_ID = 500, 600
"""Markers ``WIDTH_ID + width`` and ``HEIGHT_ID + height`` tell the window's size in mm."""

CLOCK: Final = tuple(range(1, 13))
"""Hours of the dial; 12 is up."""

Material = Literal["white", "grey"]

PATCHES: Final[tuple[tuple[str, tuple[int, int, int]], ...]] = (
    ("red", (175, 54, 60)),
    ("green", (70, 148, 73)),
    ("blue", (56, 61, 150)),
    ("yellow", (231, 199, 31)),
    ("magenta", (187, 86, 149)),
    ("cyan", (8, 133, 161)),
    ("skin 1", (246, 237, 228)),
    ("skin 2", (234, 218, 186)),
    ("skin 3", (215, 189, 150)),
    ("skin 4", (160, 126, 86)),
    ("skin 5", (130, 92, 67)),
    ("skin 6", (96, 65, 52)),
    ("light grey", (200, 200, 200)),
    ("middle grey", (122, 122, 121)),
    ("dark grey", (85, 85, 85)),
    ("black", (52, 52, 52)),
)
"""Colours that are printed, nominal sRGB. A printer's own differ: the error of a correction says by how much."""

GREY: Final = (122, 122, 121)
"""Nominal sRGB of the grey fields."""


@dataclass(frozen=True, slots=True)
class Rect:
    """An upright rectangle: its middle and sides in mm."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class Marker:
    """A square marker."""

    id: int
    x_mm: float
    y_mm: float
    side_mm: float = MARKER_MM

    def corners_mm(self) -> NDArray[np.float64]:
        """``(4, 2)`` corners: top left, top right, bottom right, bottom left, as OpenCV orders them."""
        half = self.side_mm / 2
        away = np.array([(-half, half), (half, half), (half, -half), (-half, -half)])
        return np.asarray(away + np.array([self.x_mm, self.y_mm]))


@dataclass(frozen=True, slots=True)
class Field:
    """A plain field that tells the light."""

    material: Material
    rect: Rect


@dataclass(frozen=True, slots=True)
class Patch:
    """A printed colour with its nominal sRGB."""

    name: str
    rect: Rect
    srgb: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class CardLayout:
    """Where everything lies.

    Attributes
    ----------
    window_mm
        Width and height of the window.
    outer_mm
        Width and height of the card.
    markers, fields, patches
        What is printed, around the window.
    """

    window_mm: tuple[int, int]
    outer_mm: tuple[float, float]
    markers: tuple[Marker, ...]
    fields: tuple[Field, ...]
    patches: tuple[Patch, ...]


def card_layout(window_mm: tuple[int, int] = (40, 40)) -> CardLayout:
    """Lay a card out around a window.

    Parameters
    ----------
    window_mm
        Width and height of the window, whole mm from ``MIN_WINDOW_MM`` to ``MAX_WINDOW_MM``.

    Raises
    ------
    ValueError
        When a side is out of range.
    """
    for side in window_mm:
        if not MIN_WINDOW_MM <= side <= MAX_WINDOW_MM:
            msg = f"a side of the window must be {MIN_WINDOW_MM} to {MAX_WINDOW_MM} mm, got {side}"
            raise ValueError(msg)
    fields, patches = _fields(window_mm)
    return CardLayout(
        window_mm=window_mm,
        outer_mm=(window_mm[0] + 2 * MARGIN_MM, window_mm[1] + 2 * MARGIN_MM),
        markers=_markers(window_mm),
        fields=fields,
        patches=patches,
    )


def _markers(window_mm: tuple[int, int]) -> tuple[Marker, ...]:
    """A ring of markers; in its four corners the two that tell the size, each twice."""
    across, up = (side / 2 + MARKER_FROM_MM for side in window_mm)
    columns, rows = _row(window_mm[0], PITCH_MM), _row(window_mm[1], PITCH_MM)
    ring = [Marker(TOP + k, x, up) for k, x in enumerate(columns)]
    ring += [Marker(BOTTOM + k, x, -up) for k, x in enumerate(columns)]
    ring += [Marker(LEFT + k, -across, -y) for k, y in enumerate(rows)]
    ring += [Marker(RIGHT + k, across, -y) for k, y in enumerate(rows)]
    width, height = WIDTH_ID + window_mm[0], HEIGHT_ID + window_mm[1]
    corners = [(width, -across, up), (height, across, up), (width, across, -up), (height, -across, -up)]
    return (*ring, *(Marker(id_, x, y) for id_, x, y in corners))


def _fields(window_mm: tuple[int, int]) -> tuple[tuple[Field, ...], tuple[Patch, ...]]:
    """A ring of squares: white, grey and colour by turns, so that each side has some of each."""
    across, up = (side / 2 + FIELD_FROM_MM for side in window_mm)
    columns, rows = _row(2 * across - FIELD_PITCH_MM, FIELD_PITCH_MM), _row(2 * up - FIELD_PITCH_MM, FIELD_PITCH_MM)
    corners = [(-across, up), (across, up), (across, -up), (-across, -up)]
    sides = [
        *((x, up) for x in columns),
        *((across, -y) for y in rows),
        *((-x, -up) for x in columns),
        *((-across, y) for y in rows),
    ]
    fields = [Field("white", _square(x, y)) for x, y in corners]
    colours = [index for index in range(len(sides)) if index % 4 in (1, 3)]
    chosen = set(colours[:: max(1, len(colours) // len(PATCHES))][: len(PATCHES)])
    patches: list[Patch] = []
    for index, (x, y) in enumerate(sides):
        if index in chosen and len(patches) < len(PATCHES):
            name, srgb = PATCHES[len(patches)]
            patches.append(Patch(name, _square(x, y), srgb))
        else:
            fields.append(Field("grey" if index % 4 == 2 else "white", _square(x, y)))
    return tuple(fields), tuple(patches)


def _row(length_mm: float, pitch_mm: float) -> list[float]:
    """Evenly spaced places about 0, at least one, ``pitch_mm`` apart, as many as ``length_mm`` holds."""
    count = int((length_mm + pitch_mm * 0.6) // pitch_mm)
    return [(k - (count - 1) / 2) * pitch_mm for k in range(max(count, 1))]


def _square(x: float, y: float) -> Rect:
    return Rect(x, y, FIELD_MM, FIELD_MM)
