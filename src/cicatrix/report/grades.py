"""The grades, the gate and the factors for scars, ready to be laid out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cicatrix.model.gate import Ask, Gate, GateState
from cicatrix.model.grades import Grade, Grades
from cicatrix.model.risk import OddsRatio, RiskFactor, ScarRisk
from cicatrix.report.numbers import fixed
from cicatrix.report.references import CitedText, References

__all__ = [
    "GateShown",
    "GradeShown",
    "GradesShown",
    "Part",
    "Ratio",
    "Risk",
    "RiskShown",
    "gate",
    "grades",
    "scar_risk",
]

STATES: Final[dict[GateState, tuple[str, str]]] = {
    "controlled": ("Yes, by our rule.", "What was answered says that acne is under control."),
    "not_controlled": ("No, by our rule.", "Treating the acne comes before treating the scars."),
    "unknown": ("Not known.", "The answers below would settle it."),
}

PARTS: Final = {
    "first": "Treat the acne first",
    "why": "Why",
    "parallel": "What may go on meanwhile",
    "until_known": "Until it is known",
    "picking": "Picking",
}

NOT_GRADED: Final = {
    "goodman_baron_qualitative": ("Goodman and Baron, qualitative", "it needs scars or marks"),
    "goodman_baron_quantitative": ("Goodman and Baron, quantitative", "it needs numbers of scars or marks"),
    "ecca": ("ECCA", "it needs numbers of scars"),
    "ecca_facial_atrophic": ("ECCA, sunken facial scars", "it needs numbers of sunken scars"),
    "scar_s": ("SCAR-S", "it needs the scarred share of face, chest and back, which is not asked for"),
    "hayashi": ("Hayashi", "it needs the numbers of papules and pustules"),
    "gags": ("Global Acne Grading System", "it needs the worst lesion in each region"),
    "acne_category": ("Acne category, like IGA", "it needs the numbers of acne lesions"),
    "pahpi": ("PAHPI", "it needs brown marks, their size and their darkness"),
}
"""Name of each scale, and what it needs, for those without a grade."""


@dataclass(frozen=True, slots=True)
class GradeShown:
    """One grade: where it lies on its scale, what it means, and the rules behind it.

    ``start`` and ``length`` are percentages of the scale, for a drawing.
    """

    key: str
    name: str
    number: str
    word: str | None
    ends: tuple[str, str]
    start: str
    length: str
    exact: bool
    label: str
    text: str
    reading: str
    status: CitedText
    rules: tuple[CitedText, ...]


@dataclass(frozen=True, slots=True)
class GradesShown:
    """Every grade, and the scales without one with what they would need."""

    graded: tuple[GradeShown, ...]
    missing: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Sentences under one heading."""

    title: str
    sentences: tuple[CitedText, ...]


@dataclass(frozen=True, slots=True)
class GateShown:
    """The gate."""

    state: GateState
    answer: str
    meaning: str
    reasons: tuple[str, ...]
    ask: tuple[Ask, ...]
    parts: tuple[Part, ...]
    rule: CitedText
    about: tuple[CitedText, ...]


@dataclass(frozen=True, slots=True)
class Ratio:
    """One odds ratio."""

    factor: str
    value: str
    interval: str | None
    told: CitedText


@dataclass(frozen=True, slots=True)
class Risk:
    """One factor for scars."""

    name: str
    answer: str
    raised: str
    told: CitedText
    ratios: tuple[Ratio, ...]


@dataclass(frozen=True, slots=True)
class RiskShown:
    """The factors for scars."""

    factors: tuple[Risk, ...]
    about: tuple[CitedText, ...]


def grades(found: Grades | None, references: References) -> GradesShown | None:
    """Lay out every grade; None when none was computed."""
    if found is None:
        return None
    named = [(key, getattr(found, key)) for key in type(found).model_fields]
    return GradesShown(
        graded=tuple(_grade(key, one, references) for key, one in named if one is not None),
        missing=tuple(NOT_GRADED[key] for key, one in named if one is None),
    )


def _grade(key: str, one: Grade, references: References) -> GradeShown:
    span = one.highest - one.lowest
    number = f"{one.low}" if one.value is not None else f"{one.low}–{one.high}"
    return GradeShown(
        key=key,
        name=one.name,
        number=number,
        word=one.word,
        ends=(str(one.lowest), str(one.highest)),
        start=fixed(100 * (one.low - one.lowest) / span, 2),
        length=fixed(100 * (one.high - one.low) / span, 2),
        exact=one.value is not None,
        label=f"{number.replace('–', ' to ')} on a scale from {one.lowest} to {one.highest}",
        text=_after_headline(one.text),
        reading=one.reading,
        status=references.of(one.name, one.status, (one.source,)),
        rules=tuple(references.told(rule) for rule in one.rules),
    )


def _after_headline(text: str) -> str:
    """The text without its first sentence, which the drawing already shows."""
    return text.partition(". ")[2]


def gate(found: Gate | None, references: References) -> GateShown | None:
    """Lay out the gate; None when it was not computed."""
    if found is None:
        return None
    answer, meaning = STATES[found.state]
    return GateShown(
        state=found.state,
        answer=answer,
        meaning=meaning,
        reasons=found.reasons,
        ask=found.ask,
        parts=tuple(_parts(found, references)),
        rule=references.told(found.rule),
        about=tuple(references.told(statement) for statement in found.about),
    )


def _parts(found: Gate, references: References) -> Iterable[Part]:
    for part, title in PARTS.items():
        sentences = tuple(references.told(fact) for fact in found.facts if fact.part == part)
        if sentences:
            yield Part(title, sentences)


def scar_risk(found: ScarRisk | None, references: References) -> RiskShown | None:
    """Lay out the factors for scars; None when nobody answered any of them."""
    if found is None or all(factor.answer is None for factor in found.factors):
        return None
    return RiskShown(
        factors=tuple(_risk(factor, references) for factor in found.factors),
        about=tuple(references.told(statement) for statement in found.about),
    )


def _risk(factor: RiskFactor, references: References) -> Risk:
    raised = {True: "goes with more scars", False: "does not", None: ""}[factor.present]
    return Risk(
        name=factor.name,
        answer=factor.answer or "not answered",
        raised=raised,
        told=references.told(factor),
        ratios=tuple(_ratio(ratio, references) for ratio in factor.odds_ratios),
    )


def _ratio(ratio: OddsRatio, references: References) -> Ratio:
    interval = None if ratio.low is None or ratio.high is None else f"{ratio.low:.2f}–{ratio.high:.2f}"
    adjusted = {True: ", other factors allowed for", False: ", other factors not allowed for", None: ""}[ratio.adjusted]
    note = f"; {ratio.note}" if ratio.note else ""
    told = references.of(f"{ratio.population}{adjusted}{note}", ratio.status, ratio.sources)
    return Ratio(ratio.factor, f"{ratio.value:.2f}", interval, told)
