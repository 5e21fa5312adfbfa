"""Texts of the PDF: statements with the numbers of their sources, and strings that any page can hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from cicatrix.knowledge import sources
from cicatrix.model.evidence import SourceKey, Status
from cicatrix.model.wording import NBSP
from cicatrix.report.references import SIGNS, CitedText, Reference, References

__all__ = ["Cited", "Cites", "clean", "clipped", "runs"]

LONG_WORD: Final = 28
"""Words longer than this may break anywhere, so that none runs out of its column."""

BREAK: Final = "\N{ZERO WIDTH SPACE}"
_LONG: Final = re.compile(rf"\S{{{LONG_WORD},}}")
_JOINTS: Final = re.compile(r"(?<=[/_?&=])(?=\S)")


@dataclass(frozen=True, slots=True)
class Cited:
    """A statement ready to be set: its text, the sign of how it was verified, and the numbers of its sources."""

    text: str
    note: str = ""
    refs: str = ""


class Cites:
    """Numbers sources as the letter names them.

    The parts are prepared for the page, which says more than the letter; only what the letter sets gets a number here.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, Reference]] = {}

    def listed(self, *, brief: bool = False) -> list[dict[str, Any]]:
        """Every source that was named, by number; ``brief`` without titles."""
        return [
            {"number": number, "citation": _brief(each.key) if brief else each.citation, "status": each.remark}
            for number, each in self._known.values()
        ]

    def told(self, told: CitedText) -> Cited:
        """Set a statement."""
        return Cited(told.text, SIGNS[told.kind], runs(self._number(source) for source in told.references))

    def of(self, text: str, status: Status, keys: Iterable[SourceKey] = ()) -> Cited:
        """Set a text with a status and sources of its own."""
        return self.told(References().of(text, status, keys))

    def _number(self, source: Reference) -> int:
        return self._known.setdefault(source.key, (len(self._known) + 1, source))[0]


def _brief(key: str) -> str:
    """Authors (or the subject), year and where to find it, with what was not checked."""
    source = sources()[key]
    found_at = (source.address or "").partition("://")[2] or source.journal or source.seen_at
    memory = f" [not checked: {', '.join(source.unverified)}]" if source.unverified else ""
    return f"{source.short.rstrip('.')}. {found_at}{memory}"


def runs(numbers: Iterable[int]) -> str:
    """Write numbers with runs joined: ``1–3, 7``."""
    ordered = sorted(set(numbers))
    breaks = [0, *(at for at, (a, b) in enumerate(pairwise(ordered), 1) if b != a + 1), len(ordered)]
    parts = [ordered[first:last] for first, last in pairwise(breaks) if last > first]
    return ", ".join(_run(part) for part in parts)


def _run(part: Sequence[int]) -> str:
    if len(part) < 3:
        return ", ".join(map(str, part))
    return f"{part[0]}–{part[-1]}"


def clipped(text: str, longest: int) -> str:
    """Cut a text that a stranger gave, so that it cannot fill pages."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def clean(value: Any) -> Any:
    """Make every string in plain data safe to set.

    Control characters and half surrogates become U+FFFD; long words get places where they may break.
    """
    if isinstance(value, str):
        text = value if value.isascii() and value.isprintable() else "".join(map(_printable, value))
        return _LONG.sub(_broken, text)
    if isinstance(value, Mapping):
        return {name: clean(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(item) for item in value]
    return value


def _printable(character: str) -> str:
    if character.isspace():
        return character if character == NBSP else " "
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in ("Cc", "Cs", "Cn", "Co") else character


def _broken(word: re.Match[str]) -> str:
    """Break after joints such as slashes, and anywhere in what is still too long."""
    parts = (part[at : at + LONG_WORD] for part in _JOINTS.split(word.group()) for at in range(0, len(part), LONG_WORD))
    return BREAK.join(parts)
