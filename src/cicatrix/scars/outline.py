"""From a candidate to a region: the rim around it, the depth below the rim, and its outline at half depth.

Half depth is where an outline is surest: there the wall is steep and noise moves it least. The mouth, where the
skin leaves the rim, is found from there outwards by the averaged profile (see ``profile``).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cicatrix.scars.detect import Candidate

__all__ = ["Field", "Region", "Window", "cut", "filled", "fit_rim", "grow", "on_edge", "signed_distance"]


RIM_SAMPLES = 800
"""Skin lines repeat after about half a millimetre: more samples of a rim tell nothing new."""

SETTLED = 1e-4
"""A rim whose noise changes by a smaller share is found."""


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """What regions are grown on.

    Attributes
    ----------
    height_mm
        ``(rows, cols)`` relief.
    avoid
        ``(rows, cols)`` label of the scar that holds each pixel, 0 for skin.
    trusted
        ``(rows, cols)`` share of the lights that are trusted, or None.
    within
        Label of a scar whose inside is taken as skin, to search for pits in it; 0 for none.
    """

    height_mm: NDArray[np.float32]
    avoid: NDArray[np.int32]
    pixel_mm: float
    trusted: NDArray[np.float32] | None = None
    within: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A resampled piece of the field: ``x0_mm, y0_mm`` is its top-left corner, ``cell_mm`` the width of a cell."""

    x0_mm: float
    y0_mm: float
    cell_mm: float
    height_mm: NDArray[np.float64]
    skin: NDArray[np.bool_]
    """True where no other scar is."""
    open_sides: tuple[bool, bool, bool, bool]
    """Whether top, bottom, left, right go on in the picture beyond the window."""
    trusted: NDArray[np.float64] | None

    def grid(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x and y of the cell centres in mm, each ``(rows, cols)``."""
        rows, cols = self.height_mm.shape
        x = self.x0_mm + (np.arange(cols) + 0.5) * self.cell_mm
        y = self.y0_mm + (np.arange(rows) + 0.5) * self.cell_mm
        return np.meshgrid(x, y)


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A scar's cells at half depth in its window.

    Attributes
    ----------
    depth_mm
        ``(rows, cols)`` depth below the rim (height above it for ``sign`` +1).
    rim_mm
        ``(rows, cols)`` fitted rim.
    mask
        ``(rows, cols)`` True inside the half-depth outline.
    distance_mm
        ``(rows, cols)`` signed distance from the half-depth outline, negative inside.
    peak_mm
        Greatest smoothed depth inside.
    rim_noise_mm
        Standard deviation of the skin around the rim surface.
    rim_error_mm
        Standard error of the rim's level at the scar's middle.
    """

    window: Window
    sign: int
    depth_mm: NDArray[np.float64]
    rim_mm: NDArray[np.float64]
    mask: NDArray[np.bool_]
    distance_mm: NDArray[np.float64]
    peak_mm: float
    rim_noise_mm: float
    rim_error_mm: float
    at_edge: bool


def cut(field: Field, x_mm: float, y_mm: float, reach_mm: float, cell_mm: float) -> Window:
    """Resample the square of half-width ``reach_mm`` around a place, clipped to the picture."""
    rows, cols = field.height_mm.shape
    px = field.pixel_mm
    left, right = max(int((x_mm - reach_mm) / px), 0), min(int(np.ceil((x_mm + reach_mm) / px)), cols)
    top, bottom = max(int((y_mm - reach_mm) / px), 0), min(int(np.ceil((y_mm + reach_mm) / px)), rows)
    block = max(int(cell_mm / px), 1)
    # Whole blocks, so that cells are exact means of pixels.
    right = left + max((right - left) // block, 1) * block
    bottom = top + max((bottom - top) // block, 1) * block
    if right > cols or bottom > rows:
        block, right, bottom = 1, min(right, cols), min(bottom, rows)
    size = ((right - left) // block, (bottom - top) // block)
    here = (slice(top, bottom), slice(left, right))

    def shrink(values: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), dtype=np.float64)

    taken = field.avoid[here]
    free = (taken == 0) | (taken == field.within)
    return Window(
        x0_mm=left * px,
        y0_mm=top * px,
        cell_mm=block * px,
        height_mm=shrink(field.height_mm[here]),
        skin=shrink(free.astype(np.float32)) > 0.5,
        open_sides=(top > 0, bottom < rows - block, left > 0, right < cols - block),
        trusted=None if field.trusted is None else shrink(field.trusted[here]),
    )


def grow(field: Field, candidate: Candidate, sign: int) -> Region | None:
    """Region of a candidate, or None where there is no closed outline against a rim."""
    width = candidate.width_mm
    for widen in (1.0, 2.0, 4.0):
        cell = max(width * widen / 40.0, field.pixel_mm)
        reach = widen * (1.6 * width + 1.2)
        window = cut(field, candidate.x_mm, candidate.y_mm, reach, cell)
        region = _grow_in(window, candidate, sign)
        if region is None:
            return None
        if not _leaks(region.mask, window.open_sides):
            return region
    return None


def _grow_in(window: Window, candidate: Candidate, sign: int) -> Region | None:
    x, y = window.grid()
    away = np.hypot(x - candidate.x_mm, y - candidate.y_mm)
    width = candidate.width_mm
    ring = (away > 0.75 * width) & (away < 1.45 * width + 0.5)
    found = _region(window, sign, ring, away < 0.45 * width, 0.06 * width)
    for _ in range(2):
        if found is None:
            return None
        half = np.sqrt(found.mask.sum() / np.pi) * window.cell_mm
        gap = max(0.75 * half, 0.12)
        ring = (found.distance_mm > gap) & (found.distance_mm < gap + max(0.6, 0.7 * half))
        found = _region(window, sign, ring, found.mask, min(0.1 * half, 0.06 * width))
    return found


def _region(
    window: Window, sign: int, ring: NDArray[np.bool_], core: NDArray[np.bool_], smooth_mm: float
) -> Region | None:
    usable = ring & window.skin
    if usable.sum() < max(30, 0.2 * ring.sum()) or not (core & window.skin).any():
        return None
    rim, noise, error = fit_rim(window, usable, core)
    depth = sign * (window.height_mm - rim)
    sigma = max(smooth_mm / window.cell_mm, 0.5)
    smooth = cv2.GaussianBlur(depth.astype(np.float32), (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    inside = np.where(core & window.skin, smooth, -np.inf)
    peak = float(inside.max())
    if peak <= 0:
        return None
    labels, _ = ndimage.label((smooth > 0.5 * peak) & window.skin)
    label = labels[np.unravel_index(int(inside.argmax()), inside.shape)]
    mask = filled(labels == label)
    return Region(
        window=window,
        sign=sign,
        depth_mm=depth,
        rim_mm=rim,
        mask=mask,
        distance_mm=signed_distance(mask, window.cell_mm),
        peak_mm=peak,
        rim_noise_mm=noise,
        rim_error_mm=error,
        at_edge=on_edge(mask, window.open_sides),
    )


def filled(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The region with its holes closed."""
    outer, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return cv2.drawContours(np.zeros(mask.shape, np.uint8), outer, -1, 1, thickness=cv2.FILLED) > 0


def signed_distance(mask: NDArray[np.bool_], cell_mm: float) -> NDArray[np.float64]:
    """Distance from the outline in mm, negative inside; the outline runs between the cells' centres."""
    inside = _distance(np.pad(mask, 1, mode="edge"))[1:-1, 1:-1]
    outside = _distance(~mask)
    return np.where(mask, 0.5 - inside, outside - 0.5) * cell_mm


def _distance(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Exact distance in cells of each True cell from the nearest False one."""
    distance = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    # Squares of distances between cells are whole; OpenCV's last bits differ from run to run.
    return np.asarray(np.sqrt(np.round(distance.astype(np.float64) ** 2)))


def fit_rim(
    window: Window, ring: NDArray[np.bool_], core: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float, float]:
    """Smooth surface through the skin in ``ring``: plane plus a curvature held near zero by the form's removal.

    Returns
    -------
    rim, noise, error
        Rim over the window, robust standard deviation of the ring about it, and standard error at the middle of
        ``core``; in mm.
    """
    x, y = window.grid()
    middle = (float(x[core].mean()), float(y[core].mean()))
    reach = max(float(np.hypot(x[ring] - middle[0], y[ring] - middle[1]).mean()), window.cell_mm)
    u, v = (x - middle[0]) / reach, (y - middle[1]) / reach
    values = window.height_mm[ring]
    step = max(len(values) // RIM_SAMPLES, 1)
    values = values[::step]
    a, b = u[ring][::step], v[ring][::step]
    rows = np.stack([np.ones_like(a), a, b, a * a, a * b, b * b], axis=-1)
    weight: NDArray[np.float64] = np.ones(len(values))
    # Prior: after the form's removal a patch of 1 mm bends less than about 0.01 mm.
    bend = 0.01 * reach**1.5
    prior = np.array([0, 0, 0, 1, 1, 1]) / bend**2
    noise = 0.0
    solution: NDArray[np.float64] = np.zeros(6)
    # Neighbouring cells share their skin lines: about one independent value a 0.5 mm square.
    share = min(1.0, step * (window.cell_mm / 0.5) ** 2)
    for _ in range(8):
        spread = max(noise, 0.004)
        turned = rows.T * (weight * (share / spread**2))
        normal = turned @ rows + np.diag(prior)
        solution = np.asarray(np.linalg.solve(normal, turned @ values))
        rest = values - rows @ solution
        before, noise = noise, 1.4826 * float(np.median(np.abs(rest - np.median(rest))))
        if abs(noise - before) < SETTLED * noise:
            break
        weight = np.maximum(1.0 - (rest / (4.0 * max(noise, 0.004))) ** 2, 0.0) ** 2 + 1e-6
    covariance = np.linalg.inv(normal)
    c = solution
    rim = c[0] + u * (c[1] + c[3] * u + c[4] * v) + v * (c[2] + c[5] * v)
    return np.asarray(rim), noise, float(np.sqrt(covariance[0, 0]))


def _leaks(mask: NDArray[np.bool_], open_sides: tuple[bool, bool, bool, bool]) -> bool:
    edges = (mask[0], mask[-1], mask[:, 0], mask[:, -1])
    return any(bool(edge.any()) and side for edge, side in zip(edges, open_sides, strict=True))


def on_edge(mask: NDArray[np.bool_], open_sides: tuple[bool, bool, bool, bool]) -> bool:
    """Whether a region touches a side on which the picture ends."""
    edges = (mask[0], mask[-1], mask[:, 0], mask[:, -1])
    return any(bool(edge.any()) and not side for edge, side in zip(edges, open_sides, strict=True))
