"""What a test of a rig says, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final

from cicatrix.model.repeat import LEAST_CAPTURES, SDC_PER_SEM, Agreement, Repeatability

__all__ = ["in_words", "smallest_in_words", "warnings_of"]

SHOWN: Final = ("depth_mm", "volume_mm3", "width_mm", "melanin_contrast", "erythema_contrast")
FEW: Final = 10.0
FEW_SCARS: Final = 20
"""On simulated skin eight scars stood for others badly: see docs/decisions/0023-repeatability.md."""

LOOSE_MM: Final = 0.1


def smallest_in_words(one: Agreement) -> str:
    """The smallest detectable change with its interval, such as ``0.031 mm (0.026 to 0.039)``."""
    if one.proportional and one.cv_percent is not None:
        share = [SDC_PER_SEM * end for end in (one.cv_percent.value, one.cv_percent.low, one.cv_percent.high)]
        return f"{share[0]:.0f} % of its size ({share[1]:.0f} to {share[2]:.0f} %)"
    ends = one.smallest
    digits = max(0, min(4, 2 - _magnitude(ends.value)))
    gap = "" if one.unit in ("°", "") else " "
    return f"{ends.value:.{digits}f}{gap}{one.unit} ({ends.low:.{digits}f} to {ends.high:.{digits}f})"


def _magnitude(value: float) -> int:
    """Digits before the point; 0 for 0.3, -1 for 0.03."""
    count = 0
    while value >= 1.0 and count < 6:
        value, count = value / 10.0, count + 1
    while 0.0 < value < 0.1 and count > -4:
        value, count = value * 10.0, count - 1
    return count


def in_words(found: Repeatability) -> str:
    """The answer in plain words."""
    rig = f"the rig “{found.rig}”" if found.rig else "this rig"
    told = [(one, smallest_in_words(one)) for key in SHOWN if (one := found.judging(key)) is not None]
    if not told:
        return (
            f"{len(found.captures)} captures with {rig} are too few, or show too few scars and marks, to "
            "estimate its repeatability. Take more captures, or a site with more scars."
        )
    first, words = told[0]
    answer = (
        f"With {rig}, a change of the {first.name} of less than {words} between two captures is not distinguishable "
        "from noise."
    )
    return " ".join([answer, *(f"For the {one.name} it is {smallest}." for one, smallest in told[1:])])


def warnings_of(found: Repeatability, kinds: AbstractSet[str]) -> Iterable[str]:
    """What to know before the numbers are used."""
    if len(kinds) > 1:
        yield f"The captures are of different kinds ({', '.join(sorted(kinds))}): this is not one rig."
    depth = found.judging("depth_mm")
    if depth is not None and depth.freedom < FEW:
        yield (
            f"The standard deviation rests on {depth.freedom:.0f} degrees of freedom: look at the intervals, and take "
            "more captures or a site with more scars."
        )
    known = found.agreement("depth_mm", "compared")
    if depth is None and known is not None and len(found.captures) >= LEAST_CAPTURES:
        yield (
            f"How well depths repeat is known too loosely to judge a change by ({known.freedom:.1f} degrees of "
            "freedom): take more captures. Where whole captures differ, more scars do not help."
        )
    if depth is not None and depth.subjects < FEW_SCARS:
        yield (
            f"Only {depth.subjects} scars were read: scars that are deeper, steeper or darker than these may repeat "
            "worse. Where a measurement's own interval says more noise, that counts."
        )
    if len(found.captures) < LEAST_CAPTURES:
        yield "Two captures cannot show what differs from capture to capture: changes are not judged by two."
    if any(one.value > LOOSE_MM for one in found.residual_mm):
        yield f"Some captures lie on the others no better than to {max(one.value for one in found.residual_mm):.2f} mm."
    for one in found.found:
        total = sum(one.found_in)
        if total and one.found_in[-1] < 0.8 * total:
            yield f"Only {one.found_in[-1]} of {total} {one.about}s were found in every capture."
