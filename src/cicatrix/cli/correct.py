"""``cicatrix correct``: assess a capture, and apply what a person corrected."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cicatrix.cli.plan import day
from cicatrix.cli.progress import progress_bars

__all__ = ["correct"]


def correct(
    capture: Annotated[Path, typer.Argument(metavar="CAPTURE", help="Folder with a capture.toml.")],
    *,
    events: Annotated[Path, typer.Option(metavar="FILE", help="Corrections: a JSON file of events.")],
    out: Annotated[Path, typer.Option(help="Folder to write to; made if it does not exist.")],
    case: Annotated[Path | None, typer.Option(metavar="CASE", help="Case file: what was stated.")] = None,
    start: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="First day of the plan, to keep the day of an event free.")
    ] = None,
) -> None:
    """Assess a capture and apply corrections by hand: types, outlines, what is false or was missed, answers.

    Writes what assess writes, with what had been measured beside what was corrected, and corrections.json: the same
    log with its fingerprint. Undo and redo are events too; the same file gives the same result.
    """
    from cicatrix.pipeline.assess import assess_folder  # noqa: PLC0415

    today = None if start is None else day(start)
    with progress_bars() as tell:
        assessment = assess_folder(capture, out, case_file=case, events_file=events, today=today, progress=tell)
    about = {(row.what, row.id) for row in assessment.corrections}
    words = {"scar": "scar", "mark": "mark", "case": "answer"}
    counts = {word: sum(what == kind for what, _ in about) for kind, word in words.items()}
    told = ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for word, count in counts.items())
    typer.echo(f"corrected: {told}")
    typer.echo(f"scars: {len(assessment.scars)}")
    typer.echo(out / "report.html")
