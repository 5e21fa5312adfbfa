"""``cicatrix repeatability``: how well a rig repeats itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cicatrix.cli.progress import progress_bars

__all__ = ["repeatability"]


def repeatability(
    captures: Annotated[
        list[Path], typer.Argument(metavar="CAPTURE...", help="Captures of the same skin, two or more.")
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder to write to; made if it does not exist.")],
    rig: Annotated[str | None, typer.Option(help="Name of the rig, to find it again.")] = None,
) -> None:
    """Say how well a rig repeats itself, from captures of the same skin taken one after another.

    Between captures put the rig down, take it up again and aim anew, as between visits. Writes repeatability.json,
    which compare takes to judge changes, and repeatability.html.
    """
    from cicatrix.pipeline.repeatability import REPEAT_PAGE, assess_repeats  # noqa: PLC0415

    with progress_bars() as tell:
        found = assess_repeats(captures, out, rig=rig, progress=tell)
    typer.echo(found.text)
    for warning in found.warnings:
        typer.echo(f"note: {warning}")
    typer.echo(out / REPEAT_PAGE)
