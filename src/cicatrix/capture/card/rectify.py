"""All photographs of a card on one grid of the card's plane."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.card.camera import Bend, Camera
from cicatrix.capture.card.find import Found, Photo, light_table
from cicatrix.capture.card.motion import Motion
from cicatrix.model.card import CardLayout, Rect
from cicatrix.model.light import decode_srgb

__all__ = ["BORDER_MM", "Grid", "Rectified", "View", "common_pixel_mm", "exposures", "rectify", "sample", "views_of"]

BORDER_MM: Final = 3.0
"""How much around the card is kept."""
_WORKERS: Final = 2
_AROUND_MM: Final = 2.0
"""Of the paper around the window that is sampled as finely as the window."""
_KNOT: Final = 16
"""Pixels between the places that are projected; between them the way to the photograph is as good as straight."""
_FULL: Final = 0.995
"""Share of the range from which a channel is saturated, as in the judgement of exposure."""


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


@dataclass(frozen=True, slots=True)
class Grid:
    """Pixels of the card's plane about its middle, which is a corner of four of them."""

    half_cols: int
    half_rows: int
    pixel_mm: float

    @classmethod
    def over(cls, width_mm: float, height_mm: float, pixel_mm: float) -> Grid:
        """Smallest grid that covers a rectangle about the middle."""
        return cls(int(np.ceil(width_mm / 2 / pixel_mm)), int(np.ceil(height_mm / 2 / pixel_mm)), pixel_mm)

    @property
    def x0_mm(self) -> float:
        """Left edge."""
        return -self.half_cols * self.pixel_mm

    @property
    def y0_mm(self) -> float:
        """Top edge."""
        return self.half_rows * self.pixel_mm

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return 2 * self.half_rows, 2 * self.half_cols

    def about_middle(self, width_mm: float, height_mm: float) -> tuple[slice, slice]:
        """Rows and columns of a rectangle about the middle, or of as much of it as there is."""
        rows, cols = (int(np.ceil(side / 2 / self.pixel_mm)) for side in (height_mm, width_mm))
        rows, cols = min(rows, self.half_rows), min(cols, self.half_cols)
        return (
            slice(self.half_rows - rows, self.half_rows + rows),
            slice(self.half_cols - cols, self.half_cols + cols),
        )


def rectify(photos: Sequence[Photo], found: Found, motion: Motion | None = None) -> Rectified:
    """Bring all photographs in which the card was found onto one grid.

    Parameters
    ----------
    photos
        All photographs; ``found.index`` says which are used.
    found
        Cameras and bend.
    motion
        How the skin in the window lies against the card in each photograph; None where it was not followed.
    """
    pixel_mm = common_pixel_mm(found)
    width, height = found.layout.outer_mm
    grid = Grid.over(width + 2 * BORDER_MM, height + 2 * BORDER_MM, pixel_mm)
    images = np.empty((len(found.index), *grid.shape, 3), np.float32)
    valid = np.empty(images.shape[:3], np.bool_)
    gathered = exposures(photos, found)
    fine = grid.about_middle(found.layout.window_mm[0] + 2 * _AROUND_MM, found.layout.window_mm[1] + 2 * _AROUND_MM)

    def fill(k: int) -> None:
        shift = None if motion is None else motion.field(k)
        sample(photos[found.index[k]], found.cameras[k], found.bend, grid, images[k], valid[k], shift, fine)
        if gathered[k] != 1.0:
            images[k] *= np.float32(1.0 / gathered[k])

    with ThreadPoolExecutor(_WORKERS) as pool:
        list(pool.map(fill, range(len(found.index))))
    return Rectified(
        images=images,
        valid=valid,
        pixel_mm=pixel_mm,
        x0_mm=grid.x0_mm,
        y0_mm=grid.y0_mm,
        layout=found.layout,
        names=tuple(photos[k].name for k in found.index),
        views=views_of(photos, found, motion, pixel_mm),
    )


def common_pixel_mm(found: Found) -> float:
    """Coarsest sampling of the window by any of the photographs, rounded up to a tenth of a micrometre."""
    coarsest = max(_window_pixel_mm(camera, found) for camera in found.cameras)
    return float(np.ceil(coarsest * 1e4) / 1e4)


def exposures(photos: Sequence[Photo], found: Found) -> NDArray[np.float64]:
    """Light gathered in each used photograph over their geometric mean; ones unless every file states it."""
    stated = [photos[k].exposure for k in found.index]
    known = [value for value in stated if value is not None]
    if len(known) < len(stated):
        return np.ones(len(stated))
    return np.asarray(np.array(known) / np.exp(np.mean(np.log(known))))


