"""``cicatrix correct``: assess a capture, and apply what a person corrected."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cicatrix.cli.notes import note_missing_pdf
from cicatrix.cli.options import CaptureArgument, CaseOption, JsonOption, OutOption, StartOption, day
from cicatrix.cli.output import print_json
from cicatrix.cli.progress import progress_bars
from cicatrix.pipeline.assess import assess_folder

__all__ = ["correct"]


def correct(
    capture: CaptureArgument,
    *,
    events: Annotated[Path, typer.Option(metavar="FILE", help="Corrections: a JSON file of events.")],
    out: OutOption,
    case: CaseOption = None,
    start: StartOption = None,
    as_json: JsonOption = False,
) -> None:
    """Assess a capture and apply corrections by hand: types, outlines, false and missed scars, answers.

    Writes what assess writes, with each measured value beside its correction, and corrections.json: the same log with
    its fingerprint. Undo and redo are events too; the same file gives the same result.
    """
    today = day(start)
    with progress_bars() as tell:
        assessment = assess_folder(capture, out, case_file=case, events_file=events, today=today, progress=tell)
    if as_json:
        print_json(assessment)
    else:
        about = {(row.what, row.id) for row in assessment.corrections}
        names = {"scar": "scar", "mark": "mark", "case": "answer"}
        counts = {name: sum(what == kind for what, _ in about) for kind, name in names.items()}
        shown = ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts.items())
        typer.echo(f"corrected: {shown}")
        typer.echo(f"scars: {len(assessment.scars)}")
    note_missing_pdf()
    typer.echo(out / "report.html", err=as_json)
