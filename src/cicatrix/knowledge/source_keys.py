"""One walker for the sources that a table or a JSON document names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

__all__ = ["source_keys"]


def source_keys(value: object) -> Iterator[str]:
    """Every string in a list that is called ``sources``, and every one that is called ``source``, at any depth.

    Parameters
    ----------
    value
        Plain values, as from TOML or JSON.
    """
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name == "sources" and isinstance(part, list):
                yield from (key for key in part if isinstance(key, str))
            elif name == "source" and isinstance(part, str):
                yield part
            else:
                yield from source_keys(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from source_keys(part)
