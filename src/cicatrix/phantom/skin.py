"""The skin around the scars: its lines, pores and fine grain, the form of the cheek, and things that are no scars.

Normal relief of facial skin is 20 to 200 µm: primary and secondary lines that enclose polygons, follicle openings, and
corneocyte texture below. All heights are in mm, positive towards the viewer.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from cicatrix.model import Record
from cicatrix.phantom.filters import CUBIC, Plane, gaussian, resized

__all__ = [
    "Distractor",
    "add_pits",
    "cell_lines",
    "form_mm",
    "micro_relief_mm",
    "smooth_noise",
    "strew_distractors",
]

Generator = np.random.Generator

_PORES_A_MM2: Final = 0.9
"""Visible follicle openings on the cheek (order of magnitude of image counts; an assumption)."""


class Distractor(Record):
    """Something on the skin that is not a scar and must not be reported as one."""

    kind: Literal["large pore", "crease", "mole"]
    x_mm: float
    y_mm: float
    width_mm: float
    depth_mm: float


def smooth_noise(rng: Generator, shape: tuple[int, int], scale_px: float) -> Plane:
    """Gaussian noise with a correlation length, mean 0 and standard deviation about 1.

    Parameters
    ----------
    rng
        Where the random numbers come from.
    shape
        Rows and columns.
    scale_px
        Standard deviation in pixels of the kernel that smooths white noise.
    """
    shrink = max(1, int(scale_px / 3.0))
    rows, cols = shape[0] // shrink + 3, shape[1] // shrink + 3
    sigma = scale_px / shrink
    noise = rng.standard_normal((rows, cols), dtype=np.float32)
    if sigma > 0.3:
        kernel = np.exp(-0.5 * (np.arange(-60, 61) / sigma) ** 2)
        # Smoothing lowers the variance by the sum of the squared weights, once along and once across.
        noise = gaussian(noise, sigma) * np.float32(kernel.sum() ** 2 / (kernel**2).sum())
    if shrink > 1:
        noise = resized(noise, rows * shrink, cols * shrink, CUBIC)
    return np.ascontiguousarray(noise[: shape[0], : shape[1]])


@njit(cache=True, parallel=True)
def _border_distance(x: Plane, y: Plane, seeds: NDArray[np.float64], distance: Plane, strength: Plane) -> None:
    """Distance, in units of a cell, to the border between the two nearest seeds of a jittered grid, and its strength.

    A border's strength comes from the third numbers of its two seeds, so it is the same all along the border.
    """
    last_row, last_col = seeds.shape[0] - 1, seeds.shape[1] - 1
    for row in prange(x.shape[0]):
        for col in range(x.shape[1]):
            px, py = x[row, col], y[row, col]
            cell_row, cell_col = int(np.floor(py)), int(np.floor(px))
            first, second = 1e9, 1e9
            fx = fy = fw = sx = sy = sw = 0.0
            for i in range(cell_row - 2, cell_row + 3):
                r = min(max(i, 0), last_row)
                for j in range(cell_col - 2, cell_col + 3):
                    c = min(max(j, 0), last_col)
                    qx, qy = seeds[r, c, 0] + j, seeds[r, c, 1] + i
                    d = (px - qx) ** 2 + (py - qy) ** 2
                    if d < first:
                        second, sx, sy, sw = first, fx, fy, fw
                        first, fx, fy, fw = d, qx, qy, seeds[r, c, 2]
                    elif d < second:
                        second, sx, sy, sw = d, qx, qy, seeds[r, c, 2]
            distance[row, col] = (second - first) / (2.0 * np.sqrt((fx - sx) ** 2 + (fy - sy) ** 2) + 1e-9)
            strength[row, col] = 1.0 - abs(fw - sw)


def cell_lines(
    rng: Generator, shape: tuple[int, int], pixel_mm: float, cell_mm: float, stretch: float, angle_rad: float
) -> tuple[Plane, Plane]:
    """Draw an irregular network of polygons.

    Parameters
    ----------
    rng
        Where the random numbers come from.
    shape
        Rows and columns.
    pixel_mm
        Width of a pixel.
    cell_mm
        Mean width of a polygon.
    stretch, angle_rad
        How many times longer than wide a polygon is, and in which direction.

    Returns
    -------
    distance_mm, strength : NDArray[np.float32]
        ``(rows, cols)``: distance to the nearest border, and that border's strength, 0 to 1.
    """
    rows, cols = shape
    down, across = np.mgrid[0:rows, 0:cols].astype(np.float32) * np.float32(pixel_mm)
    wander = np.float32(0.14 * cell_mm)
    across += wander * smooth_noise(rng, shape, 0.6 * cell_mm / pixel_mm)
    down += wander * smooth_noise(rng, shape, 0.6 * cell_mm / pixel_mm)
    cosine, sine = np.cos(angle_rad), np.sin(angle_rad)
    root = np.sqrt(stretch)
    x = (across * cosine + down * sine) / (cell_mm * root)
    y = (down * cosine - across * sine) * root / cell_mm
    x -= x.min() - 3.0
    y -= y.min() - 3.0
    seeds = rng.uniform(0.0, 1.0, size=(int(y.max()) + 6, int(x.max()) + 6, 3))
    distance, strength = np.empty(shape, dtype=np.float32), np.empty(shape, dtype=np.float32)
    _border_distance(x.astype(np.float32), y.astype(np.float32), seeds, distance, strength)
    return distance * np.float32(cell_mm / root), strength


def _furrows(
    rng: Generator, shape: tuple[int, int], pixel_mm: float, cell_mm: float, depth_mm: float, age: float
) -> Plane:
    stretch = 1.1 + 0.9 * age
    distance, strength = cell_lines(rng, shape, pixel_mm, cell_mm, stretch, rng.uniform(0.0, np.pi))
    breadth = max(0.13 * cell_mm, 1.2 * pixel_mm)
    patches = np.clip(1.0 + 0.5 * smooth_noise(rng, shape, 2.5 * cell_mm / pixel_mm), 0.1, 2.0)
    shoulder = 0.35 * np.exp(-distance / (2.0 * breadth))
    cut = (0.65 * np.exp(-((distance / breadth) ** 2)) + shoulder) * strength * patches
    return np.asarray(-depth_mm * cut, dtype=np.float32)


def add_pits(height_mm: Plane, pixel_mm: float, pits: NDArray[np.float64]) -> None:
    """Press round openings into a height map, in place.

    Parameters
    ----------
    height_mm
        ``(rows, cols)``.
    pixel_mm
        Width of a pixel.
    pits
        ``(n, 5)``: x, y, radius, depth in mm, and elongation.
    """
    for x, y, radius, depth, elongation in pits:
        reach = int(np.ceil(1.6 * radius * elongation / pixel_mm)) + 1
        col, row = int(x / pixel_mm), int(y / pixel_mm)
        top, left = max(row - reach, 0), max(col - reach, 0)
        view = height_mm[top : row + reach + 1, left : col + reach + 1]
        down = (np.arange(top, top + view.shape[0]) + 0.5)[:, None] * pixel_mm - y
        across = (np.arange(left, left + view.shape[1]) + 0.5)[None, :] * pixel_mm - x
        turn = 7.0 * (x + y)
        along = across * np.cos(turn) + down * np.sin(turn)
        aside = down * np.cos(turn) - across * np.sin(turn)
        rho = np.hypot(along / elongation, aside * elongation) / radius
        view -= (depth * np.maximum(1.0 - (rho / 1.2) ** 2, 0.0) ** 2).astype(np.float32)


def _pores(rng: Generator, side_mm: tuple[float, float], strength: float) -> NDArray[np.float64]:
    count = int(rng.poisson(_PORES_A_MM2 * side_mm[0] * side_mm[1]))
    return np.column_stack(
        [
            rng.uniform(0.0, side_mm[1], count),
            rng.uniform(0.0, side_mm[0], count),
            0.5 * rng.triangular(0.1, 0.14, 0.3, count),
            strength * rng.triangular(0.02, 0.035, 0.1, count),
            rng.uniform(1.0, 1.25, count),
        ]
    )


def micro_relief_mm(
    rng: Generator, shape: tuple[int, int], pixel_mm: float, *, strength: float = 1.0, age: float = 0.4
) -> Plane:
    """Relief of healthy facial skin: two networks of lines, pores, fine grain and a slow waviness.

    Parameters
    ----------
    rng
        Where the random numbers come from.
    shape
        Rows and columns.
    pixel_mm
        Width of a pixel.
    strength
        Factor on all heights; 0 gives a plane.
    age
        0 to 1: cells grow from about 0.5 to 0.95 mm and stretch, lines deepen from 35 to 75 µm.

    Returns
    -------
    NDArray[np.float32]
        ``(rows, cols)`` mm, mean 0.
    """
    if strength <= 0.0:
        return np.zeros(shape, dtype=np.float32)
    primary = _furrows(rng, shape, pixel_mm, 0.5 + 0.45 * age, 0.035 + 0.04 * age, age)
    secondary = _furrows(rng, shape, pixel_mm, 0.3 + 0.1 * age, 0.017 + 0.012 * age, 0.3 * age)
    height = primary + secondary
    height += 0.004 * smooth_noise(rng, shape, 0.05 / pixel_mm)
    height += 0.006 * smooth_noise(rng, shape, 0.2 / pixel_mm)
    height += 0.016 * smooth_noise(rng, shape, 1.1 / pixel_mm)
    height = height.astype(np.float32)
    add_pits(height, pixel_mm, _pores(rng, (shape[0] * pixel_mm, shape[1] * pixel_mm), 1.0))
    height -= height.mean()
    return height * np.float32(strength)


def form_mm(
    rng: Generator, shape: tuple[int, int], pixel_mm: float, *, radius_mm: float | None, tilt_deg: float
) -> Plane:
    """Form of a cheek: curved differently along and across, a little skewed, leaning away from the camera.

    Parameters
    ----------
    rng
        Where the random numbers come from.
    shape
        Rows and columns.
    pixel_mm
        Width of a pixel.
    radius_mm
        Radius of the sharper curve; the other is 1.2 to 2.5 times as large. None for a plane.
    tilt_deg
        Most that the middle may lean.

    Returns
    -------
    NDArray[np.float32]
        ``(rows, cols)`` mm, 0 in the middle.
    """
    rows, cols = shape
    y = ((np.arange(rows) + 0.5) - 0.5 * rows)[:, None] * pixel_mm
    x = ((np.arange(cols) + 0.5) - 0.5 * cols)[None, :] * pixel_mm
    heading, lean = rng.uniform(0.0, 2.0 * np.pi), np.tan(np.radians(tilt_deg * rng.uniform(0.3, 1.0)))
    turn, ratio, skew = rng.uniform(0.0, np.pi), rng.uniform(1.2, 2.5), rng.uniform(-1.0, 1.0, size=4)
    height = lean * (x * np.cos(heading) + y * np.sin(heading))
    if radius_mm is not None:
        along = x * np.cos(turn) + y * np.sin(turn)
        aside = y * np.cos(turn) - x * np.sin(turn)
        height = height - along**2 / (2.0 * radius_mm) - aside**2 / (2.0 * ratio * radius_mm)
        cubic = skew[0] * along**3 + skew[1] * along**2 * aside + skew[2] * along * aside**2 + skew[3] * aside**3
        height = height + cubic / (12.0 * radius_mm**2)
    return np.broadcast_to(height, shape).astype(np.float32)


def strew_distractors(
    rng: Generator,
    height_mm: Plane,
    pixel_mm: float,
    taken: NDArray[np.float64],
    *,
    strength: float,
) -> list[Distractor]:
    """Press large pores and a shallow crease into the skin, in place, and choose where a flat mole lies.

    Parameters
    ----------
    rng
        Where the random numbers come from.
    height_mm
        ``(rows, cols)``, changed.
    pixel_mm
        Width of a pixel.
    taken
        ``(n, 3)`` circles (x, y, radius in mm) of the scars, which stay free.
    strength
        Factor on the depths.
    """
    side = min(height_mm.shape) * pixel_mm
    found = []
    for _ in range(int(rng.integers(4, 9))):
        place = _free_place(rng, side, 0.6, taken)
        if place is not None:
            width, depth = rng.uniform(0.28, 0.4), strength * rng.uniform(0.06, 0.12)
            pit = np.array([[*place, 0.5 * width, depth, rng.uniform(1.0, 1.2)]])
            add_pits(height_mm, pixel_mm, pit)
            found.append(_distractor("large pore", place, width, depth))
    found.append(_crease(rng, height_mm, pixel_mm, strength))
    mole = _free_place(rng, side, 1.6, taken)
    if mole is not None:
        found.append(_distractor("mole", mole, rng.uniform(1.5, 2.8), 0.0))
    return found


def _distractor(
    kind: Literal["large pore", "crease", "mole"], place: tuple[float, float], width: float, depth: float
) -> Distractor:
    return Distractor(
        kind=kind,
        x_mm=round(place[0], 3),
        y_mm=round(place[1], 3),
        width_mm=round(width, 3),
        depth_mm=round(depth, 4),
    )


def _crease(rng: Generator, height_mm: Plane, pixel_mm: float, strength: float) -> Distractor:
    """Press one broad shallow fold across the field."""
    rows, cols = height_mm.shape
    side = min(rows, cols) * pixel_mm
    place = (rng.uniform(0.2, 0.8) * side, rng.uniform(0.2, 0.8) * side)
    heading, bend = rng.uniform(0.0, np.pi), rng.uniform(-0.012, 0.012)
    breadth, depth = rng.uniform(1.6, 3.0), strength * rng.uniform(0.03, 0.06)
    length = rng.uniform(0.35, 0.7) * side
    y = (np.arange(rows) + 0.5)[:, None] * pixel_mm - place[1]
    x = (np.arange(cols) + 0.5)[None, :] * pixel_mm - place[0]
    along = x * np.cos(heading) + y * np.sin(heading)
    aside = y * np.cos(heading) - x * np.sin(heading) - bend * along**2
    fade = np.exp(-((along / (0.5 * length)) ** 4))
    height_mm -= (depth * fade * np.exp(-((aside / (0.5 * breadth)) ** 2))).astype(np.float32)
    return _distractor("crease", place, breadth, depth)


def _free_place(
    rng: Generator, side_mm: float, radius_mm: float, taken: NDArray[np.float64]
) -> tuple[float, float] | None:
    """Choose a place away from the edge and from every circle that is taken; None when chance finds none."""
    for x, y in rng.uniform(radius_mm, side_mm - radius_mm, size=(60, 2)):
        if not taken.size or (np.hypot(taken[:, 0] - x, taken[:, 1] - y) > taken[:, 2] + radius_mm + 0.3).all():
            return float(x), float(y)
    return None
