"""How marks fade without treatment: ``fading.toml``."""

from __future__ import annotations

from functools import cache

from cicatrix.knowledge.tables import Folder, built, read_table, shipped
from cicatrix.model.fading import FadingRules

__all__ = ["fading_rules", "read_fading_rules"]


def read_fading_rules(folder: Folder) -> FadingRules:
    """Half-lives, spreads and factors of a folder.

    Raises
    ------
    KnowledgeError
        The file is missing or malformed, or an entry is not what it should be.
    """
    return built(FadingRules, read_table(folder, "fading.toml"), "fading.toml", "file")


@cache
def fading_rules() -> FadingRules:
    """Half-lives, spreads and factors of the package; read once."""
    return read_fading_rules(shipped())
