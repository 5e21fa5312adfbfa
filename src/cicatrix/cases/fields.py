"""The questions of a case, one record each, derived from the records of ``cicatrix.model.case``.

Key, question, type, range and choices stand in the records alone; the reader's messages, the comments of a written
case file and the dialogue in the terminal are made from what is read off them here.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from cicatrix.model.case import AcneRegions, Case

__all__ = ["REGIONS", "Field", "Shape", "answer", "fields", "sections"]

Shape = Literal["flag", "whole", "number", "choice", "date", "list"]
"""What an answer looks like."""
REGIONS = "acne.regions"


@dataclass(frozen=True, slots=True)
class Field:
    """One question.

    Attributes
    ----------
    section, key
        Where the answer stands: ``section`` is ``person``, ``acne.regions`` and so on.
    question
        The question in plain words.
    shape
        What the answer looks like.
    low, high
        Range of a number; ``above`` is true when ``low`` itself is not allowed.
    choices
        What a choice or a list is made of; of a number, words that may stand in its place, such as ``never``.
    """

    section: str
    key: str
    question: str
    shape: Shape
    low: float = 0.0
    high: float = 0.0
    above: bool = False
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Full name, such as ``person.age``."""
        return f"{self.section}.{self.key}"

    @property
    def loc(self) -> tuple[str, ...]:
        """Full name as a path."""
        return (*self.section.split("."), self.key)

    @property
    def example(self) -> str:
        """An answer, as written in a file."""
        match self.shape:
            case "flag":
                return "true"
            case "whole" | "number":
                return str(min(int(self.high), 3))
            case "choice":
                return f'"{self.choices[0]}"'
            case "date":
                return "2027-06-30"
            case "list":
                return f'["{self.choices[-1]}"]'

    @property
    def allowed(self) -> str:
        """What is accepted, as written in a file."""
        match self.shape:
            case "flag":
                return "true or false, without quotes"
            case "whole":
                return f"a whole number from {self.low:.0f} to {self.high:.0f}, without quotes"
            case "number":
                start = f"above {self.low:.0f}, up" if self.above else f"from {self.low:.0f}"
                words = "".join(f' or "{word}"' for word in self.choices)
                return f"a number {start} to {self.high:.0f}, without quotes{',' if words else ''}{words}"
            case "choice":
                return " or ".join(f'"{choice}"' for choice in self.choices)
            case "date":
                return "a date as year-month-day"
            case "list":
                return "a list of treatments out of " + ", ".join(self.choices)


@cache
def fields() -> tuple[Field, ...]:
    """Every question of a case, in the order of the records."""
    return tuple(field for section, record in _records() for field in _of(section, record))


def sections() -> tuple[str, ...]:
    """Every section, in the order of the records: ``person``, ``acne``, ``acne.regions`` and so on."""
    return tuple(section for section, _ in _records())


def answer(case: Case, field: Field) -> Any:
    """What a case answers to a question; None when nobody answered."""
    value: Any = case
    for name in field.loc:
        value = getattr(value, name)
    return value


def _records() -> list[tuple[str, type[BaseModel]]]:
    found: list[tuple[str, type[BaseModel]]] = []
    for section, info in Case.model_fields.items():
        record = info.annotation
        if not (isinstance(record, type) and issubclass(record, BaseModel)):  # pragma: no cover
            msg = f"{section} is no section but {record}"
            raise TypeError(msg)
        found.append((section, record))
        if section == "acne":
            found.append((REGIONS, AcneRegions))
    return found


def _of(section: str, record: type[BaseModel]) -> list[Field]:
    return [
        _field(section, key, info) for key, info in record.model_fields.items() if info.annotation is not AcneRegions
    ]


def _field(section: str, key: str, info: FieldInfo) -> Field:
    """Read a field's question, type, range and choices off its annotation, ``Annotated[...] | None``."""
    kind, limits = _unwrapped(info.annotation)
    question = " ".join((info.description or "").split())
    if get_origin(kind) is tuple:
        return Field(section, key, question, "list", choices=get_args(get_args(kind)[0]))
    if get_origin(kind) is Literal:
        return Field(section, key, question, "choice", choices=get_args(kind))
    if kind is bool or kind is date:
        return Field(section, key, question, "flag" if kind is bool else "date")
    low = next(float(str(each.ge if isinstance(each, Ge) else each.gt)) for each in limits if isinstance(each, Ge | Gt))
    high = next(float(str(each.le)) for each in limits if isinstance(each, Le))
    above = any(isinstance(each, Gt) for each in limits)
    shape: Shape = "whole" if kind is int else "number"
    return Field(section, key, question, shape, low=low, high=high, above=above, choices=_words(info.annotation))


def _words(annotation: Any) -> tuple[str, ...]:
    """Words that may stand in place of a number."""
    return next((get_args(part) for part in get_args(annotation) if get_origin(part) is Literal), ())


def _unwrapped(annotation: Any) -> tuple[Any, list[Any]]:
    """Take ``| None`` and ``Annotated`` off a type: the type itself, and its limits."""
    limits: list[Any] = []
    while True:
        if get_origin(annotation) in (Union, types.UnionType):
            # The number comes after the words that may stand in its place.
            annotation = next(each for each in reversed(get_args(annotation)) if each is not type(None))
        elif get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            limits += [part for each in more for part in (each.metadata if isinstance(each, FieldInfo) else [each])]
        else:
            return annotation, limits
