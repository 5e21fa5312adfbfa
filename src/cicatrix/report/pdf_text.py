"""Texts of the PDF: cited statements, ranges, and strings that any page can hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from cicatrix.model.evidence import Statement, Status
from cicatrix.model.plan import Days, Money
from cicatrix.model.quantity import Measured
from cicatrix.report.references import References, Told

__all__ = [
    "MONTH_DAYS",
    "NOTES",
    "Cited",
    "about",
    "cited",
    "clean",
    "clipped",
    "days_range",
    "dollars",
    "duration",
    "runs",
    "share_text",
    "stated",
]

MONTH_DAYS: Final = 30.4375

NOTES: Final[dict[Status, str]] = {
    "seen": "",
    "secondary": "second-hand",
    "unverified": "unverified",
    "assumption": "our assumption",
}
"""What stands behind a statement that was not read in its source; the list of sources explains the words."""

LONG_WORD: Final = 28
"""Words longer than this may break anywhere, so that none runs out of its column."""

NBSP: Final = "\N{NO-BREAK SPACE}"
BREAK: Final = "\N{ZERO WIDTH SPACE}"
_LONG: Final = re.compile(rf"\S{{{LONG_WORD},}}")
_JOINTS: Final = re.compile(r"(?<=[/_?&=])(?=\S)")


@dataclass(frozen=True, slots=True)
class Cited:
    """A statement ready to be set: its text, what stands behind it, and the numbers of its sources."""

    text: str
    note: str = ""
    refs: str = ""


def cited(told: Told) -> Cited:
    """Shorten a statement's sources to their numbers."""
    return Cited(told.text, NOTES[told.kind], runs(source.number for source in told.references))


def stated(references: References, statement: Statement) -> Cited:
    """Number a statement's sources."""
    return cited(references.told(statement))


def runs(numbers: Iterable[int]) -> str:
    """Write numbers with runs joined: ``1–3, 7``."""
    ordered = sorted(set(numbers))
    breaks = [0, *(at for at, (a, b) in enumerate(pairwise(ordered), 1) if b != a + 1), len(ordered)]
    parts = [ordered[first:last] for first, last in pairwise(breaks) if last > first]
    return ", ".join(_run(part) for part in parts)


def _run(part: Sequence[int]) -> str:
    if len(part) < 3:
        return ", ".join(map(str, part))
    return f"{part[0]}–{part[-1]}"


def days_range(days: Days, references: References) -> Cited:
    """Write a range of days with what stands behind it."""
    return cited(references.of(_range(days.low, days.high, "day"), days.status, days.sources))


def dollars(money: Money, references: References) -> Cited:
    """Write a range of fees with what stands behind it."""
    text = f"{money.low:,.0f}" if money.low == money.high else f"{money.low:,.0f} to {money.high:,.0f}"
    return cited(references.of(f"{text} US dollars", money.status, money.sources))


def _range(low: float, high: float, unit: str) -> str:
    if low == high:
        return f"{low:g}{NBSP}{unit}" + ("" if low == 1 else "s")
    return f"{low:g}–{high:g}{NBSP}{unit}s"


def duration(low: float, high: float | None = None) -> str:
    """Write days as days, weeks or months, whichever reads best at that length."""
    high = low if high is None else high
    size, unit = _unit(high)
    return _range(round(low / size), round(high / size), unit)


def about(days: Measured) -> str:
    """Write a measured number of days with its interval, all in the unit that suits the interval."""
    size, unit = _unit(days.high)
    value, low, high = (round(number / size) for number in (days.value, days.low, days.high))
    return f"{value}{NBSP}{unit}{'' if value == 1 else 's'} ({low}–{high})"


def _unit(days: float) -> tuple[float, str]:
    if days < 28:
        return 1.0, "day"
    return (7.0, "week") if days < 100 else (MONTH_DAYS, "month")


def share_text(share: Measured) -> str:
    """Write a fraction as whole percent with its interval."""
    value, low, high = (round(100 * number) for number in (share.value, share.low, share.high))
    return f"{value}{NBSP}% ({low}–{high})"


def clipped(text: str, longest: int) -> str:
    """Cut a text that a stranger gave, so that it cannot fill pages."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def clean(value: Any) -> Any:
    """Make every string in plain data safe to set.

    Control characters and half surrogates become U+FFFD; long words get places where they may break.
    """
    if isinstance(value, str):
        return _LONG.sub(_broken, "".join(map(_printable, value)))
    if isinstance(value, Mapping):
        return {name: clean(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(item) for item in value]
    return value


def _printable(character: str) -> str:
    if character.isspace():
        return character if character == NBSP else " "
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in ("Cc", "Cs", "Cn", "Co") else character


def _broken(word: re.Match[str]) -> str:
    """Break after joints such as slashes, and anywhere in what is still too long."""
    parts = _JOINTS.split(word.group())
    return BREAK.join(
        BREAK.join(part[at : at + LONG_WORD] for at in range(0, len(part), LONG_WORD)) or part for part in parts
    )
