"""The answer, ready to be laid out: the verdict, its figures one a line, and 100 people by grade afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from cicatrix.model import Assessment
from cicatrix.model.answer import Answer, AnswerPart, PartName
from cicatrix.model.plan import OPTION_NAMES
from cicatrix.model.wording import upper_first
from cicatrix.report.references import CitedText, References
from cicatrix.report.results import GRADE_WORDS, GradeKey

__all__ = ["AnswerShown", "IconArray", "Line", "answer"]

LABELS: Final[dict[PartName, str]] = {
    "removable": "Can they be removed?",
    "chance": "How likely",
    "better": "How much better",
    "by_target": "By type of scar",
    "by_shape": "By shape",
    "time": "Time",
    "risk": "Main risk",
    "cost": "Cost",
    "first": "First",
}

SPOKEN: Final = (
    "By type: ",
    "By shape: ",
    "The main risk in skin like yours: ",
    "The main risk: ",
    "Cost: ",
    "First: ",
)
"""Beginnings of sentences that say what the label beside them says."""

PER_ROW: Final = 10
PEOPLE: Final = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One part of the answer, with the note that cites it."""

    part: PartName
    label: str
    told: CitedText


@dataclass(frozen=True, slots=True)
class IconArray:
    """100 people by grade afterwards: a natural frequency as a picture."""

    dots: tuple[tuple[GradeKey, int, int], ...]
    """Grade, column and row of each person; the best grades come first."""
    legend: tuple[tuple[GradeKey, str, int], ...]
    """Grade, its name, and how many people of 100."""
    label: str
    """What a screen reader says."""


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """The whole block."""

    verdict: CitedText
    lines: tuple[Line, ...]
    option: str | None
    """Name of the option that the figures are of."""
    people: IconArray | None
    ask_shape: bool
    """Whether the two shapes are drawn, because nobody knows the kinds of scars."""


def answer(assessment: Assessment, references: References) -> AnswerShown | None:
    """Lay out the answer; None where there is none."""
    found = assessment.answer
    if found is None:
        return None
    verdict, *rest = (Line(part.part, LABELS[part.part], _unlabelled(part, references)) for part in found.parts)
    return AnswerShown(
        verdict=verdict.told,
        lines=tuple(rest),
        option=None if found.option is None else OPTION_NAMES[found.option],
        ask_shape=bool(found.by_shape),
        people=_people(found, {} if assessment.outlook is None else assessment.outlook.grade_probability),
    )


def _unlabelled(part: AnswerPart, references: References) -> CitedText:
    text = part.text
    for beginning in SPOKEN:
        text = text.removeprefix(beginning)
    return references.of(upper_first(text), part.status, part.sources)


def _people(found: Answer, probability: Mapping[str, Mapping[GradeKey, float]]) -> IconArray | None:
    """Whole people of 100 by grade after the answer's option; None where no grade is foreseen."""
    shares = None if found.option is None else probability.get(found.option)
    if not shares or found.chance.marks_at_most is None:
        return None
    counts = dict(_whole(shares))
    order = [grade for grade in GRADE_WORDS for _ in range(counts[grade])]
    return IconArray(
        dots=tuple((grade, at % PER_ROW, at // PER_ROW) for at, grade in enumerate(order)),
        legend=tuple((grade, word, counts[grade]) for grade, word in GRADE_WORDS.items()),
        label="Of 100 people: " + ", ".join(f"{counts[grade]} {word}" for grade, word in GRADE_WORDS.items()),
    )


def _whole(shares: Mapping[GradeKey, float]) -> Iterable[tuple[GradeKey, int]]:
    """Shares as whole people that sum to 100: the largest remainders are rounded up."""
    exact = {grade: PEOPLE * shares.get(grade, 0.0) for grade in GRADE_WORDS}
    floors = {grade: int(value) for grade, value in exact.items()}
    left = PEOPLE - sum(floors.values())
    for grade in sorted(exact, key=lambda one: floors[one] - exact[one])[:left]:
        floors[grade] += 1
    yield from floors.items()
