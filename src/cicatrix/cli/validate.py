"""``cicatrix validate``: measure accuracy on skin with known scars."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cicatrix import validation
from cicatrix.cli.options import JsonOption
from cicatrix.cli.output import print_json
from cicatrix.cli.progress import progress_bars
from cicatrix.errors import InputError

__all__ = ["validate"]


def validate(
    *,
    count: Annotated[int, typer.Option(help="Number of captures; 24 cover every skin tone with 4 to 12 lights.")] = 24,
    seed: Annotated[int, typer.Option(help="Seed of the first capture, 10000 or more.")] = 10_000,
    change: Annotated[bool, typer.Option("--change", help="Compare visits of the same skins instead.")] = False,
    write: Annotated[Path | None, typer.Option(metavar="PATH", help="Write the tables as a Markdown page.")] = None,
    summary: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Update the summary block between its markers in this file.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make skin with known scars, assess it, and print detection rates, errors and coverage of the intervals."""
    if write is not None:
        validation.check_page(write)
    if change:
        _validate_change(count, seed, as_json=as_json, write=write, summary=summary)
        return
    if summary is not None:
        validation.check_block(summary)
    with progress_bars() as tell:
        result = validation.run_study(count, seed, progress=tell)
    if write is not None:
        validation.write_page(write, validation.as_markdown(result))
    if summary is not None:
        validation.write_block(summary, validation.as_summary(result))
    if as_json:
        print_json(result)
    else:
        validation.print_study(result, Console())


def _validate_change(count: int, seed: int, *, as_json: bool, write: Path | None, summary: Path | None) -> None:
    """Capture skins again, unchanged and changed, and print how well comparisons recover the change."""
    if summary is not None:
        raise InputError(
            "--summary is given with --change", allowed="one of them", fix="use --write, which writes a page of its own"
        )
    with progress_bars() as tell:
        result = validation.run_change_study(count, seed, progress=tell)
    page = validation.change_markdown(result)
    if write is not None:
        validation.write_page(write, page)
    if as_json:
        print_json(result)
    else:
        typer.echo(page, nl=False)
