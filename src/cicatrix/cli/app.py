"""The command line. Each command is one call of the library; nothing heavy is imported before it runs."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cicatrix import __version__
from cicatrix.cli.card import card
from cicatrix.cli.case import case_app
from cicatrix.cli.check import check
from cicatrix.cli.compare import compare
from cicatrix.cli.correct import correct
from cicatrix.cli.evidence import evidence
from cicatrix.cli.grade import grade
from cicatrix.cli.outlook import outlook
from cicatrix.cli.phantom import PhantomCommand
from cicatrix.cli.plan import day, plan
from cicatrix.cli.progress import progress_bars
from cicatrix.cli.record import record_app
from cicatrix.cli.repeatability import repeatability
from cicatrix.cli.serve import serve
from cicatrix.cli.user import user_app
from cicatrix.errors import CicatrixError, InputError

__all__ = ["app", "main"]

BAD_INPUT = 2
INTERRUPTED = 130

CAPTURE_HELP = "Folder with a capture.toml."
OUT_HELP = "Folder to write to; made if it does not exist."


class _Schema(StrEnum):
    """Files with a JSON Schema."""

    ASSESSMENT = "assessment"
    CASE = "case"
    COMPARISON = "comparison"
    REPEATABILITY = "repeatability"


class _Commands(TyperGroup):
    """The commands, with one way to say what went wrong."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; an error that Cicatrix raises on purpose is one message, any other keeps its traceback."""
        try:
            return super().invoke(ctx)
        except CicatrixError as error:
            typer.echo(f"cicatrix: {error}", err=True)
            raise typer.Exit(BAD_INPUT) from error
        except KeyboardInterrupt as interrupt:
            raise typer.Exit(INTERRUPTED) from interrupt


