"""Photographs of the printed card on a phantom's skin: a torch, a hand-held camera, a room that is not quite dark.

The skin is rendered as for any phantom, once a photograph with its own near light; the card is a matt sheet around it.
Both are then seen through a pinhole camera that moves a little from one photograph to the next. What is left out: the
paper's thickness and the shadow of its edge, and light that crosses from skin to paper.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.errors import InputError
from cicatrix.model.card import CardLayout, card_layout
from cicatrix.phantom.camera import Camera, record
from cicatrix.phantom.card.camera import Part, Pose, Sheet, aim_cameras, brightness, card_part, rays, sample, under_rays
from cicatrix.phantom.card.light import PIXEL_SPREAD, LitSkin, Torch, draw_torches, flush, light_on_card, room_light
from cicatrix.phantom.card.print import PRINT_MM, print_card
from cicatrix.phantom.card.shots import CardShots, Fault
from cicatrix.phantom.filters import LINEAR, Plane, gaussian, resized
from cicatrix.phantom.make import Phantom, make_phantom
from cicatrix.phantom.options import PhantomSettings

__all__ = ["MARGIN_MM", "CardPhantom", "make_card_phantom"]

MARGIN_MM: Final = 1.0
"""Skin that is rendered beyond the window: the camera looks under its rim."""

_TABLE: Final = 0.03
"""Reflectance of what lies around the card, a dark cloth, as a share of paper's (assumption)."""

_BRIGHTEST: Final = 0.85
_PERCENTILE: Final = 99.0
"""The camera brings this percentile of the brightest photograph's card to this share of its range."""

_COARSE_PX: Final = 16
_ROWS: Final = 200
"""Rows of a photograph that are stored at a time."""
_WORKERS: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class CardPhantom:
    """A phantom with its photographs of the card.

    Attributes
    ----------
    settings, seed
        What it was made from, with ``shots``; the same make the same bytes.
    skin
        The phantom; its field is the window and ``MARGIN_MM`` around it, its images are None.
    above_mm
        ``(rows, cols)`` height of that field above the card.
    shots, layout
        How it was photographed, and the card.
    torches, poses
        Torch and camera of each photograph.
    exposures
        ``(n,)`` factor from light to the camera's range, as the camera states it.
    images
        ``(n, rows, cols, 3)`` as stored, before JPEG.
    """

    settings: PhantomSettings
    seed: int
    skin: Phantom
    above_mm: Plane = field(repr=False)
    shots: CardShots
    layout: CardLayout
    torches: tuple[Torch, ...]
    poses: tuple[Pose, ...]
    exposures: NDArray[np.float64]
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
        The skin, the number and elevations of the lights, noise and file format (``jpeg`` or ``png``). The field is
        the window's, and the skin leans with the card: ``size_mm``, ``tilt_deg`` and ``light_distance_mm`` do not
        count.
    shots
        How it is photographed.

    Raises
    ------
    InputError
        When the scars do not fit into the window, or the file format is another.
    """
    settings, shots = settings or PhantomSettings(), shots or CardShots()
    if settings.file_format not in ("jpeg", "png"):
        raise InputError(f"file_format is {settings.file_format!r}", allowed="jpeg or png for photographs of the card")
    skin = make_phantom(seed, replace(settings, kind="height", size_mm=shots.window_mm + 2 * MARGIN_MM))
    layout = card_layout((shots.window_mm, shots.window_mm))
    faults = tuple(shots.fault(number) for number in range(1, settings.lights + 1))
    torches = draw_torches(settings, shots, faults, np.random.default_rng([seed, 11]))
    poses = aim_cameras(shots, faults, layout.outer_mm[1], np.random.default_rng([seed, 12]))
    above = flush(skin, MARGIN_MM)
    scene = _Scene(skin, above, layout, shots)
    views = [scene.view(*shot) for shot in zip(torches, poses, faults, strict=True)]
    exposures = _exposures(views, shots)
    camera = Camera(exposure=1.0, noise=settings.noise, blur_px=settings.blur_px, file_format="jpeg")

    def develop(index: int) -> NDArray[np.uint8]:
        rng = np.random.default_rng([seed, 13, index])
        gain = exposures[index] * faults[index].exposure
        return _stored(views[index], shots, float(gain), camera, rng)

    with ThreadPoolExecutor(_WORKERS) as pool:
        images = np.stack(list(pool.map(develop, range(len(views)))))
    return CardPhantom(
        settings=replace(settings, kind="card"),
        seed=seed,
        skin=skin,
        above_mm=above,
        shots=shots,
        layout=layout,
        torches=torches,
        poses=poses,
        exposures=exposures,
        images=images,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """Linear light of a photograph before the lens.

    ``card`` is that of ``part``, which holds the card; ``around`` that of the cloth in the whole, ``_COARSE_PX`` times
    coarser.
    """

    fault: Fault
    part: Part
    card: Plane
    around: Plane


class _Scene:
    """What is photographed."""

    def __init__(self, skin: Phantom, above_mm: Plane, layout: CardLayout, shots: CardShots) -> None:
        self._skin, self._above_mm, self._layout, self._shots = skin, above_mm, layout, shots
        self._print = gaussian(print_card(layout), PIXEL_SPREAD * shots.pixel_mm / PRINT_MM)
        self._lit: dict[float, LitSkin] = {}

    def view(self, torch: Torch, pose: Pose, fault: Fault) -> _View:
        """Light that reaches the camera."""
        shots = self._shots
        sheet = Sheet.bent(fault.bend_mm, self._layout.outer_mm[0])
        part = card_part(shots, pose, self._layout, 3 + int(2 * fault.defocus_px))
        around = self._around(torch, pose, fault)
        ray = rays(shots, pose, part)
        if ray.size == 0:
            return _View(fault, part, np.zeros((*ray.shape[:2], 3), dtype=np.float32), around)
        x, y = under_rays(ray, pose, sheet)
        printed = sheet.printed_mm(x)
        light = light_on_card(shots, torch, sheet, x, y) + room_light(shots, fault)
        picture = sample(self._print, printed, y, PRINT_MM, outside=_TABLE) * light[..., None]
        # At the rim a pixel holds paper and skin.
        depth = (shots.window_mm / 2 - np.maximum(np.abs(printed), np.abs(y))) / shots.pixel_mm
        share = np.clip(depth + 0.5, 0.0, 1.0)[..., None]
        rows, cols = np.nonzero(share[..., 0])
        if len(rows):
            window = slice(rows.min(), rows.max() + 1), slice(cols.min(), cols.max() + 1)
            picture[window] += share[window] * (self._seen(torch, pose, fault, sheet, ray[window]) - picture[window])
        return _View(fault, part, picture, around)

    def _seen(self, torch: Torch, pose: Pose, fault: Fault, sheet: Sheet, ray: NDArray[np.float32]) -> Plane:
        """Light from the skin along rays."""
        if fault.bend_mm not in self._lit:
            self._lit[fault.bend_mm] = LitSkin(self._skin, self._above_mm, sheet, self._shots)
        lit = self._lit[fault.bend_mm]
        moved = Pose(pose.place_mm - np.array([fault.skin_shift_mm, 0.0, 0.0]), pose.axes)
        x, y = under_rays(ray, moved, sheet, lit.above_mm, lit.pixel_mm)
        return sample(lit.under(torch, fault, pose), x, y, lit.pixel_mm)

    def _around(self, torch: Torch, pose: Pose, fault: Fault) -> Plane:
        shrink = min(_COARSE_PX, min(self._shots.pixels) // 200)
        width, height = (side // shrink for side in self._shots.pixels)
        coarse = replace(self._shots, pixels=(width, height), faults=())
        whole = (slice(0, coarse.pixels[1]), slice(0, coarse.pixels[0]))
        x, y = under_rays(rays(coarse, pose, whole), pose, Sheet())
        light = light_on_card(coarse, torch, Sheet(), x, y) + room_light(coarse, fault)
        return np.asarray(_TABLE * light, dtype=np.float32)


def _exposures(views: list[_View], shots: CardShots) -> NDArray[np.float64]:
    """Factor from light to the camera's range: one for all, set by what is not at fault, unless it is automatic."""
    bright = np.array([_bright(view) for view in views])
    if shots.auto_exposure:
        return _BRIGHTEST / bright
    plain = [view.fault.torch_mm is None and view.fault.room is None for view in views]
    return np.full(len(views), _BRIGHTEST / float(bright[plain].max() if any(plain) else bright.max()))


