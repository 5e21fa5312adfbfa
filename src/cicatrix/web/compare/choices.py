"""Results that can be compared, by what they show."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel

from cicatrix.io.relief_archive import RELIEF_FILE
from cicatrix.model.practice import StoredResult
from cicatrix.practice import UnitOfWork, captures, results, visits

__all__ = ["Choice", "choices_of", "has_relief"]


class Choice(BaseModel):
    """A result with its day and site."""

    id: str
    capture_id: str
    visit_id: str
    day: date
    site_id: str
    site: str
    kind: str
    number: int
    """Of results of this capture, counted from the earliest, 1."""
    label: str


def has_relief(result: StoredResult) -> bool:
    """Whether the surface was kept: without it nothing can be laid on it."""
    return any(file.name == RELIEF_FILE for file in result.files)


def choices_of(unit: UnitOfWork, person_id: str) -> tuple[Choice, ...]:
    """Results of a person that can be compared, by site and day."""
    found: list[Choice] = []
    for capture in captures.of_person(unit, person_id):
        day = visits.get(unit, capture.visit_id).day
        kept = [result for result in reversed(results.of_capture(unit, capture.id)) if has_relief(result)]
        for number, result in enumerate(kept, 1):
            again = f", result {number}" if len(kept) > 1 else ""
            found.append(
                Choice(
                    id=result.id,
                    capture_id=capture.id,
                    visit_id=capture.visit_id,
                    day=day,
                    site_id=capture.site_id,
                    site=capture.site,
                    kind=capture.kind,
                    number=number,
                    label=f"{capture.site}, {day}{again}",
                )
            )
    return tuple(sorted(found, key=lambda one: (one.site, one.day)))
