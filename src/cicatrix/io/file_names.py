"""Check file names from outside (zip entries, uploads, archives) before they are used inside a folder."""

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
    """A relative file name that is safe on every system, with forward slashes; None for hidden and system files.

    Raises
    ------
    CaptureError
        The name leaves the folder, or is not a valid file name on every system.
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
    """Refuse names that collide on some system: equal up to case and Unicode form, or a file that is also a folder.

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
    """Map each name to the name without the leading folders that all names share."""
    split = {name: PurePosixPath(name).parts for name in names}
    shared = 0
    while split and all(len(parts) > shared + 1 for parts in split.values()):
        if len({parts[shared] for parts in split.values()}) > 1:
            break
        shared += 1
    return {name: "/".join(parts[shared:]) for name, parts in split.items()}


def _wrong(name: str, parts: list[str]) -> str | None:
    if not name or any(part in {"", ".", ".."} for part in parts):
        return "is not the name of a file inside a folder"
    if any(letter in name for letter in '\\:<>?*|"'):
        return 'has a character that Windows does not allow in names (one of \\ : < > ? * | ")'
    if any(unicodedata.category(letter).startswith("C") for letter in name):
        return "has characters that cannot be seen"
    if len(name) > LONGEST or len(parts) > DEEPEST + 1 or len(name.encode()) > LONGEST + 50:
        return "is too long"
    if any(_SYSTEM.fullmatch(part) or part != part.strip() or part.endswith(".") for part in parts):
        return "cannot be used on every system"
    return None


def _key(name: str) -> str:
    """Key that is equal for names that some file system treats as one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
