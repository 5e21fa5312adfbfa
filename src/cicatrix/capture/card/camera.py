"""A camera that looks at a card that may be bent: where a place of the card appears, and how all of it is estimated.

The card is flat as printed. Laid on a cheek it bends, mostly like a cylinder, since paper does not stretch; the same
bend serves all photographs, because the card stays where it is. Each photograph has its own pose (the camera is held
or shakes), and photographs of the same size share one lens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model.card import CardLayout

__all__ = ["Bend", "Camera", "Sight", "bend_depth_mm", "estimate", "start_pose"]

_UNKNOWN_FOCAL: Final = 0.8
"""Focal length over the picture's diagonal where nothing states it; phones have 0.55 (24 mm) to 1.2 (52 mm)."""
_UNKNOWN_SPREAD: Final = 0.5
_STATED_SPREAD: Final = 0.03
"""Standard deviations of log focal length: assumed without a statement, and with one (makers round, lenses focus)."""
_K1_SPREAD: Final = 0.01
"""Of the radial distortion at the picture's corner: phones correct it in the picture, to about a percent."""
_BEND_SPREAD: Final = 1.0 / 150.0
_DOME_SPREAD: Final = 1.0 / 1500.0
"""Of the card's larger and smaller curvature, 1 / mm: paper bends one way only. (These six are assumptions.)"""
_SOFT: Final = 5.0
"""Errors of more standard deviations than this count less and less."""
_ROUNDS: Final = 25

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """How the card leaves its plane: ``z = (a x² + 2 b x y + c y²) / 2`` with ``(a, b, c)`` in 1 / mm, up positive."""

    curvature: Floats

    def place(self, flat_mm: Floats) -> Floats:
        """``(..., 3)`` where ``(..., 2)`` places of the printed card are in space.

        Paper does not stretch: along the direction of the strongest curvature the card's end comes nearer, as on a
        cylinder.
        """
        x, y = flat_mm[..., 0], flat_mm[..., 1]
        a, b, c = self.curvature
        z = (a * x * x + 2 * b * x * y + c * y * y) / 2
        strong, way = self._strongest()
        along = x * way[0] + y * way[1]
        nearer = strong**2 * along**3 / 6
        return np.stack([x - nearer * way[0], y - nearer * way[1], z], axis=-1)

    def main(self) -> Floats:
        """``(2,)`` the larger and the smaller curvature, by amount, in 1 / mm."""
        a, b, c = self.curvature
        mean, half = (a + c) / 2, float(np.hypot((a - c) / 2, b))
        return np.array([mean + half, mean - half] if mean >= 0 else [mean - half, mean + half])

    def _strongest(self) -> tuple[float, Floats]:
        """The larger curvature and its direction."""
        a, b, c = self.curvature
        angle = np.arctan2(2 * b, a - c) / 2 + (0.0 if a + c >= 0 else np.pi / 2)
        return float(self.main()[0]), np.array([np.cos(angle), np.sin(angle)])

    def deepest(self, layout: CardLayout) -> float:
        """How far the card's outline leaves the best plane, in mm, half the whole range."""
        return bend_depth_mm(self.curvature, layout)


