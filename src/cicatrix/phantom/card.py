"""Photographs of the printed card on a phantom's skin: a torch, a hand-held camera, a room that is not quite dark.

The skin is rendered as for any phantom, once a photograph with its own near light; the card is a matt plane around it.
Both are then seen through a pinhole camera that moves a little from one photograph to the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model.card import GREY, CardLayout, Rect, card_layout
from cicatrix.model.light import decode_srgb
from cicatrix.phantom.camera import Camera, develop
from cicatrix.phantom.make import Phantom, draw_directions, make_phantom
from cicatrix.phantom.planes import Plane
from cicatrix.phantom.render import Optics, render_relief
from cicatrix.phantom.settings import PhantomSettings

__all__ = ["CardPhantom", "CardShots", "Pose", "make_card_phantom", "print_card"]

PRINT_MM: Final = 0.05
"""Width of a pixel of the print."""

BLACK: Final = 0.045
"""Reflectance of printed black."""

TABLE: Final = 0.03
"""What lies around the card: a dark cloth, as a share of white paper under the torch."""

BRIGHTEST: Final = 0.85
CORNER_LOSS: Final = 0.18
"""How much darker the lens makes the corners."""

FULL_FRAME_MM: Final = 43.267
"""Diagonal of the 35 mm format."""

MARGIN_MM: Final = 1.0
"""Skin that is rendered beyond the window: the camera looks under its rim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardShots:
    """How the card is photographed.

    Attributes
    ----------
    window_mm
        Side of the card's square window.
    torch_mm
        Nearest and farthest that the torch is held.
    beam
        Power of the cosine by which the torch's beam falls off from its axis, which points at the window.
    room
        Light of the room on the window, as a share of the torch's.
    camera_mm
        Height of the camera above the card.
    equivalent_mm
        Focal length, 35 mm equivalent.
    pixels
        Width and height of a photograph.
    tilt_deg
        How far the camera's axis leans from upright.
    shake_mm, shake_deg
        Standard deviation of the camera's place and angles from one photograph to the next.
    """

    window_mm: int = 40
    torch_mm: tuple[float, float] = (150.0, 300.0)
    beam: float = 0.3
    room: float = 0.05
    camera_mm: float = 250.0
    equivalent_mm: float = 26.0
    pixels: tuple[int, int] = (4000, 3000)
    tilt_deg: float = 5.0
    shake_mm: float = 0.4
    shake_deg: float = 0.15

    @property
    def focal_px(self) -> float:
        """Focal length in pixels."""
        return self.equivalent_mm / FULL_FRAME_MM * float(np.hypot(*self.pixels))


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """A camera: ``place_mm`` in the card's frame, and ``(3, 3)`` rows of its axes: right, down, forward."""

    place_mm: NDArray[np.float64]
    axes: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CardPhantom:
    """A phantom with its photographs of the card.

    Attributes
    ----------
    skin
        The phantom; its field is the window and ``MARGIN_MM`` around it, its images are None.
    shots, layout
        How it was photographed, and the card.
    torches_mm
        ``(n, 3)`` in the card's frame.
    strengths
        ``(n,)`` radiant intensities, relative to their mean.
    poses
        Camera of each photograph.
    images
        ``(n, rows, cols, 3)`` as stored, before JPEG.
    """

    skin: Phantom
    shots: CardShots
    layout: CardLayout
    torches_mm: NDArray[np.float64]
    strengths: NDArray[np.float64]
    poses: tuple[Pose, ...]
    images: NDArray[np.uint8] = field(repr=False)


