"""The card as printed: its reflectance from above."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model.card import DICTIONARY, GREY, CardLayout, Rect
from cicatrix.model.light import decode_srgb
from cicatrix.phantom.filters import Plane

__all__ = ["PRINT_MM", "print_card"]

PRINT_MM: Final = 0.05
"""Width of a pixel of the print."""

_BLACK: Final = 0.045
"""Reflectance of printed black, as a share of the paper's (assumption)."""


def print_card(layout: CardLayout) -> Plane:
    """Reflectance of the printed card as a share of its paper's, ``(rows, cols, 3)`` at ``PRINT_MM``.

    The window is not cut out. Colours are printed as stated: linear light of their nominal sRGB.
    """
    width, height = layout.outer_mm
    paint = np.ones((round(height / PRINT_MM), round(width / PRINT_MM), 3), dtype=np.float32)

    def part(rect: Rect) -> Plane:
        left, top = rect.x_mm - rect.width_mm / 2 + width / 2, height / 2 - rect.y_mm - rect.height_mm / 2
        return paint[_span(top, rect.height_mm), _span(left, rect.width_mm)]

    for plain in layout.fields:
        if plain.material == "grey":
            part(plain.rect)[:] = _light(GREY)
    for patch in layout.patches:
        part(patch.rect)[:] = _light(patch.srgb)
    dictionary = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, DICTIONARY))
    for marker in layout.markers:
        square = part(Rect(marker.x_mm, marker.y_mm, marker.side_mm, marker.side_mm))
        cells = cv2.aruco.generateImageMarker(dictionary, marker.id, dictionary.markerSize + 2)
        fine = cv2.resize(cells, square.shape[1::-1], interpolation=cv2.INTER_NEAREST)
        square[:] = np.where(fine[..., None] > 0, 1.0, _BLACK)
    return paint


def _span(first_mm: float, length_mm: float) -> slice:
    first = round(first_mm / PRINT_MM)
    return slice(first, first + round(length_mm / PRINT_MM))


def _light(srgb: tuple[int, int, int]) -> NDArray[np.float64]:
    return decode_srgb(np.array(srgb) / 255.0)
