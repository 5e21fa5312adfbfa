"""The outlook in two or three sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from cicatrix.model.grades import Grade
from cicatrix.model.outlook import Result
from cicatrix.model.plan import Plan
from cicatrix.model.target_names import FIELD_NAMES

__all__ = ["in_short"]

GradeKey = Literal["1", "2", "3", "4"]

SEVERE: Final = 3
"""Goodman-Baron grade (moderate) from which the chance that little is left is told; above it scars are severe."""

SMALL: Final = 0.2


def in_short(
    plan: Plan | None,
    results: Sequence[Result],
    probability: Mapping[str, Mapping[GradeKey, float]],
    today: Grade | None,
) -> str:
    """How far the strongest option gets, and how likely little is left; what is said of marks stands with the marks.

    Parameters
    ----------
    plan, results, probability
        The options, what they leave, and the grades afterwards.
    today
        Today's Goodman-Baron grade.
    """
    if plan is None:
        return (
            "Without a case file no plan is made, so nothing is forecast for scars. Marks and healing are told below."
        )
    if not plan.options:
        return (
            "No option is open at present, so nothing is forecast for scars. What must be settled first is said above."
        )
    if not results:
        return "No scars are known, so there is nothing to fill. What is said of marks and healing stands below."
    last = plan.options[-1].id
    treated = [one for one in results if one.option == last and one.treatments]
    if not treated:
        return "The options do not treat the scars; they stay about as they are."
    said = [_reach(treated, several=len(plan.options) > 1)]
    share = probability.get(last)
    if share and today is not None and min(today.possible) >= SEVERE:
        said.append(_vanishing(share, severe=min(today.possible) > SEVERE))
    said.append("People differ widely; the ranges say how far.")
    return " ".join(said)


def _reach(treated: Sequence[Result], *, several: bool) -> str:
    """What the scars that respond least and most keep of their depth."""
    most = max(treated, key=lambda one: one.remaining.value)
    least = min(treated, key=lambda one: one.remaining.value)
    lead = "With the strongest option" if several else "With this option"
    if most is least:
        return f"{lead}, {FIELD_NAMES[most.target]} are expected to keep about {_share(most)} of their {_size(most)}."
    rest = "" if _size(most) == _size(least) else f" of their {_size(most)}"
    return (
        f"{lead}, {FIELD_NAMES[least.target]} are expected to keep about {_share(least)} of their {_size(least)}, and "
        f"{FIELD_NAMES[most.target]} about {_share(most)}{rest}."
    )


def _size(one: Result) -> str:
    return "height" if one.target in ("hypertrophic", "keloid") else "depth"


def _share(one: Result) -> str:
    value, low, high = (round(100 * x) for x in (one.remaining.value, one.remaining.low, one.remaining.high))
    return f"{value} % ({low} to {high} %)"


def _vanishing(share: Mapping[GradeKey, float], *, severe: bool) -> str:
    """How likely a high grade ends as no more than colour."""
    flat = share.get("1", 0.0)
    people = "fewer than 1" if flat < 0.005 else f"about {round(100 * flat)}"
    if flat < SMALL:
        scars = "Severe scars" if severe else "Scars of this grade"
        return f"{scars} get better but rarely vanish: {people} of 100 people end with flat marks at most."
    return f"{people.capitalize()} of 100 people with such scars end with flat marks at most."
