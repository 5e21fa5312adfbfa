"""Where the camera stands, and where its rays meet the card and the skin.

The card's frame: origin in the middle of the window, x to the right, y up, z to the camera, mm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model.card import CardLayout
from cicatrix.phantom.card.shots import CardShots, Fault
from cicatrix.phantom.filters import Plane

__all__ = ["Part", "Pose", "Sheet", "aim_cameras", "brightness", "card_part", "rays", "sample", "under_rays"]

Part = tuple[slice, slice]
"""Rows and columns of a photograph."""

CORNER_LOSS: Final = 0.18
"""How much darker the lens makes the corners (assumption)."""

_ROUNDS: Final = 4
"""Steps in which a ray is followed to the surface, which is nearly level."""


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """A camera: ``place_mm`` in the card's frame, and ``(3, 3)`` rows of its axes: right, down, forward."""

    place_mm: NDArray[np.float64]
    axes: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper: a plane, or a cylinder about the y axis that falls off to both sides."""

    curvature: float = 0.0
    """1 / mm."""

    @classmethod
    def bent(cls, bend_mm: float, width_mm: float) -> Sheet:
        """Paper whose edges lie ``bend_mm`` below its middle."""
        return cls(2.0 * bend_mm / ((width_mm / 2) ** 2 + bend_mm**2))

    def height_mm(self, x_mm: NDArray[np.floating]) -> NDArray[np.floating]:
        """Height of the paper at ``x_mm``, 0 in the middle."""
        if self.curvature == 0.0:
            return np.zeros_like(x_mm)
        inner = np.maximum(1.0 - (self.curvature * x_mm) ** 2, 0.0)
        return np.asarray((np.sqrt(inner) - 1.0) / self.curvature)

    def printed_mm(self, x_mm: NDArray[np.floating]) -> NDArray[np.floating]:
        """Where on the flat print ``x_mm`` lies."""
        if self.curvature == 0.0:
            return x_mm
        return np.asarray(np.arcsin(np.clip(self.curvature * x_mm, -1.0, 1.0)) / self.curvature)

    def slope(self, x_mm: NDArray[np.floating]) -> NDArray[np.floating]:
        """How steeply the height grows with x."""
        bent = self.curvature * x_mm
        return np.asarray(-bent / np.sqrt(np.maximum(1.0 - bent**2, 1e-6)))


def aim_cameras(
    shots: CardShots, faults: tuple[Fault, ...], height_mm: float, rng: np.random.Generator
) -> tuple[Pose, ...]:
    """Cameras that look at about the middle of the window, from about one place.

    Parameters
    ----------
    shots
        How the card is photographed.
    faults
        Of each photograph; a fault of one does not move the others.
    height_mm
        Height of the card, which ``Fault.cut_off`` is a share of.
    rng
        Where the random numbers come from.
    """
    turn, aim, roll = rng.uniform(0.0, 2.0 * np.pi), rng.uniform(-4.0, 4.0, 2), np.radians(rng.uniform(-8.0, 8.0))
    poses = []
    for fault in faults:
        lean = np.radians(shots.tilt_deg if fault.tilt_deg is None else fault.tilt_deg)
        away = np.array([np.sin(lean) * np.cos(turn), np.sin(lean) * np.sin(turn), np.cos(lean)])
        middle = np.array([*aim, 0.0])
        place = middle + shots.camera_mm * away + rng.normal(0.0, shots.shake_mm, 3)
        forward = middle - place
        right = np.cross(forward, (-np.sin(roll), np.cos(roll), 0.0))
        axes = np.stack([right, np.cross(forward, right), forward])
        axes /= np.linalg.norm(axes, axis=1, keepdims=True)
        jitter, _ = cv2.Rodrigues(np.radians(rng.normal(0.0, shots.shake_deg, 3)))
        axes = jitter @ axes
        poses.append(Pose(place + _aside(shots, fault, height_mm, axes, aim), axes))
    return tuple(poses)


def _aside(
    shots: CardShots, fault: Fault, height_mm: float, axes: NDArray[np.float64], aim: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far the camera stands too far down for the card to be whole in the picture."""
    if fault.cut_off == 0.0:
        return np.zeros(3)
    down = np.array([*axes[1, :2], 0.0]) / np.linalg.norm(axes[1, :2])
    seen = shots.pixels[1] / 2 * shots.pixel_mm
    return np.asarray((seen - height_mm / 2 + fault.cut_off * height_mm - aim @ down[:2]) * down)


