"""Check a practice: stored files, the log's hash chain, and rows against their digests in the log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select, text

from cicatrix.model.quantity import Record
from cicatrix.practice import log
from cicatrix.practice.digests import stored_digests
from cicatrix.practice.erase import pending
from cicatrix.practice.practice import HEAD_FILE, Practice
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import FileRow

__all__ = ["Health", "LogHead", "examine"]

MOST_LINES: Final = 20
FOREIGN_KEYS: Final = "PRAGMA foreign_key_check"
KEEP_S: Final = 3600.0
"""Files younger than this are never removed as orphans: a writer may be about to name them."""


class LogHead(Record):
    """Number and chain hash of an entry of the log."""

    number: int
    chain: str


class Health(Record):
    """What a check found."""

    files: int
    """Files that rows name."""
    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    orphans: tuple[str, ...]
    """Files that no row names: left by writes that were interrupted. They do no harm."""
    broken_log: tuple[int, ...]
    """Entries of the log that were changed, or before which entries are missing."""
    changed_rows: tuple[str, ...]
    """Rows (table and identifier) that differ from their digest in the log, or that the log does not know."""
    missing_rows: tuple[str, ...]
    """Identifiers of rows that the log knows and the database does not have."""
    head: LogHead
    """The last entry of the log. Kept elsewhere, it shows later whether the end of the log was cut off."""
    older: tuple[LogHead, ...] = ()
    """Entries that are known to have been written, and that the log does not hold: the database is an older copy, or
    was copied without its write-ahead log, or the end of the log was cut off."""
    pending: int = 0
    """Things that are left to remove after erasing; opening the practice again removes them."""
    broken_database: tuple[str, ...] = ()
    """What SQLite's own check of its pages, indexes and foreign keys found."""

    @property
    def torn(self) -> bool:
        """Whether the database names no file at all while files are stored: it and they do not belong together."""
        return self.files == 0 and bool(self.orphans)

    @property
    def sound(self) -> bool:
        """Whether nothing is missing, damaged, changed or from another time."""
        return not (
            self.missing
            or self.damaged
            or self.broken_log
            or self.changed_rows
            or self.missing_rows
            or self.older
            or self.broken_database
            or self.torn
        )


def examine(practice: Practice, *, remove_orphans: bool = False, expected: LogHead | None = None) -> Health:
    """Read every stored file, every row and the whole log.

    Parameters
    ----------
    practice
        What to check.
    remove_orphans
        Whether files that no row names are removed. The writer's lock is held meanwhile, and files of the last hour
        stay, since a writer may be about to name them.
    expected
        An entry that the log has to hold, as an earlier check printed it.
    """
    with practice.unit_of_work("cicatrix record", write=remove_orphans) as unit:
        named = {row.sha256: row.bytes for row in unit.session.scalars(select(FileRow))}
        found = {sha256: _file(practice, sha256, named[sha256]) for sha256 in sorted(named)}
        orphans = sorted(set(practice.files.stored()) - set(named))
        if remove_orphans and named:
            _remove(practice, unit, orphans)
        heads = [head for head in (expected, _noted(practice)) if head is not None]
        verified = log.verify(unit, chains_of=[head.number for head in heads])
        changed, gone = _rows(unit, verified.rows)
        left = pending(unit)
        broken = _database(unit)
    return Health(
        files=len(named),
        missing=tuple(sha256 for sha256, wrong in found.items() if wrong == "missing"),
        damaged=tuple(sha256 for sha256, wrong in found.items() if wrong == "damaged"),
        orphans=tuple(orphans),
        broken_log=tuple(verified.broken),
        changed_rows=changed,
        missing_rows=gone,
        head=LogHead(number=verified.number, chain=verified.chain),
        older=tuple(head for head in heads if verified.chains.get(head.number) != head.chain),
        pending=left,
        broken_database=broken,
    )


def _database(unit: UnitOfWork) -> tuple[str, ...]:
    if unit.session.get_bind().dialect.name != "sqlite":
        return ()
    found = [str(row[0]) for row in unit.session.execute(text(f"PRAGMA integrity_check({MOST_LINES})"))]
    keys = [f"a row of {row[0]} refers to one that is missing" for row in unit.session.execute(text(FOREIGN_KEYS))]
    return tuple([line for line in found if line != "ok"] + keys[:MOST_LINES])


def _file(practice: Practice, sha256: str, size: int) -> str | None:
    wrong = practice.files.check(sha256)
    return "damaged" if wrong is None and practice.files.path(sha256).stat().st_size != size else wrong


def _remove(practice: Practice, unit: UnitOfWork, orphans: list[str]) -> None:
    for sha256 in orphans:
        if unit.now.timestamp() - practice.files.path(sha256).stat().st_mtime > KEEP_S:
            practice.files.remove(sha256)


def _noted(practice: Practice) -> LogHead | None:
    """The entry that was noted beside the database; None where none can be read."""
    try:
        noted = json.loads((practice.folder / HEAD_FILE).read_bytes())
        return LogHead(number=noted["number"], chain=noted["chain"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _rows(unit: UnitOfWork, expected: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Rows that differ from their digests, and identifiers of rows that are gone."""
    left: dict[str, Any] = dict(expected)
    changed = [f"{table} {key}" for table, key, sha256 in stored_digests(unit) if left.pop(key, None) != sha256]
    return tuple(changed), tuple(sorted(left))
