"""The half-life of brown marks held against what is known: simulated studies beside the published figures.

Nothing published gives a half-life, and what would be needed to read one from the studies (scores at the start, ages of
the marks, how many new ones came) was not seen. Each study is therefore simulated many times with those left open, over
the ranges of ``knowledge/fading.toml``, and with the median half-life as uncertain as the rules make it. A published
figure should lie within the middle 95 % of that.

``python -c "from cicatrix.outlook.fading.anchors import page; print(page(seed=1))"`` prints the table of
``docs/decisions/0014-fading-of-marks.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.knowledge.fading import fading_rules
from cicatrix.model.durations import DAYS_PER_MONTH
from cicatrix.model.evidence import Status
from cicatrix.outlook.fading.simulated_people import ages_between, draw_marks, draw_person, fresh_marks

__all__ = ["TOLD", "Anchor", "AnchorForecast", "anchors", "lives", "misfit", "page", "steady_number"]

Plane = NDArray[np.float64]
Generator = np.random.Generator

LYONS_SHIFT: Final = -0.69
LYONS_ERROR: Final = 0.18
LYONS_PEOPLE: Final = 20
ALEXIS_SHIFT: Final = -1.1
ALEXIS_INDEX: Final = -11.3
PEOPLE_DRAWN: Final = 21
"""Simulated people of a group. The vehicle group had 63; chance is little beside what is left open."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A published figure, and what the rules forecast for it.

    Attributes
    ----------
    name, unit
        What was published.
    published
        The figure.
    low, middle, high
        Forecast: median, and the middle 95 %.
    status, source
        How far the figure was read, and where.
    """

    name: str
    unit: str
    published: float
    low: float
    middle: float
    high: float
    status: Status
    source: str

    @property
    def inside(self) -> bool:
        """Whether the forecast holds the figure."""
        return self.low <= self.published <= self.high

    @property
    def off(self) -> float:
        """How far the figure is from the middle of the forecast, in its standard deviations."""
        return (self.published - self.middle) / max((self.high - self.low) / 3.92, 1e-9)


@dataclass(frozen=True, slots=True)
class AnchorForecast:
    """For how long single marks stay by an expert's account, or a page's.

    Attributes
    ----------
    name
        Who tells it, of what.
    low_days, high_days
        The range. Several weeks are taken as three, several months as nine, and three weeks where no least is told.
    status, source
        How far it was read, and where.
    """

    name: str
    low_days: float
    high_days: float
    status: Status
    source: str

    def share(self, lives_days: Plane) -> float:
        """Share of some marks' lives that lie in the range."""
        return float(((lives_days >= self.low_days) & (lives_days <= self.high_days)).mean())


TOLD: Final = (
    AnchorForecast("an expert: several weeks to several months", 21.0, 274.0, "seen", "alexis_2014"),
    AnchorForecast("a page: 3 to 12 months", 91.0, 365.0, "secondary", "necole_bitchie_pih"),
    AnchorForecast("a page: 3 to 24 months", 91.0, 730.0, "secondary", "verywell_scarring"),
    AnchorForecast("a page, epidermal pigment: up to a year", 21.0, 365.0, "secondary", "galderma_quiz"),
)


def anchors(seed: int, draws: int = 60, median_days: float | None = None) -> tuple[Anchor, ...]:
    """Simulate every study.

    Parameters
    ----------
    seed
        Where chance starts.
    draws
        How often each study is simulated.
    median_days
        Median half-life; left out, that of the rules with its own uncertainty.
    """
    rng = np.random.default_rng(seed)
    own = fading_rules().brown

    def median() -> float:
        if median_days is not None:
            return math.log(median_days)
        return math.log(own.half_life_days.value) + own.median_spread.value * float(rng.normal())

    untreated = np.array([_lyons(rng, median()) for _ in range(draws)])
    vehicle = np.array([_alexis(rng, median()) for _ in range(draws)])
    return (
        _anchor("untreated marks, 28 days", "points", LYONS_SHIFT, untreated, "seen", "lyons_bakuchiol"),
        _anchor("vehicle, score of 0 to 8 at 12 weeks", "points", ALEXIS_SHIFT, vehicle[:, 0], "seen", "alexis_2024"),
        _anchor("vehicle, PAHPI at 24 weeks", "per cent", ALEXIS_INDEX, vehicle[:, 1], "seen", "alexis_2024"),
    )


def _anchor(name: str, unit: str, published: float, drawn: Plane, status: Status, source: str) -> Anchor:
    low, middle, high = (float(part) for part in np.quantile(drawn, (0.025, 0.5, 0.975)))
    return Anchor(name, unit, published, low, middle, high, status, source)


def misfit(median_days: float, seed: int, draws: int = 30) -> float:
    """How badly a median half-life agrees with the anchors: squares of their distances, three studies and the experts.

    The distances of the studies are in standard deviations of their simulation. Of a range that is told the middle is
    compared with the median life of a fresh mark, in quarters of the range's logarithm; the four ranges count as one.
    """
    studies = sum(each.off**2 for each in anchors(seed, draws, median_days))
    typical = float(np.median(lives(seed, 10 * draws, median_days)))
    told = 0.0
    for each in TOLD:
        middle, ratio = math.sqrt(each.low_days * each.high_days), each.high_days / each.low_days
        told += (math.log(typical / middle) / (math.log(ratio) / 4.0)) ** 2
    return studies + told / len(TOLD)


