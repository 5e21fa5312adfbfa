"""The back-test of results: each trial left out in turn, and its arms predicted from the others."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from scipy.special import ndtr, ndtri

from cicatrix.knowledge.outcomes import outcomes as shipped_outcomes
from cicatrix.model.case import TreatmentId
from cicatrix.model.knowledge import Target
from cicatrix.model.outcome import Outcomes, Transition
from cicatrix.model.quantity import Z_95
from cicatrix.outlook.result.observations import fraction, root
from cicatrix.outlook.result.pool import Cell, Held, Pool, pool_of

__all__ = [
    "ENOUGH_ARMS",
    "KNOWING_NOTHING",
    "LASERS",
    "Left",
    "OrderRow",
    "Row",
    "as_section",
    "backtest",
    "by_kind",
    "kind_order",
    "left_out",
    "shares_of_people",
]

ENOUGH_ARMS: Final = 10
"""Scales with fewer arms have no row of their own; their arms count in the row of all."""

LEVELS: Final = (0.95, 0.80, 0.50)
"""Nominal coverage of the intervals that are tested; widths are those of the first."""

KNOWING_NOTHING: Final = 0.95
"""Width of a 95 % interval for a fraction of which nothing is known (even from 0 to 1)."""

LASERS: Final[tuple[TreatmentId, ...]] = (
    "laser_resurfacing",
    "fractional_laser_ablative",
    "fractional_laser_nonablative",
    "picosecond_laser",
)

_LEFT_LASER: Final[TreatmentId] = "fractional_laser_ablative"

_KINDS: Final[tuple[tuple[str, frozenset[Target]], ...]] = (
    ("boxcar", frozenset({"boxcar_shallow", "boxcar_deep"})),
    ("rolling", frozenset({"rolling"})),
    ("icepick", frozenset({"icepick"})),
)


@dataclass(frozen=True, slots=True)
class Left:
    """One arm of a trial that was left out.

    Attributes
    ----------
    held
        What was predicted of it, on the root scale.
    inside
        Whether each interval of ``LEVELS`` holds the arm's result, with the chance in its people.
    low, high
        Ends of the 95 % interval of a new trial's mean improvement, as fractions.
    people_sd
        Standard deviation between people on the root scale.
    """

    held: Held
    inside: tuple[bool, ...]
    low: float
    high: float
    people_sd: float

    @property
    def width(self) -> float:
        """Width of that interval."""
        return self.high - self.low

    @property
    def people_width(self) -> float | None:
        """Width of the same interval as a share of people beyond the arm's first threshold; None of a mean change."""
        if not self.held.seen.thresholds:
            return None
        bound = root(self.held.seen.thresholds[0][0])
        least, most = (float(ndtr((root(end) - bound) / self.people_sd)) for end in (self.low, self.high))
        return most - least


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Attributes
    ----------
    name
        What it is of.
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


@dataclass(frozen=True, slots=True)
class OrderRow:
    """Median improvement of a laser by kind of scar, after the trials that separate kinds were left out or not."""

    name: str
    boxcar: float
    rolling: float
    icepick: float


def left_out(pool: Pool) -> tuple[Left, ...]:
    """Leave out each trial in turn, with all its arms, and predict every arm of it.

    The interval for an arm's printed result is that of a new trial's mean, wider by the chance in the arm's people.
    """
    return tuple(_left(held, pool.outcomes.pooling.people_sd) for held in pool.leave_out())


def _left(held: Held, people_sd: float) -> Left:
    found = held.seen.value - held.new.mean
    spread = math.hypot(held.new.sd, math.sqrt(held.seen.variance))
    inside = tuple(abs(found) <= float(ndtri(0.5 + level / 2.0)) * spread for level in LEVELS)
    ends = (held.new.mean + side * Z_95 * held.new.sd for side in (-1.0, 1.0))
    low, high = (fraction(end) for end in ends)
    return Left(held, inside, low, high, people_sd)


def backtest(outcomes: Outcomes | None = None) -> tuple[Row, ...]:
    """One row of all arms, one a scale with at least ``ENOUGH_ARMS`` arms, one a family of scales.

    Parameters
    ----------
    outcomes
        Trials and assumptions; those of the package when None.
    """
    known = shipped_outcomes() if outcomes is None else outcomes
    each = left_out(pool_of(known))
    rows = [_row("all arms", each)]
    for scale, rule in known.scales.items():
        rows += _enough(rule.name, [left for left in each if left.held.seen.scale == scale])
    for family, name in _FAMILIES:
        rows += _enough(
            f"{name}, all scales", [left for left in each if known.scales[left.held.seen.scale].family == family]
        )
    return tuple(rows)


_FAMILIES: Final = (
    ("judged", "judged per cent"),
    ("words", "shares of people by a word"),
    ("score", "scores of scars"),
    ("grade", "shares of people who gained grades"),
)


def _enough(name: str, each: Sequence[Left]) -> list[Row]:
    return [_row(name, each)] if len(each) >= ENOUGH_ARMS else []


def shares_of_people(outcomes: Outcomes | None = None) -> tuple[Row, ...]:
    """The same for shares of people, each with the width of its interval as a share of people."""
    known = shipped_outcomes() if outcomes is None else outcomes
    each = [left for left in left_out(pool_of(known)) if left.held.seen.thresholds]
    graded = [left for left in each if known.scales[left.held.seen.scale].family == "grade"]
    halves = [left for left in each if left.held.seen.scale == "share_over_half"]
    called = [left for left in each if left.held.seen.scale == "good_to_excellent"]
    named = (
        ("more than 50 % better", halves),
        ("good or better, in words", called),
        ("one grade or more", graded),
        ("all shares of people", each),
    )
    return tuple(_row(name, those, people=True) for name, those in named if those)


