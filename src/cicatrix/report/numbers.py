"""Numbers as they are shown: no more digits than their interval supports."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cicatrix.model import Measured
from cicatrix.model.durations import DAYS_PER_MONTH, DAYS_PER_YEAR
from cicatrix.model.wording import NBSP, counted

__all__ = [
    "Band",
    "Shown",
    "band",
    "day_range",
    "decimals",
    "duration",
    "fixed",
    "flipped",
    "months",
    "nice_step",
    "percent",
    "shown",
]

MINUS = "\N{MINUS SIGN}"
FINEST_DECIMALS = 3
"""Thousandths (micrometres, for lengths) are the finest step that is ever shown."""


UNITS = ((21.0, 1.0, "day"), (75.0, 7.0, "week"), (1096.0, DAYS_PER_MONTH, "month"), (math.inf, DAYS_PER_YEAR, "year"))
"""Up to how many days a range is told in which unit, and how many days that has."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A measured number ready to read: value, interval, and the raw value to sort by."""

    value: str
    low: str
    high: str
    raw: float

    @property
    def interval(self) -> str:
        """The 95 % interval; with "to" in place of the dash where a minus sign would make it hard to read."""
        dash = " to " if MINUS in self.low + self.high else "\N{EN DASH}"
        return f"{self.low}{dash}{self.high}"

    def sentence(self, unit: str = "") -> str:
        """Value, unit, and the interval in brackets, for running text."""
        gap = "\N{NO-BREAK SPACE}" if unit else ""
        return f"{self.value}{gap}{unit} ({self.interval})"


@dataclass(frozen=True, slots=True)
class Band:
    """A share with its 95 % interval; it can lie above 1 where something may get worse."""

    value: float
    low: float
    high: float

    @property
    def text(self) -> str:
        """Such as ``48 %``."""
        return f"{100 * self.value:.0f}{NBSP}%"

    @property
    def interval(self) -> str:
        """Such as ``29 to 71 %``."""
        return f"{100 * self.low:.0f} to {100 * self.high:.0f}{NBSP}%"


def band(number: Measured) -> Band:
    """Make a measured fraction a share to show."""
    return Band(number.value, number.low, number.high)


def decimals(half_width: float) -> int:
    """Decimals that a number with this uncertainty deserves, from 0 to 3.

    One significant digit of the uncertainty, two where it would begin with a 1 (Taylor 1997, An Introduction to
    Error Analysis, 2nd edition, section 2.2).
    """
    if not half_width > 0:
        return FINEST_DECIMALS
    exponent = math.floor(math.log10(half_width) + 1e-9)
    leading = half_width / 10.0**exponent
    if leading >= 9.5:
        exponent, leading = exponent + 1, 1.0
    digits = 2 if leading < 1.95 else 1
    return min(max(digits - 1 - exponent, 0), FINEST_DECIMALS)


def shown(number: Measured) -> Shown:
    """Round a measured number and its interval to the digits that the interval supports.

    The narrower side of the interval counts, so that a long side leaves the short one readable; but never less than a
    tenth of the longer side.
    """
    sides = number.value - number.low, number.high - number.value
    places = decimals(max(min(sides), max(sides) / 10))
    low, high = fixed(number.low, places), fixed(number.high, places)
    return Shown(value=fixed(number.value, places), low=low, high=high, raw=number.value)


def flipped(number: Measured) -> Measured:
    """Turn the sign around: the depth of a raised scar as a height."""
    return Measured(value=-number.value, low=-number.high, high=-number.low)


def fixed(value: float, places: int) -> str:
    """Write a number with a fixed count of decimals, a real minus sign, and no minus before zero."""
    text = f"{value:.{places}f}"
    if float(text) == 0:
        return text.removeprefix("-")
    return text.replace("-", MINUS)


def percent(share: float) -> str:
    """Write a share as a percentage that never rounds to a false 0 % or 100 %."""
    value = share * 100
    if 0 < value < 0.1:
        return "<\N{NO-BREAK SPACE}0.1\N{NO-BREAK SPACE}%"
    if 99.9 < value < 100:
        return ">\N{NO-BREAK SPACE}99.9\N{NO-BREAK SPACE}%"
    places = 0 if value in (0, 100) or 10 <= value <= 90 else 1
    return f"{value:.{places}f}\N{NO-BREAK SPACE}%"


def nice_step(span: float, parts: int) -> float:
    """Find a round step (1, 2 or 5 times a power of ten) that divides ``span`` into at most ``parts`` parts."""
    if not span > 0:
        return 1.0
    rough = span / parts
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1.0, 2.0, 5.0):
        if factor * power >= rough * (1 - 1e-9):
            return factor * power
    return 10.0 * power


def months(days: float) -> str:
    """Such as ``6 months``; ``less than a month`` where it rounds to none."""
    number = round(days / DAYS_PER_MONTH)
    return counted(number, "month", gap=NBSP) if number else "less than a month"


def duration(days: float) -> str:
    """One length of time in the unit that suits it: ``9 days``, ``5 weeks``, ``7 months``, ``3 years``."""
    return day_range(days, days)


def day_range(low: float, high: float) -> str:
    """Tell a range of days in the unit that suits its upper end, such as ``5 to 9 days`` or ``6 weeks to 9 months``."""
    if high < 1:
        return "less than a day" if high > 0 else "no days"
    size, unit = next((size, unit) for limit, size, unit in UNITS if high <= limit)
    first, last = round(low / size), round(high / size)
    words = counted(last, unit, gap=NBSP)
    if first == last:
        return words
    if low > 0.95 * size:
        return f"{first} to {words}"
    return f"{day_range(low, low)} to {words}" if low >= 1 else f"up to {words}"
