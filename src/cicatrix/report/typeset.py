"""The typesetter behind every PDF: Typst, an optional library of 90 MB that is loaded when a page is set."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from cicatrix.errors import MissingExtraError

__all__ = ["can_typeset", "typesetter"]


def can_typeset() -> bool:
    """Whether the typesetter is installed."""
    return find_spec("typst") is not None


def typesetter() -> Any:
    """The library, imported.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        return import_module("typst")
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("a PDF needs", "typst", "pdf") from error
