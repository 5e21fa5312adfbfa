"""Whose rows are whose."""

from __future__ import annotations

from sqlalchemy import select

from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import (
    CaptureRow,
    CaseRow,
    ComparisonRow,
    CorrectionRow,
    PersonRow,
    ResultRow,
    SiteRow,
    VisitRow,
)

__all__ = ["people_of_rows"]


def people_of_rows(unit: UnitOfWork) -> dict[str, str]:
    """Identifier of every row that belongs to a person to that person's identifier."""
    session = unit.session
    found = {key: key for key in session.scalars(select(PersonRow.id))}
    for statement in (
        select(SiteRow.id, SiteRow.person_id),
        select(VisitRow.id, VisitRow.person_id),
        select(CaptureRow.id, CaptureRow.visit_id),
        select(CaseRow.id, CaseRow.visit_id),
        select(ResultRow.id, ResultRow.capture_id),
        select(ComparisonRow.id, ComparisonRow.person_id),
        select(CorrectionRow.id, CorrectionRow.result_id),
    ):
        found |= {row[0]: found[row[1]] for row in session.execute(statement)}
    return found
