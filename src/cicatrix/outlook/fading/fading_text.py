"""Plain words on how marks fade."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cicatrix.model.case import Case
from cicatrix.model.durations import DAYS_PER_MONTH, DAYS_PER_YEAR
from cicatrix.model.evidence import Statement
from cicatrix.model.fading import Colour, FactorName, FadingRules
from cicatrix.model.outlook import Fading, Left
from cicatrix.model.quantity import Measured
from cicatrix.model.wording import counted

__all__ = ["about", "basis_text", "colour_text", "duration", "longer", "overall_text"]

MOST_YEARS: Final = 5
"""Longer than this is not told apart: nothing is known of it."""
SLOW: Final = 0.5
"""Marks of which more than this share is expected to be seen at the end of the forecast are not said to fade mostly."""
UNKNOWN: Final = "Nobody has published how fast single marks fade, so the range is wide."


def duration(days: float) -> str:
    """A length of time in the unit that people would use, such as ``6 weeks``."""
    if days < 11:
        return _count(max(round(days), 1), "day")
    if days < 75:
        return _count(round(days / 7.0), "week")
    if days < 1.75 * DAYS_PER_YEAR:
        return _count(round(days / DAYS_PER_MONTH), "month")
    if days > MOST_YEARS * DAYS_PER_YEAR:
        return f"more than {MOST_YEARS} years"
    halves = round(2.0 * days / DAYS_PER_YEAR)
    return f"{halves // 2}{'½' if halves % 2 else ''} years"


def _count(number: int, unit: str) -> str:
    return counted(number, unit)


def about(days: Measured) -> str:
    """A length of time with its range, such as ``about 6 months (between 7 weeks and 2 years)``."""
    value, low, high = duration(days.value), duration(days.low), duration(days.high)
    middle = value if value.startswith("more") else f"about {value}"
    return middle if low == high else f"{middle} (between {low} and {high})"


def colour_text(
    colour: Colour, number: int | None, faded: Measured, visible: tuple[Left, ...], learned_from: int, left: int | None
) -> str:
    """The answer on the marks of one colour.

    Parameters
    ----------
    colour, number, faded, visible, learned_from
        As in ``Fading``.
    left
        How many of them the last visit still found; None without a count.
    """
    if left == 0:
        return f"At the last visit none of the {colour} marks of before was seen any more: they have faded."
    noun = f"{colour} mark" if number == 1 else f"{colour} marks"
    which = f"This {noun}" if number == 1 else f"These {noun}"
    if visible[-1].value > SLOW:
        first = f"{which} may fade slowly and could still be seen in {duration(visible[-1].day)}."
    elif number == 1:
        first = f"This {noun} will probably fade by itself."
    else:
        first = f"Most of these {noun} fade by themselves."
    typical = "it" if number == 1 else "a typical one"
    parts = [first, f"Without treatment, {typical} can hardly be seen after {about(faded)}."]
    if number != 1:
        year = next(each for each in visible if each.day >= 365)
        parts.append(_after_a_year(year, number))
    if learned_from:
        times = "a later visit" if learned_from == 1 else f"{learned_from} later visits"
        parts.append(f"The range was narrowed by what {times} showed.")
    else:
        parts.append(UNKNOWN)
    return " ".join(parts)


def _after_a_year(year: Left, number: int | None) -> str:
    """How many are still seen; out of ten where nobody counted."""
    of = 10 if number is None else number
    value, low, high = (round(share * of) for share in (year.value, year.low, year.high))
    among = "in 10" if number is None else f"of the {number}"
    if low == high:
        return f"After a year about {value} {among} may still be seen."
    return f"After a year about {value} {among} may still be seen (between {low} and {high})."


def longer(
    colour: Colour, case: Case, answers: Mapping[FactorName, str | None], rules: FadingRules
) -> tuple[Statement, ...]:
    """What makes the marks stay longer here, or could where nobody answered."""
    said = {str(name): answer for name, answer in answers.items()}
    age = case.marks.median_age_months
    told = []
    for each in rules.longer:
        young = each.from_months is not None and (age is None or age < each.from_months)
        if colour in each.colours and not young and said.get(each.factor) not in each.unless:
            told.append(Statement(text=each.text, status=each.status, sources=each.sources, computed=each.computed))
    return tuple(told)


def basis_text(rules: FadingRules, measured: int, learned_from: int) -> str:
    """What the curve rests on."""
    parts = [rules.basis.text]
    if measured:
        parts.append(f"How far there is to fade was measured on {_count(measured, 'mark')}.")
    if learned_from:
        parts.append(f"The person's own rate was learned from {_count(learned_from, 'later visit')}.")
    return " ".join(parts)


def overall_text(red: Fading | None, brown: Fading | None, numbers: Mapping[Colour, int | None]) -> str:
    """The answer over both colours.

    Parameters
    ----------
    red, brown
        How they fade; None where there are none or none is known of.
    numbers
        How many there are; None where nobody counted.
    """
    there: dict[Colour, Fading] = {}
    if red is not None:
        there["red"] = red
    if brown is not None:
        there["brown"] = brown
    if not there:
        return _none_text(numbers)
    if all(each.visible[-1].high == 0.0 for each in there.values()):
        return f"The {' and '.join(there)} marks of before have faded without treatment."
    names = " and ".join(there)
    slow = any(each.visible[-1].value > SLOW for each in there.values())
    first = (
        f"Some of the {names} marks may stay for years without treatment."
        if slow
        else f"Most {names} marks fade without treatment."
    )
    times = [_when(colour, each) for colour, each in there.items()]
    enemies = "Picking, sun and new spots" if brown is not None else "Picking and new spots"
    zero = [colour for colour in ("red", "brown") if numbers[colour] == 0]
    parts = [first, f"Here {' and '.join(times)}.", f"{enemies} can make that longer."]
    parts += [f"There are no {colour} marks." for colour in zero]
    return " ".join(parts)


def _when(colour: Colour, fading: Fading) -> str:
    if fading.visible[-1].high == 0.0:
        return f"the {colour} marks of before have faded"
    return f"a typical {colour} one can hardly be seen after {about(fading.faded_days)}"


def _none_text(numbers: Mapping[Colour, int | None]) -> str:
    if all(number == 0 for number in numbers.values()):
        return "There are no red or brown marks, so there is nothing to fade."
    zero = [colour for colour, number in numbers.items() if number == 0]
    if zero:
        other = "brown" if zero[0] == "red" else "red"
        return f"There are no {zero[0]} marks. Whether there are {other} ones is not known."
    return "Whether there are red or brown marks is not known, so nothing can be said of how they fade."
