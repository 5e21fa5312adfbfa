"""``cicatrix outlook``: how marks fade, how skin heals, and how far each option gets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cicatrix.cli.plan import day, with_sources
from cicatrix.errors import InputError

if TYPE_CHECKING:
    from cicatrix.model.fading import Visit

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

    from cicatrix.cases import read_case  # noqa: PLC0415
    from cicatrix.cases.join import join  # noqa: PLC0415
    from cicatrix.pipeline.advise import advise  # noqa: PLC0415

    first_day = datetime.now().astimezone().date() if start is None else day(start)
    advice = advise(join(read_case(case)), first_day, visits=_visits(visit or ()))
    if as_json:
        import json  # noqa: PLC0415

        typer.echo(json.dumps(with_sources(answer=advice.answer, outlook=advice.outlook), indent=1, ensure_ascii=False))
        return
    from rich.console import Console  # noqa: PLC0415

    from cicatrix.cli.outlook_output import print_outlook  # noqa: PLC0415

    print_outlook(advice.outlook, advice.plan, advice.answer, Console(highlight=False, markup=False))


def _visits(given: Sequence[str]) -> tuple[Visit, ...]:
    """Later visits, in the order of their days.

    Raises
    ------
    InputError
        One is not ``DAYS:CASE``, or two are of one day.
    """
    from cicatrix.cases import read_case  # noqa: PLC0415
    from cicatrix.cases.join import join  # noqa: PLC0415
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
