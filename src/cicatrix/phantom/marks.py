"""Pigment and blood across the skin: mottling, red marks (erythema), brown marks (hyperpigmentation), a mole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from cicatrix.model import Record
from cicatrix.phantom.colour import BLOOD, MELANIN, lab, reflectance_rgb, skin_rgb
from cicatrix.phantom.families import lay_out
from cicatrix.phantom.options import PhantomSettings, Tone
from cicatrix.phantom.shapes import Outline
from cicatrix.phantom.skin import Distractor, smooth_noise

__all__ = ["MarkTruth", "Pigment", "paint"]

Plane = NDArray[np.float32]
Generator = np.random.Generator
MarkKind = Literal["red", "brown"]

_SOFT_EDGE: Final = 0.55
"""Share of a mark's radius over which its edge fades."""


class MarkTruth(Record):
    """A flat mark: a place with more blood (red) or more melanin (brown)."""

    id: str
    kind: MarkKind
    x_mm: float
    y_mm: float
    area_mm2: float
    """Area where at least half of the pigment's excess is present."""
    contrast: float
    """Difference of colour (CIELAB, CIE76) between the mark's middle and plain skin of this tone."""
    gain: float
    """Factor on blood (red) or melanin (brown) in the middle."""


@dataclass(frozen=True, slots=True, eq=False)
class Pigment:
    """Volume fractions across the field, ``(rows, cols)``, the colour they give, and the marks among them."""

    melanin: Plane
    blood: Plane
    albedo: Plane
    marks: tuple[MarkTruth, ...]


def _spot(x: Plane, y: Plane, outline: Outline) -> Plane:
    """1 inside, 0 outside, a half on the outline, with a soft edge."""
    rho = np.hypot(x, y) / outline.radius_at(np.arctan2(y, x))
    inside = np.clip((1.0 + 0.5 * _SOFT_EDGE - rho) / _SOFT_EDGE, 0.0, 1.0)
    return (inside**2 * (3.0 - 2.0 * inside)).astype(np.float32)


def _irregular(rng: Generator, width_mm: float) -> Outline:
    wave = rng.normal(size=(2, 5)) * 0.09 / np.arange(2, 7)
    return Outline(
        radius_mm=0.5 * width_mm,
        elongation=rng.uniform(1.0, 1.6),
        angle_rad=rng.uniform(0.0, np.pi),
        cosines=tuple(float(a) for a in wave[0]),
        sines=tuple(float(a) for a in wave[1]),
    )


def _grid(shape: tuple[int, int], pixel_mm: float, x_mm: float, y_mm: float) -> tuple[Plane, Plane]:
    y = (np.arange(shape[0], dtype=np.float32) + 0.5) * np.float32(pixel_mm) - np.float32(y_mm)
    x = (np.arange(shape[1], dtype=np.float32) + 0.5) * np.float32(pixel_mm) - np.float32(x_mm)
    across, down = np.meshgrid(x, y)
    return across, down


def _raise_share(
    rng: Generator, share: Plane, pixel_mm: float, place: tuple[float, float], outline: Outline, gain: float
) -> float:
    """Multiply a volume fraction by about ``gain`` inside an outline, in place.

    The pigment is patchy. Returns the area in mm² where at least half of the excess is present.
    """
    reach = 1.3 * float(outline.radius_at(np.linspace(0.0, 2.0 * np.pi, 90)).max())
    first_row, last_row = _span(place[1], reach, pixel_mm, share.shape[0])
    first_col, last_col = _span(place[0], reach, pixel_mm, share.shape[1])
    view = share[first_row:last_row, first_col:last_col]
    x, y = _grid(view.shape, pixel_mm, place[0] - first_col * pixel_mm, place[1] - first_row * pixel_mm)
    patches = 1.0 + 0.2 * smooth_noise(rng, (view.shape[0], view.shape[1]), 0.35 / pixel_mm)
    excess = _spot(x, y, outline) * np.clip(patches, 0.5, 1.5)
    view *= 1.0 + (np.float32(gain) - 1.0) * excess
    return float((excess >= 0.5).sum()) * pixel_mm**2


