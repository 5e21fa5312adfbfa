"""TOML that a person wrote: parsed, with errors that name the line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from cicatrix.errors import InputError
from cicatrix.io.nesting import excess_in_toml

__all__ = ["parse_toml", "shown"]

_AT_LINE: Final = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


def parse_toml(text: str, path: Path, *, error: type[InputError], example: str) -> dict[str, Any]:
    """Parse the text of a file.

    Parameters
    ----------
    text
        What the file holds.
    path
        Where it was read, for the error.
    error
        Which error to raise.
    example
        A good line, for the error.

    Raises
    ------
    InputError
        ``error``, with the line, when the text is not TOML, or is longer or deeper than anything that people write.
    """
    excess = excess_in_toml(text)
    if excess is not None:
        raise error(excess[0], path=path, allowed=excess[1], fix=f"write one key = value in a line, as in {example}")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as exc:
        # A ValueError that is not a TOMLDecodeError comes from numbers that Python will not convert.
        message = str(exc).replace("Cannot overwrite a value", "a key stands there for the second time")
        at = _AT_LINE.search(message)
        line = int(at[1]) if at and at[1] else text.count("\n") + 1 if at else None
        raise error(
            f"this is not valid TOML: {_AT_LINE.sub('', message)}",
            path=path,
            line=line,
            fix=f"write one key = value in a line, text in quotes, as in {example}",
        ) from exc


def shown(value: object) -> str:
    """Write a value as it was given, cut to 80 characters."""
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