app = typer.Typer(
    cls=_Commands,
    add_completion=False,
    no_args_is_help=True,
    # Rich's help and tracebacks take longer to import than the help itself takes.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - Typer hands the flag over by position
    if wanted:
        typer.echo(f"cicatrix {__version__}")
        raise typer.Exit


@app.callback()
def _cicatrix(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Measure acne scars from photographs under several lights, or from a height map.

    Measurement for a clinician's review. Not a medical device.
    """


@app.command(short_help="Find, measure and type every scar.")
def assess(
    capture: Annotated[Path, typer.Argument(metavar="CAPTURE", help=CAPTURE_HELP)],
    out: Annotated[Path, typer.Option(help=OUT_HELP)],
    case: Annotated[Path | None, typer.Option(metavar="CASE", help="Case file: what was stated.")] = None,
    start: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="First day of the plan, to keep the day of an event free.")
    ] = None,
) -> None:
    """Find, measure and type every scar; write assessment.json, report.html and maps."""
    from cicatrix.pipeline.assess import assess_folder  # noqa: PLC0415

    today = None if start is None else day(start)
    with progress_bars() as tell:
        assessment = assess_folder(capture, out, case_file=case, today=today, progress=tell)
    kinds = [scar.kind for scar in assessment.scars]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(sorted(kinds)))
    typer.echo(f"scars: {len(kinds)}" + (f" ({counts})" if kinds else ""))
    typer.echo(out / "report.html")


@app.command(short_help="Write the height map and a shaded picture.")
def relief(
    capture: Annotated[Path, typer.Argument(metavar="CAPTURE", help=CAPTURE_HELP)],
    out: Annotated[Path, typer.Option(help=OUT_HELP)],
) -> None:
    """Write the height map in mm, without the form of the face, and a shaded picture of it.

    From photographs, scars are fitted to their shading and cast shadows; fitted.tif and fitted.png show where.
    """
    from cicatrix.capture import read_capture  # noqa: PLC0415
    from cicatrix.io.write import check_out  # noqa: PLC0415
    from cicatrix.pipeline.relief_files import write_relief  # noqa: PLC0415
    from cicatrix.relief import reconstruct  # noqa: PLC0415
    from cicatrix.scars import find_scars  # noqa: PLC0415

    check_out(out)
    with progress_bars() as tell:
        taken = read_capture(capture, progress=tell)
        tell("relief", 0, 1)
        surface = reconstruct(taken)
        tell("relief", 1, 1)
        if surface.shots is not None:
            tell("scars", 0, 1)
            _, surface = find_scars(surface)
            tell("scars", 1, 1)
        files = write_relief(surface, out, site=taken.site)
    typer.echo(files[0])


app.command(short_help="Grade a case on the published scales.")(grade)
app.command(short_help="Check a capture, and say what to do better.")(check)
app.command(short_help="Compare two captures of one site.")(compare)
app.command(short_help="Assess a capture and apply corrections by hand.")(correct)
app.command(short_help="Say how well a rig repeats itself.")(repeatability)
app.command(short_help="Plan the treatment of a case.")(plan)
app.command(short_help="Forecast fading, healing and results.")(outlook)
app.command(short_help="Show what is known about the treatments, with sources.")(evidence)
app.command(short_help="Open the local web app.")(serve)
app.command(short_help="Write the card to print, for photographs with a torch.")(card)


@app.command(cls=PhantomCommand, short_help="Make a capture of skin with known scars.")
def phantom() -> None:
    """Make a capture of skin with known scars, and their truth, to check a rig or a setting."""


@app.command(short_help="Measure accuracy on skin with known scars.")
def validate(
    *,
    count: Annotated[int, typer.Option(help="Number of captures; 24 cover every skin tone with 4 to 12 lights.")] = 24,
    seed: Annotated[int, typer.Option(help="Seed of the first capture, 10000 or more.")] = 10_000,
    change: Annotated[bool, typer.Option("--change", help="Compare visits of the same skins instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    write: Annotated[Path | None, typer.Option(metavar="PATH", help="Write the tables as a Markdown page.")] = None,
    summary: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Renew the summary between its two markers in this file.")
    ] = None,
) -> None:
    """Make skin with known scars, assess it, and say what was found, how exactly, and how often the intervals hold."""
    from rich.console import Console  # noqa: PLC0415

    from cicatrix import validation as study  # noqa: PLC0415

    if write is not None:
        study.check_page(write)
    if change:
        _validate_change(count, seed, as_json=as_json, write=write, summary=summary)
        return
    if summary is not None:
        study.check_block(summary)
    with progress_bars() as tell:
        result = study.run_study(count, seed, progress=tell)
    if write is not None:
        study.write_page(write, study.as_markdown(result))
    if summary is not None:
        study.write_block(summary, study.as_summary(result))
    if as_json:
        typer.echo(result.model_dump_json(indent=1, by_alias=True))
    else:
        study.print_study(result, Console())


def _validate_change(count: int, seed: int, *, as_json: bool, write: Path | None, summary: Path | None) -> None:
    """Capture skins again, unchanged and changed, and say what comparisons make of it."""
    from cicatrix import validation as study  # noqa: PLC0415

    if summary is not None:
        raise InputError("--summary does not go with --change", fix="use --write, which writes a page of its own")
    with progress_bars() as tell:
        result = study.run_change_study(count, seed, progress=tell)
    page = study.change_markdown(result)
    if write is not None:
        study.write_page(write, page)
    typer.echo(result.model_dump_json(indent=1, by_alias=True) if as_json else page, nl=as_json)


app.add_typer(record_app, name="record", short_help="Check, export, import or erase what a practice keeps.")
app.add_typer(user_app, name="user", short_help="Manage who may use a practice's pages.")
app.add_typer(case_app, name="case", short_help="Write or check a case file: what was stated.")


@app.command(short_help="Print the JSON Schema of a file.")
def schema(
    of: Annotated[
        _Schema,
        typer.Argument(
            metavar="assessment|case|comparison|repeatability", help="Which file: the JSON that is written, or a case."
        ),
    ] = _Schema.ASSESSMENT,
) -> None:
    """Print the JSON Schema of assessment.json, of a case file, of comparison.json, or of repeatability.json."""
    from importlib import resources  # noqa: PLC0415

    shipped = resources.files("cicatrix") / "schemas" / f"{of}-1.json"
    typer.echo(shipped.read_text(encoding="utf-8"), nl=False)


def main() -> None:
    """Entry point of the ``cicatrix`` command."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
