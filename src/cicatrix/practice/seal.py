"""Digests in the log for rows from before there were any, written in the transaction of the migration."""

from __future__ import annotations

from typing import Final

from cicatrix.practice import log
from cicatrix.practice.digests import stored_digests
from cicatrix.practice.owners import people_of_rows
from cicatrix.practice.session import UnitOfWork

__all__ = ["UNSEALED", "seal"]

UNSEALED: Final = frozenset({"0001", "0002"})
"""Revisions whose rows have no digests. A migration that changes the columns of a chained table adds its own."""


def seal(unit: UnitOfWork) -> None:
    """Add an entry for each person with the digests of their rows, and one for what belongs to nobody."""
    known = log.verify(unit).rows
    person_of = people_of_rows(unit)
    digests: dict[str, dict[str, str]] = {}
    for _, key, sha256 in stored_digests(unit):
        if known.get(key) != sha256:
            digests.setdefault(person_of.get(key, ""), {})[key] = sha256
    log.add(unit, "record.seal", detail={log.ROWS: digests.pop("", {}), log.SCRUBBED: log.scrubbed(unit)})
    for person_id, rows in sorted(digests.items()):
        log.add(unit, "person.seal", person_id, person_id=person_id, detail={log.ROWS: rows})
