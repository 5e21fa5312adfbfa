"""How options are chosen: ``planning.toml``."""

from __future__ import annotations

from functools import cache

from cicatrix.knowledge.tables import Folder, built, read_table, shipped
from cicatrix.model.planning import Planning

__all__ = ["planning", "read_planning"]


def read_planning(folder: Folder) -> Planning:
    """Strengths, powers and weights of a folder.

    Raises
    ------
    KnowledgeError
        The file is missing or malformed, or an entry is not what it should be.
    """
    return built(Planning, read_table(folder, "planning.toml"), "planning.toml", "file")


@cache
def planning() -> Planning:
    """Strengths, powers and weights of the package; read once."""
    return read_planning(shipped())
