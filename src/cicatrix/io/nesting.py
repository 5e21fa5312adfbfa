"""Limits on the shape of TOML and JSON, checked on the text before it is parsed.

Python's TOML parser takes time and memory that grow with the square of the parts of a dotted key (20,000 parts in 39 kB
take 1.5 GB), and recursion ends both parsers on deep nesting. Nothing that people write comes near these limits.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["DEEPEST", "MOST_CHARACTERS", "MOST_PARTS", "excess_in_json", "excess_in_length", "excess_in_toml"]

MOST_CHARACTERS: Final = 65_536
"""Characters of a file that a person writes: a case or a capture.toml."""
MOST_PARTS: Final = 8
"""Parts of a dotted key."""
DEEPEST: Final = 32
"""Brackets and braces inside each other."""
_TOML_TEXT: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL
)
_LONG_KEY: Final = re.compile(r'(?:[\w-]+|")(?:[ \t]*\.[ \t]*(?:[\w-]+|")){' + str(MOST_PARTS) + "}")
_JSON_TEXT: Final = re.compile(r'"(?:\\.|[^"\\])*"')


def excess_in_toml(text: str) -> tuple[str, str] | None:
    """What a TOML text holds too much of, and what is allowed; None where it keeps the limits."""
    excess = excess_in_length(text)
    if excess is not None:
        return excess
    bare = _TOML_TEXT.sub(lambda found: "" if found[0].startswith("#") else '"', text)
    if _LONG_KEY.search(bare) is not None:
        return f"a key has more than {MOST_PARTS} parts", f"keys of at most {MOST_PARTS} parts, such as person.age"
    return _excess_depth(bare)


def excess_in_length(text: str) -> tuple[str, str] | None:
    """By how much a text that a person wrote is too long; None where it keeps the limit."""
    return (
        (f"the file has {len(text)} characters", f"at most {MOST_CHARACTERS}") if len(text) > MOST_CHARACTERS else None
    )


def excess_in_json(text: str) -> tuple[str, str] | None:
    """How much too deep a JSON text is, and what is allowed; None where it keeps the limit."""
    return _excess_depth(_JSON_TEXT.sub('"', text))


def _excess_depth(bare: str) -> tuple[str, str] | None:
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", bare):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            return f"values lie more than {DEEPEST} brackets deep", f"at most {DEEPEST}"
    return None
