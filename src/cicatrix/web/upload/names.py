"""Names that came from outside, as names inside a folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from cicatrix.errors import CaptureError

__all__ = ["check_names", "clean_name", "without_top"]

LONGEST: Final = 200
"""Characters of a name with its folders."""
DEEPEST: Final = 6
ALLOWED: Final = f"names of files inside one folder, at most {LONGEST} characters and {DEEPEST} folders deep"
_SYSTEM: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LITTER: Final = frozenset({"__macosx", "thumbs.db", "desktop.ini", "icon\r"})


def clean_name(given: str) -> str | None:
    """A name as it may be used inside a folder, with forward slashes; None for what systems leave lying about.

    Raises
    ------
    CaptureError
        The name leads out of the folder, or no file can have it everywhere.
    """
    parts = given.split("/")
    if any(part.lower() in _LITTER for part in parts):
        return None
    why = _wrong(given, parts)
    if why is not None:
        raise CaptureError(
            f"the file name {given[:80]!r} {why}", allowed=ALLOWED, fix="rename the file and upload again"
        )
    return None if any(part.startswith(".") for part in parts) else given


def check_names(names: Iterable[str]) -> None:
    """Refuse names of which two are the same file, or one is the folder of another, on some system.

    Raises
    ------
    CaptureError
        Which two.
    """
    seen: dict[str, str] = {}
    for name in names:
        key = _key(name)
        if key in seen:
            raise CaptureError(
                f"the files {seen[key]!r} and {name!r} have the same name",
                fix="rename one of them and upload again",
            )
        seen[key] = name
    for name in seen.values():
        for folder in PurePosixPath(name).parents:
            if (other := seen.get(_key(str(folder)))) is not None:
                raise CaptureError(
                    f"{other!r} is a file and the folder of {name!r}", fix="rename one of them and upload again"
                )


def without_top(names: Iterable[str]) -> dict[str, str]:
    """Each name to the one that it has inside the folders that all of them share."""
    split = {name: PurePosixPath(name).parts for name in names}
    shared = 0
    while split and all(len(parts) > shared + 1 for parts in split.values()):
        if len({parts[shared] for parts in split.values()}) > 1:
            break
        shared += 1
    return {name: "/".join(parts[shared:]) for name, parts in split.items()}


def _wrong(name: str, parts: list[str]) -> str | None:
    if not name or any(part in {"", ".", ".."} for part in parts):
        return "is no name of a file inside a folder"
    if "\\" in name or ":" in name:
        return "is written for another system (a backslash or a colon)"
    if any(unicodedata.category(letter).startswith("C") for letter in name):
        return "has characters that cannot be seen"
    if len(name) > LONGEST or len(parts) > DEEPEST + 1 or len(name.encode()) > LONGEST + 50:
        return "is too long"
    if any(_SYSTEM.fullmatch(part) or part != part.strip() or part.endswith(".") for part in parts):
        return "cannot be used on every system"
    return None


def _key(name: str) -> str:
    """The same for names that some system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
