"""Notes: each statement leads to one note, which says how its text was verified and cites its sources in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cicatrix.knowledge import sources
from cicatrix.model.evidence import STATUS_TEXT, Source, Statement, Status

__all__ = ["SIGNS", "STATUS_WORDS", "CitedText", "Entry", "Note", "Reference", "References", "signs"]

STATUS_WORDS: Final[dict[Status, str]] = {
    "seen": "read in the source",
    "secondary": "read in another place that reports it",
    "unverified": "not yet checked against its source",
    "assumption": "our assumption",
}
"""How a statement was verified, in a few words."""

SIGNS: Final[dict[Status, str]] = {"seen": "", "secondary": "*", "unverified": "‡", "assumption": "°"}
"""Sign beside the number of a note: none for what was read in its source."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One source."""

    key: str
    citation: str
    """One line; addresses are text without a scheme, because the page links to nothing outside itself."""
    short: str
    """Authors and year."""
    remark: str
    """How the source itself was read; empty where it was read itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A source in a note. ``full``: its citation is printed here, as this is the first note that names it."""

    reference: Reference
    full: bool


@dataclass(frozen=True, slots=True)
class Note:
    """What one or more statements rest on."""

    id: str
    label: str
    """What stands beside the statement: a number, a sign, or both."""
    status: str
    entries: tuple[Entry, ...]
    uncited: bool
    """True when its only sources are pages that are not cited to patients, such as those of clinics."""

    @property
    def title(self) -> str:
        """What a screen reader says at the link."""
        named = "; ".join(entry.reference.short for entry in self.entries)
        return f"{self.status}: {named}" if named else self.status


@dataclass(frozen=True, slots=True)
class CitedText:
    """A statement ready to read: its text, how it was verified, and the note that cites its sources."""

    text: str
    kind: Status
    note: Note

    @property
    def references(self) -> tuple[Reference, ...]:
        """Sources of the statement."""
        return tuple(entry.reference for entry in self.note.entries)


class References:
    """Numbers the notes of a page as they are first needed; statements with the same status and sources share one.

    Lists of clinics, price pages and machine-written pages are leads, and are not cited: see ``Source.for_patients``.
    """

    def __init__(self) -> None:
        self._notes: dict[tuple[Status, tuple[str, ...], bool], Note] = {}
        self._cited: dict[str, Reference] = {}

    @property
    def listed(self) -> tuple[Note, ...]:
        """Every note that was needed, in order."""
        return tuple(self._notes.values())

    def told(self, statement: Statement) -> CitedText:
        """Make a statement ready to read."""
        return self.of(statement.text, statement.status, statement.sources)

    def of(self, text: str, status: Status, keys: Iterable[str]) -> CitedText:
        """Make a text with a status and sources ready to read."""
        return CitedText(text=text, kind=status, note=self._note(status, [sources()[key] for key in keys]))

    def _note(self, status: Status, named: list[Source]) -> Note:
        cited = [source for source in named if source.for_patients]
        key = (status, tuple(source.key for source in cited), bool(named) and not cited)
        if key not in self._notes:
            number = 1 + sum(bool(note.entries) or note.uncited for note in self._notes.values())
            alone = not cited and not key[2]
            self._notes[key] = Note(
                id=f"note-{status}" if alone else f"note-{number}",
                label=SIGNS[status] if alone else f"{number}{SIGNS[status]}",
                status=STATUS_WORDS[status],
                entries=tuple(self._entry(source) for source in cited),
                uncited=key[2],
            )
        return self._notes[key]

    def _entry(self, source: Source) -> Entry:
        first = source.key not in self._cited
        if first:
            self._cited[source.key] = Reference(
                key=source.key,
                citation=source.citation.replace("https://", "").replace("http://", ""),
                short=source.short.rstrip("."),
                remark="" if source.status == "seen" else STATUS_WORDS[source.status],
            )
        return Entry(self._cited[source.key], full=first)


def signs() -> list[tuple[str, str]]:
    """Every sign beside a note's number, and what it means."""
    return [(sign, STATUS_TEXT[status]) for status, sign in SIGNS.items() if sign]
