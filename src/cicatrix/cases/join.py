"""Join what was measured with what was stated: one record that grades, gate and plan are computed from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import Final

from cicatrix.model.assessment import CaptureSummary
from cicatrix.model.case import Case, StatedMarks, StatedScars
from cicatrix.model.findings import Count, Disagreement, Findings, FoundMarks, FoundScars, Number, VisibleArea
from cicatrix.model.mark import Mark
from cicatrix.model.scar import Scar

__all__ = ["join"]

_ELSEWHERE: Final = (
    "The capture shows one field of skin only; what was stated may lie outside it, or be too slight to be measured."
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
    """Join a case with what a capture shows.

    Where both answer a question the measurement is used, and a difference is written down. Measured counts are of
    the area that the capture shows; stated counts are of the whole face.

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
    found_scars, scars_differ = (_stated_scars(case.scars), ()) if scars is None else _scars(case.scars, scars)
    found_marks, marks_differ = (_stated_marks(case.marks), ()) if marks is None else _marks(case.marks, marks)
    return Findings(
        case=case,
        scars=found_scars,
        marks=found_marks,
        area=None if capture is None else _area(capture),
        disagreements=(*scars_differ, *marks_differ),
    )


def _stated(value: int | None) -> Count:
    return Count() if value is None else Count(value=value, source="stated")


def _size(value: float | None) -> Number:
    return Number() if value is None else Number(value=value, source="stated")


def _raised(stated: StatedScars) -> int | None:
    """Raised scars that were stated; None when one of the two kinds was not answered."""
    if stated.hypertrophic is None or stated.keloid is None:
        return None
    return stated.hypertrophic + stated.keloid


def _stated_scars(stated: StatedScars) -> FoundScars:
    return FoundScars(
        icepick=_stated(stated.icepick),
        boxcar_shallow=_stated(stated.boxcar_shallow),
        boxcar_deep=_stated(stated.boxcar_deep),
        rolling=_stated(stated.rolling),
        raised=_stated(_raised(stated)),
        hypertrophic=_stated(stated.hypertrophic),
        keloid=_stated(stated.keloid),
        raised_area_cm2=_size(stated.raised_area_cm2),
    )


def _scars(stated: StatedScars, scars: Sequence[Scar]) -> tuple[FoundScars, tuple[Disagreement, ...]]:
    kinds = [f"{scar.kind}_{scar.depth_class}" if scar.kind == "boxcar" else scar.kind for scar in scars]
    counted = {kind: kinds.count(kind) for kind in ("icepick", "boxcar_shallow", "boxcar_deep", "rolling", "raised")}
    undecided = kinds.count("undecided")
    area_cm2 = round(sum(scar.area_mm2.value for scar in scars if scar.kind == "raised") / 100.0, 4)
    found = FoundScars(
        **{kind: Count(value=count, source="measured") for kind, count in counted.items()},
        hypertrophic=_stated(stated.hypertrophic),
        keloid=_stated(stated.keloid),
        undecided=undecided,
        raised_area_cm2=Number(value=area_cm2, source="measured"),
    )
    said = {kind: _raised(stated) if kind == "raised" else getattr(stated, kind) for kind in counted}
    note = f" {_TYPES.format(count=undecided)}" if undecided else ""
    differ = [_count_differs(f"scars.{kind}", said[kind], count, note) for kind, count in counted.items()]
    differ.append(_size_differs("scars.raised_area_cm2", stated.raised_area_cm2, area_cm2))
    return found, tuple(each for each in differ if each is not None)


def _stated_marks(stated: StatedMarks) -> FoundMarks:
    return FoundMarks(red=_stated(stated.red), brown=_stated(stated.brown), median_size_mm=_size(stated.median_size_mm))


def _marks(stated: StatedMarks, marks: Sequence[Mark]) -> tuple[FoundMarks, tuple[Disagreement, ...]]:
    kinds = [mark.kind for mark in marks]
    red, brown, mixed = (kinds.count(kind) for kind in ("red", "brown", "mixed"))
    # A typical mark as a circle of its area; without any mark there is none.
    across = [2.0 * math.sqrt(max(mark.area_mm2.value, 0.0) / math.pi) for mark in marks]
    size_mm = round(median(across), 2) if across else None
    found = FoundMarks(
        red=Count(value=red, source="measured"),
        brown=Count(value=brown, source="measured"),
        mixed=mixed,
        median_size_mm=Number() if size_mm is None else Number(value=size_mm, source="measured"),
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
    return Disagreement(key=key, stated=stated, measured=measured, used=measured, note=why)


def _size_differs(key: str, stated: float | None, measured: float, note: str | None = None) -> Disagreement | None:
    """Record a size that differs by more than rounding to one decimal, or to a tenth of itself, explains."""
    if stated is None or math.isclose(stated, measured, rel_tol=0.1, abs_tol=0.05):
        return None
    why = _ELSEWHERE if stated > measured else _MORE
    return Disagreement(key=key, stated=stated, measured=measured, used=measured, note=note or why)


def _area(capture: CaptureSummary) -> VisibleArea:
    return VisibleArea(
        site=capture.site,
        width_mm=capture.width_mm,
        height_mm=capture.height_mm,
        measured_mm2=round(capture.width_mm * capture.height_mm * capture.coverage, 1),
    )
