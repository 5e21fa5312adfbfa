"""The change of each scar: what both reliefs show at the same place, joined with the two measurements.

Three readings of one ratio, depth after over depth before: the registered reliefs, the two fitted depths, and the two
depths from shading alone. The first two share the error of the fit, the third has another: where it is surer it counts
more, and where they disagree the interval grows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.change.depth import Field, Remeasured, remeasure
from cicatrix.change.pair import Pair, first_known
from cicatrix.change.verdict import Estimate, Repeats, combined, judged
from cicatrix.model import Scar
from cicatrix.model.change import Changed, ScarChange, Verdict
from cicatrix.model.note import noted
from cicatrix.model.quantity import Z_95

__all__ = ["Readings", "Row", "changed_scars"]

Points = NDArray[np.float64]

FIT_ERROR: Final = 0.018
FIT_ERROR_MM: Final = 0.014
"""Standard error of the ratio of two fitted depths of a scar: a share, and a length over its depth."""

SHADED_ERROR: Final = 0.038
SHADED_STEEP: Final = 0.35
"""The same of two depths from shading alone, and how it grows with depth over width: walls hide from the light."""

LEVEL_ERROR: Final = 0.06
LEVEL_ERROR_MM: Final = 0.004
"""The same of two scars that were never fitted, gentle ones that light shows whole."""

HEIGHT_ERROR: Final = 0.01
"""The same between two height maps."""

MIXED_ERROR: Final = 0.25
"""The same where one was fitted and the other was not."""

APART: Final = 0.3
"""Added where the registered reliefs and the two fitted depths tell different ratios: this share of the difference."""

DARK_ERROR: Final = 0.1
"""Added where no light reached the floor."""

NARROW_ERROR: Final = 0.065
"""Added to a fitted pit's, times depth over width: the floor of a narrow one is seldom lit."""

RAISED_ERROR: Final = 0.05
RAISED_ERROR_MM: Final = 0.003
"""Added to a raised scar's, a share and a length over its height: few were in the phantoms that these were set on."""

WIDTH_ERROR: Final = 0.024
WIDTH_ERROR_MM: Final = 0.015
"""Standard error of the ratio of two widths: a share, and a length over the width."""

GENTLE: Final = 0.12
TEXTURE: Final = (0.4, 0.15)
"""Pores that read stronger by some per cent come with scars that do: by how much of it the ratio may be off, of scars
below this depth over width and of those that light alone tells, and of others (phantoms)."""

COLOURS: Final = (0.2, 0.12)
"""The same where the one relief comes from blue light and the other from green, which travels further in skin and so
reads everything weaker, pores more than scars: how much of it scars share, and by how much of it that may be off."""

UNPAIRED_ERROR_MM: Final = 0.025
"""Standard error of a change of depth where a scar was outlined at one visit only."""

UNFITTED_ERROR: Final = 0.35
"""Added to the ratio where that one had been fitted: at the other visit light alone tells, and it reads pits low."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Ratio of the depths after and before, and of the volumes."""

    depth: Estimate
    volume: Estimate


@dataclass(frozen=True, slots=True)
class Light:
    """What light and scale did to a ratio: standard error, and the factor that is known."""

    error: float
    factor: float


@dataclass(frozen=True, slots=True)
class Row:
    """One scar's record, with the unrounded estimates that the sums are made of."""

    record: ScarChange
    depth_mm: Estimate | None
    volume_mm3: Estimate | None


