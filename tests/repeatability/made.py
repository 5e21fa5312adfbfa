"""Assessments and comparisons of made-up captures, with known noise."""

from __future__ import annotations

import numpy as np

from cicatrix.model import Assessment, Measured
from cicatrix.model.capture import InputFile
from cicatrix.model.change import Change, Changed, Fate, Registration, ScarChange
from tests.report.synthetic import FOUR, assessment_of, relief_of

__all__ = ["captures", "change_of"]


def captures(count: int, noise: float, seed: int = 1) -> list[Assessment]:
    """The same scars, their depths read with this relative noise."""
    rng = np.random.default_rng(seed)
    relief = relief_of(FOUR, size_mm=20.0, pixel_mm=0.2, photographs=False)
    base = assessment_of(FOUR, relief)
    found = []
    for at in range(count):
        scars = tuple(
            scar.model_copy(update={"depth_mm": _near(scar.depth_mm.value * (1.0 + noise * rng.standard_normal()))})
            for scar in base.scars
        )
        files = (InputFile(name="cheek.tif", bytes=10, sha256=f"{at:064x}"),)
        told = base.provenance.model_copy(update={"inputs": files})
        found.append(base.model_copy(update={"scars": scars, "provenance": told}))
    return found


def change_of(first: Assessment, second: Assessment, fates: dict[str, Fate] | None = None) -> Change:
    """A comparison that pairs scars by their ids."""
    rows = []
    for one, other in zip(first.scars, second.scars, strict=True):
        fate = (fates or {}).get(one.id, "same")
        here, there = (None if fate == "new" else one.id), (None if fate in {"gone", "outside"} else other.id)
        depth = _changed(one.depth_mm.value, other.depth_mm.value) if fate == "same" else None
        rows.append(
            ScarChange(
                before_id=here,
                after_id=there,
                fate=fate,
                kind_before=one.kind,
                kind_after=other.kind,
                x_mm=one.x_mm,
                y_mm=one.y_mm,
                depth=depth,
                volume=None,
                width=None,
                verdict="cannot say" if depth is None else depth.verdict,
            )
        )
    return Change(
        cicatrix="0",
        site=None,
        days=None,
        before=first.provenance,
        after=second.provenance,
        registration=Registration(
            turn_deg=0.0,
            scale=1.0,
            x_mm=0.0,
            y_mm=0.0,
            stretch_mm=0.0,
            residual_mm=_near(0.01),
            controls=20,
            likeness=0.9,
            overlap=1.0,
            pixel_mm=0.2,
        ),
        scars=tuple(rows),
        marks=(),
        sums=(),
        grades=(),
        noise_from="intervals",
        text="made up",
    )


def _near(value: float) -> Measured:
    return Measured.of(value, value - 0.01, value + 0.01)


def _changed(before: float, after: float) -> Changed:
    return Changed(
        before=before,
        after=after,
        change=_near(after - before),
        percent=None,
        smallest=0.05,
        noise_from="intervals",
        verdict="not beyond noise",
    )
