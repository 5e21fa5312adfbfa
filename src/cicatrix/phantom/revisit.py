"""The same skin at several visits: moved, turned, stretched, relit, its scars and marks changed by a known share.

A skin is drawn once, larger than a picture. Each visit looks at a part of it through a pose; lights, camera noise and
the form of the face are drawn anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.errors import InputError
from cicatrix.phantom.colour import skin_rgb
from cicatrix.phantom.families import Placed, draw_scars
from cicatrix.phantom.make import SMOOTHED, Phantom, draw_directions, photograph, scar_relief
from cicatrix.phantom.marks import MarkTruth, paint
from cicatrix.phantom.options import PhantomSettings
from cicatrix.phantom.skin import Distractor, form_mm, micro_relief_mm, smooth_noise, strew_distractors
from cicatrix.phantom.truth import ScarTruth, measure

__all__ = ["Pose", "Skin", "look", "make_skin", "make_visit"]

Plane = NDArray[np.float32]
Points = NDArray[np.float64]

_MOVED_MM = 2.0
_TURNED_DEG = 5.0
_STRETCHED_MM = 0.1
"""Each visit lies up to this far from the skin's middle, turned up to this much, the skin stretched by about this."""

_WARP_MM = 9.0
"""How slowly the skin's own stretching varies."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a picture lies on the skin.

    Attributes
    ----------
    x_mm, y_mm
        How far the picture's middle lies from the skin's.
    turn_deg
        By how much the camera is turned.
    scale
        Millimetres of skin in a millimetre as the rig states it; 1.02 where it reads 2 % too little.
    warp_mm
        Standard deviation of the skin's own smooth stretching along each axis.
    """

    x_mm: float = 0.0
    y_mm: float = 0.0
    turn_deg: float = 0.0
    scale: float = 1.0
    warp_mm: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """A piece of skin that can be looked at again.

    Attributes
    ----------
    settings, seed
        What it was made from; ``settings.size_mm`` is the side of the whole skin.
    placed
        Scars with their shapes, as at the first visit.
    micro_mm
        ``(rows, cols)`` lines, pores, and everything that is not a scar.
    melanin, blood
        ``(rows, cols)`` volume fractions with the marks.
    plain_melanin, plain_blood
        The same without the marks.
    marks, distractors
        The truth.
    """

    settings: PhantomSettings
    seed: int
    placed: tuple[Placed, ...]
    micro_mm: Plane
    melanin: Plane
    blood: Plane
    plain_melanin: Plane
    plain_blood: Plane
    marks: tuple[MarkTruth, ...]
    distractors: tuple[Distractor, ...]


def make_skin(seed: int, settings: PhantomSettings) -> Skin:
    """Draw a skin; the same seed and settings draw the same.

    Raises
    ------
    InputError
        When the scars do not fit on it.
    """
    streams = [np.random.default_rng([seed, stream]) for stream in range(5)]
    shape, pixel = (settings.pixels, settings.pixels), settings.pixel_mm
    placed = draw_scars(settings, streams[0])
    micro = micro_relief_mm(streams[1], shape, pixel, strength=settings.micro_relief, age=settings.age)
    distractors: list[Distractor] = []
    if settings.distractors:
        taken = np.array([[item.x_mm, item.y_mm, item.shape.reach_mm] for item in placed]).reshape(-1, 3)
        distractors = strew_distractors(streams[2], micro, pixel, taken, strength=min(settings.micro_relief, 1.5))
    marked = paint(np.random.default_rng([seed, 4]), settings, shape, distractors)
    unspotted = paint(np.random.default_rng([seed, 4]), settings, shape)
    # Mottling is drawn first: without marks the same seed gives the same plain skin.
    plain = paint(np.random.default_rng([seed, 4]), replace(settings, red_marks=0, brown_marks=0), shape)
    moles = marked.melanin - unspotted.melanin
    return Skin(
        settings=settings,
        seed=seed,
        placed=tuple(placed),
        micro_mm=micro,
        melanin=marked.melanin,
        blood=marked.blood,
        plain_melanin=plain.melanin + moles,
        plain_blood=plain.blood,
        marks=marked.marks,
        distractors=tuple(distractors),
    )


