"""``cicatrix plan``: the answer, options, why not the others, what to ask, and what would change the plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cicatrix.errors import InputError

if TYPE_CHECKING:
    from cicatrix.model.plan import Plan
    from cicatrix.model.quantity import Record

__all__ = ["day", "plan", "with_sources"]


class _Option(StrEnum):
    """Options of a plan."""

    GENTLEST = "gentlest"
    BALANCED = "balanced"
    STRONGEST = "strongest"


def plan(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="Case file, TOML or JSON.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    start: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="First day of the plan; today where it is left out.")
    ] = None,
    calendar: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the chosen option as a calendar file (.ics).")
    ] = None,
    option: Annotated[
        _Option | None, typer.Option(help="Option for --calendar; where it is left out, the one that the answer is of.")
    ] = None,
) -> None:
    """Plan the treatment of a case: up to three options, and why everything else is left out.

    Options to talk over with a doctor. Nothing here is a diagnosis or a prescription.
    """
    from cicatrix.cases import read_case  # noqa: PLC0415
    from cicatrix.cases.join import join  # noqa: PLC0415
    from cicatrix.pipeline.advise import advise  # noqa: PLC0415

    first_day = datetime.now().astimezone().date() if start is None else day(start)
    advice = advise(join(read_case(case)), first_day)
    assert advice.plan is not None  # noqa: S101 - a plan was asked for
    if calendar is not None:
        main = None if advice.answer is None else advice.answer.option
        _write_calendar(advice.plan, main if option is None else option.value, first_day, calendar)
        return
    if as_json:
        import json  # noqa: PLC0415

        typer.echo(json.dumps(with_sources(answer=advice.answer, plan=advice.plan), indent=1, ensure_ascii=False))
        return
    from rich.console import Console  # noqa: PLC0415

    from cicatrix.cli.plan_output import print_plan  # noqa: PLC0415

    print_plan(advice.plan, advice.answer, Console(highlight=False, markup=False))


def with_sources(**made: Record | None) -> dict[str, Any]:
    """Sections as in ``assessment.json``, and every source that they name."""
    from cicatrix.knowledge import sources  # noqa: PLC0415

    sections = {name: None if one is None else one.model_dump(mode="json") for name, one in made.items()}
    named = sorted(set(_source_keys(sections)))
    return {**sections, "sources": {key: sources()[key].citation for key in named}}


def _source_keys(value: object) -> Iterator[str]:
    """Every key in a list that is called ``sources``."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from part if name == "sources" else _source_keys(part)
    elif isinstance(value, list):
        for part in value:
            yield from _source_keys(part)


def _write_calendar(made: Plan, wanted: str | None, start: date, file: Path) -> None:
    from cicatrix.io.write import write_file  # noqa: PLC0415
    from cicatrix.report.calendar import as_calendar  # noqa: PLC0415

    known = {option.id: option for option in made.options}
    if not known:
        raise InputError(
            "there is no option to write", fix="run 'cicatrix plan CASE' to see what must be answered first"
        )
    name = next(iter(known)) if wanted is None else wanted
    for id_, option in known.items():
        if id_ == name:
            write_file(file, as_calendar(option, start).encode("utf-8"), replace=False)
            typer.echo(file)
            return
    raise InputError(f"the plan has no option {name!r}", allowed=", ".join(known))


def day(text: str) -> date:
    """A day from an option of the command line.

    Raises
    ------
    InputError
        It is no day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"--start {text!r} is not a day", allowed="year-month-day, such as 2027-03-01") from error
