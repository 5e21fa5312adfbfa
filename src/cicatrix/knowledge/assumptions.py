"""What unanswered questions are taken as: ``assumptions.toml``."""

from __future__ import annotations

from functools import cache

from cicatrix.knowledge.tables import Folder, built, read_table, shipped
from cicatrix.model.assumptions import Assumptions

__all__ = ["assumptions", "read_assumptions"]


def read_assumptions(folder: Folder) -> Assumptions:
    """The assumptions of a folder.

    Raises
    ------
    KnowledgeError
        The file is missing or malformed, or an entry is not what it should be.
    """
    return built(Assumptions, read_table(folder, "assumptions.toml"), "assumptions.toml", "file")


@cache
def assumptions() -> Assumptions:
    """The assumptions of the package; read once."""
    return read_assumptions(shipped())
