"""The skin in the window, followed from photograph to photograph to a fraction of a pixel.

Between photographs the light moves, so the skin's shading changes everywhere and would pull a comparison of brightness
to and fro. The ratios of the colour channels stay: they are pigment and blood, whatever the light. Those are compared,
without their coarse part (which the room's light could change), by robust least squares (Lucas and Kanade 1981, with
weights as in Black and Anandan 1996, doi:10.1006/cviu.1996.0006), all photographs against their median.

Few motions are possible, so the model is small: each photograph's skin may have slipped under the card as a whole, and
the skin's height (a surface of second order, the same in all photographs) shifts it in proportion to the motion of the
camera, which is known from the card. Skin without any spots leaves both at zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.card.find import Found, Photo
from cicatrix.capture.card.motion import TERMS, Motion, terms
from cicatrix.capture.card.rectify import Grid, common_pixel_mm, sample
from cicatrix.model.card import CardLayout

__all__ = ["follow_skin"]

_ROUNDS: Final = 5
_INSET_MM: Final = 0.8
"""Skin at the window's edge that is left out: the card's own edge and shadow move otherwise."""
_WORKERS: Final = 2
_COARSER, _ACROSS = 2.0, 300
"""Pixels are this much wider than the common ones, for JPEG stores colour at half the resolution anyway; and wider
still where that would be more than so many over the window: the spots that are followed are broader."""
_SMOOTH_PX: Final = 1.2
_BROAD_MM: Final = 1.5
"""Standard deviations of the smoothing that is left in and that is taken out."""
_ALIKE: Final = 4 * np.pi * _SMOOTH_PX**2
"""Pixels that the smoothing makes one measurement of."""
_SLIP_MM: Final = 0.3
_HEIGHT_MM: Final = 3.0
"""Standard deviations that are usual (assumptions): of a slip, and of each term of the skin's height."""
_TILE_MM: Final = 5.0
_TILES: Final = 4
"""Tiles along the rim in which motion is measured, and how many must show it."""
_KNOWN_PX: Final = 0.5
"""Standard deviation of a tile's motion, in common pixels, above which it is left out."""
_DARK: Final = 0.004
"""Light below which ratios of channels are mostly noise."""

Floats = NDArray[np.float64]


def follow_skin(photos: Sequence[Photo], found: Found) -> Motion:
    """Follow the skin in the window through the photographs in which the card was found.

    Parameters
    ----------
    photos
        All photographs.
    found
        The card in them.

    Returns
    -------
    Motion
        For each photograph of ``found.index``; without a second photograph, no motion.
    """
    pixel_mm = common_pixel_mm(found)
    coarse_mm = max(pixel_mm * _COARSER, max(found.layout.window_mm) / _ACROSS)
    colours = _Colours.of(photos, found, coarse_mm)
    motion = Motion(
        found.layout, np.zeros((len(found.index), 2)), np.zeros(TERMS), _lever(found), (None,) * len(photos)
    )
    if len(found.index) < 2:
        return motion
    for _ in range(_ROUNDS):
        motion = _stepped(motion, colours)
    flows = _rim_flow_mm(motion, colours, pixel_mm)
    return Motion(found.layout, motion.slip_mm, motion.height_mm, motion.lever, flows)


