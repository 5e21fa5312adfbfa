"""What the fit to shading and shadows adds: depths before and after it, by type and by shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from cicatrix.model import Measured, Scar
from cicatrix.phantom import ScarTruth
from cicatrix.validation.match import Pair
from cicatrix.validation.records import Depths, Errors, FitSummary
from cicatrix.validation.tally import Case, asked_for, coverage_of, error_of

__all__ = ["before_and_after"]

PITS: Final = ("icepick", "boxcar", "rolling")
"""Types whose scars may leave the textbook."""

ORDER: Final[dict[str, tuple[str, ...]]] = {
    "type": (*PITS, "raised", "linear"),
    "shape": tuple(f"{shape} {kind}" for kind in PITS for shape in ("textbook", "other")),
    "departure": ("leaning tract", "stepped floor", "lopsided", "overlapping"),
}


def before_and_after(cases: Sequence[Case]) -> dict[str, dict[str, FitSummary]]:
    """Depths of the found scars in scope: by type, by type and shape, and by how the shape leaves the textbook."""
    pairs = [pair for case in cases for pair in case.pairs if asked_for(pair.truth)]
    names = {"type": _type, "shape": _shape, "departure": lambda real: real.off_family}
    groups = {grouping: _grouped(pairs, name, ORDER[grouping]) for grouping, name in names.items()}
    return {grouping: members for grouping, members in groups.items() if members}


def _type(real: ScarTruth) -> str:
    return "linear" if real.linear else real.kind


def _shape(real: ScarTruth) -> str | None:
    if _type(real) not in PITS:
        return None
    return f"{'textbook' if real.off_family is None else 'other'} {real.kind}"


def _grouped(
    pairs: Sequence[Pair], name: Callable[[ScarTruth], str | None], order: Sequence[str]
) -> dict[str, FitSummary]:
    groups: dict[str, list[Pair]] = {group: [] for group in order}
    for pair in pairs:
        group = name(pair.truth)
        if group is not None:
            groups[group].append(pair)
    return {group: _summary(members) for group, members in groups.items() if members}


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
