"""Join what was measured with what was stated: one record that grades, gate and plan are computed from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from cicatrix.cases.face import Fields, MeasuredField
from cicatrix.model.assessment import CaptureSummary
from cicatrix.model.case import Case, StatedMarks, StatedScars
from cicatrix.model.findings import Count, Covers, Disagreement, Findings, FoundMarks, FoundScars, Number
from cicatrix.model.mark import Mark
from cicatrix.model.scar import Scar

__all__ = ["join", "join_fields"]

_ELSEWHERE: Final = (
    "The capture shows part of the face only; what was stated may lie outside it, or be too slight to be measured. "
    "The larger number is used."
)
_MORE: Final = "The capture shows more than was stated, although it does not show the whole face."
_SIZE: Final = "The measured marks are those in the picture only; an estimate by eye is rough."
_TYPES: Final = "Of the measured scars, {count} may be of more than one type and stand apart."


def join(
    case: Case,
    scars: Sequence[Scar] | None = None,
    marks: Sequence[Mark] | None = None,
    capture: CaptureSummary | None = None,
) -> Findings:
    """Join a case with what one capture shows, see ``join_fields``.

    Parameters
    ----------
    case
        What was stated; ``Case()`` when nothing was.
    scars
        Every scar found, or None when scars were not measured.
    marks
        Every mark found, or None when marks were not measured (without colour they cannot be).
    capture
        Size and coverage of the picture; None without a capture.
    """
    fields = () if scars is None and marks is None and capture is None else (MeasuredField(scars, marks, capture),)
    return join_fields(case, fields)


def join_fields(case: Case, fields: Iterable[MeasuredField]) -> Findings:
    """Join a case with what captures of one visit show, for the whole face.

    The total of a kind is the larger of what was stated for the face and of the sum over different fields; captures of
    one site count once. Where nothing was stated the face has at least what the fields show. Where both answer a
    question and differ, that is written down.

    Parameters
    ----------
    case
        What was stated; ``Case()`` when nothing was.
    fields
        The captures; none without a measurement.
    """
    sorted_ = Fields.of(fields)
    scars, scars_differ = _scars(case.scars, sorted_)
    marks, marks_differ = _marks(case.marks, sorted_)
    areas = sorted_.areas
    return Findings(
        case=case,
        scars=scars,
        marks=marks,
        area=areas[0] if len(areas) == 1 else None,
        fields=areas,
        disagreements=(*scars_differ, *marks_differ),
    )


def _stated(value: int | None) -> Count:
    return Count() if value is None else Count(value=value, source="stated", covers="face")


def _total(stated: int | None, measured: int, covers: Covers) -> Count:
    """The larger of both; of the whole face where somebody counted all of it."""
    if stated is None:
        return Count(value=measured, source="measured", covers=covers, measured=measured)
    if stated >= measured:
        return Count(value=stated, source="stated", covers="face", measured=measured)
    return Count(value=measured, source="measured", covers="face", measured=measured)


def _size(value: float | None) -> Number:
    return Number() if value is None else Number(value=value, source="stated")


def _larger(stated: float | None, measured: float) -> Number:
    if stated is not None and stated >= measured:
        return Number(value=stated, source="stated")
    return Number(value=measured, source="measured")


def _raised(stated: StatedScars) -> int | None:
    """Raised scars that were stated; None when one of the two kinds was not answered."""
    if stated.hypertrophic is None or stated.keloid is None:
        return None
    return stated.hypertrophic + stated.keloid


def _total_raised(stated: StatedScars, measured: int, covers: Covers) -> Count:
    """Raised scars of both sorts; where only one sort was stated, the face has at least that many."""
    both = _raised(stated)
    known = (stated.hypertrophic or 0) + (stated.keloid or 0)
    if both is None and known >= measured and known:
        return Count(value=known, source="stated", covers=covers, measured=measured)
    return _total(both, measured, covers)


def _scars(stated: StatedScars, fields: Fields) -> tuple[FoundScars, tuple[Disagreement, ...]]:
    counted = fields.scars()
    if counted is None:
        return _stated_scars(stated), ()
    undecided = counted.pop("undecided")
    raised = counted.pop("raised")
    area_cm2 = fields.raised_area_cm2()
    found = FoundScars(
        **{kind: _total(getattr(stated, kind), count, fields.covers) for kind, count in counted.items()},
        raised=_total_raised(stated, raised, fields.covers),
        hypertrophic=_stated(stated.hypertrophic),
        keloid=_stated(stated.keloid),
        papular=_stated(stated.papular),
        undecided=undecided,
        raised_area_cm2=_larger(stated.raised_area_cm2, area_cm2),
    )
    note = f" {_TYPES.format(count=undecided)}" if undecided else ""
    said = {kind: getattr(stated, kind) for kind in counted} | {"raised": _raised(stated)}
    counted["raised"] = raised
    differ = [_count_differs(f"scars.{kind}", said[kind], count, note) for kind, count in counted.items()]
    differ.append(_size_differs("scars.raised_area_cm2", stated.raised_area_cm2, area_cm2, larger=True))
    return found, tuple(each for each in differ if each is not None)


def _stated_scars(stated: StatedScars) -> FoundScars:
    return FoundScars(
        icepick=_stated(stated.icepick),
        boxcar_shallow=_stated(stated.boxcar_shallow),
        boxcar_deep=_stated(stated.boxcar_deep),
        rolling=_stated(stated.rolling),
        raised=_stated(_raised(stated)),
        hypertrophic=_stated(stated.hypertrophic),
        keloid=_stated(stated.keloid),
        papular=_stated(stated.papular),
        raised_area_cm2=_size(stated.raised_area_cm2),
    )


def _marks(stated: StatedMarks, fields: Fields) -> tuple[FoundMarks, tuple[Disagreement, ...]]:
    counted = fields.marks()
    if counted is None:
        sized = _size(stated.median_size_mm)
        return FoundMarks(red=_stated(stated.red), brown=_stated(stated.brown), median_size_mm=sized), ()
    red, brown, mixed = counted["red"], counted["brown"], counted["mixed"]
    size_mm = fields.median_size_mm()
    found = FoundMarks(
        red=_total(stated.red, red, fields.covers),
        brown=_total(stated.brown, brown, fields.covers),
        mixed=mixed,
        # A size that was measured is surer than one by eye, on whatever part of the face.
        median_size_mm=_size(stated.median_size_mm) if size_mm is None else Number(value=size_mm, source="measured"),
    )
    note = f" {mixed} of the measured marks are red and brown at once." if mixed else ""
    differ = [
        _count_differs("marks.red", stated.red, red, note),
        _count_differs("marks.brown", stated.brown, brown, note),
        None if size_mm is None else _size_differs("marks.median_size_mm", stated.median_size_mm, size_mm, _SIZE),
    ]
    return found, tuple(each for each in differ if each is not None)


def _count_differs(key: str, stated: int | None, measured: int, note: str) -> Disagreement | None:
    if stated is None or stated == measured:
        return None
    why = (_ELSEWHERE if stated > measured else _MORE) + note
    return Disagreement(key=key, stated=stated, measured=measured, used=max(stated, measured), note=why)


def _size_differs(
    key: str, stated: float | None, measured: float, note: str | None = None, *, larger: bool = False
) -> Disagreement | None:
    """Record a size that differs by more than rounding to one decimal, or to a tenth of itself, explains."""
    if stated is None or math.isclose(stated, measured, rel_tol=0.1, abs_tol=0.05):
        return None
    why = _ELSEWHERE if stated > measured else _MORE
    used = max(stated, measured) if larger else measured
    return Disagreement(key=key, stated=stated, measured=measured, used=used, note=note or why)
