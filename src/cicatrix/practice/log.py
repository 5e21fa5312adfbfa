"""Append-only, hash-chained audit log: who did what when.

Each entry holds a hash over all of its own columns and the hash of the entry before it. Entries also hold digests of
the rows that they are about (``digests``), so that a row which was changed past the program no longer fits.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import func, select

from cicatrix.model.practice import LogEntry, Page
from cicatrix.practice.digests import digest
from cicatrix.practice.session import LOG_HEAD, UnitOfWork
from cicatrix.practice.tables import Base, LogRow

__all__ = ["ROWS", "SCRUBBED", "Verified", "add", "entries", "scrubbed", "verify"]

FIRST: Final = "0" * 64
"""Chain hash before the first entry."""
ROWS: Final = "rows"
"""Key of an entry's detail: identifiers of rows to their digests, None for a row that was removed."""
SCRUBBED: Final = "scrubbed"
"""Key of an entry's detail: numbers of the entries that an erasure emptied."""


@dataclass(slots=True)
class Verified:
    """What reading the whole log showed.

    Attributes
    ----------
    number
        Number of the last entry; 0 where there is none.
    chain
        Its chain hash. Whoever keeps number and hash elsewhere sees later whether the end of the log was cut off.
    broken
        Numbers of entries that were changed, or before which entries are missing.
    rows
        Identifiers of the rows that there should be to their digests.
    chains
        Chain hashes of the entries that were asked for, by their numbers.
    """

    number: int = 0
    chain: str = FIRST
    broken: list[int] = field(default_factory=list)
    rows: dict[str, str] = field(default_factory=dict)
    chains: dict[int, str] = field(default_factory=dict)


def add(
    unit: UnitOfWork,
    action: str,
    subject: str = "",
    *,
    person_id: str | None = None,
    detail: Mapping[str, Any] | None = None,
    rows: Iterable[Base] = (),
    removed: Iterable[str] = (),
) -> None:
    """Add an entry, in the same transaction as what it records.

    Parameters
    ----------
    unit
        Transaction to write in.
    action
        What was done, such as ``"visit.add"``.
    subject
        Identifier of what it was done to.
    person_id
        Person whom it concerns; None where it concerns nobody.
    detail
        Further facts, as JSON. They are removed when the person is erased.
    rows
        Rows that were added or changed: the entry keeps their digests.
    removed
        Identifiers of rows that were removed.
    """
    last = unit.session.execute(select(LogRow.number, LogRow.chain).order_by(LogRow.number.desc()).limit(1)).first()
    number, before = (1, FIRST) if last is None else (last.number + 1, last.chain)
    digests = {str(row.id): digest(unit, row) for row in rows} | dict.fromkeys(removed)  # type: ignore[attr-defined]
    row = LogRow(
        number=number,
        at=unit.now,
        actor=unit.actor,
        action=action,
        subject=subject,
        person_id=person_id,
        detail={**(detail or {}), **({ROWS: digests} if digests else {})},
        salt=unit.salt(),
        content="",
        chain="",
    )
    row.content = _content(row)
    row.chain = _chain(before, row)
    unit.session.add(row)
    unit.session.flush()
    unit.session.info[LOG_HEAD] = (row.number, row.chain)


def entries(unit: UnitOfWork, *, person_id: str | None = None, offset: int = 0, limit: int = 100) -> Page[LogEntry]:
    """Entries, newest first; only those of one person if ``person_id`` is given."""
    where = [] if person_id is None else [LogRow.person_id == person_id]
    total = unit.session.scalar(select(func.count()).select_from(LogRow).where(*where)) or 0
    rows = unit.session.scalars(select(LogRow).where(*where).order_by(LogRow.number.desc()).offset(offset).limit(limit))
    return Page[LogEntry](items=tuple(_entry(row) for row in rows), total=total, offset=offset, limit=limit)


def scrubbed(unit: UnitOfWork) -> list[int]:
    """Numbers of the entries that erasures emptied."""
    empty = (LogRow.salt.is_(None), LogRow.person_id.is_(None))
    return list(unit.session.scalars(select(LogRow.number).where(*empty).order_by(LogRow.number)))


def verify(unit: UnitOfWork, *, chains_of: Iterable[int] = ()) -> Verified:
    """Read the whole log, and recompute every hash in it.

    Parameters
    ----------
    unit
        Transaction to read in.
    chains_of
        Numbers of entries whose chain hashes are wanted.
    """
    found, wanted = Verified(), set(chains_of)
    empty: set[int] = set()
    erased: set[int] = set()
    for row in unit.session.scalars(select(LogRow).order_by(LogRow.number).execution_options(yield_per=1000)):
        is_empty = row.salt is None and row.detail is None and row.person_id is None and row.subject == ""
        sound = row.number == found.number + 1 and (is_empty or _content(row) == row.content)
        if not sound or _chain(found.chain, row) != row.chain:
            found.broken.append(row.number)
        if is_empty:
            empty.add(row.number)
        _take_digests(found, row.detail)
        erased |= set((row.detail or {}).get(SCRUBBED, ()))
        if row.number in wanted:
            found.chains[row.number] = row.chain
        found.chain, found.number = row.chain, row.number
    # An entry may only be empty if an erasure says that it emptied it.
    found.broken = sorted({*found.broken, *(empty ^ erased)})
    return found


def _take_digests(found: Verified, detail: Mapping[str, Any] | None) -> None:
    for key, sha256 in (detail or {}).get(ROWS, {}).items():
        if sha256 is None:
            found.rows.pop(key, None)
        else:
            found.rows[key] = sha256


def _content(row: LogRow) -> str:
    return _hash(row.salt, row.person_id, row.subject, row.detail)


def _chain(before: str, row: LogRow) -> str:
    return _hash(before, row.number, row.at.isoformat(), row.actor, row.action, row.content)


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _entry(row: LogRow) -> LogEntry:
    detail = None if row.detail is None else {k: v for k, v in row.detail.items() if k not in {ROWS, SCRUBBED}}
    return LogEntry(
        number=row.number,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        person_id=row.person_id,
        detail=detail,
    )
