"""What a later case or capture tells of the marks that were there before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from cicatrix.knowledge.fading import fading_rules
from cicatrix.model.durations import DAYS_PER_MONTH
from cicatrix.model.fading import Colour, Visit
from cicatrix.model.findings import Findings
from cicatrix.model.mark import Mark
from cicatrix.model.quantity import Z_95
from cicatrix.outlook.fading.state import number_of

__all__ = ["visit_of"]

COLOURS: Final[tuple[Colour, ...]] = ("red", "brown")


def visit_of(
    day: int, findings_then: Findings, marks_then: Sequence[Mark] = (), marks_now: Sequence[Mark] = ()
) -> Visit:
    """Make a visit from a later case or assessment of the same skin.

    Parameters
    ----------
    day
        Days from the start to the visit, above 0.
    findings_then
        Findings of the visit. Where it says for how long no new spot has come, and that is as long as ``day``, all
        marks are old ones; otherwise new ones may be among them, and nothing is made of their contrast.
    marks_then
        Marks that were measured at the visit.
    marks_now
        Marks that were measured at the start, of the same field of skin.

    Returns
    -------
    Visit
        Counts of both colours where they are known. Where both visits were measured and no new mark can be among them,
        also the contrast that is left of all marks together: a mark that is gone counts as half of the least contrast
        that is seen, give or take what that leaves open.
    """
    clear = findings_then.case.acne.months_clear
    old_only = clear is not None and clear * DAYS_PER_MONTH >= day
    known: dict[str, Any] = {colour: number_of(findings_then, colour) for colour in COLOURS}
    if old_only:
        for colour in COLOURS:
            count = findings_then.marks.red if colour == "red" else findings_then.marks.brown
            left = _contrast_left(colour, marks_then, marks_now) if count.source == "measured" else None
            if left is not None:
                known |= {f"{colour}_contrast": left[0], f"{colour}_contrast_error": left[1]}
    return Visit(day=day, may_include_new=not old_only, **known)


def _contrast_left(colour: Colour, then: Sequence[Mark], now: Sequence[Mark]) -> tuple[float, float] | None:
    """Contrast of all marks of a colour over that of the start, and its standard error."""
    least = fading_rules().of(colour).seen_from.value
    before, before_error = _summed(colour, now)
    after, after_error = _summed(colour, then)
    if before <= 0.0:
        return None
    gone = max(_number(colour, now) - _number(colour, then), 0)
    after += 0.5 * least * gone
    after_error = math.hypot(after_error, least * math.sqrt(gone / 12.0))
    value = after / before
    return value, math.hypot(after_error, value * before_error) / before


def _number(colour: Colour, marks: Sequence[Mark]) -> int:
    return sum(mark.kind in (colour, "mixed") for mark in marks)


def _summed(colour: Colour, marks: Sequence[Mark]) -> tuple[float, float]:
    """Contrast of all marks of a colour, and its standard error."""
    found = [
        mark.contrast.erythema if colour == "red" else mark.contrast.melanin
        for mark in marks
        if mark.kind in (colour, "mixed")
    ]
    errors = [(each.high - each.low) / (2.0 * Z_95) for each in found]
    return sum(max(each.value, 0.0) for each in found), math.hypot(*errors)
