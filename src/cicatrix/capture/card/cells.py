"""Small pieces of plain card, from which the light is estimated."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.card.light import Cells
from cicatrix.capture.card.rectify import Rectified
from cicatrix.model.card import CardLayout, Rect

__all__ = ["cells_of", "pieces_of"]

INSET_MM: Final = 1.0
"""Edge of a field that is left out: blur and print bleed over it."""

RIM_MM: Final = (2.0, 6.5)
"""Plain paper around the window that is used, from the window's edge to before the markers."""

PIECE_MM: Final = 3.0

ENOUGH: Final = 0.6
"""Share of a piece's pixels that must be known."""


def cells_of(rectified: Rectified) -> Cells:
    """Signal of each of the card's plain pieces in each photograph."""
    pieces = pieces_of(rectified.layout)
    signal = np.stack([_signal(rectified, rect) for rect, _ in pieces], axis=1)
    return Cells(
        place_mm=np.array([(rect.x_mm, rect.y_mm) for rect, _ in pieces]),
        grey=np.array([grey for _, grey in pieces]),
        signal=signal,
    )


def pieces_of(layout: CardLayout) -> list[tuple[Rect, bool]]:
    """Cut the fields and the paper around the window into pieces of about ``PIECE_MM``; True for the grey ones."""
    pieces = [(rect, field.material == "grey") for field in layout.fields for rect in _cut(_inside(field.rect))]
    return pieces + [(rect, False) for strip in _rim(layout.window_mm) for rect in _cut(strip)]


def _inside(rect: Rect) -> Rect:
    return Rect(rect.x_mm, rect.y_mm, rect.width_mm - 2 * INSET_MM, rect.height_mm - 2 * INSET_MM)


def _rim(window_mm: tuple[int, int]) -> list[Rect]:
    """Four strips around the window, without overlap."""
    near, far = RIM_MM
    width, height = window_mm
    middle, thick = (near + far) / 2, far - near
    across = width + 2 * far
    return [
        Rect(0.0, height / 2 + middle, across, thick),
        Rect(0.0, -height / 2 - middle, across, thick),
        Rect(width / 2 + middle, 0.0, thick, height + 2 * near),
        Rect(-width / 2 - middle, 0.0, thick, height + 2 * near),
    ]


def _cut(rect: Rect) -> list[Rect]:
    """Equal pieces of a rectangle."""
    across, down = (max(1, round(side / PIECE_MM)) for side in (rect.width_mm, rect.height_mm))
    width, height = rect.width_mm / across, rect.height_mm / down
    left, bottom = rect.x_mm - rect.width_mm / 2, rect.y_mm - rect.height_mm / 2
    return [
        Rect(left + (i + 0.5) * width, bottom + (j + 0.5) * height, width, height)
        for j in range(down)
        for i in range(across)
    ]


def _signal(rectified: Rectified, rect: Rect) -> NDArray[np.float64]:
    """Median over the pixels of the mean of the channels, one value a photograph; NaN where too few are known."""
    light = rectified.cut(rect).mean(axis=3, dtype=np.float64)
    valid = rectified.cut_valid(rect)
    known = valid.mean(axis=(1, 2)) >= ENOUGH
    values = np.full(len(light), np.nan)
    for k in np.flatnonzero(known):
        values[k] = np.median(light[k][valid[k]])
    return values
