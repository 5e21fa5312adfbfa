"""What comes before any step of a plan: ``first.toml``."""

from __future__ import annotations

from functools import cache

from cicatrix.knowledge.tables import Folder, built, read_table, shipped
from cicatrix.model.first import FirstBook

__all__ = ["first_book", "read_first_book"]


def read_first_book(folder: Folder) -> FirstBook:
    """What comes first, and when to plan again, of a folder.

    Raises
    ------
    KnowledgeError
        The file is missing or malformed, or an entry is not what it should be.
    """
    return built(FirstBook, read_table(folder, "first.toml"), "first.toml", "file")


@cache
def first_book() -> FirstBook:
    """What comes first, of the package; read once."""
    return read_first_book(shipped())