def _lyons(rng: Generator, median: float) -> float:
    """Mean change of the score of twenty untreated marks, types IV to VI, after 28 days; the score follows contrast."""
    rules = fading_rules()
    baseline = rng.uniform(*rules.anchors.lyons_baseline)
    ages = ages_between(rules.youngest_days.value, rules.anchors.lyons_oldest_months.value * DAYS_PER_MONTH)
    left = []
    for _ in range(LYONS_PEOPLE):
        person = draw_person(rng, rules.brown, {"skin_type": str(rng.integers(4, 7))}, median)
        marks = draw_marks(rng, rules.brown, person, 1, ages)
        if marks is not None:
            left.append(float((marks.after(28.0) / marks.after(0.0))[0]))
    return float(-baseline * (1.0 - np.mean(left)) + LYONS_ERROR * rng.normal())


def _alexis(rng: Generator, median: float) -> tuple[float, float]:
    """Mean change of the score at 12 weeks and of PAHPI (in per cent) at 24 weeks, with sunscreen and acne.

    The score follows the sum of all contrasts. With ``new`` of the new marks that would keep that sum steady, it falls
    by what fades less what is added.
    """
    rules = fading_rules()
    baseline, new = rng.uniform(*rules.anchors.alexis_baseline), rng.uniform(*rules.anchors.new_share)
    count = round(rules.anchors.marks.value)
    ages = ages_between(rules.youngest_days.value, rules.oldest_months.value * DAYS_PER_MONTH)
    left, before, after = [], [], []
    for _ in range(PEOPLE_DRAWN):
        person = draw_person(rng, rules.brown, {"sun_protection": "daily", "acne": "yes"}, median)
        marks = draw_marks(rng, rules.brown, person, count, ages)
        if marks is None:
            continue
        left.append(float(marks.after(84.0).sum() / marks.after(0.0).sum()))
        later = marks.after(168.0)
        later = later[later > 1.0]
        come = fresh_marks(rng, rules.brown, person, round(new * (count - len(later))), ages_between(0.0, 168.0))
        added = come.after(0.0)
        before.append(_index(marks.after(0.0)))
        after.append(_index(np.concatenate([later, added[added > 1.0]])))
    score = -baseline * (1.0 - new) * (1.0 - float(np.mean(left)))
    return score, 100.0 * (float(np.mean(after)) / float(np.mean(before)) - 1.0)


def _index(contrasts: Plane) -> float:
    """PAHPI of marks with such contrasts (points as in ``grading/pahpi.py``); 0 without a mark."""
    if not len(contrasts):
        return 0.0
    rules = fading_rules()
    steps = np.log(np.array(list(rules.intensity.values())))
    darkness = 3 * (1 + int(np.abs(np.log(np.median(contrasts)) - steps).argmin()))
    number = 1 + sum(len(contrasts) >= least for least in (16, 31, 46, 61))
    return rules.anchors.mark_size_points.value + darkness + number


def lives(seed: int, people: int, median_days: float | None = None) -> Plane:
    """Days for which fresh marks that are not slow are seen, forty a person.

    Parameters
    ----------
    seed, median_days
        As in ``anchors``.
    people
        How many people.
    """
    own = fading_rules().brown
    rng = np.random.default_rng(seed)
    found: list[Plane] = []
    for _ in range(people):
        person = draw_person(rng, own, {}, None if median_days is None else math.log(median_days))
        marks = fresh_marks(rng, own, person, 40, ages_between(0.0, 1.0))
        days = marks.days_left()
        found.append(days[(days > 0.0) & ~marks.slow])
    return np.concatenate(found)


def steady_number(seed: int, median_days: float, months: float) -> float:
    """How many marks are seen on a day in a person with acne, once it has gone on for so many months.

    Marks come one by one and fade by themselves. Where several are seen at any time, they are never gone while acne
    goes on, and how long "the marks" have been there tells how long there has been acne, not how long a mark stays.
    """
    rules = fading_rules()
    rng = np.random.default_rng(seed)
    stays: list[Plane] = []
    for _ in range(300):
        person = draw_person(rng, rules.brown, {"acne": "yes"}, math.log(median_days))
        marks = fresh_marks(rng, rules.brown, person, 40, ages_between(0.0, 1e-6))
        stays.append(np.clip(marks.days_left(), 0.0, months * DAYS_PER_MONTH))
    return rules.anchors.new_marks_per_month.value * float(np.concatenate(stays).mean()) / DAYS_PER_MONTH


def page(seed: int, medians: tuple[float, ...] = (25.0, 35.0, 50.0, 70.0, 100.0, 140.0)) -> str:
    """The tables of the decision page, as Markdown."""
    stays = lives(seed, 2000)
    low, middle, high = np.quantile(stays, (0.025, 0.5, 0.975))
    lines = ["| known | status | published | forecast: median (95 %) | inside |", "| --- | --- | --- | --- | --- |"]
    lines += [_row(each) for each in anchors(seed, 200)]
    lines += ["", f"Fresh shallow marks are seen for {middle:.0f} days ({low:.0f} to {high:.0f}).", ""]
    lines += ["| told of single marks | status | days | marks within (%) |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {each.name} | {each.status} | {each.low_days:.0f} to {each.high_days:.0f} | {100 * each.share(stays):.0f} |"
        for each in TOLD
    ]
    lines += ["", "| median half-life, days | misfit | marks seen at a time |", "| --- | --- | --- |"]
    lines += [f"| {days:.0f} | {misfit(days, seed):.1f} | {steady_number(seed, days, 12.0):.0f} |" for days in medians]
    return "\n".join(lines)


def _row(each: Anchor) -> str:
    digits = 2 if each.unit == "points" else 1
    told = [f"{number:.{digits}f}" for number in (each.published, each.middle, each.low, each.high)]
    verdict = "yes" if each.inside else "no"
    name = f"{each.name}, {each.unit}"
    return f"| {name} | {each.status} | {told[0]} | {told[1]} ({told[2]} to {told[3]}) | {verdict} |"
