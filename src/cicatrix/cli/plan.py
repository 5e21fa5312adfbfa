"""``cicatrix plan``: the answer, options, why not the others, what to ask, and what would change the plan."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cicatrix.cases import read_case
from cicatrix.cases.join import join
from cicatrix.cases.prices import read_prices, treatment_ids
from cicatrix.cli.citations import with_sources
from cicatrix.cli.options import CaseArgument, JsonOption, StartOption, today_or
from cicatrix.cli.output import print_json
from cicatrix.cli.plan_output import print_plan
from cicatrix.errors import InputError
from cicatrix.io.write import write_file
from cicatrix.model.plan import OptionId, Plan
from cicatrix.pipeline.advise import advise
from cicatrix.report.calendar import as_calendar

__all__ = ["plan"]


def plan(
    case: CaseArgument,
    *,
    as_json: JsonOption = False,
    start: StartOption = None,
    calendar: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the chosen option as a calendar file (.ics).")
    ] = None,
    option: Annotated[
        OptionId | None, typer.Option(help="Option for --calendar; if left out, the one that the answer is about.")
    ] = None,
    include: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="ID", help="A treatment that every option must hold; repeatable."),
    ] = None,
    avoid: Annotated[
        list[str] | None, typer.Option("--without", metavar="ID", help="A treatment to leave out; repeatable.")
    ] = None,
    prices: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A clinic's fees, TOML: treatment = fee of a session, or [lowest, highest]."),
    ] = None,
) -> None:
    """Plan the treatment of a case: up to three options, and why everything else is left out.

    Options to talk over with a doctor. Nothing here is a diagnosis or a prescription.
    """
    first_day = today_or(start)
    stated = read_case(case)
    if avoid:
        wishes = stated.preferences
        left_out = (*(wishes.avoid or ()), *treatment_ids(avoid, "--without"))
        wishes = wishes.model_validate(wishes.model_dump() | {"avoid": left_out})
        stated = stated.model_copy(update={"preferences": wishes})
    advice = advise(
        join(stated),
        first_day,
        include=treatment_ids(include or (), "--with"),
        prices=None if prices is None else read_prices(prices),
    )
    assert advice.plan is not None  # noqa: S101 - a plan was asked for
    if calendar is not None:
        main = None if advice.answer is None else advice.answer.option
        _write_calendar(advice.plan, main if option is None else option, first_day, calendar)
        return
    if as_json:
        print_json(with_sources(answer=advice.answer, plan=advice.plan))
        return

    print_plan(advice.plan, advice.answer, Console(highlight=False, markup=False))


def _write_calendar(made: Plan, wanted: str | None, start: date, file: Path) -> None:

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
