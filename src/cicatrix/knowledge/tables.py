"""Reading one file of the knowledge base, with errors that name the place."""

from __future__ import annotations

import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from cicatrix.errors import KnowledgeError

__all__ = ["Folder", "built", "data", "read_table", "shipped"]

Folder = Traversable | Path
Model = TypeVar("Model", bound=BaseModel)


def shipped() -> Traversable:
    """The folder of the knowledge base in the package."""
    return resources.files("cicatrix") / "knowledge"


def read_table(folder: Folder, name: str) -> dict[str, Any]:
    """The table of a TOML file, such as ``gate.toml`` or ``treatments/subcision.toml``.

    Raises
    ------
    KnowledgeError
        The file is missing, is not UTF-8 text or not TOML.
    """
    try:
        text = folder.joinpath(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError([f"{name}: cannot be read: {error}"]) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError([f"{name}: is not TOML: {error}"]) from error


def data(entry: object, name: str, where: str) -> dict[str, Any]:
    """The entry, when it is a table.

    Raises
    ------
    KnowledgeError
        It is something else.
    """
    if not isinstance(entry, dict) or not entry:
        raise KnowledgeError([f"{name}, {where}: must be a table that is not empty, got {entry!r}"])
    return entry


def built(model: type[Model], entry: dict[str, Any], name: str, where: str) -> Model:
    """A record of an entry.

    Raises
    ------
    KnowledgeError
        The entry does not fit the record: every misfit is named.
    """
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        raise KnowledgeError(
            [
                f"{name}, {where}: {'.'.join(str(part) for part in problem['loc']) or 'entry'}: {problem['msg']}"
                for problem in error.errors(include_url=False, include_context=False)
            ]
        ) from error
