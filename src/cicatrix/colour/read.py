"""Read the skin's colour: marks, dark spots and tone, and maps of pigment and blood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.colour.chart import Chart, draw_chart
from cicatrix.colour.judge import Verdict, judge
from cicatrix.colour.optics import INDEX
from cicatrix.colour.publish import to_marks, to_spots
from cicatrix.colour.tone import tone_of
from cicatrix.model import DarkSpot, Mark, PigmentMaps, Relief, Scar, SkinTone

__all__ = ["SkinColour", "find_marks", "has_colour", "pigment_maps", "read_colour", "skin_tone"]

SMALLEST_CELLS = 16
"""A picture narrower than this many cells is too small for a mark and the skin around it."""

GREY = 0.01
"""Channels that differ by less than this share everywhere hold no colour."""


@dataclass(frozen=True, slots=True, eq=False)
class SkinColour:
    """What the colours of a capture say: marks, dark spots that are no marks, and the tone of the skin between them."""

    marks: tuple[Mark, ...]
    spots: tuple[DarkSpot, ...]
    tone: SkinTone


def has_colour(relief: Relief) -> bool:
    """Whether a relief comes from colour photographs large enough to look for marks."""
    if relief.albedo is None or relief.channel == "grey":
        return False
    sample = relief.albedo[::8, ::8]
    level = np.maximum(sample.mean(axis=2), 1e-3)
    coloured = np.abs(sample[..., 0] - sample[..., 2]) / level
    return bool(float(np.median(coloured)) > GREY and min(relief.shape) * relief.pixel_mm >= SMALLEST_CELLS * 0.1)


def read_colour(relief: Relief, scars: Sequence[Scar], *, brightest: float | None = None) -> SkinColour | None:
    """Marks, dark spots, tone and maps of a relief; None where there is no colour (height maps, grey photographs).

    Parameters
    ----------
    relief
        From photographs under several lights.
    scars
        Scars found on it: their shading must not become marks.
    brightest
        Reflectance that an albedo of 1 stands for, from a reference in the picture; None without one.
    """
    if not has_colour(relief):
        return None
    chart = draw_chart(relief, scars)
    work = judge(chart)
    plain = _plain(chart, (*work.marks, *work.spots))
    level = np.median(chart.absorbed[plain], axis=0)
    return SkinColour(
        marks=to_marks(work.marks, chart, scars),
        spots=to_spots(work.spots, chart, scars),
        tone=tone_of(np.exp(-level / INDEX), brightest),
    )


def pigment_maps(relief: Relief, scars: Sequence[Scar]) -> PigmentMaps | None:
    """Melanin and erythema across the picture, as marks are looked for in them; None without colour."""
    if not has_colour(relief):
        return None
    chart = draw_chart(relief, scars)
    plain = chart.seen & (chart.scars == 0)
    plain = plain if plain.any() else np.ones(plain.shape, np.bool_)
    melanin, erythema = (plane - np.median(plane[plain]) for plane in (chart.melanin, chart.erythema))
    return PigmentMaps(melanin.astype(np.float32), erythema.astype(np.float32))


def find_marks(relief: Relief, scars: Sequence[Scar]) -> tuple[Mark, ...]:
    """Red, brown and mixed marks, numbered from the top; none without colour."""
    colour = read_colour(relief, scars)
    return () if colour is None else colour.marks


def skin_tone(relief: Relief, scars: Sequence[Scar] = (), *, brightest: float | None = None) -> SkinTone | None:
    """Tone of the skin between scars and marks; None without colour."""
    colour = read_colour(relief, scars, brightest=brightest)
    return None if colour is None else colour.tone


def _plain(chart: Chart, found: Sequence[Verdict]) -> NDArray[np.bool_]:
    """Cells of plain skin: seen, outside scars, and away from marks."""
    taken = np.zeros(chart.seen.shape, np.uint8)
    for one in found:
        taken[one.patch.window] |= one.patch.mask.astype(np.uint8)
    taken = np.asarray(cv2.dilate(taken, np.ones((9, 9), np.uint8)))
    plain = chart.seen & (chart.scars == 0) & (taken == 0)
    return plain if plain.sum() >= 100 else np.ones(plain.shape, np.bool_)