@dataclass(frozen=True, slots=True, eq=False)
class _Colours:
    """Logarithms of ratios of channels, without their coarse part.

    ``ratios`` is ``(n, 2, rows, cols)``, ``known`` ``(n, rows, cols)``, ``places`` ``(rows, cols, 2)`` in mm.
    """

    ratios: NDArray[np.float32]
    known: NDArray[np.bool_]
    places: Floats
    grid: Grid
    layout: CardLayout

    @classmethod
    def of(cls, photos: Sequence[Photo], found: Found, pixel_mm: float) -> _Colours:
        grid = Grid.over(*found.layout.window_mm, pixel_mm)
        x = grid.x0_mm + (np.arange(grid.shape[1]) + 0.5) * pixel_mm
        y = grid.y0_mm - (np.arange(grid.shape[0]) + 0.5) * pixel_mm
        places = np.stack(np.meshgrid(x, y), axis=-1)
        inside = (np.abs(places) < np.array(found.layout.window_mm) / 2 - _INSET_MM).all(axis=-1)
        count = len(found.index)
        ratios = np.empty((count, 2, *grid.shape), np.float32)
        known = np.empty((count, *grid.shape), np.bool_)

        def fill(k: int) -> None:
            light = np.empty((*grid.shape, 3), np.float32)
            sample(photos[found.index[k]], found.cameras[k], found.bend, grid, light, known[k])
            known[k] &= inside & (light.min(axis=2) > _DARK)
            log = np.log(np.maximum(light, _DARK))
            for j in range(2):
                ratios[k, j] = _fine(log[..., j] - log[..., j + 1], known[k], pixel_mm)

        with ThreadPoolExecutor(_WORKERS) as pool:
            list(pool.map(fill, range(count)))
        return cls(ratios, known, places, grid, found.layout)

    def moved(self, motion: Motion) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Ratios and what is known of them, where the motion says that each photograph shows a place."""
        ratios, known = np.empty_like(self.ratios), np.empty_like(self.known)
        rows, cols = np.indices(self.grid.shape, dtype=np.float32)
        for k in range(len(ratios)):
            shift = (motion.field(k)(self.places) / self.grid.pixel_mm).astype(np.float32)
            across, down = cols + shift[..., 0], rows - shift[..., 1]
            for j in range(2):
                ratios[k, j] = cv2.remap(
                    self.ratios[k, j], across, down, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
                )
            known[k] = cv2.remap(self.known[k].astype(np.uint8), across, down, cv2.INTER_NEAREST) > 0
        return ratios, known


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    """Each photograph's ratios against the median of all: residuals, their weights, and the median's slopes per mm."""

    off: NDArray[np.float32]
    weight: NDArray[np.float32]
    slope: NDArray[np.float32]

    @classmethod
    def at(cls, motion: Motion, colours: _Colours) -> _Compared:
        ratios, known = colours.moved(motion)
        middle = np.median(ratios, axis=0)
        slope_x = cv2.Sobel(middle.transpose(1, 2, 0), cv2.CV_32F, 1, 0, ksize=3, scale=1 / (8 * colours.grid.pixel_mm))
        slope_y = cv2.Sobel(
            middle.transpose(1, 2, 0), cv2.CV_32F, 0, 1, ksize=3, scale=-1 / (8 * colours.grid.pixel_mm)
        )
        off = ratios - middle
        weight = np.zeros_like(off)
        for k, j in np.ndindex(*off.shape[:2]):
            inside = np.abs(off[k, j][known[k]])
            spread = 1.48 * float(np.median(inside)) + 1e-5 if inside.size else 1.0
            # Shadows redden and gloss whitens: such pixels count little.
            weight[k, j] = known[k] / (1.0 + (off[k, j] / (2 * spread)) ** 2) / (spread**2 * _ALIKE)
        slope = np.stack([slope_x, slope_y]).transpose(0, 3, 1, 2).astype(np.float32)
        return cls(off, weight, slope)


def _stepped(motion: Motion, colours: _Colours) -> Motion:
    """One step of Gauss and Newton for all slips and the height together."""
    count = len(motion.slip_mm)
    compared = _Compared.at(motion, colours)
    shape = terms(colours.places, colours.layout).astype(np.float32)
    size = 2 * count + TERMS
    normal, right = np.zeros((size, size)), np.zeros(size)
    for k in range(count):
        design = _design(compared.slope, shape, motion.lever[k])
        weighted = design * compared.weight[k].ravel()
        at = np.r_[2 * k : 2 * k + 2, 2 * count : size]
        normal[np.ix_(at, at)] += weighted @ design.T
        right[at] -= weighted @ compared.off[k].ravel()
    usual = np.r_[np.full(2 * count, _SLIP_MM), np.full(TERMS, _HEIGHT_MM)] ** -2.0
    now = np.r_[motion.slip_mm.ravel(), motion.height_mm]
    new = now + np.linalg.solve(normal + np.diag(usual), right - usual * now)
    slip = new[: 2 * count].reshape(count, 2)
    # Where the skin lies on average is where it lies: only differences can be seen.
    return Motion(motion.layout, slip - slip.mean(axis=0), new[2 * count :], motion.lever, motion.rim_flow_mm)


def _design(slope: NDArray[np.float32], shape: NDArray[np.float32], lever: Floats) -> NDArray[np.float32]:
    """``(2 + TERMS, 2 rows cols)`` change of the ratios for each mm of slip and of height."""
    along = slope[0] * np.float32(lever[0]) + slope[1] * np.float32(lever[1])
    rows = [slope[0].ravel(), slope[1].ravel(), *((along * shape[..., j]).ravel() for j in range(TERMS))]
    return np.stack(rows)


def _rim_flow_mm(motion: Motion, colours: _Colours, pixel_mm: float) -> tuple[float | None, ...]:
    """Median motion that is left in tiles along the window's rim, for each photograph."""
    compared = _Compared.at(motion, colours)
    tiles = _rim_tiles(colours.grid)
    flows: list[float | None] = []
    for k in range(len(compared.off)):
        left = [flow for tile in tiles if (flow := _flow_mm(compared, k, tile, pixel_mm)) is not None]
        flows.append(float(np.median(left)) if len(left) >= _TILES else None)
    return tuple(flows)


