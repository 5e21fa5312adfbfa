"""The log: who did what when. Entries are only ever added, and each holds on to the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from cicatrix.model.practice import LogEntry, Page
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import LogRow

__all__ = ["add", "broken", "entries"]

FIRST = "0" * 64
"""What the first entry holds on to."""


def add(
    unit: UnitOfWork,
    action: str,
    subject: str = "",
    *,
    person_id: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write an entry, in the same transaction as what it tells of.

    Parameters
    ----------
    unit
        Where it was done.
    action
        What was done, such as ``"visit.add"``.
    subject
        Identifier of what it was done to.
    person_id
        Whom it concerns; None where it concerns nobody.
    detail
        What else there is to say, as JSON. It goes when the person is erased.
    """
    last = unit.session.execute(select(LogRow.number, LogRow.chain).order_by(LogRow.number.desc()).limit(1)).first()
    number, before = (1, FIRST) if last is None else (last.number + 1, last.chain)
    salt = unit.salt()
    row = LogRow(
        number=number,
        at=unit.now,
        actor=unit.actor,
        action=action,
        subject=subject,
        person_id=person_id,
        detail=dict(detail or {}),
        salt=salt,
        content="",
        chain="",
    )
    row.content = _content(row)
    row.chain = _chain(before, row)
    unit.session.add(row)
    unit.session.flush()


def entries(unit: UnitOfWork, *, person_id: str | None = None, offset: int = 0, limit: int = 100) -> Page[LogEntry]:
    """Entries, newest first; of one person where ``person_id`` is given."""
    where = [] if person_id is None else [LogRow.person_id == person_id]
    total = unit.session.scalar(select(func.count()).select_from(LogRow).where(*where)) or 0
    rows = unit.session.scalars(select(LogRow).where(*where).order_by(LogRow.number.desc()).offset(offset).limit(limit))
    return Page[LogEntry](items=tuple(_entry(row) for row in rows), total=total, offset=offset, limit=limit)


def broken(unit: UnitOfWork) -> list[int]:
    """Numbers of the entries that were changed, or before which entries are missing."""
    wrong, before, number = [], FIRST, 0
    for row in unit.session.scalars(select(LogRow).order_by(LogRow.number).execution_options(yield_per=1000)):
        erased = row.salt is None and row.detail is None and row.person_id is None
        sound = row.number == number + 1 and (erased or _content(row) == row.content)
        if not sound or _chain(before, row) != row.chain:
            wrong.append(row.number)
        before, number = row.chain, row.number
    return wrong


def _content(row: LogRow) -> str:
    return _hash(row.salt, row.person_id, row.subject, row.detail)


def _chain(before: str, row: LogRow) -> str:
    return _hash(before, row.number, row.at.isoformat(), row.actor, row.action, row.content)


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _entry(row: LogRow) -> LogEntry:
    return LogEntry(
        number=row.number,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        person_id=row.person_id,
        detail=row.detail,
    )
