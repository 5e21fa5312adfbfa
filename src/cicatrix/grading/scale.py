"""What every scale is: its rules with their sources, and how a set of possible grades becomes a ``Grade``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cicatrix.grading.missing_text import ANSWERS
from cicatrix.model.case import Case
from cicatrix.model.evidence import Statement, Status, weakest
from cicatrix.model.findings import Covers, Findings
from cicatrix.model.grades import Grade

__all__ = ["Scale", "answer", "graded", "unanswered"]

TOO_MANY: Final = 8
"""More possible grades than this are not listed one by one."""


@dataclass(frozen=True, slots=True)
class Scale:
    """One published scale.

    Attributes
    ----------
    key
        Name in ``grades``.
    name
        What the field calls it.
    lowest, highest
        The least and the greatest grade.
    measures
        What it grades, in plain words.
    reading
        How to read a grade, in plain words.
    inputs
        Keys of the case file that it is computed from.
    source
        Key of the scale's own paper.
    statements
        Its rules, one by one, each with its sources and status; what we add to them is an ``assumption``.
    words
        Lowest grade of each band that has a name, with the name; empty where none was published.
    """

    key: str
    name: str
    lowest: int
    highest: int
    measures: str
    reading: str
    inputs: tuple[str, ...]
    source: str
    statements: tuple[Statement, ...]
    words: Mapping[int, str] = field(default_factory=dict)

    @property
    def status(self) -> Status:
        """The weakest status among the published rules; assumptions of ours are told apart from them."""
        return weakest(tuple(rule.status for rule in self.published))

    @property
    def published(self) -> tuple[Statement, ...]:
        """The rules that are not ours."""
        return tuple(rule for rule in self.statements if rule.status != "assumption")

    def word(self, grade: int) -> str | None:
        """The name of the band in which a grade lies."""
        starts = [start for start in self.words if start <= grade]
        return self.words[max(starts)] if starts else None


def answer(case: Case, key: str) -> object:
    """The answer to a key of the case file, such as ``acne.nodules``; None when it is unknown."""
    value: object = case
    for name in key.split("."):
        value = getattr(value, name)
    return value


def unanswered(case: Case, keys: Iterable[str]) -> tuple[str, ...]:
    """Those of the keys that have no answer."""
    return tuple(key for key in keys if answer(case, key) is None)


def graded(
    scale: Scale,
    possible: Sequence[int],
    *,
    missing: Sequence[str] = (),
    remarks: Iterable[str] = (),
    covers: Covers = "face",
    findings: Findings | None = None,
) -> Grade:
    """Make a grade from every grade that is possible.

    Parameters
    ----------
    scale
        The scale.
    possible
        Every grade that some answer to what is missing would give; at least one.
    missing
        Keys of the case file whose answers could narrow it down.
    remarks
        Sentences that belong to this grade.
    covers
        The skin whose lesions were counted.
    findings
        What it was computed from, to name the fields; None where nothing was counted on fields.
    """
    grades = tuple(sorted(set(possible)))
    low, high = grades[0], grades[-1]
    asked = tuple(missing) if low < high else ()
    sentences = [
        _headline(scale, grades),
        *remarks,
        *([f"Not answered: {', '.join(ANSWERS[key] for key in asked)}."] if asked else []),
        *([] if covers == "face" else [_coverage(covers, findings)]),
    ]
    return Grade(
        name=scale.name,
        lowest=scale.lowest,
        highest=scale.highest,
        low=low,
        high=high,
        value=low if low == high else None,
        word=_word(scale, grades),
        text=" ".join(sentence for sentence in sentences if sentence),
        source=scale.source,
        status=scale.status,
        possible=grades,
        missing=asked,
        covers=covers,
        reading=scale.reading,
        rules=scale.statements,
    )


def _headline(scale: Scale, grades: tuple[int, ...]) -> str:
    low, high = grades[0], grades[-1]
    word = _word(scale, grades)
    named = f" ({word})" if word else ""
    out_of = f"on a scale from {scale.lowest} to {scale.highest}"
    if low == high:
        return f"{low}{named} {out_of}."
    if len(grades) < min(high - low + 1, TOO_MANY):
        listed = ", ".join(map(str, grades[:-1])) + f" or {high}"
        return f"{listed}{named} {out_of}."
    return f"{low} to {high}{named} {out_of}."


def _word(scale: Scale, grades: tuple[int, ...]) -> str | None:
    words = dict.fromkeys(word for word in (scale.word(grades[0]), scale.word(grades[-1])) if word)
    return " to ".join(words) or None


def _coverage(covers: Covers, findings: Findings | None) -> str:
    areas = () if findings is None else findings.fields
    shown = ", ".join(
        f"{area.width_mm:.0f} × {area.height_mm:.0f} mm{f', {area.site}' if area.site else ''}" for area in areas
    )
    what = "one field of skin was" if covers == "field" else "fields of skin were"
    return (
        f"Only {what} counted{f' ({shown})' if shown else ''}: the low end is what was seen there, the high end what"
        " the rest of the face may add."
    )
