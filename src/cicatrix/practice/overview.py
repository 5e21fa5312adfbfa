"""A person's visits at a glance, in two queries however many there are."""

from __future__ import annotations

from sqlalchemy import func, select

from cicatrix.model.practice import Visit
from cicatrix.model.quantity import Record
from cicatrix.practice import visits
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import CaptureRow, ResultRow, VisitRow

__all__ = ["SeenVisit", "of_person"]


class SeenVisit(Record):
    """A visit with what came of it."""

    visit: Visit
    captures: int
    results: tuple[str, ...]
    """Identifiers of the latest result of each capture that has one."""


def of_person(unit: UnitOfWork, person_id: str) -> tuple[SeenVisit, ...]:
    """Visits of a person, the latest first."""
    rank = func.row_number().over(partition_by=ResultRow.capture_id, order_by=(ResultRow.made_at.desc(), ResultRow.id))
    of_them = (
        select(CaptureRow.id).join(VisitRow, VisitRow.id == CaptureRow.visit_id).where(VisitRow.person_id == person_id)
    )
    ranked = (
        select(ResultRow.id, ResultRow.capture_id, rank.label("rank"))
        .where(ResultRow.capture_id.in_(of_them))
        .subquery()
    )
    rows = unit.session.execute(
        select(CaptureRow.visit_id, CaptureRow.id, ranked.c.id.label("result"))
        .join(VisitRow, VisitRow.id == CaptureRow.visit_id)
        .outerjoin(ranked, (ranked.c.capture_id == CaptureRow.id) & (ranked.c.rank == 1))
        .where(VisitRow.person_id == person_id)
        .order_by(CaptureRow.made_at, CaptureRow.id)
    ).all()
    captured: dict[str, list[str | None]] = {}
    for row in rows:
        captured.setdefault(row.visit_id, []).append(row.result)
    return tuple(
        SeenVisit(
            visit=visit,
            captures=len(captured.get(visit.id, ())),
            results=tuple(result for result in captured.get(visit.id, ()) if result is not None),
        )
        for visit in visits.of_person(unit, person_id)
    )
