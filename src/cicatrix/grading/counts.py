"""Which scars and marks there are, as the scales ask for them."""

from __future__ import annotations

from collections.abc import Sequence

from cicatrix.model.findings import Count, Findings

__all__ = ["contour_scars", "flat_marks", "has", "known_raised", "measured", "raised_counts", "undecided_remark"]


def has(findings: Findings, *, scars: bool = False, marks: bool = False) -> bool:
    """True when at least one count of scars, or of marks, is known."""
    return any(count.value is not None for count in _counts(findings, scars=scars, marks=marks))


def measured(findings: Findings, *, scars: bool = False, marks: bool = False) -> bool:
    """True when lesions were counted on the area that a capture shows."""
    return any(count.source == "measured" for count in _counts(findings, scars=scars, marks=marks))


def _counts(findings: Findings, *, scars: bool, marks: bool) -> list[Count]:
    found = findings.scars
    of_scars = [found.icepick, found.boxcar_shallow, found.boxcar_deep, found.rolling, *raised_counts(findings)]
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
    return sum(count.value or 0 for count in counts), any(count.value is None for count in counts)


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
    return None if any(count.value is None for count in counts) else False


def undecided_remark(findings: Findings) -> tuple[str, ...]:
    """One sentence on the measured scars whose type is not settled, when there are any."""
    count = findings.scars.undecided
    if not count:
        return ()
    which = " of undecided type was" if count == 1 else "s of undecided type were"
    return (f"{count} measured scar{which} tried as every type.",)
