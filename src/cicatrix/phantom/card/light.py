"""Torchlight on the card and on the skin in its window.

Brightness is counted in white paper that faces a torch of strength 1 at the camera's distance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cicatrix.phantom.card.camera import Pose, Sheet
from cicatrix.phantom.card.shots import CardShots, Fault
from cicatrix.phantom.filters import Plane, gaussian
from cicatrix.phantom.make import Phantom, draw_directions
from cicatrix.phantom.options import PhantomSettings
from cicatrix.phantom.render import Optics, Renderer

__all__ = ["LitSkin", "Torch", "draw_torches", "flush", "light_on_card", "room_light"]

PIXEL_SPREAD = 12**-0.5
"""Standard deviation of a box one pixel wide: what a pixel gathers."""


@dataclass(frozen=True, slots=True, eq=False)
class Torch:
    """A torch: ``place_mm`` in the card's frame, and radiant intensity relative to the mean of all."""

    place_mm: NDArray[np.float64]
    strength: float

    @property
    def distance_mm(self) -> float:
        """From the middle of the window."""
        return float(np.linalg.norm(self.place_mm))


def draw_torches(
    settings: PhantomSettings, shots: CardShots, faults: tuple[Fault, ...], rng: np.random.Generator
) -> tuple[Torch, ...]:
    """Torches around the window, one for each photograph.

    Parameters
    ----------
    settings
        Number, elevations and jitter of the lights.
    shots
        Distances, and the turn without a torch.
    faults
        Of each photograph; a fault of one does not move the others.
    rng
        Where the random numbers come from.
    """
    directions = _around_gap(draw_directions(settings, rng), shots)
    far = rng.uniform(*shots.torch_mm, len(directions))
    # A torch is never held in quite the same way twice, and its battery sags.
    strength = rng.uniform(0.93, 1.07, len(directions))
    torches = []
    for k, fault in enumerate(faults):
        direction = directions[k]
        if fault.torch_elevation_deg is not None:
            high = np.radians(fault.torch_elevation_deg)
            flat = direction[:2] / np.linalg.norm(direction[:2])
            direction = np.array([*np.cos(high) * flat, np.sin(high)])
        distance = far[k] if fault.torch_mm is None else fault.torch_mm
        torches.append(Torch(direction * distance, float(strength[k] / strength.mean())))
    return tuple(torches)


def _around_gap(directions: NDArray[np.float64], shots: CardShots) -> NDArray[np.float64]:
    """Move the torches closer together, so that a turn of ``gap_deg`` is left free."""
    middle = np.radians(90.0 - 30.0 * shots.gap_hour)
    turn = (np.arctan2(directions[:, 1], directions[:, 0]) - middle) % (2.0 * np.pi)
    gap = np.radians(shots.gap_deg)
    turn = middle + gap / 2 + turn * (1.0 - gap / (2.0 * np.pi))
    flat = np.hypot(directions[:, 0], directions[:, 1])
    return np.column_stack([flat * np.cos(turn), flat * np.sin(turn), directions[:, 2]])


def flush(skin: Phantom, margin_mm: float) -> Plane:
    """Height of the skin above a card that lies on it: above the plane through the window's edge.

    Parameters
    ----------
    skin
        Its field reaches ``margin_mm`` beyond the window.
    margin_mm
        Width of the skin under the card.
    """
    pixel = skin.settings.pixel_mm
    rows, cols = skin.form_mm.shape
    y, x = ((np.arange(count) + 0.5 - count / 2) * pixel for count in (rows, cols))
    edge = max(1, round(margin_mm / pixel))
    rim = np.zeros((rows, cols), dtype=bool)
    rim[edge:-edge, edge:-edge] = True
    rim[edge + 1 : -edge - 1, edge + 1 : -edge - 1] = False
    row, col = np.nonzero(rim)
    terms = np.column_stack([np.ones(len(row)), x[col], y[row]])
    level, across, down = np.linalg.lstsq(terms, skin.form_mm[rim].astype(np.float64), rcond=None)[0]
    return np.asarray(skin.height_mm - (level + across * x[None, :] + down * y[:, None]), dtype=np.float32)


