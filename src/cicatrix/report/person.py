"""What was stated: acne, the person and their wishes, and where the measurement differs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pydantic import BaseModel

from cicatrix.model.case import Acne, AcneRegions, Case
from cicatrix.model.findings import Disagreement, Findings, VisibleArea
from cicatrix.model.wording import joined, lower_first
from cicatrix.report.numbers import fixed
from cicatrix.report.report_text import plural

__all__ = ["AcneStated", "Answers", "Difference", "Stated", "StatedFact", "acne_stated", "label", "stated"]

NBSP: Final = "\N{NO-BREAK SPACE}"
LESIONS: Final = ("open_comedones", "closed_comedones", "papules", "pustules", "nodules")
INFLAMED: Final = ("papules", "pustules", "nodules")

_LABELS: Final = {
    "skin_type": "Fitzpatrick skin type",
    "isotretinoin_months_since": "Months since isotretinoin",
    "keloid_history": "Keloid at any time",
    "herpes_history": "Cold sores at any time",
    "active_herpes": "Cold sore at present",
    "immunosuppressed": "Weakened immune system",
    "anticoagulant": "Blood thinner",
    "recent_tan": "Recent tan",
    "photosensitising_drug": "Medicine that makes skin sensitive to light",
    "radiotherapy_to_area": "Radiotherapy to this skin",
    "resurfacing_months_since": "Months since resurfacing",
    "open_comedones": "Blackheads (open comedones)",
    "closed_comedones": "Whiteheads (closed comedones)",
    "months_clear": "Months without a new inflamed spot",
    "years": "Years of acne",
    "worst_severity": "Acne at its worst",
    "on_treatment": "Treated at present",
    "picking": "Spots picked or squeezed",
    "family_history_of_scars": "Acne scars in the family",
    "chest_and_upper_back": "Chest and upper back",
    "marks.red": "Red marks",
    "marks.brown": "Brown marks",
    "marks.median_size_mm": "Size of a typical mark, mm",
    "marks.intensity": "Darkness of the brown marks",
    "marks.median_age_months": "Age of a typical mark, months",
    "marks.sun_protection": "Sun kept off the marks",
    "scars.icepick": "Icepick scars",
    "scars.boxcar_shallow": "Boxcar scars, shallow",
    "scars.boxcar_deep": "Boxcar scars, deep",
    "scars.rolling": "Rolling scars",
    "scars.hypertrophic": "Hypertrophic scars",
    "scars.keloid": "Keloids",
    "scars.raised": "Raised scars",
    "scars.raised_area_cm2": "Area of raised scars, cm²",
    "visible_at_50cm": "Seen from 50 cm",
    "hidden_by_makeup": "Hidden by make-up or beard shadow",
    "flattened_by_stretching": "Flat when the skin is stretched",
    "max_downtime_days": "Days of downtime at most",
    "event_date": "Day to be ready for",
    "avoid": "Treatments not wanted",
    "budget_usd": "Budget, US dollars",
}


@dataclass(frozen=True, slots=True)
class StatedFact:
    """One answer, ready to read."""

    label: str
    said: str


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one topic: facts one by one, then what was answered yes, no, and not at all."""

    title: str
    facts: tuple[StatedFact, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A question on which case and capture differ."""

    label: str
    stated: str
    measured: str
    used: str
    note: str


@dataclass(frozen=True, slots=True)
class Stated:
    """The section on what was stated."""

    topics: tuple[Answers, ...]
    differences: tuple[Difference, ...]
    area: str | None


@dataclass(frozen=True, slots=True)
class AcneStated:
    """The section on acne."""

    inflamed: str
    counts: tuple[StatedFact, ...]
    course: Answers
    regions: tuple[StatedFact, ...]


def label(name: str) -> str:
    """Name a question in a few words; ``name`` is its full name, such as ``person.age``."""
    key = name.rpartition(".")[2]
    return _LABELS.get(name) or _LABELS.get(key) or key.replace("_", " ").capitalize()


def stated(findings: Findings) -> Stated | None:
    """Lay out what was stated besides acne; None when nothing was."""
    case = findings.case
    titled = (("person", "Person and history"), ("marks", "Marks"), ("scars", "Scars"), ("preferences", "Wishes"))
    topics = tuple(_answers(name, title, getattr(case, name)) for name, title in titled if _any(getattr(case, name)))
    if not topics and not findings.disagreements:
        return None
    return Stated(
        topics=topics,
        differences=tuple(_difference(each) for each in findings.disagreements),
        area=None if findings.area is None else _area(findings.area),
    )


def acne_stated(case: Case) -> AcneStated | None:
    """Lay out what was stated about acne; None when nothing was."""
    acne = case.acne
    if acne == Acne():
        return None
    course = _answers("acne", "Acne over time", acne, without=(*LESIONS, "regions"))
    return AcneStated(
        inflamed=_inflamed(acne),
        counts=tuple(_count(key, getattr(acne, key)) for key in LESIONS),
        course=course,
        regions=() if acne.regions == AcneRegions() else tuple(_region(key, worst) for key, worst in acne.regions),
    )


def _inflamed(acne: Acne) -> str:
    """One sentence on how many inflamed lesions there are, and what is not known of it."""
    counts = {key: getattr(acne, key) for key in INFLAMED}
    known = {key: count for key, count in counts.items() if count is not None}
    if not known:
        return "How many inflamed lesions there are was not stated."
    parts = joined([plural(count, key.removesuffix("s")) for key, count in known.items()])
    missing = joined([key for key in INFLAMED if key not in known])
    if missing:
        return f"Stated: {parts}. The number of {missing} was not."
    total = sum(known.values())
    return f"Inflamed lesions stated: {total} ({parts})." if total else "No inflamed lesion was stated."


def _answers(section: str, title: str, record: BaseModel, without: Iterable[str] = ()) -> Answers:
    given = {f"{section}.{key}": value for key, value in record if key not in without}
    return Answers(
        title=title,
        facts=tuple(StatedFact(label(name), _said(value)) for name, value in given.items() if _is_fact(value)),
        yes=tuple(_uncapitalised(label(name)) for name, value in given.items() if value is True),
        no=tuple(_uncapitalised(label(name)) for name, value in given.items() if value is False),
        unknown=tuple(_uncapitalised(label(name)) for name, value in given.items() if value is None),
    )


def _is_fact(value: object) -> bool:
    return value is not None and not isinstance(value, bool)


def _any(record: BaseModel) -> bool:
    return any(value is not None for _, value in record)


def _count(key: str, count: int | None) -> StatedFact:
    return StatedFact(label(f"acne.{key}"), "not stated" if count is None else str(count))


def _region(key: str, worst: str | None) -> StatedFact:
    return StatedFact(label(f"acne.regions.{key}"), "not stated" if worst is None else worst)


def _difference(each: Disagreement) -> Difference:
    return Difference(label(each.key), _number(each.stated), _number(each.measured), _number(each.used), each.note)


def _area(area: VisibleArea) -> str:
    place = f" ({area.site})" if area.site else ""
    return f"{fixed(area.measured_mm2 / 100.0, 1)}{NBSP}cm² of skin{place}"


def _said(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return ", ".join(str(each).replace("_", " ") for each in value) or "none"
    return value if isinstance(value, str) else _number(value)


def _number(value: float) -> str:
    """Write a count as it is, a size with two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _uncapitalised(text: str) -> str:
    """Begin small, for a list in running text, except with a name."""
    return text if text.startswith(("Fitzpatrick",)) else lower_first(text)
