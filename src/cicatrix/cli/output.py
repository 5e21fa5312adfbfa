"""What ``--json`` prints: one JSON document on standard output."""

from __future__ import annotations

import json

import typer
from pydantic import BaseModel

__all__ = ["print_json"]


def print_json(result: object) -> None:
    """Print a record as in its file, or plain values (mappings, sequences, text, numbers) as JSON."""
    if isinstance(result, BaseModel):
        typer.echo(result.model_dump_json(indent=1, by_alias=True))
    else:
        typer.echo(json.dumps(result, indent=1, ensure_ascii=False))