def room_light(shots: CardShots, fault: Fault) -> float:
    """Light of the room, as a share of a torch's at mean distance and 45 degrees."""
    share = shots.room if fault.room is None else fault.room
    return float(share * np.sqrt(0.5) * (shots.camera_mm / np.mean(shots.torch_mm)) ** 2)


def light_on_card(
    shots: CardShots, torch: Torch, sheet: Sheet, x: NDArray[np.floating], y: NDArray[np.floating]
) -> Plane:
    """Light on points of the card: inverse square law, Lambert's cosine, and the fall-off of the beam.

    Parameters
    ----------
    shots
        ``camera_mm`` and ``beam`` count.
    torch
        Where it stands.
    sheet
        How the paper is bent.
    x, y
        ``(rows, cols)`` places in the card's frame.
    """
    place = torch.place_mm.astype(np.float32)
    across, up = place[0] - x, place[1] - y
    above = place[2] - sheet.height_mm(x).astype(np.float32)
    reach2 = across**2 + up**2 + above**2
    slope = sheet.slope(x).astype(np.float32)
    facing = np.maximum((above - slope * across) / np.sqrt(1.0 + slope**2), 0.0)
    light = np.float32(torch.strength * shots.camera_mm**2) * facing / (reach2 * np.sqrt(reach2))
    return np.asarray(light * _beam(shots, torch, across, up, above), dtype=np.float32)


def _beam(
    shots: CardShots,
    torch: Torch,
    across: NDArray[np.floating],
    up: NDArray[np.floating],
    above: NDArray[np.floating],
) -> NDArray[np.floating]:
    """Share of the beam that leaves towards points, given the way from them to the torch."""
    axis = (torch.place_mm / torch.distance_mm).astype(np.float32)
    cosine = (across * axis[0] + up * axis[1] + above * axis[2]) / np.sqrt(across**2 + up**2 + above**2)
    return np.asarray(np.maximum(cosine, 0.0) ** np.float32(shots.beam))


class LitSkin:
    """Skin under a card, ready to be lit.

    Parameters
    ----------
    skin
        Its colour and optics.
    above_mm
        ``(rows, cols)`` height above the card, as from ``flush``.
    sheet
        How the card, and the skin with it, is bent.
    shots
        How it is photographed.
    """

    def __init__(self, skin: Phantom, above_mm: Plane, sheet: Sheet, shots: CardShots) -> None:
        settings = skin.settings
        self.above_mm, self.pixel_mm, self.sheet = above_mm, settings.pixel_mm, sheet
        rows, cols = above_mm.shape
        self._x = ((np.arange(cols) + 0.5 - cols / 2) * settings.pixel_mm)[None, :].astype(np.float32)
        self._y = ((rows / 2 - np.arange(rows) - 0.5) * settings.pixel_mm)[:, None].astype(np.float32)
        self._height = np.asarray(above_mm + sheet.height_mm(self._x), dtype=np.float32)
        self._shots, self._gloss = shots, settings.gloss
        optics = Optics(
            subsurface=settings.subsurface,
            interreflection=settings.interreflection,
            gloss=1.0,
            roughness=settings.roughness,
            light_size_deg=settings.light_size_deg,
        )
        self._renderer = Renderer(self._height, settings.pixel_mm, skin.albedo, optics)
        self._under_sky: Plane | None = None

    def under(self, torch: Torch, fault: Fault, pose: Pose) -> Plane:
        """``(rows, cols, 3)`` light that leaves the skin to the camera, gathered over a pixel's width."""
        far = torch.distance_mm
        matt, shine = self._renderer.under(torch.place_mm / far, far, pose.place_mm)
        matt += np.float32(self._gloss if fault.gloss is None else fault.gloss) * shine[..., None]
        across, up = torch.place_mm[0] - self._x, torch.place_mm[1] - self._y
        gain = torch.strength * (self._shots.camera_mm / far) ** 2
        matt *= (gain * _beam(self._shots, torch, across, up, torch.place_mm[2] - self._height))[..., None]
        room = room_light(self._shots, fault)
        if room > 0.0:
            matt += np.float32(room) * self._sky()
        spread_px = PIXEL_SPREAD * self._shots.pixel_mm / self.pixel_mm
        return gaussian(matt, spread_px) if spread_px > 0.3 else matt

    def _sky(self) -> Plane:
        if self._under_sky is None:
            self._under_sky = self._renderer.under_sky()
        return self._under_sky
