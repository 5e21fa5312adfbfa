"""One visit: its questionnaire, captures and results."""

from __future__ import annotations

from pydantic import BaseModel

from cicatrix.model.practice import RecordedPerson, StoredCapture, StoredCase, StoredResult, Visit
from cicatrix.practice import captures, cases, people, results, visits
from cicatrix.web.dependencies import ReadUnit, WriteUnit
from cicatrix.web.pages.people import NewVisit
from cicatrix.web.router import Done, Pages

__all__ = ["router"]

router = Pages()


class Captured(BaseModel):
    """A capture with its results."""

    capture: StoredCapture
    results: tuple[StoredResult, ...]


class VisitView(BaseModel):
    """A visit."""

    visit: Visit
    person: RecordedPerson
    case: StoredCase | None
    answered: int
    """Questions that were answered."""
    captures: tuple[Captured, ...]


@router.page("/visits/{visit_id}", template="visit.html.j2")
def visit(unit: ReadUnit, visit_id: str) -> VisitView:
    """A visit with its case and captures."""
    found = visits.get(unit, visit_id)
    case = cases.latest(unit, visit_id)
    return VisitView(
        visit=found,
        person=people.get(unit, found.person_id),
        case=case,
        answered=0 if case is None else _answered(case.case.model_dump(exclude_none=True)),
        captures=tuple(
            Captured(capture=capture, results=results.of_capture(unit, capture.id))
            for capture in captures.of_visit(unit, visit_id)
        ),
    )


@router.action("/visits/{visit_id}", role="assistant")
def change(unit: WriteUnit, visit_id: str, body: NewVisit) -> Done:
    """Change day and note."""
    return Done(f"/visits/{visit_id}", visits.change(unit, visit_id, day=body.day, note=body.note))


def _answered(stated: object) -> int:
    if isinstance(stated, dict):
        return sum(_answered(value) for value in stated.values())
    return 0 if stated is None or stated in ((), []) else 1
