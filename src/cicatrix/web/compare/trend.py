"""A site over time: what each visit's result says, drawn with its interval and a band of noise.

A point is what one result says of the skin in its picture; only a comparison lays two pictures on each other. Errors of
the scars in one picture are taken to go together in part, as in comparisons; those of a median wholly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any, Final

from pydantic import BaseModel

from cicatrix.change.totals import SHARED
from cicatrix.model.repeat import Repeatability
from cicatrix.report.numbers import fixed, nice_step

__all__ = ["Chart", "Label", "Reading", "Spot", "charts_of"]

WIDTH: Final = 640.0
HEIGHT: Final = 240.0
LEFT: Final = 64.0
RIGHT: Final = 48.0
TOP: Final = 12.0
BOTTOM: Final = 34.0
TICKS: Final = 5
APART: Final = 84.0
"""Labels of days nearer than this would touch."""

GRADE_NOISE: Final = 4.0
"""Points by which raters differ on the quantitative scale (Goodman and Baron 2006), see ``record.change.grades``."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A result with its day, as the JSON of its assessment."""

    result_id: str
    day: date
    found: Mapping[str, Any]


class Label(BaseModel):
    """A text at a place on an axis."""

    at: str
    text: str


class Spot(BaseModel):
    """One result in a chart."""

    result_id: str
    day: date
    value: float
    low: float
    high: float
    x: str
    y: str
    y_low: str
    y_high: str
    text: str


class Chart(BaseModel):
    """One quantity over time."""

    key: str
    title: str
    unit: str
    spots: tuple[Spot, ...]
    line: str
    band_top: str
    band_height: str
    band_low: float
    band_high: float
    band_from: str
    beyond: bool
    """Whether the last result lies outside the band around the first."""
    x: tuple[Label, ...]
    y: tuple[Label, ...]
    text: str


Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class _Quantity:
    key: str
    title: str
    unit: str
    of: Callable[[Mapping[str, Any]], Triple | None]
    rig: str | None
    """Its name in a rig's repeatability."""


def charts_of(readings: Sequence[Reading], repeat: Repeatability | None = None) -> tuple[Chart, ...]:
    """Draw every quantity that two results or more tell of.

    Parameters
    ----------
    readings
        Results of one site by day.
    repeat
        How well the rig repeats itself, for the band; None: it comes from the intervals.
    """
    found = []
    for quantity in QUANTITIES:
        known = [(one, numbers) for one in readings if (numbers := quantity.of(one.found)) is not None]
        if len(known) > 1:
            found.append(_chart(quantity, known, repeat))
    return tuple(found)


def _sum(things: str, field: str) -> Callable[[Mapping[str, Any]], Triple | None]:
    def of(found: Mapping[str, Any]) -> Triple | None:
        if things in found.get("not_assessed", ()):
            return None
        rows = [_sized(one[field]) for one in found[things]]
        total = math.fsum(row[0] for row in rows)
        below, above = _together([row[0] - row[1] for row in rows]), _together([row[2] - row[0] for row in rows])
        return total, max(total - below, 0.0), total + above

    return of


def _together(halves: Sequence[float]) -> float:
    """Half the interval of a sum whose parts' errors go together by ``SHARED``."""
    own = math.sqrt(math.fsum(half**2 for half in halves))
    return math.sqrt((1.0 - SHARED**2) * own**2 + (SHARED * math.fsum(halves)) ** 2)


def _depth(found: Mapping[str, Any]) -> Triple | None:
    rows = [_sized(one["depth_mm"]) for one in found["scars"]]
    return tuple(median(row[at] for row in rows) for at in range(3)) if rows else None  # type: ignore[return-value]


def _grade(found: Mapping[str, Any]) -> Triple | None:
    grade = (found.get("grades") or {}).get("goodman_baron_quantitative")
    return None if grade is None else (0.5 * (grade["low"] + grade["high"]), grade["low"], grade["high"])


def _sized(number: Mapping[str, float]) -> Triple:
    """Size of a number that is negative for raised scars."""
    low, high = sorted((abs(number["low"]), abs(number["high"])))
    return abs(number["value"]), 0.0 if number["low"] < 0.0 < number["high"] else low, high


