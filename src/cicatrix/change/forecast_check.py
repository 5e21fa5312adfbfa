"""Forecast and observed: the earlier outlook compared with the later measurement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from cicatrix.model import Measured
from cicatrix.model.change import AgainstOutlook, Change, Changed, ScarChange
from cicatrix.model.outlook import Fading, Outlook, ScarResult
from cicatrix.model.plan import OptionId

__all__ = ["against_outlook"]

Judged = Literal["as forecast", "better than forecast", "worse than forecast", "cannot say"]


def against_outlook(
    change: Change, outlook: Outlook, days: int, option: OptionId | None = None
) -> tuple[AgainstOutlook, ...]:
    """Compare what was observed with what was forecast.

    Parameters
    ----------
    change
        The comparison.
    outlook
        Of the earlier visit.
    days
        Between the visits.
    option
        The option that was carried out, as stated; without one, scars have no forecast to compare with.

    Returns
    -------
    tuple[AgainstOutlook, ...]
        Marks of each colour (the forecast without treatment), then each scar that the option forecasts.
    """
    return (*_marks(change, outlook, days, option), *_scars(change.scars, outlook, days, option))


def _marks(change: Change, outlook: Outlook, days: int, option: OptionId | None) -> list[AgainstOutlook]:
    found = []
    for colour, fading in (("red", outlook.marks.red), ("brown", outlook.marks.brown)):
        row = next((one for one in change.sums if one.name == f"{colour} contrast"), None)
        if fading is None or row is None or not row.changed.before:
            continue
        forecast, day = _remaining(fading, days)
        came = _share(row.changed.before, row.changed.change)
        words = f"{colour} marks, mean contrast left" + (" without treatment" if option else "")
        beyond = days > fading.remaining[-1].day
        found.append(
            AgainstOutlook(
                what=words,
                day=day,
                forecast=forecast,
                came=came,
                verdict="cannot say" if beyond else _judge(forecast, came),
            )
        )
    return found


def _remaining(fading: Fading, days: int) -> tuple[Measured, int]:
    """Forecast for a day between those of the table; the last one for later days."""
    table = fading.remaining
    at = [left.day for left in table]
    value, low, high = (
        float(np.interp(days, at, [getattr(left, name) for left in table])) for name in ("value", "low", "high")
    )
    return Measured.of(value, low, high), min(days, at[-1])


def _scars(rows: Sequence[ScarChange], outlook: Outlook, days: int, option: OptionId | None) -> list[AgainstOutlook]:
    if option is None:
        return []
    end = max(
        (session.day for result in outlook.result if result.option == option for session in result.sessions),
        default=0,
    )
    forecasts = {one.id: one for one in outlook.scars if one.option == option}
    found = []
    for row in rows:
        result = forecasts.get(row.before_id or "")
        if result is None or row.depth is None or not row.depth.before:
            continue
        found.append(_scar(row.before_id, row.depth, row.depth.before, result, end, early=days < end))
    return found


def _scar(
    name: str | None, depth: Changed, before: float, result: ScarResult, end: int, *, early: bool
) -> AgainstOutlook:
    ends = sorted((result.depth_mm.low / before, result.depth_mm.high / before))
    forecast = Measured.of(result.depth_mm.value / before, ends[0], ends[1])
    came = _share(before, depth.change)
    words = f"scar {name}, depth left at the end of the option"
    if early:
        words += f" (day {end}; this visit is earlier)"
    return AgainstOutlook(
        what=words,
        scar_id=name,
        day=end,
        forecast=forecast,
        came=came,
        verdict="cannot say" if early else _judge(forecast, came),
    )


def _share(before: float, change: Measured) -> Measured:
    """What is left as a fraction of before."""
    ends = sorted(max(1.0 + end / before, 0.0) for end in (change.low, change.high))
    return Measured.of(max(1.0 + change.value / before, 0.0), ends[0], ends[1])


def _judge(forecast: Measured, came: Measured) -> Judged:
    """Less left is better; outside the forecast only where all of its own interval is."""
    if forecast.low <= came.value <= forecast.high:
        return "as forecast"
    if came.high < forecast.low:
        return "better than forecast"
    return "worse than forecast" if came.low > forecast.high else "cannot say"
