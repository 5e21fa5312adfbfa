"""``cicatrix repeatability``: the test-retest repeatability of a rig."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cicatrix.cli.options import JsonOption, OutOption
from cicatrix.cli.output import print_json
from cicatrix.cli.progress import progress_bars
from cicatrix.pipeline.repeatability import REPEAT_PAGE, assess_repeats

__all__ = ["repeatability"]


def repeatability(
    captures: Annotated[
        list[Path], typer.Argument(metavar="CAPTURE...", help="Captures of the same skin, two or more.")
    ],
    *,
    out: OutOption,
    rig: Annotated[str | None, typer.Option(help="Name of the rig, to find it again.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the test-retest repeatability of a rig, from captures of the same skin taken one after another.

    Reposition the rig between captures, as you would between visits. Writes repeatability.json, from which compare
    takes the smallest detectable changes, and repeatability.html.
    """
    with progress_bars() as tell:
        result = assess_repeats(captures, out, rig=rig, progress=tell)
    if as_json:
        print_json(result)
    else:
        typer.echo(result.text)
        for warning in result.warnings:
            typer.echo(f"note: {warning}")
    typer.echo(out / REPEAT_PAGE, err=as_json)
