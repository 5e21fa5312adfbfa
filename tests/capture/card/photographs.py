"""Photographs of a card with known truth: its print seen by a pinhole camera, with shading, blur, noise and JPEG.

Written apart from the code that it tests: rays are cast from the camera onto the surface, where the code under test
projects places of the surface into the camera.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model.card import GREY, CardLayout, Rect, card_layout
from cicatrix.model.light import decode_srgb, encode_srgb
from cicatrix.report.card import marker_cells

DOTS_PER_MM = 20
BORDER_MM = 40


@dataclass(frozen=True)
class Scene:
    """What stands where.

    ``bend`` is the curvature (1 / mm) of a cylinder about the y axis that the paper is laid on, ``dome_mm`` how far the
    skin in the window rises above it.
    """

    layout: CardLayout = field(default_factory=card_layout)
    rows: int = 1500
    cols: int = 2000
    focal_px: float = 1900.0
    eye_mm: tuple[float, float, float] = (0.0, 0.0, 250.0)
    aim_mm: tuple[float, float] = (0.0, 0.0)
    roll_deg: float = 0.0
    light_mm: tuple[float, float, float] | None = None
    falloff: float = 1.0
    """Light at the darkest place over that at the brightest, along one diagonal, where no light is placed."""
    blur_px: float = 0.8
    noise: float = 0.003
    quality: int | None = 90
    covered: tuple[int, ...] = ()
    bend: float = 0.0
    dome_mm: float = 0.0
    skin_shift_mm: tuple[float, float] = (0.0, 0.0)
    skin_seed: int = 0
    seed: int = 0


def view_matrix(scene: Scene) -> NDArray[np.float64]:
    """``(3, 3)`` rows: the camera's right, down and forward in the card's frame."""
    eye = np.array(scene.eye_mm)
    forward = np.array([*scene.aim_mm, 0.0]) - eye
    forward /= np.linalg.norm(forward)
    angle = np.radians(scene.roll_deg)
    up = np.array([np.sin(angle), np.cos(angle), 0.0])
    right = np.cross(forward, up)
    right /= np.linalg.norm(right)
    return np.array([right, np.cross(forward, right), forward])


@lru_cache(maxsize=8)
def printed(layout: CardLayout, covered: tuple[int, ...] = ()) -> NDArray[np.float32]:
    """Linear reflectance of the print on a sheet ``BORDER_MM`` larger than the card; covered markers are skin."""
    rows, cols = (round((side + 2 * BORDER_MM) * DOTS_PER_MM) for side in layout.outer_mm[::-1])
    sheet = np.empty((rows, cols, 3), np.float32)
    sheet[:] = decode_srgb(np.array([205, 160, 135]) / 255)

    def fill(rect: Rect, colour: NDArray[np.float64]) -> None:
        box = _box(rect, layout)
        sheet[box] = colour

    fill(Rect(0, 0, *layout.outer_mm), np.full(3, 0.85))
    for one in layout.fields:
        if one.material == "grey":
            fill(one.rect, 0.85 * decode_srgb(np.array(GREY) / 255))
    for patch in layout.patches:
        fill(patch.rect, 0.85 * decode_srgb(np.array(patch.srgb) / 255))
    for index, marker in enumerate(layout.markers):
        box = _box(Rect(marker.x_mm, marker.y_mm, marker.side_mm, marker.side_mm), layout)
        size = (box[1].stop - box[1].start, box[0].stop - box[0].start)
        bits = marker_cells(marker.id).astype(np.uint8)
        white = cv2.resize(bits, size, interpolation=cv2.INTER_NEAREST).astype(bool)
        sheet[box] = np.where(white[..., None], 0.85, 0.04)
        if index in covered:
            fill(Rect(marker.x_mm, marker.y_mm, 13, 13), decode_srgb(np.array([190, 140, 120]) / 255))
    return sheet


@lru_cache(maxsize=8)
def skin(layout: CardLayout, seed: int) -> NDArray[np.float32]:
    """Linear reflectance of skin over the window and a little more, with blotches of blood and pigment."""
    rng = np.random.default_rng(seed)
    rows, cols = (round((side + 8) * DOTS_PER_MM) for side in layout.window_mm[::-1])
    blood, pigment = (
        sum(
            (amount * _blotches(rng, rows, cols, size_mm) for size_mm, amount in ((0.25, 0.5), (0.8, 0.6), (3.0, 0.5))),
            start=np.zeros((rows, cols)),
        )
        for _ in range(2)
    )
    base = decode_srgb(np.array([205, 160, 135]) / 255)
    blood_colour, pigment_colour = np.array([0.02, 0.10, 0.07]), np.array([0.03, 0.06, 0.09])
    dark = blood[..., None] * blood_colour + pigment[..., None] * pigment_colour
    return np.asarray(base * np.exp(-dark), dtype=np.float32)


def photograph(scene: Scene) -> NDArray[np.uint8]:
    """``(rows, cols, 3)`` sRGB photograph of the scene."""
    rng = np.random.default_rng(scene.seed)
    place, normal, printed_at = _hits(scene)
    # Blurred by most of a pixel before it is sampled: a sharp edge between samples would hide where it is.
    dots = DOTS_PER_MM * scene.eye_mm[2] / scene.focal_px
    soft = min(0.6, scene.blur_px)
    sheet = _soft_print(scene.layout, scene.covered, round(soft * dots, 2))
    image = _looked_up(sheet, printed_at, (0.0, 0.0))
    half_w, half_h = (side / 2 for side in scene.layout.window_mm)
    inside = (np.abs(printed_at[..., 0]) < half_w) & (np.abs(printed_at[..., 1]) < half_h)
    looked = _looked_up(skin(scene.layout, scene.skin_seed), printed_at, scene.skin_shift_mm)
    lit = np.where(inside[..., None], looked, image) * _shading(scene, place, normal)[..., None]
    seen = _softened(lit.astype(np.float32), np.sqrt(scene.blur_px**2 - soft**2))
    seen *= 0.8 / np.percentile(seen, 99)
    noise = rng.normal(0, 1, seen.shape) * scene.noise * np.sqrt(np.maximum(seen, 0.02))
    coded = encode_srgb((seen + noise).astype(np.float32))
    if scene.quality is None:
        return np.asarray(coded)
    done, data = cv2.imencode(".jpg", coded[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, scene.quality])
    assert done
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB)
    assert decoded is not None
    return np.asarray(decoded, dtype=np.uint8)


@lru_cache(maxsize=8)
def _soft_print(layout: CardLayout, covered: tuple[int, ...], sigma: float) -> NDArray[np.float32]:
    return _softened(printed(layout, covered), sigma)


def _softened(image: NDArray[np.float32], sigma_px: float) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), max(sigma_px, 0.01)), dtype=np.float32)


def seen_at(scene: Scene, printed_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """``(n, 2)`` pixels at which places of the printed card appear."""
    x, height = printed_mm[:, 0], np.zeros(len(printed_mm))
    if scene.bend:
        x, height = np.sin(scene.bend * x) / scene.bend, (np.cos(scene.bend * x) - 1) / scene.bend
    place = np.column_stack([x, printed_mm[:, 1], height])
    seen = (place - np.array(scene.eye_mm)) @ view_matrix(scene).T
    return np.asarray(scene.focal_px * seen[:, :2] / seen[:, 2:] + np.array([scene.cols - 1, scene.rows - 1]) / 2)


def _hits(scene: Scene) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Where each pixel's ray meets the surface, the normal there, and the place of the flat print."""
    x = (np.arange(scene.cols) - (scene.cols - 1) / 2) / scene.focal_px
    y = (np.arange(scene.rows) - (scene.rows - 1) / 2) / scene.focal_px
    axes = view_matrix(scene)
    rays = axes[2] + x[None, :, None] * axes[0] + y[:, None, None] * axes[1]
    eye = np.array(scene.eye_mm)
    height = np.zeros(rays.shape[:2])
    for _ in range(12 if scene.bend or scene.dome_mm else 1):
        reach = (height - eye[2]) / rays[..., 2]
        place = eye + rays * reach[..., None]
        height = _height(scene, place[..., 0], place[..., 1])
    tiny = 0.01
    rise_x = (_height(scene, place[..., 0] + tiny, place[..., 1]) - height) / tiny
    rise_y = (_height(scene, place[..., 0], place[..., 1] + tiny) - height) / tiny
    normal = np.stack([-rise_x, -rise_y, np.ones_like(rise_x)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    flat = place[..., :2].copy()
    if scene.bend:
        flat[..., 0] = np.arcsin(np.clip(scene.bend * flat[..., 0], -1, 1)) / scene.bend
    return place, normal, flat


def _height(scene: Scene, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    height = np.zeros_like(x)
    if scene.bend:
        height = (np.sqrt(np.maximum(1 - (scene.bend * x) ** 2, 0.01)) - 1) / scene.bend
    if scene.dome_mm:
        across, up = (side / 2 for side in scene.layout.window_mm)
        height = height + scene.dome_mm * np.clip(1 - (x / across) ** 2, 0, 1) * np.clip(1 - (y / up) ** 2, 0, 1)
    return height


def _shading(scene: Scene, place: NDArray[np.float64], normal: NDArray[np.float64]) -> NDArray[np.float64]:
    if scene.light_mm is None:
        ramp = np.clip((place[..., 0] + place[..., 1]) / sum(scene.layout.outer_mm) + 0.5, 0, 1)
        return np.asarray(scene.falloff**ramp)
    way = np.array(scene.light_mm) - place
    distance = np.linalg.norm(way, axis=-1)
    light = np.clip((way * normal).sum(axis=-1) / distance, 0, None) / distance**2
    return np.asarray(light * np.linalg.norm(scene.light_mm) ** 2)


def _box(rect: Rect, layout: CardLayout) -> tuple[slice, slice]:
    left = layout.outer_mm[0] / 2 + BORDER_MM + rect.x_mm - rect.width_mm / 2
    top = layout.outer_mm[1] / 2 + BORDER_MM - rect.y_mm - rect.height_mm / 2
    return tuple(  # type: ignore[return-value]
        slice(round(start * DOTS_PER_MM), round((start + side) * DOTS_PER_MM))
        for start, side in ((top, rect.height_mm), (left, rect.width_mm))
    )


def _looked_up(
    sheet: NDArray[np.float32], flat: NDArray[np.float64], shift_mm: tuple[float, float]
) -> NDArray[np.float32]:
    """Reflectance of a sheet that is centred on the card's middle, moved by ``shift_mm``."""
    col = (flat[..., 0] - shift_mm[0]) * DOTS_PER_MM + sheet.shape[1] / 2 - 0.5
    row = -(flat[..., 1] - shift_mm[1]) * DOTS_PER_MM + sheet.shape[0] / 2 - 0.5
    return np.asarray(
        cv2.remap(
            sheet, col.astype(np.float32), row.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    )


def _blotches(rng: np.random.Generator, rows: int, cols: int, size_mm: float) -> NDArray[np.float64]:
    # Coarse ones on a coarser grid.
    step = max(1, int(size_mm * DOTS_PER_MM / 4))
    coarse = rng.normal(0, 1, (rows // step + 1, cols // step + 1))
    smooth = cv2.GaussianBlur(coarse, (0, 0), size_mm * DOTS_PER_MM / step)
    fine = cv2.resize(smooth, (cols, rows), interpolation=cv2.INTER_CUBIC)
    return np.asarray(fine / fine.std(), dtype=np.float64)
