"""TOML that the program writes: values in one line each, quoted and escaped by tomlkit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit

__all__ = ["toml_lines", "toml_value"]


def toml_value(value: Any) -> str:
    """A value as it stands behind the equals sign; a mapping as an inline table, a tuple as an array."""
    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        table.update(value)
        return table.as_string()
    text: str = tomlkit.item(list(value) if isinstance(value, tuple) else value).as_string()
    return text


def toml_lines(values: Mapping[str, Any]) -> str:
    """``key = value`` in a line each; what is None is left out."""
    return "".join(f"{key} = {toml_value(value)}\n" for key, value in values.items() if value is not None)
