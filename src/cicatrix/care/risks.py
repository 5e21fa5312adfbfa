"""Risks of an option in one person's skin: shares of people whose skin changed colour, as studies report them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from cicatrix.knowledge import treatments
from cicatrix.model.evidence import weakest
from cicatrix.model.knowledge import Fact, Treatment
from cicatrix.model.plan import Risk, Step

__all__ = ["risks_of"]

Event = Literal["brown_marks", "pale_marks"]

WORDS: Final[dict[Event, str]] = {
    "brown_marks": "brown marks for some months",
    "pale_marks": "pale patches that can last",
}

FEWEST: Final = 7
"""People that a figure counts for where their number was not reported: the smallest group among those reported."""


def risks_of(steps: Sequence[Step], skin_type: int | None) -> tuple[Risk, ...]:
    """Risks of the visits of an option, the most frequent first.

    Figures of people of the skin type are used; where none of them has it, all are. Several figures of one treatment
    give a range from the lowest to the highest, and their mean weighted by people.

    Parameters
    ----------
    steps
        Steps of the option.
    skin_type
        Fitzpatrick type; None when unknown: then figures of all types are used.
    """
    found = [
        risk
        for step in steps
        if step.visits
        for event in WORDS
        if (risk := _risk(treatments()[step.treatment], event, skin_type)) is not None
    ]
    return tuple(sorted(found, key=lambda risk: -(risk.value or 0.0)))


def _risk(own: Treatment, event: Event, skin_type: int | None) -> Risk | None:
    facts = [fact for fact in own.about("adverse") if fact.event == event]
    facts = [fact for fact in facts if _is_of(fact, skin_type)] or facts
    if not facts:
        return None
    lows, highs = [_ends(fact)[0] for fact in facts], [_ends(fact)[1] for fact in facts]
    people = [fact.people or FEWEST for fact in facts]
    middles = [fact.value if fact.value is not None else sum(_ends(fact)) / 2.0 for fact in facts]
    value = sum(n * middle for n, middle in zip(people, middles, strict=True)) / sum(people)
    span = f"{min(lows):.0f} to {max(highs):.0f}" if round(min(lows)) != round(max(highs)) else f"{max(highs):.0f}"
    return Risk(
        text=f"{own.name}: {WORDS[event]} in {span} of 100 people in studies",
        status=weakest(tuple(fact.status for fact in facts)),
        sources=tuple(dict.fromkeys(key for fact in facts for key in fact.sources)),
        computed=len(facts) > 1,
        treatment=own.id,
        event=event,
        value=round(value / 100.0, 4),
        low=min(lows) / 100.0,
        high=max(highs) / 100.0,
        people=sum(fact.people for fact in facts if fact.people) or None,
    )


def _ends(fact: Fact) -> tuple[float, float]:
    known: Iterable[float] = [number for number in (fact.low, fact.value, fact.high) if number is not None]
    return min(known), max(known)


def _is_of(fact: Fact, skin_type: int | None) -> bool:
    if skin_type is None or fact.skin_types is None:
        return True
    return fact.skin_types[0] <= skin_type <= fact.skin_types[1]
