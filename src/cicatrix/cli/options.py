"""Arguments and options that several commands share."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.errors import InputError

__all__ = [
    "CaptureArgument",
    "CaseArgument",
    "CaseOption",
    "DatabaseOption",
    "FolderArgument",
    "JsonOption",
    "OutBesideOption",
    "OutOption",
    "PersonArgument",
    "StartOption",
    "day",
    "new_folder_beside",
    "today_or",
]

CaptureArgument = Annotated[Path, typer.Argument(metavar="CAPTURE", help="Folder with a capture.toml.")]
CaseArgument = Annotated[Path, typer.Argument(metavar="CASE", help="Case file, TOML or JSON.")]
CaseOption = Annotated[
    Path | None, typer.Option("--case", metavar="CASE", help="Case file: what was stated about the person.")
]
OutOption = Annotated[Path, typer.Option("--out", help="Folder to write to; made if it does not exist.")]
OutBesideOption = Annotated[
    Path | None, typer.Option("--out", help="Folder to write to; a new one beside the input if left out.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
StartOption = Annotated[
    str | None,
    typer.Option("--start", metavar="YYYY-MM-DD", help="First day of the plan; an event is kept free of it."),
]
FolderArgument = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the practice.")]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database", metavar="URL", envvar="CICATRIX_DATABASE", help="The practice's PostgreSQL, if it has one."
    ),
]
PersonArgument = Annotated[str, typer.Argument(metavar="PSEUDONYM", help="The person's pseudonym.")]


def day(text: str | None, option: str = "--start") -> date | None:
    """A day given as an option; None where none was given.

    Raises
    ------
    InputError
        It is not a day.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            f"{option} {text!r} is not a day", allowed="year-month-day, such as 2027-03-01", fix=f"correct {option}"
        ) from error


def today_or(text: str | None) -> date:
    """A day given as ``--start``, or today."""
    return day(text) or datetime.now().astimezone().date()


def new_folder_beside(given: Path, what: str) -> Path:
    """A folder that does not exist yet, beside a file or folder: ``cheek-assessment``, then ``cheek-assessment-2``."""
    beside = given.resolve()
    name = f"{beside.stem if beside.is_file() else beside.name}-{what}"
    taken = 1
    while (out := given.parent / (name if taken == 1 else f"{name}-{taken}")).exists():
        taken += 1
    return out
