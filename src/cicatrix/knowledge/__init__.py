"""The knowledge base: data files, and the loader that turns them into the records of ``cicatrix.model``.

Nothing is computed here. A file is read when it is first asked for and kept; what cannot be trusted (an unknown key, a
figure without a status, a malformed condition) is an error at once, with the file and the place in it.
``problems`` looks across files: sources, trials and groups that are named but do not exist. A folder can be given in
place of the one in the package, to check an edited copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from cicatrix.knowledge.base import Rulebook, read_general, read_rules, read_sources, read_treatments, read_trials
from cicatrix.knowledge.tables import Folder, read_table, shipped
from cicatrix.knowledge.verify import problems
from cicatrix.model.case import TreatmentId
from cicatrix.model.evidence import Source
from cicatrix.model.knowledge import General, Treatment, Trial

__all__ = [
    "Folder",
    "Rulebook",
    "general",
    "problems",
    "read_sources",
    "read_table",
    "rules",
    "shipped",
    "sources",
    "treatments",
    "trials",
]


@cache
def sources() -> Mapping[str, Source]:
    """Every source of the package, by key such as ``goodman_baron_2006``; read once."""
    return MappingProxyType(read_sources(shipped()))


@cache
def treatments() -> Mapping[TreatmentId, Treatment]:
    """Every treatment, by id, in the order of the ids; read once."""
    return MappingProxyType(read_treatments(shipped()))


@cache
def trials() -> Mapping[str, Trial]:
    """Every trial, by id, in the order of the file; read once."""
    return MappingProxyType(read_trials(shipped()))


@cache
def rules() -> Rulebook:
    """The safety rules and the groups of treatments that they name; read once."""
    return read_rules(shipped())


@cache
def general() -> tuple[General, ...]:
    """What is known across treatments; read once."""
    return read_general(shipped())
