"""The page that says how well a rig repeats itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cicatrix.model import Measured
from cicatrix.model.repeat import SDC_PER_SEM, About, Agreement, Found, Limits, Repeatability
from cicatrix.model.wording import upper_first
from cicatrix.report.numbers import fixed, nice_step, shown
from cicatrix.report.page import page_environment, page_style

__all__ = ["Plot", "PlotLine", "RepeatRow", "Tick", "bland_altman", "render_repeatability"]

WIDTH: Final = 640.0
HEIGHT: Final = 360.0
LEFT: Final = 74.0
RIGHT: Final = 14.0
TOP: Final = 12.0
BOTTOM: Final = 52.0
"""The drawing and its margins, in its own units."""

TICKS: Final = 6
NEVER: Final = "no two readings differed"
GROUPS: Final[tuple[tuple[About, str], ...]] = (
    ("scar", "One scar"),
    ("mark", "One mark"),
    ("picture", "The whole picture"),
)


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class PlotLine:
    """A level line with its interval as a band."""

    name: str
    y: str
    top: str
    height: str
    value: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A Bland–Altman picture, ready to draw."""

    name: str
    unit: str
    pairs: int
    x: tuple[Tick, ...]
    y: tuple[Tick, ...]
    points: tuple[tuple[str, str], ...]
    lines: tuple[PlotLine, ...]
    zero: str
    text: str


@dataclass(frozen=True, slots=True)
class RepeatRow:
    """One quantity in the table."""

    name: str
    way: str
    read: str
    sd: str
    cv: str
    smallest: str
    icc: str
    drift: str
    rule: str


def render_repeatability(found: Repeatability) -> str:
    """Lay the test of a rig out as one self-contained HTML page.

    Parameters
    ----------
    found
        What was found; every text in it is escaped.
    """
    groups = [(title, [_row(one) for one in found.agreements if one.about == about]) for about, title in GROUPS]
    return (
        page_environment()
        .get_template("repeat.html.j2")
        .render(
            found=found,
            groups=[(title, rows) for title, rows in groups if rows],
            plots=[bland_altman(one) for one in found.agreements if one.limits is not None],
            again=[_again(one) for one in found.found],
            style=page_style(),
        )
    )


def bland_altman(one: Agreement) -> Plot:
    """Draw the differences of an agreement with limits against their means.

    Bland and Altman 1999, doi:10.1177/096228029900800204: points, the bias, both limits of agreement, and the 95 %
    interval of each as a band.
    """
    limits = one.limits
    assert limits is not None  # noqa: S101 - only those are drawn
    means = [point.mean for point in limits.points]
    x0, x1 = _room(min(means), max(means))
    y0, y1 = _room(*_vertical(limits))

    def across(value: float) -> str:
        return fixed(LEFT + (value - x0) / (x1 - x0) * (WIDTH - LEFT - RIGHT), 1)

    def down(value: float) -> str:
        return fixed(TOP + (y1 - value) / (y1 - y0) * (HEIGHT - TOP - BOTTOM), 1)

    def level(name: str, number: Measured) -> PlotLine:
        top = down(number.high)
        return PlotLine(name, down(number.value), top, fixed(float(down(number.low)) - float(top), 1), _told(number))

    named = (("Upper limit", limits.upper), ("Bias", limits.bias), ("Lower limit", limits.lower))
    lines = tuple(level(name, number) for name, number in named)
    told = ", ".join(f"{line.name.lower()} {line.value} {one.unit}".rstrip() for line in lines)
    return Plot(
        name=_headed(one.name),
        unit=one.unit,
        pairs=len(limits.points),
        x=tuple(Tick(across(value), text) for value, text in _ticks(x0, x1)),
        y=tuple(Tick(down(value), text) for value, text in _ticks(y0, y1)),
        points=tuple((across(point.mean), down(point.difference)) for point in limits.points),
        lines=lines,
        zero=down(0.0),
        text=f"{len(limits.points)} pairs; {told}.",
    )


def _vertical(limits: Limits) -> tuple[float, float]:
    off = [point.difference for point in limits.points]
    return min(0.0, limits.lower.low, *off), max(0.0, limits.upper.high, *off)


def _room(low: float, high: float) -> tuple[float, float]:
    """Some room beyond the first and the last value; never none at all."""
    span = (high - low) or max(abs(high), 1.0) * 0.1
    return low - 0.06 * span, high + 0.06 * span


def _ticks(low: float, high: float) -> list[tuple[float, str]]:
    step = nice_step(high - low, TICKS)
    digits = max(0, -_exponent(step))
    first = int(low // step) + 1
    count = int((high - first * step) // step) + 1
    return [((first + at) * step, fixed((first + at) * step, digits)) for at in range(count)]


def _exponent(step: float) -> int:
    """Power of ten of the step's first digit."""
    exponent = 0
    while step < 1.0 - 1e-9 and exponent > -9:
        step, exponent = step * 10.0, exponent - 1
    return exponent


def _row(one: Agreement) -> RepeatRow:
    drift = ", ".join(_told(part) for part in one.drift)
    return RepeatRow(
        name=_headed(one.name),
        way="against the first, as visits are compared" if one.way == "compared" else "each capture alone",
        read=f"{one.subjects} ({one.readings} readings, {one.freedom:.1f} degrees of freedom)",
        sd=NEVER if one.within_sd.value == 0.0 else _with_unit(one.within_sd, one.unit),
        cv="–" if one.cv_percent is None or one.cv_percent.value == 0.0 else _with_unit(one.cv_percent, "%"),
        smallest=_smallest(one),
        icc="–" if one.icc is None else _told(one.icc),
        drift=drift or "–",
        rule=one.rule,
    )


def _headed(name: str) -> str:
    """The name with a capital; names of scales keep theirs."""
    return upper_first(name)


def _smallest(one: Agreement) -> str:
    if one.smallest.value == 0.0:
        return "–"
    if one.proportional and one.cv_percent is not None:
        cv = one.cv_percent
        share = Measured.of(SDC_PER_SEM * cv.value, SDC_PER_SEM * cv.low, SDC_PER_SEM * cv.high, 3)
        return f"{_with_unit(share, '%')} of the size"
    return _with_unit(one.smallest, one.unit)


def _told(number: Measured) -> str:
    return shown(number).sentence()


def _with_unit(number: Measured, unit: str) -> str:
    return shown(number).sentence(unit)


def _again(one: Found) -> str:
    """How often things were found, in a sentence."""
    total = sum(one.found_in)
    parts = [f"{count} in {at} of {one.captures}" for at, count in enumerate(one.found_in, 1) if count]
    told = f"{one.about.capitalize()}s that every capture shows: {total}; found: {', '.join(parts) or 'none'}."
    extra = sum(one.elsewhere)
    return told + (f" Found in other captures only: {extra}." if extra else "")
