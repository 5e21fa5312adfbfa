"""Reject text that SQLite or PostgreSQL cannot store, in both databases alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Engine, event

from cicatrix.errors import RecordError

__all__ = ["REFUSED", "check_visible", "refuse_unstorable_text"]

REFUSED: Final = re.compile("[\\0\ud800-\udfff]")
"""PostgreSQL rejects U+0000; a lone surrogate cannot be encoded as UTF-8."""


def check_visible(text: str, what: str) -> None:
    """Refuse characters that cannot be seen in a name.

    Control characters and line breaks forge lines of the printed log; zero-width and bidirectional ones make two
    names that look the same.

    Raises
    ------
    RecordError
        Names the character.
    """
    for letter in text:
        if unicodedata.category(letter).startswith("C"):
            raise RecordError(
                f"{what} has the character U+{ord(letter):04X}, which cannot be seen",
                allowed="one line of visible characters",
                fix="type it again without that character",
            )


def refuse_unstorable_text(engine: Engine) -> None:
    """Make an engine raise ``RecordError`` for text that cannot be stored or searched for."""

    @event.listens_for(engine, "before_cursor_execute")
    def _check(_connection: Any, _cursor: Any, _statement: str, parameters: Any, _context: Any, _many: Any) -> None:
        for text in _texts(parameters):
            found = REFUSED.search(text)
            if found is not None:
                raise RecordError(
                    f"the text {text[:50]!r} contains the character U+{ord(found[0]):04X}, which cannot be stored",
                    allowed="text of whole Unicode characters without U+0000",
                    fix="remove that character",
                )


def _texts(parameters: Any) -> Iterator[str]:
    """Every text among the parameters of one statement or of many."""
    if isinstance(parameters, str):
        yield parameters
    elif isinstance(parameters, dict):
        for value in parameters.values():
            yield from _texts(value)
    elif isinstance(parameters, list | tuple):
        for value in parameters:
            yield from _texts(value)
