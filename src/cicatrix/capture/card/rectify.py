"""All photographs of a card on one grid of the card's plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cicatrix.model.card import CardLayout, Rect

__all__ = ["BORDER_MM", "Rectified", "View"]

BORDER_MM = 3.0
"""How much around the card is kept."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """How one photograph saw the card.

    Attributes
    ----------
    camera_mm
        ``(3,)`` where the camera stood, in the card's frame.
    tilt_deg
        Between the camera's axis and the card's upright.
    pixel_mm
        Width of a pixel of the photograph on the window: the coarsest over the window, along the coarser direction.
    sharpness_px
        Width of a printed edge, in pixels of the photograph: contrast over steepest slope, 2.5 times the standard
        deviation of a Gaussian blur.
    markers
        How many markers were found.
    bend_mm
        How far the card leaves a plane.
    exposure
        Light gathered relative to the other photographs, as the camera states it; 1 where it states nothing. The
        pixels are divided by it already.
    window_shift_px
        How far the skin in the window moved against the card, in pixels of the common grid, before it was aligned.
    rim_flow_px
        Median motion left at the window's rim against the other photographs, in pixels of the common grid; None
        where the skin shows nothing to follow.
    """

    camera_mm: NDArray[np.float64]
    tilt_deg: float
    pixel_mm: float
    sharpness_px: float
    markers: int
    bend_mm: float
    exposure: float = 1.0
    window_shift_px: float = 0.0
    rim_flow_px: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rectified:
    """Photographs on one grid of the card's plane, as seen from above: rows go down, so y falls with them.

    The middle of the pixel in row ``r`` and column ``c`` lies at ``x0_mm + (c + 0.5) pixel_mm`` and
    ``y0_mm - (r + 0.5) pixel_mm`` of the card's frame.

    Attributes
    ----------
    images
        ``(n, rows, cols, 3)`` float32, linear light, of the card and ``BORDER_MM`` around it.
    valid
        ``(n, rows, cols)`` True where the photograph shows the place and is not saturated there.
    pixel_mm
        Width of a pixel: the coarsest of the photographs, so that none of them is enlarged.
    x0_mm, y0_mm
        Top left corner of the grid.
    layout
        What is printed where.
    names
        The photographs' file names.
    views
        How each photograph saw the card.
    """

    images: NDArray[np.float32]
    valid: NDArray[np.bool_]
    pixel_mm: float
    x0_mm: float
    y0_mm: float
    layout: CardLayout
    names: tuple[str, ...]
    views: tuple[View, ...]

    def __post_init__(self) -> None:
        if self.images.ndim != 4 or self.images.shape[3] != 3 or self.images.dtype != np.float32:
            msg = f"images must be (n, rows, cols, 3) float32, got {self.images.shape} {self.images.dtype}"
            raise ValueError(msg)
        if self.valid.shape != self.images.shape[:3] or self.valid.dtype != np.bool_:
            msg = f"valid must be {self.images.shape[:3]} bool, got {self.valid.shape} {self.valid.dtype}"
            raise ValueError(msg)
        if not len(self.names) == len(self.views) == len(self.images):
            msg = f"{len(self.images)} images need as many names and views"
            raise ValueError(msg)
        if not 0 < self.pixel_mm < np.inf:
            msg = f"pixel_mm must be above 0, got {self.pixel_mm}"
            raise ValueError(msg)

    def where(self, rect: Rect) -> tuple[slice, slice]:
        """Rows and columns of the pixels that lie wholly inside a rectangle.

        Raises
        ------
        ValueError
            When a part of the rectangle lies outside the grid, or it holds no pixel.
        """
        left, right = rect.x_mm - rect.width_mm / 2, rect.x_mm + rect.width_mm / 2
        bottom, top = rect.y_mm - rect.height_mm / 2, rect.y_mm + rect.height_mm / 2
        # A thousandth of a pixel forgives the rounding of edges that fall on pixels' edges.
        rows = self._inside(self.y0_mm - top, self.y0_mm - bottom, self.images.shape[1])
        cols = self._inside(left - self.x0_mm, right - self.x0_mm, self.images.shape[2])
        return rows, cols

    def cut(self, rect: Rect) -> NDArray[np.float32]:
        """``(n, rows, cols, 3)`` view of the pixels that lie wholly inside a rectangle."""
        rows, cols = self.where(rect)
        return self.images[:, rows, cols]

    def cut_valid(self, rect: Rect) -> NDArray[np.bool_]:
        """``(n, rows, cols)`` view of ``valid`` inside a rectangle."""
        rows, cols = self.where(rect)
        return self.valid[:, rows, cols]

    def window_rect(self, inset_mm: float = 0.0) -> Rect:
        """The window, less ``inset_mm`` on each side."""
        width, height = self.layout.window_mm
        return Rect(0.0, 0.0, width - 2 * inset_mm, height - 2 * inset_mm)

    def window(self, inset_mm: float = 0.0) -> NDArray[np.float32]:
        """``(n, rows, cols, 3)`` view of the window, less ``inset_mm`` on each side."""
        return self.cut(self.window_rect(inset_mm))

    def places_mm(self, rect: Rect) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """``x`` of the columns and ``y`` of the rows of ``cut(rect)``, in the card's frame."""
        rows, cols = self.where(rect)
        x_mm = self.x0_mm + (np.arange(cols.start, cols.stop) + 0.5) * self.pixel_mm
        y_mm = self.y0_mm - (np.arange(rows.start, rows.stop) + 0.5) * self.pixel_mm
        return x_mm, y_mm

    def _inside(self, near_mm: float, far_mm: float, count: int) -> slice:
        first = int(np.ceil(near_mm / self.pixel_mm - 1e-3))
        last = int(np.floor(far_mm / self.pixel_mm + 1e-3))
        if not 0 <= first < last <= count:
            msg = f"the rectangle covers pixels {first} to {last}, but there are 0 to {count}"
            raise ValueError(msg)
        return slice(first, last)
