"""Small helpers for sentences: lists, plurals, capitals, Roman numerals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

__all__ = ["NBSP", "ROMAN", "counted", "joined", "lower_first", "plural", "two_digits", "unique", "upper_first"]

NBSP: Final = "\N{NO-BREAK SPACE}"

ROMAN: Final = ("I", "II", "III", "IV", "V", "VI")
"""Numerals of the Fitzpatrick skin types, type 1 first."""


def joined(parts: Sequence[str]) -> str:
    """Join with commas and a last "and": ``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " and " + parts[-1]


def plural(count: float, noun: str) -> str:
    """The noun as it stands after a count: ``scar`` after 1, else ``scars``."""
    return noun if count == 1 else f"{noun}s"


def counted(count: int, noun: str, gap: str = " ") -> str:
    """Count and noun: ``1 scar``, ``2 scars``; ``gap`` stands between them."""
    return f"{count}{gap}{plural(count, noun)}"


def upper_first(text: str) -> str:
    """The text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The text with a small first letter, the rest as it is."""
    return text[:1].lower() + text[1:]


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text once, in the order of its first occurrence."""
    return tuple(dict.fromkeys(texts))


def two_digits(amount: float) -> float:
    """An amount to two significant digits, as a rough figure is said: 6,507 is about 6,500."""
    if amount <= 0:
        return 0.0
    place = 10.0 ** (math.floor(math.log10(amount)) - 1)
    return float(round(amount / place) * place)