def _span(middle_mm: float, reach_mm: float, pixel_mm: float, count: int) -> tuple[int, int]:
    first = int(np.floor((middle_mm - reach_mm) / pixel_mm))
    return max(first, 0), min(int(np.ceil((middle_mm + reach_mm) / pixel_mm)) + 1, count)


def _room(tone: Tone) -> float:
    """How much relative excess of melanin a tone leaves room for: skin that has much cannot have several times more."""
    return float(min(1.3, np.sqrt(0.05 / MELANIN[tone])))


def _contrast(melanin: float, blood: float, kind: str, gain: float) -> float:
    plain = lab(reflectance_rgb(np.array(melanin), np.array(blood)))
    grown = (melanin, blood * gain) if kind == "red" else (melanin * gain, blood)
    marked = lab(reflectance_rgb(np.array(grown[0]), np.array(grown[1])))
    return float(np.linalg.norm(marked - plain))


def paint(
    rng: Generator, settings: PhantomSettings, shape: tuple[int, int], distractors: Sequence[Distractor] = ()
) -> Pigment:
    """Colour the skin.

    Parameters
    ----------
    rng
        Where the random numbers come from.
    settings
        Tone and numbers of marks.
    shape
        Rows and columns.
    distractors
        Moles among them are painted.

    Returns
    -------
    Pigment
        Volume fractions, linear sRGB albedo, and the truth of the marks.
    """
    pixel = settings.pixel_mm
    melanin = _mottled(rng, shape, MELANIN[settings.tone], pixel, 0.07)
    blood = _mottled(rng, shape, BLOOD, pixel, 0.16)
    marks = []
    kinds: list[MarkKind] = ["red" for _ in range(settings.red_marks)]
    kinds += ["brown" for _ in range(settings.brown_marks)]
    widths = rng.uniform(1.5, min(6.0, 0.2 * settings.size_mm + 1.0), size=len(kinds))
    places = lay_out([0.75 * float(width) for width in widths], settings.size_mm, rng, what="marks")
    for number, (kind, width, place) in enumerate(zip(kinds, widths, places, strict=True), start=1):
        gain = rng.uniform(2.2, 5.5) if kind == "red" else 1.0 + rng.uniform(0.5, 1.6) * _room(settings.tone)
        outline = _irregular(rng, float(width))
        area = _raise_share(rng, blood if kind == "red" else melanin, pixel, place, outline, gain)
        marks.append(
            MarkTruth(
                id=f"m{number:02d}",
                kind=kind,
                x_mm=round(place[0], 3),
                y_mm=round(place[1], 3),
                area_mm2=round(area, 3),
                contrast=round(_contrast(MELANIN[settings.tone], BLOOD, kind, gain), 2),
                gain=round(float(gain), 3),
            )
        )
    for mole in (thing for thing in distractors if thing.kind == "mole"):
        place = (mole.x_mm, mole.y_mm)
        _raise_share(rng, melanin, pixel, place, _irregular(rng, mole.width_mm), 1.0 + 3.0 * _room(settings.tone))
    return Pigment(melanin, blood, skin_rgb(melanin, blood), tuple(marks))


def _mottled(rng: Generator, shape: tuple[int, int], share: float, pixel_mm: float, spread: float) -> Plane:
    """Draw a volume fraction that varies slowly over millimetres and finely over tenths of them."""
    slow = smooth_noise(rng, shape, 2.2 / pixel_mm)
    middle = smooth_noise(rng, shape, 0.6 / pixel_mm)
    fine = smooth_noise(rng, shape, 0.12 / pixel_mm)
    return np.asarray(share * np.exp(spread * (0.7 * slow + 0.5 * middle + 0.5 * fine)), dtype=np.float32)
