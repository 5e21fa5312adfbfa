"""Comparisons of two visits with stated changes."""

from __future__ import annotations

from cicatrix.model import Assessment
from cicatrix.model.change import Change, Changed, Registration, ScarChange, SumChange
from cicatrix.model.quantity import Measured
from tests.report.synthetic import FOUR, assessment_of, relief_of


def base() -> Assessment:
    return assessment_of(FOUR, relief_of(FOUR, size_mm=20.0, pixel_mm=0.2, photographs=False))


def changed(before: float, share: float, half: float) -> Changed:
    amount = before * (share - 1.0)
    return Changed(
        before=before,
        after=before * share,
        change=Measured(value=amount, low=amount - half, high=amount + half),
        percent=None,
        smallest=half,
        noise_from="intervals",
        verdict="better",
    )


def comparison(scar: Changed | None, contrast: Changed | None) -> Change:
    outlook_of = base().provenance
    rows = (
        ()
        if scar is None
        else (
            ScarChange(
                before_id="S01",
                after_id="S01",
                fate="same",
                kind_before="boxcar",
                kind_after="boxcar",
                x_mm=1,
                y_mm=1,
                depth=scar,
                volume=None,
                width=None,
                verdict="better",
            ),
        )
    )
    sums = () if contrast is None else (SumChange(name="red contrast", unit="index", of=1, changed=contrast),)
    return Change(
        cicatrix="0",
        site=None,
        days=None,
        before=outlook_of,
        after=outlook_of,
        registration=Registration(
            turn_deg=0,
            scale=1,
            x_mm=0,
            y_mm=0,
            stretch_mm=0,
            residual_mm=Measured(value=0.01, low=0.0, high=0.02),
            controls=20,
            likeness=0.9,
            overlap=1,
            pixel_mm=0.05,
        ),
        scars=rows,
        marks=(),
        sums=sums,
        grades=(),
        noise_from="intervals",
        text="",
    )