@dataclass(frozen=True, slots=True, eq=False)
class Camera:
    """One photograph's camera.

    Attributes
    ----------
    focal_px, k1
        Focal length, and radial distortion as a fraction of the radius at the picture's corner.
    rows, cols
        Size of the picture; the axis goes through its middle.
    rotation, shift_mm
        ``(3, 3)`` and ``(3,)``: from the card's frame to the camera's (x right, y down, z forward).
    """

    focal_px: float
    k1: float
    rows: int
    cols: int
    rotation: Floats
    shift_mm: Floats

    def project(self, places_mm: Floats) -> Floats:
        """``(..., 2)`` pixels of ``(..., 3)`` places; the middle of the first pixel is 0, 0."""
        seen = places_mm @ self.rotation.T + self.shift_mm
        flat = seen[..., :2] / seen[..., 2:]
        corner = (self.rows**2 + self.cols**2) / (4 * self.focal_px**2)
        out = 1.0 + self.k1 * (flat**2).sum(axis=-1, keepdims=True) / corner
        return np.asarray(self.focal_px * flat * out + self.middle)

    @property
    def middle(self) -> Floats:
        """Pixel that the axis goes through."""
        return np.array([(self.cols - 1) / 2, (self.rows - 1) / 2])

    @property
    def place_mm(self) -> Floats:
        """Where it stands, in the card's frame."""
        return np.asarray(-self.rotation.T @ self.shift_mm)

    @property
    def tilt_deg(self) -> float:
        """Between its axis and the card's upright."""
        return float(np.degrees(np.arccos(np.clip(-self.rotation[2, 2], -1.0, 1.0))))

    def pixel_mm(self, place_mm: Floats) -> float:
        """Width of a pixel on the card at a place, along the direction in which it is wider."""
        near = place_mm + np.array([(0.0, 0, 0), (0.05, 0, 0), (0, 0.05, 0)])
        pixels = self.project(near)
        stretch = (pixels[1:] - pixels[:1]).T / 0.05
        return 1.0 / float(np.linalg.svd(stretch, compute_uv=False)[-1])


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What one photograph shows of the markers.

    Attributes
    ----------
    rows, cols
        Size of the picture.
    places_mm, pixels
        ``(n, 2)`` corners on the card and in the picture.
    focal_px
        As the file states it; None where it does not.
    sigma_px
        Standard deviation of a corner: a tenth of a pixel when sharp (measured: 0.02 to 0.07), more when blurred.
    """

    rows: int
    cols: int
    places_mm: Floats
    pixels: Floats
    focal_px: float | None = None
    sigma_px: float = 0.1

    @property
    def lens(self) -> tuple[int, int, int]:
        """Photographs with the same key share a lens: the same size, however held, and the same stated focal length."""
        return (max(self.rows, self.cols), min(self.rows, self.cols), round(self.focal_px or 0))

    @property
    def start_focal_px(self) -> float:
        """Where the search begins."""
        return self.focal_px or _UNKNOWN_FOCAL * float(np.hypot(self.rows, self.cols))


def start_pose(sight: Sight) -> Camera:
    """Pose of a camera of the assumed focal length, from a flat card.

    Notes
    -----
    Collins and Bartoli 2014, doi:10.1007/s11263-014-0725-5.
    """
    focal = sight.start_focal_px
    matrix = np.array([(focal, 0, (sight.cols - 1) / 2), (0, focal, (sight.rows - 1) / 2), (0, 0, 1.0)])
    places = np.column_stack([sight.places_mm, np.zeros(len(sight.places_mm))])
    _, turns, shifts, _ = cv2.solvePnPGeneric(places, sight.pixels, matrix, None, flags=cv2.SOLVEPNP_IPPE)
    rotation, _ = cv2.Rodrigues(turns[0])
    turn, shift = np.asarray(rotation, dtype=np.float64), np.asarray(shifts[0], dtype=np.float64).ravel()
    return Camera(focal, 0.0, sight.rows, sight.cols, turn, shift)


def estimate(sights: Sequence[Sight]) -> tuple[list[Camera], Bend]:
    """Lenses, poses and the card's bend that explain all corners, by robust least squares (Levenberg-Marquardt).

    Parameters
    ----------
    sights
        One for each photograph, with at least 12 corners.

    Returns
    -------
    tuple
        A camera for each photograph, and the bend that all share.
    """
    problem = _Problem(tuple(sights), tuple(dict.fromkeys(sight.lens for sight in sights)))
    cameras, bend = [start_pose(sight) for sight in sights], Bend(np.zeros(3))
    damping, (cost, left, jacobian) = 1e-3, problem.linearised(cameras, bend)
    for _ in range(_ROUNDS):
        normal = jacobian.T @ jacobian
        step = np.asarray(np.linalg.solve(normal + damping * np.diag(np.diag(normal)), -jacobian.T @ left), np.float64)
        tried, bent = problem.moved(cameras, bend, step)
        new_cost = problem.cost(tried, bent)
        if new_cost < cost:
            done = cost - new_cost < 1e-5 * cost
            cameras, bend, damping = tried, bent, max(damping / 5, 1e-9)
            if done:
                break
            cost, left, jacobian = problem.linearised(cameras, bend)
        else:
            damping *= 10
            if damping > 1e9:
                break
    return cameras, bend


def bend_depth_mm(curvature: Floats, layout: CardLayout) -> float:
    """Half the range of heights over the card's outer edge and middle, of a bend with that curvature."""
    half_w, half_h = layout.outer_mm[0] / 2, layout.outer_mm[1] / 2
    x, y = (grid.ravel() for grid in np.meshgrid(np.linspace(-half_w, half_w, 9), np.linspace(-half_h, half_h, 9)))
    a, b, c = curvature
    z = (a * x * x + 2 * b * x * y + c * y * y) / 2
    plane = np.column_stack([np.ones_like(x), x, y])
    off = z - plane @ np.linalg.lstsq(plane, z, rcond=None)[0]
    return float(np.ptp(off)) / 2