QUANTITIES: Final = (
    _Quantity("volume", "Volume of all scars", "mm³", _sum("scars", "volume_mm3"), "total_volume"),
    _Quantity("depth", "Median depth of the scars", "mm", _depth, "mean_depth"),
    _Quantity("marks", "Area of all marks", "mm²", _sum("marks", "area_mm2"), "area_of_marks"),
    _Quantity("grade", "Goodman and Baron, quantitative", "points", _grade, None),
)


def _chart(quantity: _Quantity, known: Sequence[tuple[Reading, Triple]], repeat: Repeatability | None) -> Chart:
    half, told = _noise(quantity, known, repeat)
    first, last = known[0][1][0], known[-1][1][0]
    low, high = first - half, first + half
    bottom = min(low, *(numbers[1] for _, numbers in known))
    top = max(high, *(numbers[2] for _, numbers in known))
    room = 0.06 * ((top - bottom) or 1.0)
    y0, y1 = max(bottom - room, 0.0) if bottom >= 0 else bottom - room, top + room
    days = [one.day.toordinal() for one, _ in known]
    x0, span = days[0], max(days[-1] - days[0], 1)

    def across(day: date) -> float:
        return LEFT + (day.toordinal() - x0) / span * (WIDTH - LEFT - RIGHT)

    def down(value: float) -> float:
        return TOP + (y1 - min(max(value, y0), y1)) / (y1 - y0) * (HEIGHT - TOP - BOTTOM)

    digits = max(0, -math.floor(math.log10(nice_step(y1 - y0, 40))))
    spots = tuple(
        Spot(
            result_id=one.result_id,
            day=one.day,
            value=round(numbers[0], 5),
            low=round(numbers[1], 5),
            high=round(numbers[2], 5),
            x=fixed(across(one.day), 1),
            y=fixed(down(numbers[0]), 1),
            y_low=fixed(down(numbers[1]), 1),
            y_high=fixed(down(numbers[2]), 1),
            text=f"{fixed(numbers[0], digits)} ({fixed(numbers[1], digits)} to {fixed(numbers[2], digits)})",
        )
        for one, numbers in known
    )
    beyond = not low <= last <= high
    way = "the last result lies outside the band of noise" if beyond else "the last result lies in the band of noise"
    return Chart(
        key=quantity.key,
        title=quantity.title,
        unit=quantity.unit,
        spots=spots,
        line="M" + "L".join(f"{spot.x},{spot.y}" for spot in spots),
        band_top=fixed(down(high), 1),
        band_height=fixed(down(low) - down(high), 1),
        band_low=round(low, 5),
        band_high=round(high, 5),
        band_from=told,
        beyond=beyond,
        x=tuple(_days([one.day for one, _ in known], across)),
        y=tuple(Label(at=fixed(down(value), 1), text=text) for value, text in _levels(y0, y1)),
        text=f"{quantity.title}, {spots[0].day} to {spots[-1].day}: {way} around the first.",
    )


def _noise(
    quantity: _Quantity, known: Sequence[tuple[Reading, Triple]], repeat: Repeatability | None
) -> tuple[float, str]:
    """Half the band around the first result, and where it comes from."""
    first = known[0][1]
    if quantity.key == "grade":
        return GRADE_NOISE, "Raters differ by up to 4 points (Goodman and Baron 2006)."
    if repeat is not None and quantity.rig is not None:
        smallest = repeat.sdc_for(quantity.rig, first[0])
        if smallest is not None:
            return smallest, f"Smallest detectable change of the rig “{repeat.rig}”."
    widest = max(max(numbers[2] - numbers[0], numbers[0] - numbers[1]) for _, numbers in known)
    return math.sqrt(2.0) * widest, "From the widest interval of a result, times the root of 2 for a difference."


def _days(days: Sequence[date], across: Callable[[date], float]) -> list[Label]:
    """Days that leave room for each other; the first and the last come first."""
    kept: list[date] = []
    for day in (days[0], days[-1], *days[1:-1]):
        if all(abs(across(day) - across(other)) >= APART for other in kept):
            kept.append(day)
    return [Label(at=fixed(across(day), 1), text=day.isoformat()) for day in sorted(kept)]


def _levels(low: float, high: float) -> list[tuple[float, str]]:
    step = nice_step(high - low, TICKS)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(at * step, fixed(at * step, digits)) for at in range(first, last + 1)]