def _bright(view: _View) -> float:
    seen = view.card if view.card.size else view.around[..., None]
    return max(float(np.percentile(seen[::4, ::4].max(axis=2), _PERCENTILE)), 1e-6)


def _stored(
    view: _View, shots: CardShots, exposure: float, camera: Camera, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Photograph as the camera stores it, a few rows at a time."""
    width, height = shots.pixels
    card = view.card
    if card.size:
        card = _defocused(card, view.fault.defocus_px)
        card = gaussian(card, camera.blur_px) if camera.blur_px > 0.0 else card
    around = resized(view.around, height, width, LINEAR)
    out = np.empty((height, width, 3), dtype=np.uint8)
    down, across = view.part
    for first in range(0, height, _ROWS):
        rows = slice(first, min(first + _ROWS, height))
        signal = np.repeat(around[rows, :, None], 3, axis=2)
        low, high = max(rows.start, down.start), min(rows.stop, down.stop)
        if low < high:
            signal[low - first : high - first, across] = card[low - down.start : high - down.start]
        signal *= np.float32(exposure) * brightness(shots, (rows, slice(0, width)))[..., None]
        out[rows] = record(signal, camera, rng)
    return out


def _defocused(light: Plane, radius_px: float) -> Plane:
    """Each point spread over a disc."""
    if radius_px <= 0.0:
        return light
    reach = int(np.ceil(radius_px))
    step = np.arange(-reach, reach + 1)
    disc = np.clip(radius_px + 0.5 - np.hypot(step[:, None], step[None, :]), 0.0, 1.0)
    return np.asarray(
        cv2.filter2D(light, -1, (disc / disc.sum()).astype(np.float32), borderType=cv2.BORDER_REPLICATE),
        dtype=np.float32,
    )
