"""Pooled gains by treatment and kind of scar: ``gains.toml``, written by ``python -m cicatrix.outlook.gains``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from cicatrix.knowledge.tables import Folder, built, read_table, shipped
from cicatrix.model.case import TreatmentId
from cicatrix.model.gains import Gain, Gains
from cicatrix.model.knowledge import Target

__all__ = ["gains", "read_gains"]


def read_gains(folder: Folder) -> Gains:
    """The table of a folder.

    Raises
    ------
    KnowledgeError
        The file is missing or malformed, or an entry is not what it should be.
    """
    return built(Gains, read_table(folder, "gains.toml"), "gains.toml", "file")


@cache
def gains() -> Mapping[tuple[TreatmentId, Target], Gain]:
    """The table of the package by treatment and target; read once."""
    return MappingProxyType({(row.treatment, row.target): row for row in read_gains(shipped()).gain})
