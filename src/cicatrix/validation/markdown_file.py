"""The study's tables in files: a page of their own, and a block between two markers of another page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from cicatrix.errors import OutputError

__all__ = ["BEGIN", "END", "check_block", "check_page", "write_block", "write_page"]

BEGIN: Final = "<!-- begin: written by cicatrix validate -->"
END: Final = "<!-- end: written by cicatrix validate -->"


def check_page(path: Path) -> None:
    """Refuse a page that cannot be written, before any work is done for it.

    Raises
    ------
    OutputError
        ``path`` is a folder, or its folder does not exist or may not be written.
    """
    folder = path.parent
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        what = "this is a folder" if path.is_dir() else f"{folder} is not a folder that can be written"
        raise OutputError(what, path=path, allowed="a file in a folder that exists", fix="give another path")


def check_block(path: Path) -> None:
    """Refuse a page without the two markers, before any work is done for it.

    Raises
    ------
    OutputError
        The page cannot be read or written, or has no markers.
    """
    check_page(path)
    _around_block(path)


def write_page(path: Path, text: str) -> None:
    """Write a page whole or not at all."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise OutputError(
            f"the page cannot be written: {error.strerror or error}", path=path, fix="give another path"
        ) from error


def write_block(path: Path, block: str) -> None:
    """Replace what stands between the markers of a page."""
    before, after = _around_block(path)
    write_page(path, f"{before}{BEGIN}\n{block}\n{END}{after}")


def _around_block(path: Path) -> tuple[str, str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OutputError(f"the page cannot be read: {error}", path=path, fix="name a Markdown file") from error
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise OutputError(
            "the page has no place for the summary",
            path=path,
            allowed=f"a file with the lines {BEGIN} and {END}",
            fix="add the two lines where the summary is to stand",
        )
    return before, after
