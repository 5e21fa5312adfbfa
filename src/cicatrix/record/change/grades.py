"""Grades at two visits against what raters differ by."""

from __future__ import annotations

from typing import Final

from cicatrix.model.change import GradeChange, Verdict
from cicatrix.model.evidence import SourceKey, Status
from cicatrix.model.grades import Grade, Grades
from cicatrix.record.change.pair import either

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


def changed_grades(before: Grades | None, after: Grades | None) -> tuple[GradeChange, ...]:
    """Every scale that is known at one visit at least."""
    rows = []
    for scale in Grades.model_fields:
        first, second = (None if grades is None else getattr(grades, scale) for grades in (before, after))
        if first is not None or second is not None:
            rows.append(_row(scale, first, second))
    return tuple(rows)


def _row(scale: str, first: Grade | None, second: Grade | None) -> GradeChange:
    noise, text, source, status = NOISE.get(scale, (None, UNKNOWN, None, None))
    change = None if first is None or second is None else (second.low - first.high, second.high - first.low)
    return GradeChange(
        scale=scale,
        name=either(first, second).name,
        before=None if first is None else (first.low, first.high),
        after=None if second is None else (second.low, second.high),
        change=change,
        noise=noise,
        noise_text=text,
        source=source,
        status=status,
        verdict=_verdict(change, noise),
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
