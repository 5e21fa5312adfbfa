"""Grades at two visits against what raters differ by."""

from __future__ import annotations

from typing import Final

from cicatrix.change.pair import first_known
from cicatrix.model.change import GradeChange, Verdict
from cicatrix.model.evidence import SourceKey, Status
from cicatrix.model.grades import Grade, Grades

__all__ = ["changed_grades"]

NOISE: Final[dict[str, tuple[int, str, SourceKey, Status]]] = {
    "goodman_baron_quantitative": (
        4,
        "Four observers agreed within 4 points on 19 of 21 people: a change of up to 4 points is taken as noise.",
        "goodman_baron_2006_quantitative",
        "seen",
    ),
}
"""Scale to the points that raters differ by, in words, with its source."""

UNKNOWN: Final = (
    "How much raters differ by on this scale, in points, is not known here: its change is shown, not judged."
)


OUTSIDE: Final = " Not judged: {count} of the scars and marks lie outside the other picture, and a grade counts them."


def changed_grades(before: Grades | None, after: Grades | None, outside: int = 0) -> tuple[GradeChange, ...]:
    """Every scale that is known at one visit at least.

    Parameters
    ----------
    before, after
        Of the whole pictures.
    outside
        How many scars and marks only one of the pictures reaches: then the grades are of different skin.
    """
    rows = []
    for scale in Grades.model_fields:
        first, second = (None if grades is None else getattr(grades, scale) for grades in (before, after))
        if first is not None or second is not None:
            rows.append(_row(scale, first, second, outside))
    return tuple(rows)


def _row(scale: str, first: Grade | None, second: Grade | None, outside: int) -> GradeChange:
    noise, text, source, status = NOISE.get(scale, (None, UNKNOWN, None, None))
    change = None if first is None or second is None else (second.low - first.high, second.high - first.low)
    unlike = outside > 0 and change is not None and noise is not None
    return GradeChange(
        scale=scale,
        name=first_known(first, second).name,
        before=None if first is None else (first.low, first.high),
        after=None if second is None else (second.low, second.high),
        change=change,
        noise=noise,
        noise_text=text + OUTSIDE.format(count=outside) if unlike else text,
        source=source,
        status=status,
        verdict="cannot say" if unlike else _verdict(change, noise),
    )


def _verdict(change: tuple[int, int] | None, noise: int | None) -> Verdict:
    if change is None or noise is None:
        return "cannot say"
    low, high = change
    if low > noise:
        return "worse"
    if high < -noise:
        return "better"
    return "not beyond noise" if -noise <= low and high <= noise else "cannot say"
