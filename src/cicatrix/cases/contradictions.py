"""Answers that cannot all be right, and answers that make one doubt.

A contradiction is refused: whatever is computed from it would be wrong. A doubt is told and left alone: the answers
are unlikely together, but can be right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cicatrix.model.case import Case, Person

__all__ = ["CHILDBEARING_AGES", "Clash", "contradictions", "doubts"]

CHILDBEARING_AGES: Final = (10, 70)
"""A pregnancy outside these ages is taken for a slip of the pen (assumption of ours, wide on purpose)."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Answers that do not go together: their names, why, and what to do."""

    keys: tuple[str, ...]
    why: str
    fix: str = "correct the answer that is wrong, or take out the one that you are not sure of"


def contradictions(case: Case) -> tuple[Clash, ...]:
    """Every contradiction in a case, in the order of the records."""
    return (*_childbearing(case.person), *_isotretinoin(case.person), *_too_long(case))


def doubts(case: Case) -> tuple[Clash, ...]:
    """Every pair of answers that is worth a second look, in the order of the records."""
    return (*_history_doubts(case), *_acne_doubts(case), *_mark_doubts(case), *_scar_doubts(case))


def _childbearing(person: Person) -> Iterator[Clash]:
    youngest, oldest = CHILDBEARING_AGES
    for key, state in (("pregnant", "pregnancy"), ("breastfeeding", "breastfeeding")):
        if not getattr(person, key):
            continue
        if person.sex == "male":
            fix = 'take one of the two out, or write "other" where the sex on record does not say who can bear a child'
            yield Clash((f"person.{key}", "person.sex"), f"{state} does not go with the male sex", fix)
        if person.age is not None and not youngest <= person.age <= oldest:
            why = f"{state} before the age of {youngest} or after {oldest} is taken for a slip of the pen"
            yield Clash((f"person.{key}", "person.age"), why)


def _isotretinoin(person: Person) -> Iterator[Clash]:
    months = person.isotretinoin_months_since
    keys = ("person.isotretinoin", "person.isotretinoin_months_since")
    if person.isotretinoin == "never" and months is not None:
        yield Clash(keys, "there is no last capsule if none was ever taken")
    if person.isotretinoin == "now" and months is not None and months > 0:
        fix = 'write "stopped", or take isotretinoin_months_since out'
        yield Clash(keys, "the last capsule is not months ago if they are taken now", fix)


def _too_long(case: Case) -> Iterator[Clash]:
    """Spans of time that are longer than the person's life."""
    age = case.person.age
    if age is None:
        return
    spans = {
        "person.isotretinoin_months_since": case.person.isotretinoin_months_since,
        "person.resurfacing_months_since": case.person.resurfacing_months_since,
        "acne.months_clear": case.acne.months_clear,
        "marks.median_age_months": case.marks.median_age_months,
    }
    for key, months in spans.items():
        # A person aged 20 may be one day short of 21.
        if isinstance(months, float) and months >= 12 * (age + 1):
            yield Clash((key, "person.age"), f"{months:g} months are longer than a life of {age} years")
    if case.acne.years is not None and case.acne.years > age:
        why = f"acne of {case.acne.years:g} years is longer than a life of {age} years"
        yield Clash(("acne.years", "person.age"), why)


def _history_doubts(case: Case) -> Iterator[Clash]:
    person = case.person
    if person.keloid_history is False and case.scars.keloid:
        yield Clash(("person.keloid_history", "scars.keloid"), "a keloid is counted, and none was ever had")
    if person.active_herpes and person.herpes_history is False:
        yield Clash(("person.active_herpes", "person.herpes_history"), "a cold sore is present, and none was ever had")
    if person.isotretinoin == "now" and case.acne.on_treatment is False:
        yield Clash(("person.isotretinoin", "acne.on_treatment"), "isotretinoin is a treatment of acne")


def _acne_doubts(case: Case) -> Iterator[Clash]:
    acne = case.acne
    faces = {key: worst for key, worst in acne.regions if key != "chest_and_upper_back"}
    if acne.nodules and acne.months_clear is not None and acne.months_clear >= 3:
        why = "nodules rarely stay for months without a new inflamed spot"
        yield Clash(("acne.nodules", "acne.months_clear"), why)
    if acne.nodules and acne.worst_severity == "mild":
        yield Clash(("acne.nodules", "acne.worst_severity"), "acne with nodules is not called mild")
    for lesion in ("papule", "pustule", "nodule"):
        count = getattr(acne, f"{lesion}s")
        where = next((key for key, worst in faces.items() if worst == lesion), None)
        if count == 0 and where is not None:
            why = f"the worst lesion of a region is a {lesion}, and none was counted on the face"
            yield Clash((f"acne.{lesion}s", f"acne.regions.{where}"), why)
        if count and all(worst == "none" for worst in faces.values()):
            why = "lesions are counted on the face, and every region of it is free of them"
            yield Clash((f"acne.{lesion}s", "acne.regions.forehead"), why)


def _mark_doubts(case: Case) -> Iterator[Clash]:
    marks = case.marks
    if marks.red == 0 and marks.brown == 0:
        for key in ("median_size_mm", "median_age_months"):
            if getattr(marks, key) is not None:
                yield Clash((f"marks.{key}", "marks.red", "marks.brown"), "no mark is counted")
    if marks.brown == 0 and marks.intensity is not None:
        yield Clash(("marks.intensity", "marks.brown"), "the intensity is that of brown marks, and none is counted")


def _scar_doubts(case: Case) -> Iterator[Clash]:
    scars = case.scars
    if scars.raised_area_cm2 is None or scars.hypertrophic is None or scars.keloid is None:
        return
    keys = ("scars.raised_area_cm2", "scars.hypertrophic", "scars.keloid")
    if (scars.raised_area_cm2 > 0) != (scars.hypertrophic + scars.keloid > 0):
        yield Clash(keys, "raised scars have an area, and an area of raised scars has scars in it")