def make_visit(
    seed: int, settings: PhantomSettings, visit: int, *, depth_left: float = 1.0, marks_left: float = 1.0
) -> Phantom:
    """Capture a skin at one of its visits; visits of one seed and the same settings show the same skin.

    Parameters
    ----------
    seed
        Of the skin.
    settings
        Of the capture; its counts are of a skin 10 % and 6 mm wider than the picture.
    visit
        Number of the visit: position, turn, stretching, lights and noise are drawn from it.
    depth_left, marks_left
        Factor on the depth of every scar, and on the excess of pigment and blood of every mark; 0 to 2.

    Raises
    ------
    InputError
        A factor is out of range, the kind is ``card``, or the scars do not fit on the skin.
    """
    for name, factor in (("depth_left", depth_left), ("marks_left", marks_left)):
        if not 0.0 <= factor <= 2.0:
            raise InputError(f"{name} is {factor!r}", allowed="a number from 0 to 2", fix="1 leaves it as it was")
    if settings.kind == "card":
        raise InputError(
            "visits cannot be photographed with the card", allowed="lights or height as kind", fix="change the kind"
        )
    skin = make_skin(seed, replace(settings, size_mm=1.1 * settings.size_mm + 6.0))
    rng = np.random.default_rng([seed, visit, 9])
    x_mm, y_mm = (float(value) for value in rng.uniform(-_MOVED_MM, _MOVED_MM, 2))
    pose = Pose(x_mm, y_mm, float(rng.uniform(-_TURNED_DEG, _TURNED_DEG)), 1.0, _STRETCHED_MM)
    depth = {item.truth.id: depth_left for item in skin.placed}
    return look(skin, visit, settings, pose, depth=depth, marks_left=marks_left)[0]


@dataclass(frozen=True, slots=True, eq=False)
class _Gaze:
    """Where each place of the picture lies on the skin, and back."""

    pose: Pose
    size_mm: float
    skin_mm: float
    warp: tuple[Plane, Plane] | None
    pixel_mm: float

    def on_skin(self, rows: int) -> tuple[Plane, Plane]:
        """Place on the skin, x and y, of every pixel's middle, each ``(rows, rows)``."""
        at = (np.arange(rows) + 0.5) * self.pixel_mm - 0.5 * self.size_mm
        x, y = np.meshgrid(at, at)
        cosine, sine = (self.pose.scale * part(np.radians(self.pose.turn_deg)) for part in (np.cos, np.sin))
        across = 0.5 * self.skin_mm + self.pose.x_mm + cosine * x - sine * y
        down = 0.5 * self.skin_mm + self.pose.y_mm + sine * x + cosine * y
        if self.warp is not None:
            across, down = across + self.warp[0], down + self.warp[1]
        return across.astype(np.float32), down.astype(np.float32)

    def in_picture(self, points: Points) -> Points:
        """Places of the picture, ``(n, 2)`` in mm, for points of the skin."""
        cosine, sine = (part(np.radians(self.pose.turn_deg)) / self.pose.scale for part in (np.cos, np.sin))
        found = np.zeros_like(points)
        shift = np.zeros_like(points)
        for _ in range(6):  # the warp is small and smooth: a few rounds settle it
            off = points - 0.5 * self.skin_mm - (self.pose.x_mm, self.pose.y_mm) - shift
            found = 0.5 * self.size_mm + np.column_stack(
                [cosine * off[:, 0] + sine * off[:, 1], cosine * off[:, 1] - sine * off[:, 0]]
            )
            if self.warp is None:
                return found
            cells = np.clip((found / self.pixel_mm).astype(int), 0, len(self.warp[0]) - 1)
            shift = np.column_stack([plane[cells[:, 1], cells[:, 0]] for plane in self.warp])
        return found


