"""``repeatability.json``: written, and read again where visits are compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from cicatrix.errors import InputError
from cicatrix.io.read import read_bytes
from cicatrix.model.repeat import Repeatability

__all__ = ["REPEAT_FILE", "as_json", "dump_schema", "read_repeatability"]

REPEAT_FILE: Final = "repeatability.json"
MOST_BYTES: Final = 2**26


def as_json(found: Repeatability) -> bytes:
    """The file's content; the same for the same record."""
    return (found.model_dump_json(indent=1, by_alias=True) + "\n").encode("utf-8")


def read_repeatability(path: Path) -> Repeatability:
    """Read the file again.

    Raises
    ------
    InputError
        It cannot be read, or is not a ``repeatability.json``; names the field.
    """
    try:
        return Repeatability.model_validate_json(read_bytes(path, error=InputError, limit=MOST_BYTES))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"this is not a repeatability file: {field + ': ' if field else ''}{first['msg']}",
            path=path,
            allowed="repeatability.json as cicatrix repeatability writes it",
            fix="give that file, or make it anew",
        ) from error


def dump_schema() -> str:
    """The JSON Schema as text, as shipped in the package."""
    schema = Repeatability.model_json_schema(by_alias=True, mode="serialization")
    return json.dumps(schema, indent=1, sort_keys=True) + "\n"
