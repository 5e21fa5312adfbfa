"""Learning a person's own rate of fading from later visits: the rule of Bayes on the grid of people.

Marks are those that were seen at the start; new ones since tell nothing of how fast marks fade. Given a person, marks
fade independently of one another, so that a count is binomial, from one visit to the next; it varies somewhat more than
that, since counting errs (beta-binomial; Skellam 1948, doi:10.1111/j.2517-6161.1948.tb00014.x). A mean contrast is
normal about what the marks' half-lives give, with its error and with the luck of which marks a person has, which is the
same luck at every visit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln

from cicatrix.model.durations import DAYS_PER_MONTH
from cicatrix.model.fading import Colour, FadingRules, Visit
from cicatrix.outlook.fading.grid import Marks, Plane

__all__ = ["Followed", "followed", "learned", "likelihood"]

NEARLY = 1e-6
"""A share this near to 0 or 1 counts as that near: nothing is quite impossible."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What visits tell of one colour.

    Attributes
    ----------
    number
        How many marks there were; None where nobody counted.
    counts
        Day and number of old marks that were still seen, by day; the numbers do not rise.
    mixed
        Day and number of marks, new ones perhaps among them: the last such visit.
    contrasts
        Day, contrast over that of the start, and its standard error, by day.
    """

    number: int | None
    counts: tuple[tuple[int, int], ...] = ()
    mixed: tuple[int, int] | None = None
    contrasts: tuple[tuple[int, float, float], ...] = ()


def followed(colour: Colour, number: int | None, visits: Sequence[Visit]) -> Followed:
    """Sort out what visits tell of one colour.

    A visit with a contrast is learned from by its contrast. A mark that is seen on a later day was there before, so an
    earlier count is at least a later one; and there are no more old marks than there were. Of visits at which old and
    new marks were not told apart only the last one counts. Of two visits on one day the last one counts. Counts tell
    nothing where nobody knows how many marks there were.
    """
    last = {visit.day: visit for visit in visits}
    by_day = [last[day] for day in sorted(last)]
    contrasts = [
        (visit.day, found[0], found[1]) for visit in by_day if (found := visit.contrast(colour)) and found[0] > 0
    ]
    counted = [
        (visit, count) for visit in by_day if not visit.contrast(colour) and (count := visit.count(colour)) is not None
    ]
    if not number:
        return Followed(number, contrasts=tuple(contrasts))
    apart = [(visit.day, min(count, number)) for visit, count in counted if not visit.may_include_new]
    mixed = [(visit.day, count) for visit, count in counted if visit.may_include_new]
    falling = [(day, max(count for _, count in apart[at:])) for at, (day, _) in enumerate(apart)]
    return Followed(number, tuple(falling), mixed[-1] if mixed and not apart else None, tuple(contrasts))


def learned(visits: Sequence[Visit], colour: Colour) -> int:
    """How many visits tell anything of a colour."""
    return len({visit.day for visit in visits if visit.count(colour) is not None or visit.contrast(colour) is not None})


def likelihood(marks: Marks, seen: Followed, rules: FadingRules) -> Plane:
    """``(people,)`` how well each person agrees with what was followed; the best is 1."""
    log = np.zeros(len(marks.odds))
    if seen.counts and seen.number:
        log += _counts(marks, seen.number, seen.counts, rules.count_concentration.value)
    if seen.mixed and seen.number:
        log += _mixed(marks, seen.number, seen.mixed, rules)
    if seen.contrasts:
        log += _contrasts(marks, seen.number or round(rules.uncounted.value), seen.contrasts, rules)
    return np.asarray(np.exp(log - log.max()))


def _counts(marks: Marks, number: int, counts: tuple[tuple[int, int], ...], concentration: float) -> Plane:
    """From each visit to the next, of the marks that were left so many are left."""
    days = np.array([0.0, *(day for day, _ in counts)])
    seen = marks.seen_after(days)
    numbers = [number, *(count for _, count in counts)]
    log = np.zeros(len(marks.odds))
    for at, (before, after) in enumerate(pairwise(numbers)):
        share = seen[:, at + 1] / np.maximum(seen[:, at], NEARLY)
        log += _beta_binomial(np.array([after]), before, share, concentration)[:, 0]
    return log


def _beta_binomial(count: NDArray[np.int_], number: int, share: Plane, concentration: float) -> Plane:
    """``(people, counts)`` logarithm of the probability of each count out of a number."""
    share = np.clip(share, NEARLY, 1.0 - NEARLY)[:, None]
    up, down = share * concentration, (1.0 - share) * concentration
    ways = gammaln(number + 1.0) - gammaln(count + 1.0) - gammaln(number - count + 1.0)
    return np.asarray(ways + betaln(count + up, number - count + down) - betaln(up, down))


def _mixed(marks: Marks, number: int, found: tuple[int, int], rules: FadingRules) -> Plane:
    """Old marks are binomial, new ones geometric: any split of the count may be the true one."""
    day, count = found
    old = np.arange(min(count, number) + 1)
    share = marks.seen_after(np.array([float(day)]))[:, 0]
    of_old = _beta_binomial(old, number, share, rules.count_concentration.value)
    mean = rules.new_per_month.value * day / DAYS_PER_MONTH
    of_new = (count - old) * np.log(mean / (1.0 + mean)) - np.log1p(mean)
    return np.asarray(np.logaddexp.reduce(of_old + of_new[None, :], axis=1))


def _contrasts(marks: Marks, number: int, contrasts: tuple[tuple[int, float, float], ...], rules: FadingRules) -> Plane:
    """Joint normal of all contrasts about what is left of the marks' contrast."""
    days, values, errors = (np.array(column, dtype=np.float64) for column in zip(*contrasts, strict=True))
    mean, covariance = marks.left_after(days)
    own = np.maximum(errors, rules.contrast_error.value * values) ** 2
    spread = covariance / number + np.diag(own)[None]
    off = values[None, :] - mean
    solved = np.linalg.solve(spread, off[:, :, None])[:, :, 0]
    return np.asarray(-0.5 * (off * solved).sum(axis=1) - 0.5 * np.linalg.slogdet(spread)[1])