def changed_scars(
    pairs: Sequence[Pair],
    before: dict[str, Scar],
    after: dict[str, Scar],
    field: Field,
    scale: float,
    texture: float,
    repeats: Repeats | None = None,
    *,
    colours_differ: bool = False,
) -> tuple[Row, ...]:
    """Measure the change of every pair.

    Parameters
    ----------
    pairs
        As from ``pair``.
    before, after
        Scars by their ids.
    field
        Both reliefs on each other.
    scale
        Of the registration: where it is not 1 one rig's millimetre is off, or the skin is stretched; which of the two
        cannot be determined, so the depths stay as they are and the interval grows.
    texture
        As from ``fine_relief``: where it is not 1 the intervals grow.
    repeats
        Test–retest repeatability of the rig.
    colours_differ
        Whether the reliefs come from light of different colours.
    """
    rows = []
    weaker = texture ** COLOURS[0] if colours_differ else 1.0
    for one in pairs:
        first = None if one.before is None else before[one.before.id]
        second = None if one.after is None else after[one.after.id]
        share = COLOURS[1] if colours_differ else _texture_share(first, second)
        light = Light(math.hypot(0.5 * (scale - 1.0), share * math.log(texture)), weaker)
        rows.append(_row(one, first, second, field, light, repeats))
    return tuple(rows)


def _texture_share(first: Scar | None, second: Scar | None) -> float:
    known = first_known(first, second)
    shaded = any(scar is not None and scar.depth_from == "shading" for scar in (first, second))
    return TEXTURE[0] if shaded or abs(known.depth_mm.value) < GENTLE * known.width_mm.value else TEXTURE[1]


def _row(
    one: Pair, first: Scar | None, second: Scar | None, field: Field, light: Light, repeats: Repeats | None
) -> Row:
    notes = list(_notes(one, first, second))
    found = None
    if one.fate != "outside":
        found = remeasure(field, one.outlines, by_after=first is None)
        if found is None:
            notes.append("too little skin around it is seen in both pictures")
    edge = any(scar is not None and scar.at_edge for scar in (first, second))
    depth = volume = width = None
    amounts: tuple[Estimate | None, Estimate | None] = (None, None)
    if found is not None and not edge:
        depth, volume, amounts = _amounts(first, second, found, light, repeats)
        width = _width(first, second, repeats) if one.fate == "same" else None
    known = "cannot say" if depth is None else depth.verdict
    return Row(_record(one, first, second, (depth, volume, width), known, notes), *amounts)


def _record(
    one: Pair,
    first: Scar | None,
    second: Scar | None,
    numbers: tuple[Changed | None, Changed | None, Changed | None],
    verdict: Verdict,
    notes: Sequence[str],
) -> ScarChange:
    depth, volume, width = numbers
    return ScarChange(
        before_id=None if first is None else first.id,
        after_id=None if second is None else second.id,
        fate=one.fate,
        others=tuple(part.id for part in one.others),
        kind_before=None if first is None else first.kind,
        kind_after=None if second is None else second.kind,
        x_mm=round(one.place.x_mm, 3),
        y_mm=round(one.place.y_mm, 3),
        depth=depth,
        volume=volume,
        width=width,
        verdict=verdict,
        notes=tuple(notes),
    )


def _amounts(
    first: Scar | None, second: Scar | None, found: Remeasured, light: Light, repeats: Repeats | None
) -> tuple[Changed, Changed, tuple[Estimate, Estimate]]:
    """Change of depth and volume, as records and unrounded."""
    known = first_known(first, second)
    readings = _readings(first, second, found, light)
    side = 1.0 if first is not None else -1.0
    numbers, amounts = [], []
    for name, ratio in (("depth_mm", readings.depth), ("volume_mm3", readings.volume)):
        whole = getattr(known, name)
        amount = Estimate(side * whole.value * (ratio.value - 1.0), abs(whole.value) * ratio.error)
        own = [None if scar is None else getattr(scar, name).value for scar in (first, second)]
        # Raised scars have negative depths: less of them is a rise.
        rising: Verdict = "worse" if known.depth_mm.value > 0 else "better"
        doubt = (whole.high - whole.low) / (2.0 * Z_95 * max(abs(whole.value), 1e-9))
        sdc = None if repeats is None else repeats.sdc_for(name, abs(whole.value))
        numbers.append(judged(own[0], own[1], amount, repeats=sdc, rising=rising, doubt=min(doubt, 0.3)))
        amounts.append(amount)
    return numbers[0], numbers[1], (amounts[0], amounts[1])


