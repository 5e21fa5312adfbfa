"""``cicatrix plan``: options, why not the others, what to ask, what would change the plan, and the answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cicatrix.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from cicatrix.model.plan import Option, Plan, Step
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
        _Option | None, typer.Option(help="Option for --calendar; where it is left out, the only or the middle one.")
    ] = None,
) -> None:
    """Plan the treatment of a case: up to three options, and why everything else is left out.

    Options to talk over with a doctor. Nothing here is a diagnosis or a prescription.
    """
    from cicatrix.care.gate import gate  # noqa: PLC0415
    from cicatrix.care.plan import plan as make_plan  # noqa: PLC0415
    from cicatrix.cases import join, read_case  # noqa: PLC0415
    from cicatrix.grading import grade  # noqa: PLC0415

    first_day = datetime.now().astimezone().date() if start is None else day(start)
    findings = join(read_case(case))
    made = make_plan(findings, gate(findings, grade(findings)), first_day)
    if calendar is not None:
        _write_calendar(made, option, first_day, calendar)
        return
    if as_json:
        import json  # noqa: PLC0415

        typer.echo(json.dumps(with_sources("plan", made), indent=1, ensure_ascii=False))
        return
    from rich.console import Console  # noqa: PLC0415

    _print(made, Console(highlight=False, markup=False))


def with_sources(name: str, made: Record) -> dict[str, Any]:
    """A section as in ``assessment.json``, and every source that it names."""
    from cicatrix.knowledge import sources  # noqa: PLC0415

    section = made.model_dump(mode="json")
    named = sorted(set(_source_keys(section)))
    return {name: section, "sources": {key: sources()[key].citation for key in named}}


def _source_keys(value: object) -> Iterator[str]:
    """Every key in a list that is called ``sources``."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from part if name == "sources" else _source_keys(part)
    elif isinstance(value, list):
        for part in value:
            yield from _source_keys(part)


def _write_calendar(made: Plan, wanted: _Option | None, start: date, file: Path) -> None:
    from cicatrix.io.write import write_file  # noqa: PLC0415
    from cicatrix.report.calendar import as_calendar  # noqa: PLC0415

    known = {option.id: option for option in made.options}
    if not known:
        raise InputError(
            "there is no option to write", fix="run 'cicatrix plan CASE' to see what must be answered first"
        )
    name = list(known)[(len(known) - 1) // 2] if wanted is None else wanted.value
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


def _print(made: Plan, console: Console) -> None:
    console.print(made.answer)
    for option in made.options:
        _print_option(option, console)
    if made.ask:
        console.print("\nWhat to ask first")
        for item in made.ask:
            console.print(f"  {item.key}: {item.question} {item.why}")
    console.print("\nWhy not the others")
    for excluded in made.excluded:
        first = excluded.reasons[0]
        more = f" (and {len(excluded.reasons) - 1} more)" if len(excluded.reasons) > 1 else ""
        console.print(f"  {excluded.name}: {first.text} [{first.status}: {first.source}]{more}")
    if made.would_change:
        console.print("\nWhat would change the plan")
        for change in made.would_change:
            console.print(f"  {change.text}")
    console.print(f"\n{made.notice}")


def _print_option(option: Option, console: Console) -> None:
    downtime = option.downtime_days
    away = "no figure for every step" if downtime is None else f"{downtime.low:g} to {downtime.high:g} days"
    console.print(f"\n{option.title}: {option.days} days, {option.visits} visits; away from work and company: {away}")
    if option.price_usd:
        console.print(f"  known fees: {option.price_usd.low:,.0f} to {option.price_usd.high:,.0f} US dollars")
    for step in option.steps:
        for line in _lines(step):
            console.print(line)


def _lines(step: Step) -> list[str]:
    when = f"day {step.start_day}" if step.start_day == step.end_day else f"days {step.start_day} to {step.end_day}"
    how = f"{step.sessions} session{'' if step.sessions == 1 else 's'}" if step.visits else "daily"
    aims = f" for {', '.join(target.replace('_', ' ') for target in step.targets)}" if step.targets else ""
    lines = [f"  {when}: {step.name}, {how}{aims} [{step.status}]"]
    if step.visits:
        downtime = step.downtime_days
        lines.append(
            "      no figure on downtime was found"
            if downtime is None
            else f"      downtime {downtime.low:g} to {downtime.high:g} days a session [{downtime.status}]"
        )
    lines += [f"      {'' if item.sure else 'if it applies: '}{item.text}" for item in step.conditions]
    return lines
