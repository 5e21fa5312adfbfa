"""An answer typed by a person, turned into a value, or into a sentence on what would have been understood."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any, Final

from cicatrix.cases.fields import Field

__all__ = ["AnswerError", "offered", "parse_answer", "spoken"]

_YES: Final = ("yes", "y", "true")
_NO: Final = ("no", "n", "false")


class AnswerError(ValueError):
    """An answer that is not understood; the message says what is."""


def offered(field: Field) -> str:
    """What may be answered, in plain words."""
    match field.shape:
        case "flag":
            return "yes or no"
        case "whole":
            return f"a whole number, {field.low:.0f} to {field.high:.0f}"
        case "number":
            words = "".join(f", or {word}" for word in field.choices)
            return f"a number, {'above ' if field.above else ''}{field.low:.0f} to {field.high:.0f}{words}"
        case "choice":
            return ", ".join(f"{at} {choice}" for at, choice in enumerate(field.choices, start=1))
        case "date":
            return "a date as year-month-day, such as 2027-06-30"
        case "list":
            names = ", ".join(f"{at} {choice}" for at, choice in enumerate(field.choices, start=1))
            return f"none, or any of these with commas between: {names}"


def spoken(value: object) -> str:
    """Write a value as a person would say it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def parse_answer(field: Field, text: str) -> Any:
    """Understand an answer.

    Raises
    ------
    AnswerError
        When it is not understood, or no possible answer.
    """
    said = text.strip().lower()
    match field.shape:
        case "flag":
            if said in (*_YES, *_NO):
                return said in _YES
        case "whole" | "number":
            return said if said in field.choices else _number(field, said)
        case "choice":
            if (choice := _choice(field, said)) is not None:
                return choice
        case "date":
            return _date(text.strip())
        case "list":
            return _list(field, said)
    raise AnswerError(f"{text.strip()!r} is not understood. Answer {offered(field)}.")


def _number(field: Field, said: str) -> int | float:
    try:
        # Both a point and a comma are read as the decimal sign.
        number = float(re.sub(r",", ".", said))
    except ValueError:
        number = math.nan
    if math.isnan(number):
        raise AnswerError(f"{said!r} is not a number. Answer {offered(field)}.")
    if not field.low <= number <= field.high or (field.above and number <= field.low):
        raise AnswerError(f"{said} is out of range. Answer {offered(field)}.")
    if field.shape == "number":
        return number
    if not number.is_integer():
        raise AnswerError(f"{said} is not a whole number. Answer {offered(field)}.")
    return int(number)


def _choice(field: Field, said: str) -> str | None:
    """The choice that was named, in full or by its number; a beginning is not enough ("no" is not "now")."""
    if said in field.choices:
        return said
    if said.isdecimal() and 1 <= int(said) <= len(field.choices):
        return field.choices[int(said) - 1]
    return None


def _date(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise AnswerError(f"{said!r} is not a date. Answer year-month-day, such as 2027-06-30.") from None


def _list(field: Field, said: str) -> tuple[str, ...]:
    if said == "none":
        return ()
    words = [word for word in re.split(r"[,;\s]+", said) if word]
    named = [_choice(field, word) for word in words]
    strange = [word for word, choice in zip(words, named, strict=True) if choice is None]
    if strange or not words:
        raise AnswerError(f"{', '.join(map(repr, strange))} is not in the list. Answer {offered(field)}.")
    return tuple(choice for choice in named if choice is not None)