def by_kind(outcomes: Outcomes | None = None) -> tuple[Row, ...]:
    """The same for arms of one kind of scar alone."""
    known = shipped_outcomes() if outcomes is None else outcomes
    each = left_out(pool_of(known))
    named = [(name, [left for left in each if set(left.held.seen.targets) == kind]) for name, kind in _KINDS]
    raised = [left for left in each if "hypertrophic" in left.held.seen.targets]
    return tuple(_row(name, those) for name, those in (*named, ("raised", raised)) if those)


def kind_order(outcomes: Outcomes | None = None) -> tuple[OrderRow, ...]:
    """Improvement by kind of scar that the pool gives for each laser, with all trials and without each one by kind.

    Leaving out each trial that separates kinds shows whether the order rests on a single one.
    """
    known = shipped_outcomes() if outcomes is None else outcomes
    rows = [_order(pool_of(known), laser, laser.replace("_", " ")) for laser in LASERS]
    kinds = [kind for _, kind in _KINDS]
    told = [arm.study for arm in known.outcomes if arm.pooled and set(arm.targets) in kinds and _laser(arm.treatments)]
    for study in dict.fromkeys(told):
        rest = known.model_copy(update={"outcomes": tuple(arm for arm in known.outcomes if arm.study != study)})
        rows.append(_order(pool_of(rest), _LEFT_LASER, f"{_LEFT_LASER.replace('_', ' ')}, without {study}"))
    rows.append(_order(pool_of(_without_opinion(known)), _LEFT_LASER, "the same with no prior on kinds"))
    return tuple(rows)


def _without_opinion(outcomes: Outcomes) -> Outcomes:
    """The same trials, with all kinds of scar alike beforehand."""
    pooling = outcomes.pooling
    alike = {reach: dict.fromkeys(kinds, 1.0) for reach, kinds in pooling.kinds.items()}
    return outcomes.model_copy(update={"pooling": pooling.model_copy(update={"kinds": alike})})


def _laser(treatments: Iterable[TreatmentId]) -> bool:
    return bool(set(treatments) & set(LASERS))


def _order(pool: Pool, laser: TreatmentId, name: str) -> OrderRow:
    each = [
        fraction(float(np.mean([pool.estimate(Cell((laser,), (target,))).mean for target in kind])))
        for _, kind in _KINDS
    ]
    return OrderRow(name, *each)


def _row(name: str, each: Sequence[Left], *, people: bool = False) -> Row:
    held = tuple(sum(left.inside[place] for left in each) for place in range(len(LEVELS)))
    widths = [left.people_width if people and left.people_width is not None else left.width for left in each]
    trials = len({left.held.seen.study for left in each})
    return Row(name, trials, len(each), held, float(np.median(widths)))


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
    known = shipped_outcomes() if outcomes is None else outcomes
    pool = pool_of(known)
    graded = [seen for seen in pool.observations if isinstance(seen.arm, Transition)]
    arms, pooled = len(known.outcomes), len(pool.observations)
    return f"""\
## Results of treatments: trials left out

Printed results of published trials, not measured by us. {arms} arms of {_studies(known)} studies
are entered, and {len(known.transitions)} rows of people by grade; {pooled} of them are pooled (the rest
are controls, people's own judgement, and numbers of scars under acne treatment). Each trial is left out in turn, with
all its arms, and every arm is predicted from all other trials by the model of
[decision 0016](decisions/0016-results-pooled.md). “In interval” is the share of arms whose printed mean lies in
the prediction interval for a new trial, which here also holds the chance in the arm's people. “Width” is the median
width of the 95 % interval for a new trial's mean improvement, as a fraction; knowing nothing of a fraction it would be
{KNOWING_NOTHING:g}. A share of people beyond a threshold is read as the mean improvement that puts so many there. The
standard deviations of the model, and where the priors lie, were set with all trials in view: of about ten settings
within the 95 % likelihood interval one near the narrow end was taken, and wider ones, which the likelihood slightly
prefers, give 63 to 64 % of knowing nothing on physicians' per cent in place of 59 %. Width and coverage are in-sample
for them.

Scales with at least {ENOUGH_ARMS} arms:

{_table(backtest(known))}

Where a narrower interval holds less often than it says, results lie further out than a normal distribution has them.

Shares of people, {len(graded)} of them from tables of grades, with their width as a share of people. A share is steeper
than a mean: where the mean may lie a quarter of the scale either way, nearly any share of people is possible.

{_table(shares_of_people(known))}

Arms of one kind of scar alone:

{_table(by_kind(known))}

Improvement by kind of scar that the pool gives for lasers; for one of them also without each trial that separates
kinds, and with no prior opinion on kinds:

{_order_table(kind_order(known))}
"""


def _studies(outcomes: Outcomes) -> int:
    return len({arm.study for arm in outcomes.outcomes})


def _table(rows: Sequence[Row]) -> str:
    lines = ["| | " + " | ".join(name for name, _ in _COLUMNS) + " |", "| --- " * (len(_COLUMNS) + 1) + "|"]
    lines += [f"| {row.name} | " + " | ".join(shown(row) for _, shown in _COLUMNS) + " |" for row in rows]
    return "\n".join(lines)


def _order_table(rows: Sequence[OrderRow]) -> str:
    lines = ["| | boxcar | rolling | icepick |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {row.name} | {100 * row.boxcar:.0f} % | {100 * row.rolling:.0f} % | {100 * row.icepick:.0f} % |"
        for row in rows
    ]
    return "\n".join(lines)
