"""The knowledge base: data files, and the loader that turns them into the records of ``cicatrix.model``.

Nothing is computed here. A file is read when it is first asked for and kept; what cannot be trusted (an unknown key, a
source that is not listed, a figure without a status) is an error at once, with the file and the place in it. A folder
can be given in place of the one in the package, to check an edited copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from cicatrix.knowledge.files import Folder, built, data, read_table, shipped
from cicatrix.model.evidence import Source

__all__ = ["Folder", "data", "read_sources", "read_table", "shipped", "sources"]


def read_sources(folder: Folder) -> Mapping[str, Source]:
    """Every source of ``sources.toml`` in a folder, by key.

    Raises
    ------
    KnowledgeError
        The file is missing or malformed, or an entry is not a source.
    """
    table = read_table(folder, "sources.toml")
    checked = table.pop("checked", None)
    entries = {
        key: built(Source, {"key": key, "checked": checked, **entry}, "sources.toml", key)
        for key, entry in table.items()
        if data(entry, "sources.toml", key)
    }
    return MappingProxyType(entries)


@cache
def sources() -> Mapping[str, Source]:
    """Every source of the package, by key such as ``goodman_baron_2006``; read once."""
    return read_sources(shipped())
