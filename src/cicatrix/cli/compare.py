"""``cicatrix compare``: what changed between two captures of one site."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.cli.plan import day
from cicatrix.cli.progress import progress_bars

__all__ = ["compare"]


class _Option(StrEnum):
    """Options of a plan."""

    GENTLEST = "gentlest"
    BALANCED = "balanced"
    STRONGEST = "strongest"


def compare(
    before: Annotated[
        Path, typer.Argument(metavar="BEFORE", help="The earlier capture: a folder with a capture.toml.")
    ],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="The later capture of the same site.")],
    *,
    out: Annotated[Path, typer.Option(help="Folder to write to; made if it does not exist.")],
    case_before: Annotated[
        Path | None, typer.Option(metavar="CASE", help="Case file of the earlier visit; it makes the outlook.")
    ] = None,
    case_after: Annotated[Path | None, typer.Option(metavar="CASE", help="Case file of the later visit.")] = None,
    repeatability: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="repeatability.json of the rig: its smallest detectable changes."),
    ] = None,
    days: Annotated[int | None, typer.Option(help="Days between the captures, to hold the outlook against.")] = None,
    done: Annotated[_Option | None, typer.Option(help="Option of the earlier plan that was carried out.")] = None,
    start: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="First day of the earlier plan, as for assess.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print comparison.json instead of a summary.")] = False,
) -> None:
    """Say for each scar and mark of two captures of one site: better, worse, or not beyond noise.

    Writes comparison.json, comparison.html, a map of the change, and the earlier picture laid on the later one.
    Captures that do not show the same skin are refused.
    """
    from cicatrix.pipeline.compare import compare_folders  # noqa: PLC0415

    with progress_bars() as tell:
        change = compare_folders(
            before,
            after,
            out,
            case_before=case_before,
            case_after=case_after,
            repeatability=repeatability,
            days=days,
            done=None if done is None else done.value,
            today=None if start is None else day(start),
            progress=tell,
        )
    if as_json:
        typer.echo(change.model_dump_json(indent=1, by_alias=True))
        return
    typer.echo(change.text)
    for warning in change.warnings:
        typer.echo(warning)
    typer.echo(out / "comparison.html")
