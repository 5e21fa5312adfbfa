"""Counts over comparisons whose truth is known: what was called changed, and what of it had changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cicatrix.model.change import Change, ScarChange
from cicatrix.phantom import ScarTruth
from cicatrix.validation.change_records import ABOUT_MM, Spread
from cicatrix.validation.records import Rate

__all__ = ["Known", "tally"]

Known = tuple[Change, float, Mapping[str, ScarTruth], Mapping[str, ScarTruth]]
"""A comparison, what is left of every depth, and the real scars by the ids of both visits."""

SUMS: Final = ("scars", "total volume", "mean depth", "marks", "area of marks", "red contrast", "brown contrast")


class _Counts:
    """Hits and cases by group."""

    def __init__(self) -> None:
        self.hits: defaultdict[str, int] = defaultdict(int)
        self.cases: defaultdict[str, int] = defaultdict(int)

    def add(self, group: str, *, hit: bool) -> None:
        """Count one case."""
        self.hits[group] += hit
        self.cases[group] += 1

    def rates(self) -> dict[str, Rate]:
        """Rate of each group, in the order in which the groups came up."""
        found = {group: Rate.count(self.hits[group], of) for group, of in sorted(self.cases.items())}
        return {group: rate for group, rate in found.items() if rate is not None}


def tally(known: Sequence[Known]) -> dict[str, Any]:
    """Fields of the study that are counted over scars, marks and sums."""
    same, less = ([one for one in known if (one[1] == 1.0) is wanted] for wanted in (True, False))
    shown = [row for one in known for row in one[0].scars if row.fate != "outside"]
    unjudged = sum(row.verdict == "cannot say" for row in shown)
    detected, worse = _detected(less)
    return {
        "unchanged": _unchanged(same),
        "unjudged": Rate.count(unjudged, len(shown)),
        "detected": detected,
        "called_worse": worse,
        "coverage": _coverage(known),
        "smallest": _smallest(known),
        "marks_unchanged": _marks(same, ("better", "worse")),
        "marks_detected": _marks(less, ("better",)),
        "sums_unchanged": _sums(same, ("better", "worse")),
        "sums_detected": _sums(less, ("better",)),
    }


def _real(one: Known, row: ScarChange) -> ScarTruth | None:
    """The real scar of a row, as it was at the earlier visit where it was found then."""
    return one[2].get(row.before_id or "") or one[3].get(row.after_id or "")


def _unchanged(known: Sequence[Known]) -> dict[str, Rate]:
    counts = _Counts()
    for one in known:
        for row in one[0].scars:
            if row.verdict == "cannot say":
                continue
            called = row.verdict in ("better", "worse")
            counts.add("all", hit=called)
            counts.add("found at both visits" if row.before_id and row.after_id else "found at one visit", hit=called)
            real = _real(one, row)
            if real is not None:
                counts.add(real.kind, hit=called)
    return counts.rates()


def _detected(known: Sequence[Known]) -> tuple[dict[str, Rate], Rate | None]:
    counts, worse, of = _Counts(), 0, 0
    for one in known:
        for row in one[0].scars:
            real = _real(one, row)
            if real is None or row.verdict == "cannot say" or row.before_id is None:
                continue
            of += 1
            worse += row.verdict == "worse"
            depth, better = abs(real.depth_mm), row.verdict == "better"
            counts.add("all", hit=better)
            counts.add(real.kind, hit=better)
            if ABOUT_MM[0] <= depth < ABOUT_MM[1]:
                counts.add("about 0.4 mm deep", hit=better)
                counts.add(f"about 0.4 mm deep, {real.kind}", hit=better)
            else:
                counts.add("shallower" if depth < ABOUT_MM[0] else "deeper", hit=better)
    return counts.rates(), Rate.count(worse, of)


def _coverage(known: Sequence[Known]) -> Rate | None:
    """Whether the interval of a change holds the true share of the depth that was measured before."""
    held = of = 0
    for one in known:
        for row in one[0].scars:
            if _real(one, row) is None or row.fate != "same" or row.depth is None or row.depth.percent is None:
                continue
            change = 100.0 * (one[1] - 1.0) * (1.0 if (row.depth.before or 0.0) > 0 else -1.0)
            of += 1
            held += row.depth.percent.low <= change <= row.depth.percent.high
    return Rate.count(held, of)


def _smallest(known: Sequence[Known]) -> dict[str, Spread]:
    sizes: defaultdict[str, list[float]] = defaultdict(list)
    for one in known:
        for row in one[0].scars:
            real = _real(one, row)
            if real is None or row.fate != "same" or row.depth is None or not row.depth.before:
                continue
            share = row.depth.smallest / abs(row.depth.before)
            sizes[real.kind].append(share)
            if ABOUT_MM[0] <= abs(real.depth_mm) < ABOUT_MM[1]:
                sizes["about 0.4 mm deep"].append(share)
    found = {kind: Spread.of(shares) for kind, shares in sorted(sizes.items())}
    return {kind: spread for kind, spread in found.items() if spread is not None}


def _marks(known: Sequence[Known], wanted: tuple[str, ...]) -> Rate | None:
    rows = [row for one in known for row in one[0].marks if row.verdict != "cannot say"]
    return Rate.count(sum(row.verdict in wanted for row in rows), len(rows))


def _sums(known: Sequence[Known], wanted: tuple[str, ...]) -> dict[str, Rate]:
    counts = _Counts()
    for one in known:
        for row in one[0].sums:
            counts.add(row.name, hit=row.changed.verdict in wanted)
    rates = counts.rates()
    return {name: rates[name] for name in SUMS if name in rates}
