"""Findings for the tests: stated, or measured on a visible area."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cicatrix.cases.join import join
from cicatrix.model.case import Case
from cicatrix.model.findings import Count, Covers, Findings, FoundMarks, FoundScars, Number, VisibleArea

SCARS = ("icepick", "boxcar_shallow", "boxcar_deep", "rolling", "hypertrophic", "keloid")
NO_SCARS: Mapping[str, Any] = dict.fromkeys(SCARS, 0)
NO_MARKS: Mapping[str, Any] = {"red": 0, "brown": 0}


def stated(**sections: Mapping[str, Any]) -> Findings:
    """Findings of a case with these sections and no capture."""
    return join(Case.model_validate(sections))


def measured(
    *,
    icepick: int = 0,
    boxcar_shallow: int = 0,
    boxcar_deep: int = 0,
    rolling: int = 0,
    raised: int = 0,
    undecided: int = 0,
    area_cm2: float = 0.0,
    marks: FoundMarks | None = None,
    covers: Covers = "face",
) -> Findings:
    """Findings of a capture, which shows all of the face's scars unless ``covers`` says otherwise."""

    def count(value: int) -> Count:
        return Count(value=value, source="measured", covers=covers, measured=value)

    area = VisibleArea(site="left cheek", width_mm=30.0, height_mm=20.0, measured_mm2=590.0)
    return Findings(
        scars=FoundScars(
            icepick=count(icepick),
            boxcar_shallow=count(boxcar_shallow),
            boxcar_deep=count(boxcar_deep),
            rolling=count(rolling),
            raised=count(raised),
            undecided=undecided,
            raised_area_cm2=Number(value=area_cm2, source="measured"),
        ),
        marks=marks or FoundMarks(red=count(0), brown=count(0)),
        area=area,
        fields=(area,),
    )
