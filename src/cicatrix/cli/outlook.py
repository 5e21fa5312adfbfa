"""``cicatrix outlook``: how marks fade, how skin heals, and how far each option gets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cicatrix.cli.plan import day, with_sources
from cicatrix.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from cicatrix.model.fading import Visit
    from cicatrix.model.outlook import Fading, Healing, Outlook
    from cicatrix.model.plan import Option, Plan
    from cicatrix.model.quantity import Measured

__all__ = ["outlook"]

LATER: Final = re.compile(r"(\d{1,5}):(.+)", re.DOTALL)


def outlook(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="Case file, TOML or JSON.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    start: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="First day of the plan; today where it is left out.")
    ] = None,
    visit: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DAYS:CASE",
            help="A later case of the same person, and how many days later; the person's own rate of fading is learned "
            "from it. May be given several times.",
        ),
    ] = None,
) -> None:
    """Forecast how marks fade, how skin heals after each treatment, and how far each option of the plan gets.

    Forecasts come from trials of other people and from stated assumptions, with wide ranges. Nothing here is a promise.
    """
    from datetime import datetime  # noqa: PLC0415

    from cicatrix.care.gate import gate  # noqa: PLC0415
    from cicatrix.care.plan import plan as make_plan  # noqa: PLC0415
    from cicatrix.cases import join, read_case  # noqa: PLC0415
    from cicatrix.grading import grade  # noqa: PLC0415
    from cicatrix.outlook import outlook as forecast  # noqa: PLC0415

    first_day = datetime.now().astimezone().date() if start is None else day(start)
    findings = join(read_case(case))
    grades = grade(findings)
    control = gate(findings, grades)
    plan = make_plan(findings, control, first_day)
    made = forecast(findings, grades, control, plan, visits=_visits(visit or ()))
    if as_json:
        import json  # noqa: PLC0415

        typer.echo(json.dumps(with_sources("outlook", made), indent=1, ensure_ascii=False))
        return
    from rich.console import Console  # noqa: PLC0415

    _print(made, plan, Console(highlight=False, markup=False))


def _visits(given: Sequence[str]) -> tuple[Visit, ...]:
    """Later visits, in the order of their days.

    Raises
    ------
    InputError
        One is not ``DAYS:CASE``, or two are of one day.
    """
    from cicatrix.cases import join, read_case  # noqa: PLC0415
    from cicatrix.outlook.fading.visit import visit_of  # noqa: PLC0415

    visits: dict[int, Visit] = {}
    for text in given:
        found = LATER.fullmatch(text)
        if found is None or int(found[1]) < 1:
            raise InputError(
                f"--visit {text!r} is not a visit",
                allowed="days since the first case, from 1, a colon, and a case file, such as 56:later.toml",
            )
        days = int(found[1])
        if days in visits:
            raise InputError(f"--visit names day {days} twice", fix="give one case for each day")
        visits[days] = visit_of(days, join(read_case(Path(found[2]))))
    return tuple(visits[days] for days in sorted(visits))


def _print(made: Outlook, plan: Plan, console: Console) -> None:
    console.print(made.text)
    console.print(f"\n{made.marks.text}")
    for name, fading in (("Red marks", made.marks.red), ("Brown marks", made.marks.brown)):
        if fading is not None:
            _print_fading(name, fading, console)
    for option in plan.options:
        _print_option(option, made, console)
    if made.new_scars is not None:
        console.print(f"\n{made.new_scars.text}")
    _print_healing([one for one in made.healing if _heals(one)], console)
    console.print("\nWhat each figure rests on stands in the JSON (--json), with its sources.")
    console.print(made.notice)


def _print_fading(name: str, fading: Fading, console: Console) -> None:
    console.print(f"\n{name}: {fading.text} [{fading.status}]")
    seen = ", ".join(f"day {left.day}: {_range(left.value, left.low, left.high)}" for left in fading.visible[1:])
    console.print(f"  still seen: {seen}")
    for reason in fading.longer:
        console.print(f"  {reason.text} [{reason.status}]")
    console.print(f"  {fading.basis}")


def _print_option(option: Option, made: Outlook, console: Console) -> None:
    from rich.table import Table  # noqa: PLC0415

    table = Table("scars", "depth left", "untreated", "trials", "people", "known", title=f"\n{option.title}")
    for one in made.result:
        if one.option == option.id:
            left = _percent(one.remaining) if one.treatments else "not treated"
            counted = (str(one.trials), str(one.people)) if one.treatments else ("", "")
            table.add_row(one.target.replace("_", " "), left, _percent(one.untreated), *counted, one.status)
    if table.row_count:
        console.print(table)
    else:
        console.print(f"\n{option.title}")
    shares = made.grade_probability.get(option.id)
    if shares is not None:
        said = ", ".join(f"{grade}: {100 * share:.0f} %" for grade, share in shares.items())
        console.print(f"  Goodman-Baron grade afterwards: {said}")
    for line in made.timelines:
        if line.option == option.id:
            console.print(f"  {line.text}")


def _heals(one: Healing) -> bool:
    """Whether there is anything to heal."""
    return max(one.closed_days.high, one.redness_days.high, one.back_to_work_days.high) > 0


def _print_healing(healing: Iterable[Healing], console: Console) -> None:
    from rich.table import Table  # noqa: PLC0415

    table = Table("after one session", "skin closed", "redness", "back to work", "known", title="\nDays of healing")
    for one in healing:
        ranges = (one.closed_days, one.redness_days, one.back_to_work_days)
        table.add_row(one.name, *(_days(days.low, days.high) for days in ranges), one.status)
    console.print(table)


def _days(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _percent(share: Measured) -> str:
    return _range(share.value, share.low, share.high)


def _range(value: float, low: float, high: float) -> str:
    return f"{100 * value:.0f} % ({100 * low:.0f} to {100 * high:.0f} %)"
