"""New scars that acne would add while it is not under control."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaincinv

from cicatrix.knowledge.outcomes import outcomes as shipped_outcomes
from cicatrix.model.case import Acne
from cicatrix.model.durations import DAYS_PER_YEAR
from cicatrix.model.findings import Findings
from cicatrix.model.gate import Gate
from cicatrix.model.outcome import NewScarsRule
from cicatrix.model.outlook import NewScars
from cicatrix.model.quantity import Z_95
from cicatrix.outlook.result.draws import Floats, between, measured, normal, uniform

__all__ = ["new_scars"]

_WEEKS = DAYS_PER_YEAR / 7.0
_NAMES = ("papules", "pustules", "nodules")


def new_scars(findings: Findings, gate: Gate) -> NewScars | None:
    """New scars in a year, if acne goes on as it is today.

    Inflamed lesions today, times how often each is followed by another in a year, times the share that leaves a scar
    which stays. Each has its own spread, the count of lesions that of chance from day to day.

    Returns
    -------
    NewScars or None
        None where acne is under control, or where nobody counted inflamed lesions.

    Notes
    -----
    Share that scars: Tan J et al. J Drugs Dermatol 2017;16(6):566-572. How long a lesion lasts is an assumption.
    """
    lesions, missing = _lesions(findings.case.acne)
    if gate.state == "controlled" or lesions is None:
        return None
    rule = shipped_outcomes().new_scars
    per_year = measured(_drawn(lesions, rule), digits=1)
    return NewScars(
        per_year=per_year,
        text=_text(per_year.low, per_year.high, lesions, missing),
        basis=_basis(rule),
        sources=rule.sources,
        status="assumption",
    )


def _lesions(acne: Acne) -> tuple[int | None, tuple[str, ...]]:
    """Inflamed lesions that were counted, None when none of them was, and the kinds that nobody counted."""
    counts = {name: getattr(acne, name) for name in _NAMES}
    known = [count for count in counts.values() if count is not None]
    return (sum(known) if known else None), tuple(name for name, count in counts.items() if count is None)


def _drawn(lesions: int, rule: NewScarsRule) -> Floats:
    """Draws of the number of new scars in a year, shape (DRAWS,)."""
    number = gammaincinv(lesions + 0.5, uniform("lesions"))
    low, middle, high = rule.lesion_weeks
    spread = math.log(high / low) / (2.0 * Z_95)
    weeks = middle * np.exp(spread * normal("lesion weeks"))
    share = rule.per_lesion * np.exp(math.log(rule.per_lesion_factor) / Z_95 * normal("scars per lesion"))
    stays = between("scars that stay", *rule.stays)
    return np.asarray(number * _WEEKS / weeks * share * stays, dtype=np.float64)


def _text(low: float, high: float, lesions: int, missing: tuple[str, ...]) -> str:
    today = (
        f"With {lesions} inflamed {'spot' if lesions == 1 else 'spots'} as today" if lesions else "As spots come back"
    )
    text = f"{today}, {_about(low, high)} new scars may come in a year."
    if missing:
        text += f" Not counted were {' and '.join(missing)}: with them it may be more."
    return f"{text} Treating the acne early is what keeps scars from coming."


def _about(low: float, high: float) -> str:
    lower, upper = round(low), max(1, math.ceil(high))
    return f"up to {upper}" if lower == 0 else f"about {lower} to {upper}"


def _basis(rule: NewScarsRule) -> str:
    low, middle, high = rule.lesion_weeks
    return (
        f"{100 * rule.per_lesion:.1f} % of lesions left a scar over 6 months, and {100 * rule.stays[0]:.0f} % of new"
        f" scars were still there then. How long a spot lasts before the next takes its place, {low:g} to {high:g}"
        f" weeks (most likely {middle:g}), and how much people differ, are assumptions of ours."
    )
