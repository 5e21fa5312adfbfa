"""``cicatrix compare``: what changed between two captures of one site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cicatrix.cli.options import JsonOption, OutOption, StartOption, day
from cicatrix.cli.output import print_json
from cicatrix.cli.progress import progress_bars
from cicatrix.model.plan import OptionId
from cicatrix.pipeline.compare import compare_folders

__all__ = ["compare"]


def compare(
    before: Annotated[
        Path, typer.Argument(metavar="BEFORE", help="The earlier capture: a folder with a capture.toml.")
    ],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="The later capture of the same site.")],
    *,
    out: OutOption,
    case_before: Annotated[
        Path | None,
        typer.Option(metavar="CASE", help="Case file of the earlier visit; the forecast is made from it."),
    ] = None,
    case_after: Annotated[Path | None, typer.Option(metavar="CASE", help="Case file of the later visit.")] = None,
    repeatability: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="repeatability.json of the rig: its smallest detectable changes."),
    ] = None,
    days: Annotated[
        int | None, typer.Option(help="Days between the captures, to compare forecast and observation.")
    ] = None,
    done: Annotated[OptionId | None, typer.Option(help="Option of the earlier plan that was carried out.")] = None,
    start: StartOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say for each scar and mark of two captures of one site: better, worse, or not beyond noise.

    Writes comparison.json, comparison.html, a map of the change, and the earlier picture registered to the later one.
    Captures that do not show the same skin are refused. --start is the first day of the earlier plan.
    """
    today = day(start)
    with progress_bars() as tell:
        change = compare_folders(
            before,
            after,
            out,
            case_before=case_before,
            case_after=case_after,
            repeatability=repeatability,
            days=days,
            done=done,
            today=today,
            progress=tell,
        )
    if as_json:
        print_json(change)
    else:
        typer.echo(change.text)
        for warning in change.warnings:
            typer.echo(warning)
    typer.echo(out / "comparison.html", err=as_json)
