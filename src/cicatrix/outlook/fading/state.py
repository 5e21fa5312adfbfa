"""One colour of one person's marks: what is known of them, the prior, and what was learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from cicatrix.model.case import Case
from cicatrix.model.durations import DAYS_PER_MONTH
from cicatrix.model.fading import Colour, FactorName, FadingRules, Visit
from cicatrix.model.findings import Findings
from cicatrix.model.mark import Mark
from cicatrix.model.quantity import Z_95, Measured
from cicatrix.outlook.fading.grid import CONTRASTS, Ages, Marks, Plane, ages_about, ages_between, prior
from cicatrix.outlook.fading.learn import Followed, followed, likelihood

__all__ = ["State", "acne_goes_on", "answers", "known", "number_of", "over_people", "state_of"]

LEAST_ERROR: Final = 0.05
"""Least standard error of the logarithm of a contrast: no contrast is known better."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """The marks of one colour, and how likely each person is.

    Attributes
    ----------
    number
        How many marks; None where nobody counted.
    people
        ``(people,)`` probability of each person.
    apart
        The same without what the age and contrast of the marks tell.
    marks
        Marks that are seen today, for each person.
    each
        Ids of measured marks with this colour.
    each_seen
        ``(marks, contrasts)`` how well each contrast agrees with each measured mark.
    seen
        What visits tell.
    """

    number: int | None
    people: Plane
    apart: Plane
    marks: Marks
    each: tuple[str, ...]
    each_seen: Plane
    seen: Followed

    def half_life(self, share: float) -> float:
        """Quantile of the person's half-life in days: the median of the marks that are seen today."""
        return float(np.exp(over_people(self.marks.median_life, self.people, share)))


def over_people(values: Plane, people: Plane, share: float) -> float:
    """Quantile of a number that each person has, straight between one person and the next.

    It need not rise with the person's own half-life: the old marks of a person who fades quickly are the slow ones.
    """
    order = np.argsort(values, kind="stable")
    middle = np.cumsum(people[order]) - 0.5 * people[order]
    return float(np.interp(share, middle, values[order]))


def number_of(findings: Findings, colour: Colour) -> int | None:
    """How many marks of a colour there are, marks of both colours among them; None where nobody counted."""
    count = (findings.marks.red if colour == "red" else findings.marks.brown).value
    return None if count is None else count + findings.marks.mixed


def known(findings: Findings, marks: Sequence[Mark], colour: Colour) -> bool:
    """Whether there are marks of a colour, as far as is known."""
    number = number_of(findings, colour)
    if number is not None:
        return number > 0
    darkness = findings.case.marks.intensity if colour == "brown" else None
    return findings.marks.mixed > 0 or darkness is not None or any(mark.kind in (colour, "mixed") for mark in marks)


def acne_goes_on(case: Case, rules: FadingRules) -> bool | None:
    """Whether inflamed spots are there or came lately; None where that is not known."""
    acne = case.acne
    counts = (acne.papules, acne.pustules, acne.nodules)
    if any(counts):
        return True
    if acne.months_clear is not None:
        return acne.months_clear < rules.acne_clear_months.value
    return False if all(count == 0 for count in counts) else None


def answers(case: Case, rules: FadingRules) -> dict[FactorName, str | None]:
    """Level of each factor as it was answered; None where nobody did."""
    going_on = acne_goes_on(case, rules)
    skin_type = case.person.skin_type
    return {
        "skin_type": None if skin_type is None else str(skin_type),
        "sun_protection": case.marks.sun_protection,
        "picking": case.acne.picking,
        "acne": None if going_on is None else ("yes" if going_on else "no"),
    }


def state_of(
    colour: Colour, findings: Findings, marks: Sequence[Mark], visits: Sequence[Visit], rules: FadingRules
) -> State:
    """Everything that is known of the marks of one colour.

    The person's own rate is weighed by how likely a mark of such an age and contrast is still seen: the marks that a
    person comes with are those that stayed.
    """
    own = rules.of(colour)
    mine = [mark for mark in marks if mark.kind in (colour, "mixed")]
    people = prior(own, answers(findings.case, rules))
    ages = _ages(findings.case, rules)
    each = np.array([_agrees(mark, colour, own.seen_from.value) for mark in mine]).reshape(-1, len(CONTRASTS))
    typical = _stated_contrast(findings, colour, rules)
    if mine:
        # Each mark counts alike, however likely its contrast was.
        odds = Marks(own, ages, rules.age_doubt.value, typical).odds_of(people, each)
        typical = (each / np.maximum(odds, 1e-300)[:, None]).mean(axis=0)
    today = Marks(own, ages, rules.age_doubt.value, typical)
    number = number_of(findings, colour)
    seen = followed(colour, number, visits)
    apart = people * likelihood(today, seen, rules)
    people = apart * today.odds
    ids = tuple(mark.id for mark in mine)
    return State(number, people / people.sum(), apart / apart.sum(), today, ids, each, seen)


def _ages(case: Case, rules: FadingRules) -> Ages:
    """Ages of the marks: about what was stated, else any in the years that are reckoned with."""
    youngest = rules.youngest_days.value
    stated = case.marks.median_age_months
    if stated is not None:
        return ages_about(max(stated * DAYS_PER_MONTH, youngest), rules.age_spread.value)
    oldest = rules.oldest_months.value * DAYS_PER_MONTH
    clear = case.acne.months_clear
    if clear is not None:
        # Marks are as old as the last spots, at least.
        youngest = max(youngest, clear * DAYS_PER_MONTH)
        oldest = max(oldest, youngest + oldest)
    return ages_between(youngest, oldest)


def _stated_contrast(findings: Findings, colour: Colour, rules: FadingRules) -> Plane:
    """How well each contrast agrees with the darkness that was stated, which is that of the brown marks."""
    darkness = findings.case.marks.intensity if colour == "brown" else None
    if darkness is None:
        return np.ones_like(CONTRASTS)
    off = (CONTRASTS - np.log(rules.intensity[darkness])) / rules.intensity_spread.value
    return np.asarray(np.exp(-0.5 * off**2))


def _agrees(mark: Mark, colour: Colour, seen_from: float) -> Plane:
    """How well each contrast agrees with a measured mark."""
    index: Measured = mark.contrast.erythema if colour == "red" else mark.contrast.melanin
    value = max(index.value, 0.5 * seen_from)
    error = max((index.high - index.low) / (2.0 * Z_95 * value), LEAST_ERROR)
    off = (CONTRASTS - np.log(value / seen_from)) / error
    # A mark of which hardly anything is seen agrees best with the least contrast.
    return np.asarray(np.exp(-0.5 * (off**2 - (off**2).min())))