def views_of(photos: Sequence[Photo], found: Found, motion: Motion | None, pixel_mm: float) -> tuple[View, ...]:
    """How each used photograph saw the card."""
    gathered = exposures(photos, found)
    flows: Sequence[float | None] = [None] * len(found.index) if motion is None else motion.rim_flow_mm
    return tuple(
        View(
            camera_mm=camera.place_mm,
            tilt_deg=camera.tilt_deg,
            pixel_mm=_window_pixel_mm(camera, found),
            sharpness_px=edges.width_px,
            markers=len(edges.index),
            bend_mm=found.bends_mm[k],
            exposure=float(gathered[k]),
            window_shift_px=0.0 if motion is None else float(np.linalg.norm(motion.slip_mm[k])) / pixel_mm,
            rim_flow_px=None if (flow := flows[k]) is None else flow / pixel_mm,
        )
        for k, (camera, edges) in enumerate(zip(found.cameras, found.edges, strict=True))
    )


def _window_pixel_mm(camera: Camera, found: Found) -> float:
    half_w, half_h = (side / 2 for side in found.layout.window_mm)
    places = np.array([(0.0, 0), (half_w, half_h), (half_w, -half_h), (-half_w, -half_h), (-half_w, half_h)])
    return max(camera.pixel_mm(place) for place in found.bend.place(places))


def sample(
    photo: Photo,
    camera: Camera,
    bend: Bend,
    grid: Grid,
    out: NDArray[np.float32],
    valid: NDArray[np.bool_],
    shift: Any = None,
    fine: tuple[slice, slice] | None = None,
) -> None:
    """Sample a photograph on a grid, in linear light.

    Between its pixels by cubic convolution (Keys 1981, doi:10.1109/TASSP.1981.1163711), which keeps what is sharp; that
    takes three times as long as straight lines, which do for what is outside ``fine``.

    Parameters
    ----------
    out, valid
        ``(rows, cols, 3)`` and ``(rows, cols)``, written to.
    shift
        Function from ``(..., 2)`` places to ``(..., 2)`` mm by which the photograph shows them elsewhere.
    fine
        Rows and columns; None for all.
    """
    across, down = _way(camera, bend, grid, shift)
    rows, cols = photo.pixels.shape[:2]
    left, right = int(max(across.min() - 3, 0)), int(min(across.max() + 4, cols))
    top, bottom = int(max(down.min() - 3, 0)), int(min(down.max() + 4, rows))
    if left >= right or top >= bottom:
        out[:], valid[:] = 0.0, False
        return
    part = np.ascontiguousarray(photo.pixels[top:bottom, left:right])
    np.subtract(across, np.float32(left), out=across)
    np.subtract(down, np.float32(top), out=down)
    light = _light(part, linear=photo.linear)
    if fine is not None:
        cv2.remap(light, across, down, cv2.INTER_LINEAR, dst=out, borderMode=cv2.BORDER_REPLICATE)
    inner = (slice(None), slice(None)) if fine is None else fine
    out[inner] = cv2.remap(light, across[inner], down[inner], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    # Cubic convolution overshoots beside sharp edges; light has no negative values.
    np.maximum(out[inner], 0.0, out=out[inner])
    full = cv2.dilate(_saturated(part), np.ones((3, 3), np.uint8))
    burnt = cv2.remap(full, across, down, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=1)
    np.equal(burnt, 0, out=valid)


def _way(camera: Camera, bend: Bend, grid: Grid, shift: Any) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """``(rows, cols)`` column and row of the photograph for each pixel of the grid."""
    rows, cols = grid.shape
    # The middles of blocks of pixels, and one more block on each side, so that all pixels lie between.
    x = grid.x0_mm + (np.arange(-1, cols // _KNOT + 2) + 0.5) * _KNOT * grid.pixel_mm
    y = grid.y0_mm - (np.arange(-1, rows // _KNOT + 2) + 0.5) * _KNOT * grid.pixel_mm
    places = np.stack(np.meshgrid(x, y), axis=-1)
    if shift is not None:
        places = places + shift(places)
    knots = camera.project(bend.place(places)).astype(np.float32)
    size = (knots.shape[1] * _KNOT, knots.shape[0] * _KNOT)
    across, down = (
        np.ascontiguousarray(
            cv2.resize(knots[..., k], size, interpolation=cv2.INTER_LINEAR)[_KNOT : _KNOT + rows, _KNOT : _KNOT + cols],
            dtype=np.float32,
        )
        for k in (0, 1)
    )
    return across, down


def _light(part: NDArray[Any], *, linear: bool) -> NDArray[np.float32]:
    if part.dtype == np.float32:
        return part if linear else decode_srgb(part).astype(np.float32)
    table = light_table(part.dtype, linear=linear)
    return np.asarray(cv2.LUT(part, table) if part.dtype == np.uint8 else table[part], dtype=np.float32)


def _saturated(part: NDArray[Any]) -> NDArray[np.uint8]:
    top = 1.0 if part.dtype == np.float32 else float(np.iinfo(part.dtype).max)
    # Ten times as fast as a maximum over the channels. The largest value below the bound, since both ends belong.
    below = (
        np.nextafter(np.float32(_FULL * top), np.float32(0)) if part.dtype == np.float32 else np.ceil(_FULL * top) - 1
    )
    within = cv2.inRange(part, np.zeros(3), np.full(3, float(below)))
    return np.asarray(within == 0, dtype=np.uint8)