def card_part(shots: CardShots, pose: Pose, layout: CardLayout, around_px: int) -> Part:
    """Rows and columns of a photograph that hold the card and ``around_px`` pixels around it; maybe none."""
    half = np.array(layout.outer_mm) / 2
    corners = np.array([(i * half[0], j * half[1], 0.0) for i in (-1, 1) for j in (-1, 1)]) - pose.place_mm
    turned = corners @ pose.axes.T
    places = turned[:, :2] / turned[:, 2:] * shots.focal_px + np.array(shots.pixels) / 2
    first = np.clip(np.floor(places.min(axis=0)).astype(int) - around_px, 0, shots.pixels)
    last = np.clip(np.ceil(places.max(axis=0)).astype(int) + around_px + 1, 0, shots.pixels)
    return slice(int(first[1]), int(last[1])), slice(int(first[0]), int(last[0]))


def rays(shots: CardShots, pose: Pose, part: Part) -> NDArray[np.float32]:
    """``(rows, cols, 3)`` direction of each pixel's ray in the card's frame."""
    u, v = _plane(shots, part)
    across, down, forward = pose.axes.astype(np.float32)
    return np.asarray(u[None, :, None] * across + v[:, None, None] * down + forward)


def brightness(shots: CardShots, part: Part) -> NDArray[np.float32]:
    """How much of its light the lens passes to each pixel, ``(rows, cols)``."""
    u, v = _plane(shots, part)
    corner = float(np.hypot(*shots.pixels) / 2 / shots.focal_px) ** 2
    return np.asarray(1.0 - CORNER_LOSS / corner * (u[None, :] ** 2 + v[:, None] ** 2), dtype=np.float32)


def under_rays(
    ray: NDArray[np.float32], pose: Pose, sheet: Sheet, skin_mm: Plane | None = None, skin_pixel_mm: float = 1.0
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """``(x, y)`` where rays meet the sheet, or the skin in its window, which lies ``skin_mm`` above the sheet."""
    # A ray above the horizon meets nothing; it is taken to go far.
    steep = np.minimum(ray[..., 2], np.float32(-0.02))
    level: NDArray[np.floating] = np.zeros(ray.shape[:2], dtype=np.float32)
    bent = sheet.curvature != 0.0 or skin_mm is not None
    for _ in range(_ROUNDS if bent else 1):
        far = (level - np.float32(pose.place_mm[2])) / steep
        x, y = (np.float32(pose.place_mm[k]) + far * ray[..., k] for k in (0, 1))
        if bent:
            level = sheet.height_mm(x)
        if skin_mm is not None:
            level = level + sample(skin_mm, x, y, skin_pixel_mm)
    return x, y


def sample(
    picture: Plane, x: NDArray[np.floating], y: NDArray[np.floating], pixel_mm: float, *, outside: float | None = None
) -> Plane:
    """Values at places in mm from the picture's middle, y up; ``outside`` beyond its edges, None for what is next."""
    rows, cols = picture.shape[:2]
    across = (x / pixel_mm + cols / 2 - 0.5).astype(np.float32)
    down = (rows / 2 - 0.5 - y / pixel_mm).astype(np.float32)
    border = cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT
    fill = (outside or 0.0,) * 3
    return np.asarray(cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderMode=border, borderValue=fill))


def _plane(shots: CardShots, part: Part) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Place of columns and rows on a picture plane one unit away."""
    u, v = (
        (np.arange(along.start, along.stop) + 0.5 - side / 2) / shots.focal_px
        for along, side in zip(part[::-1], shots.pixels, strict=True)
    )
    return u.astype(np.float32), v.astype(np.float32)
