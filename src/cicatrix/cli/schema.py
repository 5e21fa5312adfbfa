"""``cicatrix schema``: print the JSON Schema of a file."""

from __future__ import annotations

from enum import StrEnum
from importlib import resources
from typing import Annotated

import typer

__all__ = ["schema"]


class _Schema(StrEnum):
    """Files with a JSON Schema."""

    ASSESSMENT = "assessment"
    CASE = "case"
    COMPARISON = "comparison"
    REPEATABILITY = "repeatability"


def schema(
    of: Annotated[
        _Schema,
        typer.Argument(
            metavar="assessment|case|comparison|repeatability", help="Which file: a result in JSON, or a case file."
        ),
    ] = _Schema.ASSESSMENT,
) -> None:
    """Print the JSON Schema of assessment.json, of a case file, of comparison.json, or of repeatability.json."""
    shipped = resources.files("cicatrix") / "schemas" / f"{of}-1.json"
    typer.echo(shipped.read_text(encoding="utf-8"), nl=False)