def make_card_phantom(
    seed: int, settings: PhantomSettings | None = None, shots: CardShots | None = None
) -> CardPhantom:
    """Make skin with known scars and photograph it through the card's window.

    Parameters
    ----------
    seed
        Not negative; skin, torches, camera and noise draw from separate streams.
    settings
        The skin, the number and elevations of the lights, noise and file format; its field is set to the window's.
    shots
        How it is photographed.

    Raises
    ------
    InputError
        When the scars do not fit into the window.
    """
    shots = shots or CardShots()
    wanted = replace(settings or PhantomSettings(), kind="height", size_mm=shots.window_mm + 2 * MARGIN_MM)
    skin = make_phantom(seed, wanted)
    torches, strengths = _torches(wanted, shots, np.random.default_rng([seed, 11]))
    poses = _poses(shots, len(torches), np.random.default_rng([seed, 12]))
    layout = card_layout((shots.window_mm, shots.window_mm))
    surface = _flush(skin)
    light = [
        _photograph(_Scene(skin, surface, print_card(layout), layout, shots), torch, strength, pose)
        for torch, strength, pose in zip(torches, strengths, poses, strict=True)
    ]
    rng = np.random.default_rng([seed, 13])
    top = max(float(np.percentile(image[::4, ::4].max(axis=2), 99.7)) for image in light)
    camera = Camera(exposure=BRIGHTEST / top, noise=wanted.noise, blur_px=wanted.blur_px, file_format="jpeg")
    images = np.stack([develop(image, camera, rng) for image in light])
    return CardPhantom(skin, shots, layout, torches, strengths / strengths.mean(), poses, images.astype(np.uint8))


def print_card(layout: CardLayout) -> Plane:
    """Reflectance of the printed card from above, ``(rows, cols, 3)`` at ``PRINT_MM``; the window is not cut out."""
    width, height = layout.outer_mm
    rows, cols = round(height / PRINT_MM), round(width / PRINT_MM)
    paint = np.ones((rows, cols, 3), dtype=np.float32)

    def part(rect: Rect) -> Plane:
        left, top = (rect.x_mm - rect.width_mm / 2 + width / 2), (height / 2 - rect.y_mm - rect.height_mm / 2)
        first_row, first_col = round(top / PRINT_MM), round(left / PRINT_MM)
        return paint[
            first_row : first_row + round(rect.height_mm / PRINT_MM),
            first_col : first_col + round(rect.width_mm / PRINT_MM),
        ]

    for plain in layout.fields:
        if plain.material == "grey":
            part(plain.rect)[:] = decode_srgb(np.array(GREY) / 255.0)
    for patch in layout.patches:
        part(patch.rect)[:] = decode_srgb(np.array(patch.srgb) / 255.0)
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_1000)
    for marker in layout.markers:
        square = part(Rect(marker.x_mm, marker.y_mm, marker.side_mm, marker.side_mm))
        bits = cv2.aruco.generateImageMarker(dictionary, marker.id, 7)
        fine = cv2.resize(bits, square.shape[1::-1], interpolation=cv2.INTER_NEAREST)
        square[:] = np.where(fine[..., None] > 0, 1.0, BLACK)
    return paint


