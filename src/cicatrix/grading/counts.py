"""Which scars and marks there are on the whole face, as the scales ask for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from cicatrix.model.findings import Count, Covers, Findings

__all__ = [
    "contour_scars",
    "covered",
    "every_undecided",
    "flat_marks",
    "free_mixed",
    "has",
    "known_raised",
    "measured",
    "open_keys",
    "raised_counts",
    "undecided_remark",
]

_SUNKEN: Final = ("icepick", "boxcar_shallow", "boxcar_deep", "rolling")


def has(findings: Findings, *, scars: bool = False, marks: bool = False) -> bool:
    """True when at least one count of scars, or of marks, is known."""
    return any(count.value is not None for count in _counts(findings, scars=scars, marks=marks))


def measured(findings: Findings, *, scars: bool = False, marks: bool = False) -> bool:
    """True when lesions were counted on fields of skin that captures show."""
    return any(count.measured is not None for count in _counts(findings, scars=scars, marks=marks))


def covered(findings: Findings, *, scars: bool = False, marks: bool = False) -> Covers:
    """The skin that known counts are of: the face, unless one of them was counted on fields only."""
    parts = [count for count in _counts(findings, scars=scars, marks=marks) if count.value is not None]
    if not any(count.at_least for count in parts):
        return "face"
    return "fields" if len(findings.fields) > 1 else "field"


def _counts(findings: Findings, *, scars: bool, marks: bool) -> list[Count]:
    found = findings.scars
    of_scars = [*(getattr(found, name) for name in _SUNKEN), *raised_counts(findings)]
    return (of_scars if scars else []) + ([findings.marks.red, findings.marks.brown] if marks else [])


def raised_counts(findings: Findings) -> tuple[Count, ...]:
    """Counts that make up the raised scars: one where they were measured, hypertrophic and keloid where stated.

    What was stated is of the whole face and does not tell which of the measured ones are keloids.
    """
    found = findings.scars
    return (found.raised,) if found.raised.source == "measured" else (found.hypertrophic, found.keloid)


def known_raised(findings: Findings) -> tuple[int, bool]:
    """How many raised scars are known, and whether there may be more."""
    counts = raised_counts(findings)
    return sum(count.value or 0 for count in counts), any(not count.exact for count in counts)


def contour_scars(findings: Findings) -> bool | None:
    """Whether there is any scar that is sunken or raised; None when that is not known."""
    found = findings.scars
    if found.undecided or (found.raised_area_cm2.value or 0.0) > 0.0:
        return True
    return _any(_counts(findings, scars=True, marks=False))


def flat_marks(findings: Findings) -> bool | None:
    """Whether there is any red or brown mark; None when that is not known."""
    if findings.marks.mixed:
        return True
    return _any(_counts(findings, scars=False, marks=True))


def _any(counts: Sequence[Count]) -> bool | None:
    if any(count.value for count in counts):
        return True
    return False if all(count.exact for count in counts) else None


def every_undecided(findings: Findings, possible: Callable[[int], Iterable[int]]) -> tuple[int, ...]:
    """Every grade for every number of undecided scars that may come on top of the totals.

    A scar of undecided type may be among those that were stated without having been told apart.

    Parameters
    ----------
    possible
        Grades that a number of undecided scars, besides the totals, would give.
    """
    found = findings.scars
    counts = [*(getattr(found, name) for name in _SUNKEN), found.raised]
    spare = sum((count.value or 0) - count.measured for count in counts if count.measured is not None)
    least = max(0, found.undecided - spare)
    return tuple(sorted({grade for free in range(least, found.undecided + 1) for grade in possible(free)}))


def free_mixed(findings: Findings) -> int:
    """Measured marks that are red and brown at once and come on top of the totals: people state one colour or both."""
    marks = findings.marks
    spare = sum((count.value or 0) - count.measured for count in (marks.red, marks.brown) if count.measured is not None)
    return max(0, marks.mixed - spare)


def open_keys(findings: Findings, keys: Iterable[str]) -> tuple[str, ...]:
    """Those of the keys, such as ``scars.icepick``, whose number on the whole face is not known."""
    found: list[str] = []
    for key in keys:
        section, _, name = key.partition(".")
        if not getattr(getattr(findings, section), name).exact:
            found.append(key)
    return tuple(found)


def undecided_remark(findings: Findings) -> tuple[str, ...]:
    """One sentence on the measured scars whose type is not settled, when there are any."""
    count = findings.scars.undecided
    if not count:
        return ()
    which = " of undecided type was" if count == 1 else "s of undecided type were"
    return (f"{count} measured scar{which} tried as every type.",)
