"""Corrections of a result: events that are only ever added, undo and redo among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from cicatrix.model.record import Edit
from cicatrix.practice import log, results
from cicatrix.practice.session import Desk
from cicatrix.practice.tables import EditRow

__all__ = ["append", "events"]


def append(desk: Desk, result_id: str, event: Mapping[str, Any]) -> Edit:
    """Add an event to a result's corrections.

    Raises
    ------
    NotFoundError
        There is no such result.
    """
    person_id = results.person_of(desk, result_id)
    last = desk.session.scalar(select(func.max(EditRow.number)).where(EditRow.result_id == result_id)) or 0
    row = EditRow(
        id=desk.new_id(),
        result_id=result_id,
        number=last + 1,
        event=dict(event),
        actor=desk.actor,
        made_at=desk.now,
    )
    desk.session.add(row)
    desk.session.flush()
    log.add(desk, "edit.add", row.id, person_id=person_id, detail={"result": result_id, "number": row.number})
    return _edit(row)


def events(desk: Desk, result_id: str) -> tuple[Edit, ...]:
    """Every event of a result in the order in which they came."""
    rows = desk.session.scalars(select(EditRow).where(EditRow.result_id == result_id).order_by(EditRow.number))
    return tuple(_edit(row) for row in rows)


def _edit(row: EditRow) -> Edit:
    return Edit(
        id=row.id,
        result_id=row.result_id,
        number=row.number,
        event=row.event,
        actor=row.actor,
        made_at=row.made_at,
    )
