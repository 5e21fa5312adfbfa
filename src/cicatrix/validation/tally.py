"""From captures with their truth to rates and errors, group by group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cicatrix.model import Measured, Scar
from cicatrix.phantom import PhantomSettings, ScarTruth
from cicatrix.validation.match import Pair, match
from cicatrix.validation.records import Errors, Rate, Summary

__all__ = [
    "MIN_DEPTH_MM",
    "MIN_WIDTH_MM",
    "Case",
    "asked_for",
    "by_capture",
    "by_type",
    "coverage_of",
    "error_of",
    "summarise",
]

MIN_DEPTH_MM = 0.15
"""Shallower scars are not asked for: they drown in skin lines. Reporting one is not counted as an error either."""

MIN_WIDTH_MM = 0.8


@dataclass(frozen=True, slots=True)
class Case:
    """One capture: what it was made with, what is there, what was reported, and which is which."""

    settings: PhantomSettings
    truth: tuple[ScarTruth, ...]
    found: tuple[Scar, ...]
    pairs: tuple[Pair, ...]

    @classmethod
    def compare(cls, settings: PhantomSettings, truth: Sequence[ScarTruth], found: Sequence[Scar]) -> Case:
        """Pair a capture's reported scars with its real ones."""
        return cls(settings, tuple(truth), tuple(found), match(truth, found))


def summarise(
    cases: Sequence[Case],
    truth_in: Callable[[ScarTruth], bool] | None = None,
    found_in: Callable[[Scar], bool] | None = None,
) -> Summary:
    """Rates and errors over captures.

    Parameters
    ----------
    cases
        The captures.
    truth_in
        Which real scars belong to the group; all when None. Scars out of scope (less than ``MIN_DEPTH_MM`` deep or
        ``MIN_WIDTH_MM`` wide) never do.
    found_in
        Which reported scars the precision is asked of; all when None.
    """
    scope = [scar for case in cases for scar in case.truth if asked_for(scar) and (truth_in is None or truth_in(scar))]
    named = {id(scar) for scar in scope}
    pairs = [pair for case in cases for pair in case.pairs if id(pair.truth) in named]
    reported = [scar for case in cases for scar in case.found if found_in is None or found_in(scar)]
    real = {id(pair.found) for case in cases for pair in case.pairs}
    typed = [_typed(pair) for pair in pairs]
    return Summary(
        recall=Rate.count(len(pairs), len(scope)),
        precision=Rate.count(sum(id(scar) in real for scar in reported), len(reported)),
        typed=Rate.count(sum(typed), len(typed)),
        depth=Errors.of([error_of(pair.found.depth_mm, pair.truth.depth_mm) for pair in pairs]),
        width=Errors.of([error_of(pair.found.width_mm, pair.truth.width_mm) for pair in pairs]),
        depth_coverage=coverage_of([(pair.found.depth_mm, pair.truth.depth_mm) for pair in pairs]),
        width_coverage=coverage_of([(pair.found.width_mm, pair.truth.width_mm) for pair in pairs]),
    )


def by_type(cases: Sequence[Case]) -> dict[str, Summary]:
    """Group by what the real scar is; precision by what the reported one was called."""
    groups = {
        kind: summarise(
            cases,
            lambda real, kind=kind: real.kind == kind and not real.linear,  # type: ignore[misc]
            lambda seen, kind=kind: seen.kind == kind and not seen.linear,  # type: ignore[misc]
        )
        for kind in ("icepick", "boxcar", "rolling", "raised")
    }
    groups["linear"] = summarise(cases, lambda real: real.linear, lambda seen: seen.linear)
    groups["undecided"] = summarise(cases, lambda _: False, lambda seen: seen.kind == "undecided" and not seen.linear)
    return groups


def by_capture(cases: Sequence[Case], name: Callable[[PhantomSettings], str]) -> dict[str, Summary]:
    """Group by a property of the capture, in the order in which the groups first appear."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(name(case.settings), []).append(case)
    return {group: summarise(members) for group, members in groups.items()}


def asked_for(scar: ScarTruth) -> bool:
    """Whether a real scar is in scope."""
    return abs(scar.depth_mm) >= MIN_DEPTH_MM and scar.width_mm >= MIN_WIDTH_MM


def _typed(pair: Pair) -> float:
    return 0.5 if pair.found.kind == "undecided" else float(pair.found.kind == pair.truth.kind)


def error_of(measured: Measured, true: float) -> float:
    """Relative error with its sign."""
    return measured.value / true - 1.0


def coverage_of(measures: Sequence[tuple[Measured, float]]) -> Rate | None:
    """Share of the intervals that hold the true value."""
    return Rate.count(sum(measured.low <= true <= measured.high for measured, true in measures), len(measures))
