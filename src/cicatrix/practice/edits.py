"""Corrections of a result: events that are only ever added, undo and redo among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from cicatrix.model.practice import Edit
from cicatrix.practice import log, results
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import CorrectionRow

__all__ = ["append", "events"]


def append(unit: UnitOfWork, result_id: str, event: Mapping[str, Any]) -> Edit:
    """Add an event to a result's corrections.

    Raises
    ------
    NotFoundError
        There is no such result.
    """
    person_id = results.person_of(unit, result_id)
    last = unit.session.scalar(select(func.max(CorrectionRow.number)).where(CorrectionRow.result_id == result_id)) or 0
    row = CorrectionRow(
        id=unit.new_id(),
        result_id=result_id,
        number=last + 1,
        event=dict(event),
        actor=unit.actor,
        made_at=unit.now,
    )
    unit.session.add(row)
    unit.session.flush()
    detail = {"result": result_id, "number": row.number}
    log.add(unit, "edit.add", row.id, person_id=person_id, detail=detail, rows=[row])
    return _edit(row)


def events(unit: UnitOfWork, result_id: str) -> tuple[Edit, ...]:
    """Every event of a result in the order in which they came."""
    rows = unit.session.scalars(
        select(CorrectionRow).where(CorrectionRow.result_id == result_id).order_by(CorrectionRow.number)
    )
    return tuple(_edit(row) for row in rows)


def _edit(row: CorrectionRow) -> Edit:
    return Edit(
        id=row.id,
        result_id=row.result_id,
        number=row.number,
        event=row.event,
        actor=row.actor,
        made_at=row.made_at,
    )
