"""What was stated at a visit; every change is a new record, the latest counts."""

from __future__ import annotations

import json

from sqlalchemy import select

from cicatrix.model.case import Case
from cicatrix.model.practice import StoredCase
from cicatrix.practice import log
from cicatrix.practice.lookup import row_of
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import CaseRow, VisitRow

__all__ = ["get", "latest", "save", "to_change"]


def save(unit: UnitOfWork, visit_id: str, case: Case) -> StoredCase:
    """Keep a case; where it says what the latest says, that one is returned."""
    visit = row_of(unit, VisitRow, visit_id, "visit")
    last = _last(unit, visit_id)
    stated = case.model_dump(mode="json")
    if last is not None and last.case == stated:
        return _case(last)
    number = 1 if last is None else last.number + 1
    row = CaseRow(id=unit.new_id(), visit_id=visit_id, number=number, case=stated, made_at=unit.now)
    unit.session.add(row)
    unit.session.flush()
    detail = {"visit": visit_id, "number": number}
    log.add(unit, "case.save", row.id, person_id=visit.person_id, detail=detail, rows=[row])
    return _case(row)


def latest(unit: UnitOfWork, visit_id: str) -> StoredCase | None:
    """What was stated last; None where nothing was."""
    row = _last(unit, visit_id)
    return None if row is None else _case(row)


def to_change(unit: UnitOfWork, visit_id: str) -> StoredCase | None:
    """What was stated last, as ``latest`` says; nobody else can change it until this transaction ends.

    Two people who save at the same moment, each a topic, would otherwise both start from the same case.
    """
    # SQLite knows no locks of rows and needs none: whoever writes has the whole database from the beginning.
    unit.session.execute(select(VisitRow.id).where(VisitRow.id == visit_id).with_for_update())
    return latest(unit, visit_id)


def get(unit: UnitOfWork, case_id: str) -> StoredCase:
    """A case as it was at one moment."""
    return _case(row_of(unit, CaseRow, case_id, "case"))


def _last(unit: UnitOfWork, visit_id: str) -> CaseRow | None:
    return unit.session.scalar(
        select(CaseRow).where(CaseRow.visit_id == visit_id).order_by(CaseRow.number.desc()).limit(1)
    )


def _case(row: CaseRow) -> StoredCase:
    # As JSON: a day is text there, which the model takes for a day from JSON only.
    case = Case.model_validate_json(json.dumps(row.case))
    return StoredCase(id=row.id, visit_id=row.visit_id, case=case, made_at=row.made_at)
