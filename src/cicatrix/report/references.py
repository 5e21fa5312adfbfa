"""Sources, numbered in the order in which the page first names them, and statements that point to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cicatrix.knowledge import sources
from cicatrix.model.evidence import STATUS_TEXT, Source, Statement, Status

__all__ = ["STATUS_WORDS", "CitedText", "Reference", "References"]

STATUS_WORDS: Final[dict[Status, str]] = {
    "seen": "read in the source",
    "secondary": "read second-hand",
    "unverified": "unverified",
    "assumption": "our assumption",
}
"""How far a statement was read, in a few words."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry in the list of sources."""

    number: int
    key: str
    citation: str
    """One line; addresses are text without a scheme, because the page links to nothing outside itself."""
    status: str


@dataclass(frozen=True, slots=True)
class CitedText:
    """A statement ready to read: its text, how far it was read, and the numbers of its sources."""

    text: str
    kind: Status
    status: str
    meaning: str
    references: tuple[Reference, ...]
    uncited: bool
    """True when its only sources are pages that are not cited to patients, such as those of clinics."""


class References:
    """Numbers the sources of a page as they are first named.

    Lists of clinics, price pages and machine-written pages are leads, and get no number: see ``Source.for_patients``.
    """

    def __init__(self) -> None:
        self._known: dict[str, Reference] = {}

    @property
    def listed(self) -> tuple[Reference, ...]:
        """Every source that was named, by number."""
        return tuple(self._known.values())

    def told(self, statement: Statement) -> CitedText:
        """Make a statement ready to read, and number its sources."""
        return self.of(statement.text, statement.status, statement.sources)

    def of(self, text: str, status: Status, keys: Iterable[str]) -> CitedText:
        """Make a text with a status and sources ready to read, and number the sources."""
        named = [sources()[key] for key in keys]
        cited = [source for source in named if source.for_patients]
        return CitedText(
            text=text,
            kind=status,
            status=STATUS_WORDS[status],
            meaning=STATUS_TEXT[status],
            references=tuple(self._numbered(source) for source in cited),
            uncited=bool(named) and not cited,
        )

    def _numbered(self, source: Source) -> Reference:
        if source.key not in self._known:
            self._known[source.key] = Reference(
                number=len(self._known) + 1,
                key=source.key,
                citation=source.citation.replace("https://", "").replace("http://", ""),
                status=STATUS_WORDS[source.status],
            )
        return self._known[source.key]