def _torches(
    settings: PhantomSettings, shots: CardShots, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    directions = draw_directions(settings, rng)
    far = rng.uniform(*shots.torch_mm, len(directions))
    # Nobody holds a torch quite alike twice, and its battery sags.
    return directions * far[:, None], rng.uniform(0.93, 1.07, len(directions))


def _poses(shots: CardShots, count: int, rng: np.random.Generator) -> tuple[Pose, ...]:
    """Cameras that look at about the middle of the window, from about one place."""
    turn, lean = rng.uniform(0.0, 2.0 * np.pi), np.radians(shots.tilt_deg)
    base = shots.camera_mm * np.array([np.sin(lean) * np.cos(turn), np.sin(lean) * np.sin(turn), np.cos(lean)])
    aim, roll = rng.uniform(-4.0, 4.0, 2), np.radians(rng.uniform(-8.0, 8.0))
    poses = []
    for _ in range(count):
        place = base + rng.normal(0.0, shots.shake_mm, 3)
        forward = np.array([*aim, 0.0]) - place
        right = np.cross(forward, (-np.sin(roll), np.cos(roll), 0.0))
        axes = np.stack([right, np.cross(forward, right), forward])
        axes /= np.linalg.norm(axes, axis=1, keepdims=True)
        jitter, _ = cv2.Rodrigues(np.radians(rng.normal(0.0, shots.shake_deg, 3)))
        poses.append(Pose(place, jitter @ axes))
    return tuple(poses)


def _flush(skin: Phantom) -> Plane:
    """Height of the skin, level with the card on average along the window's edge."""
    pixel = skin.settings.pixel_mm
    edge = round(MARGIN_MM / pixel)
    inner = skin.form_mm[edge:-edge, edge:-edge] if edge else skin.form_mm
    rim = np.concatenate([inner[0], inner[-1], inner[:, 0], inner[:, -1]])
    return np.asarray(skin.height_mm - np.float32(rim.mean()), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """What is photographed."""

    skin: Phantom
    surface_mm: Plane
    print: Plane
    layout: CardLayout
    shots: CardShots


def _photograph(scene: _Scene, torch_mm: NDArray[np.float64], strength: float, pose: Pose) -> Plane:
    """Linear light in every pixel of a photograph; 1 is white paper facing a torch at ``camera_mm``."""
    shots = scene.shots
    room = shots.room * 0.7 * (shots.camera_mm / np.mean(shots.torch_mm)) ** 2
    card = scene.print * (_on_card(scene, torch_mm, strength) + room)[..., None]
    skin = _on_skin(scene, torch_mm, strength) + room * scene.skin.albedo
    whole = np.full((*shots.pixels[::-1], 3), TABLE, dtype=np.float32)
    part = _reach(scene, pose)
    ray = _rays(shots, pose, part)
    x, y = (pose.place_mm[k] - pose.place_mm[2] * ray[..., k] / ray[..., 2] for k in (0, 1))
    picture = _sample(card, x, y, PRINT_MM, outside=TABLE)
    half = shots.window_mm / 2
    inside = (np.abs(x) < half) & (np.abs(y) < half)
    rows, cols = np.nonzero(inside)
    window = slice(rows.min(), rows.max() + 1), slice(cols.min(), cols.max() + 1)
    seen = _sample(skin, *_on_surface(scene, pose, ray[window]), scene.skin.settings.pixel_mm, outside=0.0)
    picture[window] = np.where(inside[window][..., None], seen, picture[window])
    whole[part] = picture
    return np.asarray(whole * _lens(shots)[..., None], dtype=np.float32)


def _reach(scene: _Scene, pose: Pose) -> tuple[slice, slice]:
    """Rows and columns of the photograph that hold the card."""
    shots = scene.shots
    half = np.array(scene.layout.outer_mm) / 2
    corners = np.array([(i * half[0], j * half[1], 0.0) for i in (-1, 1) for j in (-1, 1)]) - pose.place_mm
    turned = corners @ pose.axes.T
    places = turned[:, :2] / turned[:, 2:] * shots.focal_px + np.array(shots.pixels) / 2
    first = np.clip(np.floor(places.min(axis=0)).astype(int) - 2, 0, shots.pixels)
    last = np.clip(np.ceil(places.max(axis=0)).astype(int) + 3, 0, shots.pixels)
    return slice(first[1], last[1]), slice(first[0], last[0])


def _on_card(scene: _Scene, torch_mm: NDArray[np.float64], strength: float) -> Plane:
    """Light on each point of the card (inverse square law, Lambert's cosine, the beam's fall-off)."""
    height, width = scene.print.shape[:2]
    x = ((np.arange(width) + 0.5) * PRINT_MM - scene.layout.outer_mm[0] / 2)[None, :]
    y = (scene.layout.outer_mm[1] / 2 - (np.arange(height) + 0.5) * PRINT_MM)[:, None]
    reach = np.sqrt((torch_mm[0] - x) ** 2 + (torch_mm[1] - y) ** 2 + torch_mm[2] ** 2)
    light = strength * scene.shots.camera_mm**2 * torch_mm[2] / reach**3
    return np.asarray(light * _beam(scene.shots, torch_mm, x, y, reach), dtype=np.float32)


def _beam(
    shots: CardShots,
    torch_mm: NDArray[np.float64],
    x: NDArray[np.floating],
    y: NDArray[np.floating],
    reach: NDArray[np.floating],
) -> NDArray[np.float64]:
    far = float(np.linalg.norm(torch_mm))
    cosine = (far**2 - torch_mm[0] * x - torch_mm[1] * y) / (far * reach)
    return np.asarray(cosine**shots.beam)


def _on_skin(scene: _Scene, torch_mm: NDArray[np.float64], strength: float) -> Plane:
    """Light that leaves each point of the skin upwards."""
    settings, shots = scene.skin.settings, scene.shots
    far = float(np.linalg.norm(torch_mm))
    optics = Optics(
        subsurface=settings.subsurface,
        interreflection=settings.interreflection,
        gloss=settings.gloss,
        roughness=settings.roughness,
        light_size_deg=settings.light_size_deg,
        light_distance_mm=far,
    )
    matt, shine = render_relief(scene.surface_mm, settings.pixel_mm, (torch_mm / far)[None], scene.skin.albedo, optics)
    rows, cols = scene.surface_mm.shape
    x = ((np.arange(cols) + 0.5 - cols / 2) * settings.pixel_mm)[None, :]
    y = ((rows / 2 - np.arange(rows) - 0.5) * settings.pixel_mm)[:, None]
    reach = np.sqrt((torch_mm[0] - x) ** 2 + (torch_mm[1] - y) ** 2 + torch_mm[2] ** 2)
    gain = strength * (shots.camera_mm / far) ** 2 * _beam(shots, torch_mm, x, y, reach)
    return np.asarray((matt[0] + shine[0][..., None]) * gain[..., None], dtype=np.float32)


def _plane(shots: CardShots) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Place of columns and rows on a picture plane one unit away."""
    width, height = shots.pixels
    u = (np.arange(width) + 0.5 - width / 2) / shots.focal_px
    v = (np.arange(height) + 0.5 - height / 2) / shots.focal_px
    return u.astype(np.float32), v.astype(np.float32)


def _rays(shots: CardShots, pose: Pose, part: tuple[slice, slice]) -> NDArray[np.float32]:
    """Direction of each pixel's ray in the card's frame."""
    u, v = _plane(shots)
    across, down, forward = pose.axes.astype(np.float32)
    return np.asarray(u[None, part[1], None] * across + v[part[0], None, None] * down + forward)


def _lens(shots: CardShots) -> NDArray[np.float32]:
    """How much of its light the lens passes to each pixel."""
    u, v = _plane(shots)
    corner = u[-1] ** 2 + v[-1] ** 2
    return np.asarray(1.0 - CORNER_LOSS * (u[None, :] ** 2 + v[:, None] ** 2) / corner, dtype=np.float32)


def _on_surface(scene: _Scene, pose: Pose, ray: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where rays meet the skin, which lies close to the card's plane."""
    level = np.zeros(ray.shape[:2], dtype=np.float32)
    pixel = scene.skin.settings.pixel_mm
    x, y = level, level
    for _ in range(4):
        far = (level - np.float32(pose.place_mm[2])) / ray[..., 2]
        x, y = (np.float32(pose.place_mm[k]) + far * ray[..., k] for k in (0, 1))
        level = _sample(scene.surface_mm, x, y, pixel, outside=0.0)
    return x, y


def _sample(
    picture: Plane, x: NDArray[np.floating], y: NDArray[np.floating], pixel_mm: float, *, outside: float
) -> Plane:
    """Values at places in mm from the picture's middle, y up."""
    rows, cols = picture.shape[:2]
    across = (x / pixel_mm + cols / 2 - 0.5).astype(np.float32)
    down = (rows / 2 - 0.5 - y / pixel_mm).astype(np.float32)
    border = (outside,) * 3
    return np.asarray(
        cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=border)
    )