@dataclass(frozen=True, slots=True)
class _Problem:
    """All photographs together: unknowns are, for each lens, log focal length and distortion; the bend; the poses."""

    sights: tuple[Sight, ...]
    lenses: tuple[tuple[int, int, int], ...]

    @property
    def shared(self) -> int:
        return 2 * len(self.lenses) + 3

    def moved(self, cameras: list[Camera], bend: Bend, step: Floats) -> tuple[list[Camera], Bend]:
        """Cameras and bend after a step of all unknowns, in units that make the unknowns alike."""
        at = 2 * len(self.lenses)
        bent = Bend(bend.curvature + _BEND_SPREAD * step[at : at + 3])
        tried = []
        for index, (sight, camera) in enumerate(zip(self.sights, cameras, strict=True)):
            lens = 2 * self.lenses.index(sight.lens)
            pose = step[self.shared + 6 * index : self.shared + 6 * index + 6]
            tried.append(_moved(camera, step[lens : lens + 2], pose))
        return tried, bent

    def residuals(self, cameras: list[Camera], bend: Bend) -> list[Floats]:
        """``(2 n,)`` of each photograph, in standard deviations."""
        return [
            ((camera.project(bend.place(sight.places_mm)) - sight.pixels) / sight.sigma_px).ravel()
            for sight, camera in zip(self.sights, cameras, strict=True)
        ]

    def beliefs(self, cameras: list[Camera], bend: Bend) -> Floats:
        """How far the shared unknowns are from what is usual, in standard deviations."""
        usual: list[float] = []
        for lens in self.lenses:
            index = next(k for k, sight in enumerate(self.sights) if sight.lens == lens)
            spread = _UNKNOWN_SPREAD if self.sights[index].focal_px is None else _STATED_SPREAD
            usual.append(np.log(cameras[index].focal_px / self.sights[index].start_focal_px) / spread)
            usual.append(cameras[index].k1 / _K1_SPREAD)
        return np.array([*usual, *bend.main() / np.array([_BEND_SPREAD, _DOME_SPREAD])])

    def cost(self, cameras: list[Camera], bend: Bend) -> float:
        """Sum of robust squares: beyond a few standard deviations they grow like a logarithm (Cauchy)."""
        off = np.concatenate(self.residuals(cameras, bend))
        return float(_SOFT**2 * np.log1p((off / _SOFT) ** 2).sum() + (self.beliefs(cameras, bend) ** 2).sum())

    def linearised(self, cameras: list[Camera], bend: Bend) -> tuple[float, Floats, Floats]:
        """Cost, weighted residuals and their derivatives by differences."""
        at, beliefs = self.residuals(cameras, bend), self.beliefs(cameras, bend)
        counts = np.cumsum([0, *(len(one) for one in at)])
        jacobian = np.zeros((counts[-1] + len(beliefs), self.shared + 6 * len(cameras)))
        tiny = 1e-5
        for k in range(self.shared):
            step = np.zeros(jacobian.shape[1])
            step[k] = tiny
            moved = self.moved(cameras, bend, step)
            jacobian[: counts[-1], k] = (np.concatenate(self.residuals(*moved)) - np.concatenate(at)) / tiny
            jacobian[counts[-1] :, k] = (self.beliefs(*moved) - beliefs) / tiny
        for k in range(6):
            step = np.zeros(jacobian.shape[1])
            # A photograph's pose moves its own corners alone, so all poses are tried at once.
            step[self.shared + k :: 6] = tiny
            moved_residuals = self.residuals(*self.moved(cameras, bend, step))
            for index, (before, after) in enumerate(zip(at, moved_residuals, strict=True)):
                rows = slice(counts[index], counts[index + 1])
                jacobian[rows, self.shared + 6 * index + k] = (after - before) / tiny
        off = np.concatenate(at)
        weight = np.concatenate([1.0 / np.sqrt(1.0 + (off / _SOFT) ** 2), np.ones(len(beliefs))])
        left = np.concatenate([off, beliefs])
        return self.cost(cameras, bend), left * weight, jacobian * weight[:, None]


def _moved(camera: Camera, lens: Floats, pose: Floats) -> Camera:
    turn, _ = cv2.Rodrigues(0.1 * pose[:3])
    return replace(
        camera,
        focal_px=camera.focal_px * float(np.exp(_STATED_SPREAD * lens[0])),
        k1=camera.k1 + _K1_SPREAD * float(lens[1]),
        rotation=np.asarray(turn) @ camera.rotation,
        shift_mm=camera.shift_mm + 10.0 * pose[3:],
    )
