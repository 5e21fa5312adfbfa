"""Drawings of shares over time, as SVG paths in a box of 100 by 100 that the page stretches to its room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.model.outlook import Left
from cicatrix.report.fading import FadingShown
from cicatrix.report.numbers import Band, fixed
from cicatrix.report.overlay import simplify, svg_path
from cicatrix.report.results import ResultShown

__all__ = ["FadingChart", "SessionChart", "fading_chart", "place", "session_chart"]

TOLERANCE: Final = 0.15


@dataclass(frozen=True, slots=True)
class FadingChart:
    """The share of marks that can still be seen with its interval, and the colour left in a typical one."""

    band: str
    line: str
    second: str


@dataclass(frozen=True, slots=True)
class SessionChart:
    """What is left after each session: intervals, values, the line through them, and the untreated end."""

    whiskers: str
    dots: str
    line: str
    today: str
    untreated: str


def place(value: float, top: float = 1.0) -> str:
    """Place of a value along an axis from 0 to ``top``, in per cent; what lies beyond is drawn at the end."""
    return fixed(100 * min(max(value / top, 0.0), 1.0), 2)


def fading_chart(shown: FadingShown) -> FadingChart:
    """Draw the fading of one colour; time runs to the right, all marks are at the top."""
    upper, lower = _curve(shown.visible, "high", shown.days), _curve(shown.visible, "low", shown.days)
    return FadingChart(
        band=svg_path(np.concatenate([upper, lower[::-1]]), closed=True),
        line=svg_path(_curve(shown.visible, "value", shown.days)),
        second=svg_path(_curve(shown.remaining, "value", shown.days)),
    )


def _curve(points: Sequence[Left], name: str, days: int) -> NDArray[np.float64]:
    found = np.array([(100 * each.day / days, 100 * (1 - getattr(each, name))) for each in points], dtype=np.float64)
    return simplify(found, TOLERANCE, closed=False)


def session_chart(cell: ResultShown, top: float) -> SessionChart:
    """Draw what is left from today (all of it) to the last session; sessions are evenly spaced."""
    bands = [Band(1.0, 1.0, 1.0), *(session.depth for session in cell.sessions)]
    xs = [100 * (at + 0.5) / (len(bands) + 1) for at in range(len(bands))]
    ys = [_y(one.value, top) for one in bands]
    end = 100 - 50 / (len(bands) + 1)
    return SessionChart(
        whiskers="".join(
            f"M{x:.2f},{_y(one.low, top):.2f}V{_y(one.high, top):.2f}"
            for x, one in list(zip(xs, bands, strict=True))[1:]
        ),
        # A line of no length with round ends is a dot that stays round when the box is stretched.
        dots="".join(f"M{x:.2f},{y:.2f}h0" for x, y in zip(xs, ys, strict=True)),
        line=svg_path(np.array([xs, ys], dtype=np.float64).T),
        today=f"M0,{_y(1.0, top):.2f}H100",
        untreated=f"M{end:.2f},{_y(cell.untreated.low, top):.2f}V{_y(cell.untreated.high, top):.2f}",
    )


def _y(value: float, top: float) -> float:
    return 100 * (1 - min(max(value / top, 0.0), 1.0))
