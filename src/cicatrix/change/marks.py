"""The change of each flat mark: its pigment or blood at the same place of both pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from cicatrix.change.assessed_capture import AssessedCapture
from cicatrix.change.depth import Field, Plane, remeasure
from cicatrix.change.pair import Pair, first_known
from cicatrix.change.verdict import Estimate, Repeats, judged
from cicatrix.change.warp import Warp
from cicatrix.colour import pigment_maps
from cicatrix.model import Mark
from cicatrix.model.change import Changed, MarkChange

__all__ = ["Colours", "MarkRow", "changed_marks", "colours_of"]

INDEX_SCALE: Final = 0.01
"""Indices are measured like depths: ten units like a tenth of a millimetre."""

RATIO_ERROR: Final = 0.03
"""Standard error of the ratio of two contrasts of a mark, besides what the skin around tells (phantoms)."""

CONTRAST_ERROR: Final = 0.3
"""Standard error of a change of contrast in index units: mottling that differs with the light (phantoms)."""

WIDTH_ERROR_MM: Final = 0.12
WIDTH_ERROR: Final = 0.04
"""Standard error of the change of a width; areas have that of the width twice."""


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One mark's record, with what is left of it, unrounded."""

    record: MarkChange
    contrast: Estimate | None
    """Change of the contrast, index units."""
    area_mm2: Estimate | None


@dataclass(frozen=True, slots=True, eq=False)
class Colours:
    """Melanin and erythema of both pictures on each other, as fields to measure in."""

    melanin: Field
    erythema: Field

    def of(self, kind: str) -> Field:
        """The field of a mark's own colour."""
        return self.melanin if kind == "brown" else self.erythema


def colours_of(before: AssessedCapture, after: AssessedCapture, warp: Warp, taken: Plane) -> Colours | None:
    """Both pictures' colour on the later one's grid; None where one has no colour.

    Parameters
    ----------
    taken
        ``(rows, cols)`` above 0 where a mark or scar lies in either picture, of any resolution over the later picture.
    """
    maps = [pigment_maps(seen.relief, seen.assessment.scars) for seen in (before, after)]
    first, second = maps
    if first is None or second is None:
        return None
    rows, cols = second.melanin.shape
    pixel = warp.size_mm[0] / cols
    wide = before.relief.shape[1] * before.relief.pixel_mm / first.melanin.shape[1]
    at = (np.arange(rows) * taken.shape[0] // rows)[:, None], (np.arange(cols) * taken.shape[1] // cols)[None, :]
    skin = taken[at] <= 0
    fields = []
    for name in ("melanin", "erythema"):
        carried = warp.carried(-INDEX_SCALE * getattr(first, name), wide, rows, cols)
        own = np.asarray(-INDEX_SCALE * getattr(second, name), np.float32)
        fields.append(Field(carried.astype(np.float32), own, skin, pixel))
    return Colours(*fields)


def changed_marks(
    pairs: Sequence[Pair],
    before: Mapping[str, Mark],
    after: Mapping[str, Mark],
    colours: Colours | None,
    repeats: Repeats | None = None,
) -> tuple[MarkRow, ...]:
    """Measure the change of every pair of marks."""
    return tuple(
        _row(
            one,
            None if one.before is None else before[one.before.id],
            None if one.after is None else after[one.after.id],
            colours,
            repeats,
        )
        for one in pairs
    )


def _row(
    one: Pair, first: Mark | None, second: Mark | None, colours: Colours | None, repeats: Repeats | None
) -> MarkRow:
    known, place = first_known(first, second), one.place
    amount = None
    notes = []
    if one.fate == "outside":
        pass  # the fate says it
    elif known.at_edge:
        notes.append("cut off by the edge of a picture: its change cannot be said")
    elif colours is None:
        notes.append("one of the captures has no colour")
    else:
        amount = _contrast(one, known, colours, by_after=first is None)
        if amount is None:
            notes.append("too little skin around it is seen in both pictures")
    name = "melanin" if known.kind == "brown" else "erythema"
    contrast = None
    if amount is not None:
        own = [None if mark is None else getattr(mark.contrast, name).value for mark in (first, second)]
        sdc = None if repeats is None else repeats.sdc_for(f"{name}_contrast", abs(own[0] or own[1] or 0.0))
        contrast = judged(own[0], own[1], amount, repeats=sdc, digits=2)
    area, spread = _area(first, second, repeats) if one.fate == "same" else (None, None)
    record = MarkChange(
        before_id=None if first is None else first.id,
        after_id=None if second is None else second.id,
        fate=one.fate,
        kind=known.kind,
        x_mm=round(place.x_mm, 3),
        y_mm=round(place.y_mm, 3),
        contrast=contrast,
        area=area,
        verdict="cannot say" if contrast is None else contrast.verdict,
        notes=tuple(notes),
    )
    return MarkRow(record, amount, spread)


def _contrast(one: Pair, known: Mark, colours: Colours, *, by_after: bool) -> Estimate | None:
    """Change of the contrast of a mark, after minus before, in index units."""
    found = remeasure(colours.of(known.kind), one.outlines, by_after=by_after)
    if found is None:
        return None
    whole = (known.contrast.melanin if known.kind == "brown" else known.contrast.erythema).value
    error = math.hypot(abs(whole) * math.hypot(RATIO_ERROR, found.ratio_error), CONTRAST_ERROR)
    return Estimate((-1.0 if by_after else 1.0) * whole * (found.ratio - 1.0), error)


def _area(first: Mark | None, second: Mark | None, repeats: Repeats | None) -> tuple[Changed | None, Estimate | None]:
    if first is None or second is None or first.at_edge or second.at_edge:
        return None, None
    width, area = first.width_mm.value, first.area_mm2.value
    relative = math.hypot(WIDTH_ERROR_MM / max(width, 0.1), WIDTH_ERROR)
    amount = Estimate(second.area_mm2.value - area, 2.0 * area * relative)
    sdc = None if repeats is None else repeats.sdc_for("mark_area_mm2", area)
    return judged(area, second.area_mm2.value, amount, repeats=sdc, digits=3), amount
