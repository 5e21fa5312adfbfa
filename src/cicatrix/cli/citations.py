"""The sources that a JSON document names, written out beside it."""

from __future__ import annotations

from typing import Any

from cicatrix.knowledge import sources
from cicatrix.knowledge.source_keys import source_keys
from cicatrix.model.quantity import Record

__all__ = ["named_sources", "with_sources"]


def with_sources(**made: Record | None) -> dict[str, Any]:
    """Sections as in ``assessment.json``, and ``sources``: the citation of every source that they name, by key."""
    sections = {name: None if one is None else one.model_dump(mode="json") for name, one in made.items()}
    known = sources()
    return {**sections, "sources": {key: known[key].citation for key in named_sources(sections)}}


def named_sources(document: object) -> list[str]:
    """Keys of the sources that a document names, sorted.

    A ``source`` in prose is left out: the reasons of a plan name theirs in words, with the keys beside them.
    """
    return sorted(set(source_keys(document)) & sources().keys())