def look(
    skin: Skin,
    seed: int,
    settings: PhantomSettings,
    pose: Pose = Pose(),
    *,
    depth: Mapping[str, float] | None = None,
    marks_left: float = 1.0,
) -> tuple[Phantom, dict[str, Points]]:
    """Look at a skin once: a phantom of the part that the picture holds.

    Parameters
    ----------
    skin
        As from ``make_skin``.
    seed
        Of this visit: lights, noise, form and warp.
    settings
        Size, pixels, lights, camera and form of this visit; its counts do not matter.
    pose
        Where the picture lies.
    depth
        Factor on the depth of single scars, by their ids; 1 for all others.
    marks_left
        Share of the marks' excess of pigment and blood that is left.

    Returns
    -------
    phantom
        Scars in its truth have the places of the picture and the depths of this visit; only those whose mouth lies
        wholly in the picture are there.
    where
        Outline of every scar of the skin, seen or not, in mm of the picture.

    Raises
    ------
    InputError
        When the picture does not lie on the skin.
    """
    streams = [np.random.default_rng([skin.seed, seed, stream]) for stream in range(4)]
    shape, pixel = (settings.pixels, settings.pixels), settings.pixel_mm
    gaze = _Gaze(pose, settings.size_mm, skin.settings.size_mm, _warp(streams[0], shape, settings, pose), pixel)
    x, y = gaze.on_skin(settings.pixels)
    if min(x.min(), y.min()) < 0.0 or max(x.max(), y.max()) > skin.settings.size_mm:
        raise InputError(
            f"the picture of {settings.size_mm:g} mm leaves the skin of {skin.settings.size_mm:g} mm",
            fix="make the skin larger, or move the picture less",
        )
    changed = [_changed(item, (depth or {}).get(item.truth.id, 1.0)) for item in skin.placed]
    whole, cover = scar_relief(changed, skin.micro_mm.shape[:2], skin.settings.pixel_mm)
    to = (x / skin.settings.pixel_mm - 0.5, y / skin.settings.pixel_mm - 0.5)

    def seen(plane: Plane) -> Plane:
        return np.asarray(cv2.remap(plane, *to, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT), np.float32)

    scale = np.float32(1.0 / pose.scale)
    scar = seen(whole) * scale
    micro = seen(skin.micro_mm * (1.0 - SMOOTHED * cover)) * scale
    form = form_mm(streams[1], shape, pixel, radius_mm=settings.form_radius_mm, tilt_deg=settings.tilt_deg)
    left = np.float32(marks_left)
    melanin = np.maximum(seen(skin.plain_melanin + left * (skin.melanin - skin.plain_melanin)), 1e-5)
    blood = np.maximum(seen(skin.plain_blood + left * (skin.blood - skin.plain_blood)), 1e-5)
    albedo = skin_rgb(melanin, blood)
    directions = images = None
    if settings.kind == "lights":
        directions = draw_directions(settings, streams[2])
        images = photograph(form + micro + scar, albedo, directions, settings, streams[3])
    where = {item.truth.id: gaze.in_picture(np.asarray(item.truth.outline_mm)) for item in changed}
    return Phantom(
        settings=settings,
        seed=seed,
        height_mm=form + micro + scar,
        form_mm=form,
        scar_mm=scar,
        scars=tuple(_placed(item, where, gaze) for item in changed if _inside(where[item.truth.id], settings.size_mm)),
        marks=(),
        distractors=(),
        albedo=albedo,
        directions=directions,
        images=images,
    ), where


def _warp(
    rng: np.random.Generator, shape: tuple[int, int], settings: PhantomSettings, pose: Pose
) -> tuple[Plane, Plane] | None:
    if pose.warp_mm == 0.0:
        return None
    across, down = (smooth_noise(rng, shape, _WARP_MM / settings.pixel_mm) * pose.warp_mm for _ in range(2))
    return across - across.mean(), down - down.mean()


def _changed(item: Placed, factor: float) -> Placed:
    if factor == 1.0:
        return item
    shape = replace(item.shape, depth_mm=factor * item.shape.depth_mm)  # type: ignore[type-var, attr-defined]
    return Placed(shape, item.x_mm, item.y_mm, measure(shape, item.truth.id, item.x_mm, item.y_mm))


def _inside(outline: Points, size_mm: float) -> bool:
    return bool((outline > 0.0).all() and (outline < size_mm).all())


def _placed(item: Placed, where: Mapping[str, Points], gaze: _Gaze) -> ScarTruth:
    middle = gaze.in_picture(np.array([[item.truth.x_mm, item.truth.y_mm]]))[0]
    scale = gaze.pose.scale
    return item.truth.model_copy(
        update={
            "x_mm": round(float(middle[0]), 4),
            "y_mm": round(float(middle[1]), 4),
            "width_mm": round(item.truth.width_mm / scale, 4),
            "longest_mm": round(item.truth.longest_mm / scale, 4),
            "shortest_mm": round(item.truth.shortest_mm / scale, 4),
            "depth_mm": round(item.truth.depth_mm / scale, 4),
            "area_mm2": round(item.truth.area_mm2 / scale**2, 4),
            "volume_mm3": round(item.truth.volume_mm3 / scale**3, 5),
            "outline_mm": tuple((round(float(a), 3), round(float(b), 3)) for a, b in where[item.truth.id]),
        }
    )
