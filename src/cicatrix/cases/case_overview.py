"""What a case answers, what it leaves open, and what is worth a second look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cicatrix.cases.contradictions import doubts
from cicatrix.cases.fields import answer, fields
from cicatrix.cases.parse_answer import spoken
from cicatrix.model.case import Case

__all__ = ["Overview", "overview"]


@dataclass(frozen=True, slots=True)
class Overview:
    """A case at a glance.

    Attributes
    ----------
    known
        Answer in plain words, by full name (``person.age``).
    unknown
        Full names of the questions that nobody answered.
    doubts
        Names of answers that are unlikely together, and why.
    """

    known: dict[str, str]
    unknown: tuple[str, ...]
    doubts: tuple[tuple[tuple[str, ...], str], ...]

    @property
    def questions(self) -> int:
        """Number of questions that there are."""
        return len(self.known) + len(self.unknown)

    def listed(self) -> list[tuple[str, list[str]]]:
        """Titles with the lines below them; what is empty is left out."""
        open_by_section: dict[str, list[str]] = {}
        for name in self.unknown:
            section, _, key = name.rpartition(".")
            open_by_section.setdefault(section, []).append(key)
        titled = [
            ("Known", [f"{name}: {said}" for name, said in self.known.items()]),
            ("Unknown", [f"{section}: {', '.join(keys)}" for section, keys in open_by_section.items()]),
            ("Worth a second look", [f"{' and '.join(names)}: {why}" for names, why in self.doubts]),
        ]
        return [(title, lines) for title, lines in titled if lines]

    def as_dict(self) -> dict[str, Any]:
        """Return the same for JSON."""
        return {
            "known": self.known,
            "unknown": list(self.unknown),
            "doubts": [{"keys": list(names), "why": why} for names, why in self.doubts],
        }


def overview(case: Case) -> Overview:
    """Look over a case."""
    given = {field.name: answer(case, field) for field in fields()}
    return Overview(
        known={name: spoken(value) for name, value in given.items() if value is not None},
        unknown=tuple(name for name, value in given.items() if value is None),
        doubts=tuple((clash.keys, clash.why) for clash in doubts(case)),
    )
