"""The change over all scars and all marks, each with its own interval and verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from cicatrix.change.marks import MarkRow
from cicatrix.change.scars import Row
from cicatrix.change.verdict import Estimate, Repeats, judged
from cicatrix.model import Mark, Scar
from cicatrix.model.change import Changed, MarkChange, ScarChange, SumChange

__all__ = ["summed"]

SHARED: Final = 0.7
"""Correlation of the errors of scars in one pair of captures: the same lights erred for all of them (assumption)."""

LEAST_COUNT: Final = 0.5
"""Standard error of a change of a number where nothing flickered."""

Name = Literal["scars", "total volume", "mean depth", "marks", "area of marks", "red contrast", "brown contrast"]
Unit = Literal["", "mm³", "mm", "mm²", "index"]


def summed(
    scars: Sequence[Row],
    marks: Sequence[MarkRow],
    before: tuple[Mapping[str, Scar], Mapping[str, Mark]],
    after: tuple[Mapping[str, Scar], Mapping[str, Mark]],
    repeats: Repeats | None = None,
) -> tuple[SumChange, ...]:
    """Sums and means over what both pictures show whole; sunken and raised scars apart would be few, so sizes count.

    Parameters
    ----------
    scars, marks
        Rows of the comparison.
    before, after
        Scars and marks of each visit by their ids.
    """
    found: list[SumChange] = []
    inside = [row for row in scars if row.volume_mm3 is not None and row.depth_mm is not None]
    if inside:
        found.append(_count("scars", [row.record for row in inside]))
        found.append(_scars("total volume", "mm³", inside, (before[0], after[0]), repeats))
        found.append(
            _scars("mean depth", "mm", [row for row in inside if row.record.before_id], (before[0], after[0]), repeats)
        )
    shown = [row for row in marks if row.contrast is not None]
    if shown:
        found.append(_count("marks", [row.record for row in shown]))
        sized = [row for row in shown if row.area_mm2 is not None]
        if sized:
            found.append(_areas(sized, before[1], after[1], repeats))
        for name, own in (("red contrast", ("red", "mixed")), ("brown contrast", ("brown",))):
            of = [row for row in shown if row.record.kind in own and row.record.before_id]
            if of:
                found.append(_contrasts(name, of, repeats))  # type: ignore[arg-type]  # names are of the literal
    return tuple(found)


def _count(name: Name, rows: Sequence[ScarChange | MarkChange]) -> SumChange:
    """Numbers at each visit; one found at one visit only that did not change beyond noise is chance."""
    first, second = (sum(getattr(row, side) is not None for row in rows) for side in ("before_id", "after_id"))
    flickered = sum(row.fate in ("gone", "new") and row.verdict == "not beyond noise" for row in rows)
    amount = Estimate(float(second - first), math.hypot(LEAST_COUNT, math.sqrt(flickered)))
    return SumChange(name=name, unit="", of=len(rows), changed=judged(first, second, amount))


def _scars(
    name: Name,
    unit: Unit,
    rows: Sequence[Row],
    known: tuple[Mapping[str, Scar], Mapping[str, Scar]],
    repeats: Repeats | None,
) -> SumChange:
    """Sum of the volumes' sizes, or mean of the depths' sizes: a raised scar that sinks becomes smaller too."""
    field = "volume_mm3" if unit == "mm³" else "depth_mm"
    parts, levels = [], ([], [])  # type: ignore[var-annotated]
    for row in rows:
        amount = getattr(row, field)
        own = [
            0.0 if name_ is None else getattr(scars[name_], field).value
            for name_, scars in zip((row.record.before_id, row.record.after_id), known, strict=True)
        ]
        sign = -1.0 if (own[0] or own[1]) < 0 else 1.0
        parts.append(Estimate(sign * amount.value, amount.error))
        for level, one in zip(levels, own, strict=True):
            level.append(sign * one)
    return _total(name, unit, parts, levels, 1.0 if unit == "mm³" else 1.0 / max(len(rows), 1), repeats)


def _areas(
    rows: Sequence[MarkRow], before: Mapping[str, Mark], after: Mapping[str, Mark], repeats: Repeats | None
) -> SumChange:
    parts = [row.area_mm2 for row in rows if row.area_mm2 is not None]
    levels = (
        [before[row.record.before_id].area_mm2.value for row in rows if row.record.before_id],
        [after[row.record.after_id].area_mm2.value for row in rows if row.record.after_id],
    )
    return _total("area of marks", "mm²", parts, levels, 1.0, repeats)


def _contrasts(name: Name, rows: Sequence[MarkRow], repeats: Repeats | None) -> SumChange:
    parts = [row.contrast for row in rows if row.contrast is not None]
    numbers = [row.record.contrast for row in rows if row.record.contrast is not None]
    first = [one.before or 0.0 for one in numbers]
    second = [max((one.before or 0.0) + part.value, 0.0) for one, part in zip(numbers, parts, strict=True)]
    return _total(name, "index", parts, (first, second), 1.0 / len(rows), repeats)


def _total(
    name: Name,
    unit: Unit,
    parts: Sequence[Estimate],
    levels: tuple[Sequence[float], Sequence[float]],
    weight: float,
    repeats: Repeats | None,
) -> SumChange:
    errors = [part.error for part in parts]
    own, common = math.sqrt(sum(error**2 for error in errors)), sum(errors)
    error = math.sqrt((1.0 - SHARED**2) * own**2 + (SHARED * common) ** 2)
    amount = Estimate(weight * sum(part.value for part in parts), weight * error)
    first, second = (weight * sum(level) for level in levels)
    sdc = None if repeats is None else repeats.sdc_for(name.replace(" ", "_"), abs(first))
    changed: Changed = judged(first, second, amount, repeats=sdc, digits=3)
    return SumChange(name=name, unit=unit, of=len(parts), changed=changed)
