"""``cicatrix assess``: find, measure and type every scar; write the reports."""

from __future__ import annotations

import typer

from cicatrix.cli.notes import note_missing_pdf
from cicatrix.cli.options import (
    CaptureArgument,
    CaseOption,
    JsonOption,
    OutBesideOption,
    StartOption,
    day,
    new_folder_beside,
)
from cicatrix.cli.output import print_json
from cicatrix.cli.progress import progress_bars
from cicatrix.pipeline.assess import assess_folder

__all__ = ["assess"]


def assess(
    capture: CaptureArgument,
    *,
    out: OutBesideOption = None,
    case: CaseOption = None,
    start: StartOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find, measure and type every scar; write assessment.json, the reports and maps.

    Without --out they are written to a new folder beside the capture, such as cheek-assessment. The last line is the
    path of the report; with --json assessment.json is printed, and the path goes to standard error.
    """
    folder = new_folder_beside(capture, "assessment") if out is None else out
    today = day(start)
    with progress_bars() as tell:
        assessment = assess_folder(capture, folder, case_file=case, today=today, progress=tell)
    if as_json:
        print_json(assessment)
    else:
        kinds = [scar.kind for scar in assessment.scars]
        counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in sorted(set(kinds)))
        typer.echo(f"scars: {len(kinds)}" + (f" ({counts})" if kinds else ""))
    note_missing_pdf()
    typer.echo(folder / "report.html", err=as_json)
