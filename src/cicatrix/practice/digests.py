"""Digests of rows, as the log keeps them: they show a row that was changed, added or removed past the program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import select

from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import (
    AccountRow,
    Base,
    CaptureRow,
    CaseRow,
    ComparisonRow,
    CorrectionRow,
    FileUseRow,
    PersonRow,
    RepeatabilityRow,
    ResultRow,
    SiteRow,
    VisitRow,
)

__all__ = ["CHAINED", "digest", "stored_digests"]

CHAINED: Final[tuple[type[Base], ...]] = (
    PersonRow,
    SiteRow,
    VisitRow,
    CaptureRow,
    CaseRow,
    ResultRow,
    ComparisonRow,
    CorrectionRow,
    RepeatabilityRow,
    AccountRow,
)
"""Tables whose rows have a digest in the log. A migration that changes their columns has to ask for ``seal`` again."""

_OWNERS: Final = (CaptureRow, ResultRow, ComparisonRow)
_LEFT_OUT: Final[dict[type[Base], set[str]]] = {AccountRow: {"password", "failures", "locked_until"}}
"""Columns that change without an entry, or that nobody outside should be able to guess at."""


def digest(unit: UnitOfWork, row: Base) -> str:
    """SHA-256 of a row's columns, and of the names and hashes of its files."""
    return _digest(row, _files_of(unit, row.id) if isinstance(row, _OWNERS) else [])


def stored_digests(unit: UnitOfWork) -> Iterator[tuple[str, str, str]]:
    """Table, identifier and digest of every row of the chained tables."""
    uses: dict[str, list[tuple[str, str]]] = {}
    for use in unit.session.execute(select(FileUseRow.owner_id, FileUseRow.name, FileUseRow.sha256)):
        uses.setdefault(use.owner_id, []).append((use.name, use.sha256))
    for table in CHAINED:
        for row in unit.session.scalars(select(table).execution_options(yield_per=1000)):
            key = str(row.id)  # type: ignore[attr-defined]
            yield table.__tablename__, key, _digest(row, uses.get(key, []) if table in _OWNERS else [])


def _files_of(unit: UnitOfWork, owner_id: str) -> list[tuple[str, str]]:
    rows = unit.session.execute(select(FileUseRow.name, FileUseRow.sha256).where(FileUseRow.owner_id == owner_id))
    return [(row.name, row.sha256) for row in rows]


def _digest(row: Base, files: list[tuple[str, str]]) -> str:
    left_out = _LEFT_OUT.get(type(row), set())
    columns = [column.name for column in row.__table__.columns if column.name not in left_out]
    values = {name: _value(getattr(row, name)) for name in columns}
    parts = [row.__tablename__, values, sorted(files)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
