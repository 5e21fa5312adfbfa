"""What the fit to shading and shadows adds: depths before and after it, by type and by shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from cicatrix.model import Measured, Scar
from cicatrix.phantom import ScarTruth
from cicatrix.study.match import Pair
from cicatrix.study.records import Depths, Errors, FitSummary
from cicatrix.study.tally import Case, asked_for, coverage_of, error_of

__all__ = ["before_and_after"]

TEXTBOOK, OTHER = "textbook shapes", "other shapes"


def before_and_after(cases: Sequence[Case]) -> dict[str, dict[str, FitSummary]]:
    """Depths of the found scars in scope, by what the real scar is and by whether it is of a textbook shape."""
    pairs = [pair for case in cases for pair in case.pairs if asked_for(pair.truth)]
    return {
        "type": _grouped(pairs, lambda real: "linear" if real.linear else real.kind),
        "shape": _grouped(pairs, lambda real: OTHER if real.off_family else TEXTBOOK),
    }


def _grouped(pairs: Sequence[Pair], name: Callable[[ScarTruth], str]) -> dict[str, FitSummary]:
    order = ("icepick", "boxcar", "rolling", "raised", "linear", TEXTBOOK, OTHER)
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(name(pair.truth), []).append(pair)
    return {group: _summary(groups[group]) for group in order if group in groups}


def _summary(pairs: Sequence[Pair]) -> FitSummary:
    return FitSummary(
        scars=len(pairs),
        fitted=sum(pair.found.depth_from == "shadows" for pair in pairs),
        before=_depths([(_before(pair.found), pair.truth.depth_mm) for pair in pairs]),
        after=_depths([(pair.found.depth_mm, pair.truth.depth_mm) for pair in pairs]),
    )


def _before(scar: Scar) -> Measured:
    return scar.depth_mm if scar.unfitted_depth_mm is None else scar.unfitted_depth_mm


def _depths(measures: Sequence[tuple[Measured, float]]) -> Depths:
    widths = [(measured.high - measured.low) / abs(true) for measured, true in measures]
    return Depths(
        error=Errors.of([error_of(measured, true) for measured, true in measures]),
        coverage=coverage_of(measures),
        interval=round(float(np.median(widths)), 4) if widths else None,
    )
