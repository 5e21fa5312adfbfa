"""Whether everything is there that should be, and nothing else."""

from __future__ import annotations

from sqlalchemy import select

from cicatrix.model.quantity import Record
from cicatrix.practice import log
from cicatrix.practice.practice import Practice
from cicatrix.practice.tables import FileRow

__all__ = ["Health", "examine"]


class Health(Record):
    """What an examination found."""

    files: int
    """Files that rows name."""
    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    orphans: tuple[str, ...]
    """Files that no row names: what is left of a write that was cut short. They do no harm."""
    broken_log: tuple[int, ...]
    """Entries of the log that were changed, or before which entries are missing."""

    @property
    def sound(self) -> bool:
        """Whether nothing is missing, damaged or changed."""
        return not (self.missing or self.damaged or self.broken_log)


def examine(practice: Practice, *, remove_orphans: bool = False) -> Health:
    """Read every stored file and the whole log.

    Parameters
    ----------
    practice
        What to examine.
    remove_orphans
        Whether files that no row names go. A writer at work may have written one that its row is about to name: the
        writer's lock is held meanwhile, and files of the last hour stay.
    """
    with practice.unit_of_work("cicatrix record", write=remove_orphans) as unit:
        named = set(unit.session.scalars(select(FileRow.sha256)))
        found = {sha256: practice.files.check(sha256) for sha256 in sorted(named)}
        orphans = sorted(set(practice.files.stored()) - named)
        if remove_orphans:
            for sha256 in orphans:
                path = practice.files.path(sha256)
                if unit.now.timestamp() - path.stat().st_mtime > 3600:
                    practice.files.remove(sha256)
        broken = tuple(log.broken(unit))
    return Health(
        files=len(named),
        missing=tuple(sha256 for sha256, wrong in found.items() if wrong == "missing"),
        damaged=tuple(sha256 for sha256, wrong in found.items() if wrong == "damaged"),
        orphans=tuple(orphans),
        broken_log=broken,
    )
