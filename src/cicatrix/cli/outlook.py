"""``cicatrix outlook``: how marks fade, how skin heals, and how far each option gets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from cicatrix.cases import read_case
from cicatrix.cases.join import join
from cicatrix.cli.citations import with_sources
from cicatrix.cli.options import CaseArgument, JsonOption, StartOption, today_or
from cicatrix.cli.outlook_output import print_outlook
from cicatrix.cli.output import print_json
from cicatrix.errors import InputError
from cicatrix.model.fading import Visit
from cicatrix.outlook.fading.visit import visit_of
from cicatrix.pipeline.advise import advise

__all__ = ["outlook"]

LATER: Final = re.compile(r"(\d{1,5}):(.+)", re.DOTALL)


def outlook(
    case: CaseArgument,
    *,
    as_json: JsonOption = False,
    start: StartOption = None,
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
    first_day = today_or(start)
    advice = advise(join(read_case(case)), first_day, visits=_visits(visit or ()))
    if as_json:
        print_json(with_sources(answer=advice.answer, outlook=advice.outlook))
        return

    print_outlook(advice.outlook, advice.plan, advice.answer, Console(highlight=False, markup=False))


def _visits(given: Sequence[str]) -> tuple[Visit, ...]:
    """Later visits, in the order of their days.

    Raises
    ------
    InputError
        One is not ``DAYS:CASE``, or two are of one day.
    """
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