def _flow_mm(compared: _Compared, k: int, tile: tuple[slice, slice], pixel_mm: float) -> float | None:
    slope = compared.slope[:, :, *tile].reshape(2, -1).astype(np.float64)
    weight, off = compared.weight[k][:, *tile].ravel(), compared.off[k][:, *tile].ravel()
    normal = (slope * weight) @ slope.T
    if np.linalg.eigvalsh(normal)[0] < (_KNOWN_PX * pixel_mm) ** -2.0:
        return None
    return float(np.linalg.norm(np.linalg.solve(normal, -(slope * weight) @ off)))


def _rim_tiles(grid: Grid) -> list[tuple[slice, slice]]:
    rows, cols = grid.shape
    side = max(4, round(_TILE_MM / grid.pixel_mm))
    down = [slice(start, start + side) for start in range(0, rows - side + 1, side)]
    across = [slice(start, start + side) for start in range(0, cols - side + 1, side)]
    last_row, last_col = slice(rows - side, rows), slice(cols - side, cols)
    tiles = [(row, col) for row in (down[0], last_row) for col in across]
    return tiles + [(row, col) for row in down[1:-1] for col in (across[0], last_col)]


def _fine(ratio: NDArray[np.float32], known: NDArray[np.bool_], pixel_mm: float) -> NDArray[np.float32]:
    """Without pixel noise and without the coarse part; unknown pixels take part in neither."""
    share = known.astype(np.float32)
    fine, broad = (
        cv2.GaussianBlur(ratio * share, (0, 0), sigma) / np.maximum(cv2.GaussianBlur(share, (0, 0), sigma), 1e-3)
        for sigma in (_SMOOTH_PX, _BROAD_MM / pixel_mm)
    )
    return np.asarray((fine - broad) * share, dtype=np.float32)


def _lever(found: Found) -> Floats:
    """``(n, 2)`` by how much a place that lies 1 mm above the card is shown aside, against the mean of all."""
    eyes = np.array([camera.place_mm for camera in found.cameras])
    return np.asarray(-(eyes[:, :2] - eyes[:, :2].mean(axis=0)) / eyes[:, 2].mean())
