"""How red and brown marks fade without treatment, with what later visits tell of the person's own rate."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.special import bdtr

from cicatrix.knowledge.fading import fading_rules
from cicatrix.model.fading import Colour, FadingRules, Visit
from cicatrix.model.findings import Findings
from cicatrix.model.mark import Mark
from cicatrix.model.outlook import Fading, Left, MarkFading, MarksOutlook
from cicatrix.model.quantity import Measured
from cicatrix.outlook.fading.fading_text import basis_text, colour_text, longer, overall_text
from cicatrix.outlook.fading.grid import FADED, Plane, quantile
from cicatrix.outlook.fading.learn import learned
from cicatrix.outlook.fading.state import State, answers, known, number_of, over_people, state_of

__all__ = ["REMAINING_DAYS", "fade_marks"]

REMAINING_DAYS: Final = (0, 28, 56, 84, 168, 252, 365, 545, 730)
"""Days of the forecast."""

LOW: Final = 0.025
HIGH: Final = 0.975
MOST_DRAWN: Final = 60
"""More marks than this are reckoned as this many: chance then matters little beside what is not known of the person."""


def fade_marks(findings: Findings, marks: Sequence[Mark] = (), visits: Sequence[Visit] = ()) -> MarksOutlook:
    """Forecast how the marks fade without treatment.

    Parameters
    ----------
    findings
        What was measured and stated. Days count from their day.
    marks
        Measured marks, each with its contrast.
    visits
        What was seen of the same marks later, without treatment in between; the person's own rate is learned from it.

    Returns
    -------
    MarksOutlook
        Each number with a 95 % prediction interval for one person. A colour is None where no mark of it is known, and
        where there is none. Marks that are red and brown count to both colours; they last as long as the slower part.

    Notes
    -----
    No half-life was ever published: the curve is an assumption, see ``knowledge/fading.toml`` and
    ``docs/decisions/0014-fading-of-marks.md``.
    """
    rules = fading_rules()
    numbers: dict[Colour, int | None] = {"red": number_of(findings, "red"), "brown": number_of(findings, "brown")}
    states: dict[Colour, State] = {
        colour: state_of(colour, findings, marks, visits, rules) for colour in numbers if known(findings, marks, colour)
    }
    fading = {colour: _fading(colour, state, findings, visits, rules) for colour, state in states.items()}
    red, brown = fading.get("red"), fading.get("brown")
    return MarksOutlook(
        red=red,
        brown=brown,
        marks=_each_mark(marks, states),
        text=overall_text(red, brown, numbers),
    )


def _fading(colour: Colour, state: State, findings: Findings, visits: Sequence[Visit], rules: FadingRules) -> Fading:
    half_life = _days(*(state.half_life(share) for share in (0.5, LOW, HIGH)))
    until = quantile(FADED, state.marks.faded, 0.5)
    faded = _days(*(float(np.exp(over_people(until, state.people, share))) for share in (0.5, LOW, HIGH)))
    visible = _visible(state, rules)
    learned_from = learned(visits, colour)
    left = state.seen.counts[-1][1] if state.seen.counts else None
    own = rules.of(colour)
    return Fading(
        number=state.number,
        remaining=_remaining(half_life),
        visible=visible,
        half_life_days=half_life,
        faded_days=faded,
        text=colour_text(colour, state.number, faded, visible, learned_from, left),
        longer=longer(colour, findings.case, answers(findings.case, rules), rules),
        learned_from=learned_from,
        basis=basis_text(rules, len(state.each), learned_from),
        sources=tuple(dict.fromkeys((*own.half_life_days.sources, *own.text.sources))),
        status="assumption",
    )


def _days(value: float, low: float, high: float) -> Measured:
    return Measured.of(value, low, high, digits=1)


def _remaining(half_life: Measured) -> tuple[Left, ...]:
    """Contrast of the typical mark; it falls faster the shorter the half-life."""
    return tuple(
        _left(day, *(2.0 ** (-day / max(days, 0.1)) for days in (half_life.value, half_life.low, half_life.high)))
        for day in REMAINING_DAYS
    )


def _left(day: int, value: float, low: float, high: float) -> Left:
    rounded = round(value, 4)
    return Left(day=day, value=rounded, low=min(rounded, round(low, 4)), high=max(rounded, round(high, 4)))


def _visible(state: State, rules: FadingRules) -> tuple[Left, ...]:
    """How many are still seen, of marks that fade one by one; counts of visits are kept to."""
    number = state.number or round(rules.uncounted.value)
    known_days = np.array([0.0, *(day for day, _ in state.seen.counts), np.inf])
    known_counts = [number, *(count for _, count in state.seen.counts), 0]
    at_known = np.concatenate([state.marks.seen_after(known_days[:-1]), np.zeros((len(state.people), 1))], axis=1)
    left = []
    for day in REMAINING_DAYS:
        part = next(k for k in range(len(known_counts) - 1) if known_days[k] <= day < known_days[k + 1])
        before, after = at_known[:, part], at_known[:, part + 1]
        share = (state.marks.seen_after(np.array([float(day)]))[:, 0] - after) / np.maximum(before - after, 1e-12)
        value, low, high = _drawn(known_counts[part] - known_counts[part + 1], np.clip(share, 0.0, 1.0), state.people)
        base, span = known_counts[part + 1] / number, (known_counts[part] - known_counts[part + 1]) / number
        left.append(_left(day, base + span * value, base + span * low, base + span * high))
    return _falling(left)


def _falling(left: list[Left]) -> tuple[Left, ...]:
    """No number rises from one day to the next, by no more than rounding."""
    out = [left[0]]
    for _, each in pairwise(left):
        last = out[-1]
        out.append(_left(each.day, min(each.value, last.value), min(each.low, last.low), min(each.high, last.high)))
    return tuple(out)


def _drawn(number: int, share: Plane, people: Plane) -> tuple[float, float, float]:
    """Mean and 95 % interval of the fraction of some marks that is still seen, over people and chance."""
    mean = float(share @ people)
    number = min(number, MOST_DRAWN)
    if number == 0:
        return mean, mean, mean
    counts = np.arange(number + 1)
    below = bdtr(counts[:, None], number, share[None, :]) @ people
    low, high = (min(int(np.searchsorted(below, at - 1e-9)), number) / number for at in (LOW, HIGH))
    return mean, min(low, mean), max(high, mean)


def _each_mark(marks: Sequence[Mark], states: dict[Colour, State]) -> tuple[MarkFading, ...]:
    """One entry a measured mark; of a mark with two colours, both must have faded."""
    gone: dict[str, Plane] = {}
    for state in states.values():
        if not state.each:
            continue
        rows = state.marks.faded_of_each(state.apart, state.each_seen)
        for id_, row in zip(state.each, np.cumsum(rows, axis=1), strict=True):
            gone[id_] = gone[id_] * row if id_ in gone else row
    out = []
    for mark in marks:
        row = np.diff(gone[mark.id], prepend=0.0)[None, :]
        value, low, high = (float(np.exp(quantile(FADED, row, share)[0])) for share in (0.5, LOW, HIGH))
        out.append(MarkFading(id=mark.id, kind=mark.kind, faded_days=_days(value, low, high)))
    return tuple(out)
