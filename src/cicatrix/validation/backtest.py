"""The back-test of results: each trial left out in turn, and its arms predicted from the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from cicatrix.knowledge import treatments
from cicatrix.knowledge.outcomes import outcomes as shipped_outcomes
from cicatrix.model.outcome import Outcome, Outcomes, OutcomeScale
from cicatrix.outlook.result.pool import from_scale, predict, spread_of, to_scale, variance_of

__all__ = ["LEAST_TRIALS", "Left", "Row", "as_section", "backtest", "left_out"]

LEAST_TRIALS: Final = 5
"""Scales with fewer trials are not tested."""

LEVELS: Final = (0.95, 0.80, 0.50)
"""Nominal coverage of the intervals that are tested; results are reported with the first."""

KNOWING_NOTHING: Final = 0.95
"""Width of a 95 % interval for a fraction of which nothing is known (even from 0 to 1)."""


@dataclass(frozen=True, slots=True)
class Left:
    """One arm of a trial that was left out.

    Attributes
    ----------
    arm
        The arm.
    others
        Trials of the same treatment that were left in.
    held
        Whether each interval of ``LEVELS`` holds the arm's result.
    width
        Width of the 95 % interval for a new trial's mean, as a fraction of the scale.
    """

    arm: Outcome
    others: int
    held: tuple[bool, ...]
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table.

    Attributes
    ----------
    name
        Scale, or treatment on a scale.
    trials, arms
        How many were left out, one trial at a time.
    held
        Arms that each interval of ``LEVELS`` held.
    width
        Median width of the 95 % interval.
    """

    name: str
    trials: int
    arms: int
    held: tuple[int, ...]
    width: float


def left_out(outcomes: Outcomes, scale: OutcomeScale) -> Iterator[Left]:
    """Leave out each trial of a scale in turn, with all its arms, and predict every arm of it.

    The spread between studies is estimated anew without the trial. The interval for an arm's printed result is that of
    a new trial's mean, wider by the chance in the arm's people.
    """
    rule = outcomes.scales[scale]
    fewest = min((arm.n for arm in outcomes.on(scale) if arm.n is not None), default=1)
    for study in dict.fromkeys(arm.study for arm in outcomes.on(scale)):
        rest = outcomes.model_copy(
            update={"outcomes": tuple(arm for arm in outcomes.outcomes if arm.study != study)},
        )
        spread = spread_of(rest, scale)
        for arm in (arm for arm in outcomes.on(scale) if arm.study == study):
            own = tuple(other for other in rest.on(scale) if set(other.treatments) == set(arm.treatments))
            found, chance = to_scale(rule, arm), variance_of(rule, arm, fewest, outcomes.forecasting.before_after)
            prediction = predict(rest, scale, own, spread)
            ends = [prediction.interval(chance, level) for level in LEVELS]
            low, high = (from_scale(rule, end) for end in prediction.interval())
            yield Left(
                arm=arm,
                others=len({other.study for other in own}),
                held=tuple(bottom <= found <= top for bottom, top in ends),
                width=high - low,
            )


def backtest(outcomes: Outcomes | None = None) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """The back-test of every scale with at least ``LEAST_TRIALS`` trials.

    Parameters
    ----------
    outcomes
        Trials and assumptions; those of the package when None.

    Returns
    -------
    scales : tuple of Row
        One row a scale: all arms, and those with another trial of their treatment left in.
    by_treatment : tuple of Row
        One row a scale and treatment with at least two trials there.
    """
    known = shipped_outcomes() if outcomes is None else outcomes
    scales: list[Row] = []
    by_treatment: list[Row] = []
    for scale, rule in known.scales.items():
        if len({arm.study for arm in known.on(scale)}) < LEAST_TRIALS:
            continue
        each = list(left_out(known, scale))
        scales.append(_row(rule.name, each))
        related = [left for left in each if left.others]
        if related:
            scales.append(_row(f"{rule.name}: arms whose treatment another trial had", related))
        by_treatment += _treated(rule.name, related)
    return tuple(scales), tuple(by_treatment)


def _treated(scale: str, each: Sequence[Left]) -> Iterator[Row]:
    groups = Counter(left.arm.treatments for left in each)
    for group in groups:
        name = " and ".join(treatments()[treatment].name for treatment in group)
        yield _row(f"{name} ({scale})", [left for left in each if left.arm.treatments == group])


def _row(name: str, each: Sequence[Left]) -> Row:
    held = tuple(sum(left.held[place] for left in each) for place in range(len(LEVELS)))
    trials = len({left.arm.study for left in each})
    return Row(name, trials, len(each), held, float(np.median([left.width for left in each])))


def _held(place: int, row: Row) -> str:
    return f"{100 * row.held[place] / row.arms:.0f} %"


_COLUMNS: Final[tuple[tuple[str, Callable[[Row], str]], ...]] = (
    ("trials", lambda row: str(row.trials)),
    ("arms", lambda row: str(row.arms)),
    *((f"in {100 * level:.0f} % interval", partial(_held, place)) for place, level in enumerate(LEVELS)),
    ("width of 95 %", lambda row: f"{row.width:.2f}"),
    ("of that knowing nothing", lambda row: f"{100 * row.width / KNOWING_NOTHING:.0f} %"),
)


def as_section(outcomes: Outcomes | None = None) -> str:
    """The section of ``docs/accuracy.md`` on results of treatments."""
    scales, by_treatment = backtest(outcomes)
    most = max((row.trials for row in by_treatment), default=1)
    return f"""\
## Results of treatments: trials left out

Printed results of published trials, not measured by us. Each trial is left out in turn, with all its arms, and
every arm is predicted from the other trials on the same scale (only scales with at least {LEAST_TRIALS} trials).
“In interval” is the share of arms whose printed mean lies in the prediction interval for a new trial, which here
also holds the chance in the arm's people. “Width” is the median width of the 95 % interval for a new trial's mean,
as a fraction of the scale; of a fraction of which nothing is known it would be {KNOWING_NOTHING:g}. The intervals
hold about as often as they say, on few arms, and the assumed part of the spread was chosen with these trials in
view. They are wide: such trials settle little. What comes after them in a forecast, how depth is read from these
scales and how people differ, is assumed ([decision 0016](decisions/0016-results-pooled.md)) and could not be
tested: one study measured depth, and one volume.

{_table(scales)}

No treatment has {LEAST_TRIALS} trials on one scale; the most is {most}. For what they are worth:

{_table(by_treatment)}
"""


def _table(rows: Sequence[Row]) -> str:
    lines = ["| | " + " | ".join(name for name, _ in _COLUMNS) + " |", "| --- " * (len(_COLUMNS) + 1) + "|"]
    lines += [f"| {row.name} | " + " | ".join(shown(row) for _, shown in _COLUMNS) + " |" for row in rows]
    return "\n".join(lines)
