"""How the skin in the window lies against the card in each photograph.

The cameras are known from the card. Skin above or below the card's plane shifts against it from photograph to
photograph, because the camera is never quite still (parallax), and skin that slips under the card shifts as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.model.card import CardLayout

__all__ = ["TERMS", "Motion", "terms"]

TERMS: Final = 6
"""Of the skin's height: level, tilt (two) and curvature (three)."""
_FADE_MM: Final = 0.5
"""Over which the motion fades from the window's edge outwards: the card itself does not move."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Motion of the skin in the window.

    Attributes
    ----------
    layout
        The card.
    slip_mm
        ``(n, 2)`` how far the skin as a whole lies from where it lies on average.
    height_mm
        ``(TERMS,)`` coefficients of its height above the card's plane, see ``terms``.
    lever
        ``(n, 2)`` mm by which each photograph shows a place for each mm of its height.
    rim_flow_mm
        Motion that is left at the window's rim, for each photograph; None where the skin shows nothing to follow.
    """

    layout: CardLayout
    slip_mm: Floats
    height_mm: Floats
    lever: Floats
    rim_flow_mm: tuple[float | None, ...]

    def field(self, k: int) -> Callable[[Floats], Floats]:
        """Function from ``(..., 2)`` places in mm to ``(..., 2)`` motions in mm of photograph ``k``."""
        half = np.array(self.layout.window_mm) / 2

        def shift(places: Floats) -> Floats:
            inside = np.clip(places, -half, half)
            height = terms(inside, self.layout) @ self.height_mm
            motion = self.slip_mm[k] + height[..., None] * self.lever[k]
            beyond = np.abs(places - inside).max(axis=-1, keepdims=True)
            return np.asarray(motion * np.clip(1.0 - beyond / _FADE_MM, 0.0, 1.0))

        return shift


def terms(places: Floats, layout: CardLayout) -> Floats:
    """``(..., TERMS)`` level, tilt and curvature at places in mm, in units of half the window."""
    unit = places / (np.array(layout.window_mm) / 2)
    x, y = unit[..., 0], unit[..., 1]
    return np.stack([np.ones_like(x), x, y, x * x - 1 / 3, x * y, y * y - 1 / 3], axis=-1)