def _readings(first: Scar | None, second: Scar | None, found: Remeasured, light: Light) -> Readings:
    known = first_known(first, second)
    depth_mm = max(abs(known.depth_mm.value), 1e-3)
    volume = 1.0 + found.volume_mm3 / (found.before_mm3 if abs(found.before_mm3) > 1e-9 else math.inf)
    common = math.hypot(found.ratio_error, light.error)
    if first is None or second is None:
        unfitted = UNFITTED_ERROR if known.depth_from == "shadows" else 0.0
        error = math.hypot(UNPAIRED_ERROR_MM / depth_mm, LEVEL_ERROR, unfitted, common)
        alone = Estimate(found.ratio / light.factor, error)
        return Readings(alone, alone)
    ratio = _depth_ratio(first, second, found)
    depth = Estimate(ratio.value / light.factor, math.hypot(ratio.error, common))
    # What the third reading says of the light holds for the volume too.
    moved = volume + ratio.value - 0.5 * (found.ratio + second.depth_mm.value / first.depth_mm.value)
    volume_error = abs(found.volume_error_mm3 / found.before_mm3) if found.before_mm3 else math.inf
    return Readings(depth, Estimate(moved / light.factor, math.hypot(ratio.error, volume_error, light.error)))


def _depth_ratio(first: Scar, second: Scar, found: Remeasured) -> Estimate:
    """Depth after over depth before, from all three readings."""
    fitted = 0.5 * (found.ratio + second.depth_mm.value / first.depth_mm.value)
    depth = max(min(abs(first.depth_mm.value), abs(second.depth_mm.value)), 1e-3)
    ways = {scar.depth_from for scar in (first, second)}
    dark = DARK_ERROR if noted((*first.notes, *second.notes), "never_lit") else 0.0
    raised = RAISED_ERROR + RAISED_ERROR_MM / depth if first.depth_mm.value < 0 else 0.0
    steep = depth / max(first.width_mm.value, 0.1)
    if ways == {"height"}:
        return Estimate(fitted, math.hypot(HEIGHT_ERROR, LEVEL_ERROR_MM / depth))
    if ways == {"shading"}:
        return Estimate(fitted, math.hypot(LEVEL_ERROR, LEVEL_ERROR_MM / depth, raised))
    shaded = [(scar.unfitted_depth_mm or scar.depth_mm).value for scar in (first, second)]
    by_light = Estimate(shaded[1] / shaded[0], SHADED_ERROR + SHADED_STEEP * steep)
    if len(ways) > 1:
        return combined(Estimate(fitted, MIXED_ERROR), by_light) if "shadows" in ways else Estimate(fitted, MIXED_ERROR)
    apart = APART * (found.ratio - second.depth_mm.value / first.depth_mm.value)
    own = math.hypot(FIT_ERROR, FIT_ERROR_MM / depth, NARROW_ERROR * steep, dark, raised, apart)
    return combined(Estimate(fitted, own), by_light)


def _width(first: Scar | None, second: Scar | None, repeats: Repeats | None) -> Changed | None:
    if first is None or second is None:
        return None
    width = first.width_mm.value
    error = math.hypot(WIDTH_ERROR * width, WIDTH_ERROR_MM)
    sdc = None if repeats is None else repeats.sdc_for("width_mm", width)
    return judged(width, second.width_mm.value, Estimate(second.width_mm.value - width, error), repeats=sdc)


def _notes(one: Pair, first: Scar | None, second: Scar | None) -> tuple[str, ...]:
    notes = []
    if one.others:
        named = ", ".join(part.id for part in one.others)
        notes.append(
            f"outlined in several parts at the later visit (also {named})"
            if one.fate == "split"
            else f"outlined in several parts at the earlier visit (also {named})"
        )
    if first is not None and second is not None:
        if first.kind != second.kind:
            notes.append(f"typed {first.kind} before and {second.kind} after; the type is not a measure of change")
        if {first.depth_from, second.depth_from} == {"shadows", "shading"}:
            notes.append("fitted to its shadows at one visit only: the interval is wider")
    if one.fate != "outside" and any(scar is not None and scar.at_edge for scar in (first, second)):
        notes.append("cut off by the edge of a picture: its change cannot be said")
    return tuple(notes)
