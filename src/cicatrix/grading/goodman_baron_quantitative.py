"""Goodman and Baron's quantitative score of acne scars, 0 to 84."""

from __future__ import annotations

import math
from typing import Final

from cicatrix.grading.bands import Bands, Option, banded, reachable
from cicatrix.grading.counts import (
    contour_scars,
    covered,
    every_undecided,
    flat_marks,
    free_mixed,
    has,
    known_raised,
    measured,
    open_keys,
    undecided_remark,
)
from cicatrix.grading.scale import Scale, answer, graded
from cicatrix.model.evidence import Statement
from cicatrix.model.findings import Count, Findings
from cicatrix.model.grades import Grade

__all__ = ["GOODMAN_BARON_QUANTITATIVE", "SMALLEST_CHANGE", "goodman_baron_quantitative"]

SOURCE: Final = "goodman_baron_2006_quantitative"
SMALLEST_CHANGE: Final = 4
"""Points below which a change is within what raters differ by."""

GOODMAN_BARON_QUANTITATIVE: Final = Scale(
    key="goodman_baron_quantitative",
    name="Goodman and Baron, quantitative",
    lowest=0,
    highest=84,
    measures="How many scars and marks there are, weighed by how severe their type is.",
    reading=(
        "More points mean more scars, or deeper ones. There are no named ranges. A change of less than"
        f" {SMALLEST_CHANGE} points is within what raters differ by, and is not a measured change."
    ),
    inputs=(
        "marks.red",
        "marks.brown",
        "scars.icepick",
        "scars.boxcar_shallow",
        "scars.boxcar_deep",
        "scars.rolling",
        "scars.hypertrophic",
        "scars.keloid",
        "scars.raised_area_cm2",
    ),
    source=SOURCE,
    statements=(
        Statement(
            text="Twenty-one patients' photographs, four observers: agreement within 4 points in 19 of the 21.",
            sources=(SOURCE,),
            status="seen",
        ),
        Statement(
            text=(
                "Points for 1 to 10, 11 to 20 and more than 20 lesions: macular or mildly sunken types 1, 2 and 3;"
                " moderate types (moderately sunken dishes, punched out with a shallow base, shallow but broad) 2, 4"
                " and 6; severe types (punched out and deep with a normal base, the same with an abnormal base,"
                " linear or troughed, deep and broad) 3, 6 and 9; raised papular scars 2, 4 and 6."
            ),
            sources=(SOURCE,),
            status="unverified",
        ),
        Statement(
            text=(
                "Keloid and hypertrophic scars by their area: less than 5 cm² 6 points, 5 to 20 cm² 12, more than"
                " 20 cm² 18. All items together reach 84, which is the published maximum."
            ),
            sources=(SOURCE,),
            status="unverified",
        ),
        Statement(
            text=(
                "An untreated half of the face changed by 1.0 point in 3 months and 0.4 in 6 months in a trial of"
                " needling; with the agreement within 4 points, a smaller change is taken as noise."
            ),
            sources=("alam_2014", SOURCE),
            status="seen",
        ),
        Statement(
            text=(
                "From our types to the scale's: red and brown marks together are macular; shallow boxcar scars are"
                " punched out with a shallow base; rolling scars are shallow but broad; deep boxcar scars are punched"
                " out, deep, with a normal base; icepick scars are punched out, deep, with an abnormal base;"
                " hypertrophic scars and keloids count by their area. A measured scar of undecided type counts as any"
                " of these."
            ),
            sources=(),
            status="assumption",
        ),
        Statement(
            text=(
                "Our types do not tell the scale's other items apart: mildly or moderately sunken dishes, troughs, deep"
                " and broad hollows, and papular scars. Those scars are counted under the type that they were given."
            ),
            sources=(),
            status="assumption",
        ),
    ),
)

MILD: Final = Bands((0, 1, 11, 21), (0, 1, 2, 3))
MODERATE: Final = Bands((0, 1, 11, 21), (0, 2, 4, 6))
SEVERE: Final = Bands((0, 1, 11, 21), (0, 3, 6, 9))
RAISED: Final = (6, 12, 18)


def goodman_baron_quantitative(findings: Findings) -> Grade | None:
    """Add points by number for each type of scar and mark, and by area for raised scars.

    Returns
    -------
    Grade or None
        None when no number of scars or marks is known.

    Notes
    -----
    Goodman GJ, Baron JA. J Cosmet Dermatol 2006;5(1):48-52, doi:10.1111/j.1473-2165.2006.00222.x. The mapping from
    our types to the scale's is an assumption, see the scale's statements.
    """
    if not has(findings, scars=True, marks=True) and contour_scars(findings) is None and flat_marks(findings) is None:
        return None
    scars, marks = findings.scars, findings.marks
    macular = banded(
        MILD,
        (marks.red.value or 0) + (marks.brown.value or 0) + free_mixed(findings),
        unknown=not (marks.red.exact and marks.brown.exact),
    )
    items = [
        _typed(MODERATE, scars.boxcar_shallow),
        _typed(MODERATE, scars.rolling),
        _typed(SEVERE, scars.boxcar_deep),
        _typed(SEVERE, scars.icepick),
        _raised(findings),
    ]
    # An undecided scar is not a mark: the marks take none of them.
    macular = tuple(Option(one.points, 0, 0) for one in macular if one.least == 0)
    return graded(
        GOODMAN_BARON_QUANTITATIVE,
        every_undecided(findings, lambda free: reachable([macular, *items], free)),
        missing=_missing(findings),
        remarks=_remarks(findings),
        covers=covered(findings, scars=True, marks=True),
        findings=findings,
    )


def _typed(bands: Bands, count: Count) -> tuple[Option, ...]:
    return banded(bands, count.value or 0, unknown=not count.exact)


def _raised(findings: Findings) -> tuple[Option, ...]:
    """Points for raised scars: by their area when there are any."""
    count, more = known_raised(findings)
    sized = findings.scars.raised_area_cm2
    area = sized.value
    certain = count > 0 or (area is not None and area > 0.0)
    none = () if certain else (Option(0, 0, 0),)
    # On fields of skin only the least area is known.
    growing = more and sized.source != "stated"
    least = RAISED if area is None else tuple(points for points in RAISED if points >= _by_area(area)[0])
    without = (least if growing else _by_area(area)) if certain or growing else ()
    # An undecided scar may be a raised one, whose area adds to what is known.
    return (
        *none,
        *(Option(points, 0, 0) for points in without),
        *(Option(points, 1, math.inf) for points in least),
    )


def _by_area(area_cm2: float | None) -> tuple[int, ...]:
    if area_cm2 is None:
        return RAISED
    if area_cm2 < 5.0:
        return RAISED[:1]
    return RAISED[1:2] if area_cm2 <= 20.0 else RAISED[2:]


def _missing(findings: Findings) -> tuple[str, ...]:
    """Keys without an answer that could narrow the score down."""
    keys = open_keys(findings, GOODMAN_BARON_QUANTITATIVE.inputs[:6])
    if len({option.points for option in _raised(findings) if option.least == 0}) < 2:
        return keys
    raised = ("scars.raised_area_cm2",) if known_raised(findings)[0] else GOODMAN_BARON_QUANTITATIVE.inputs[6:]
    return (*keys, *(key for key in raised if answer(findings.case, key) is None))


def _remarks(findings: Findings) -> list[str]:
    remarks = [f"A change of less than {SMALLEST_CHANGE} points is within what raters differ by."]
    remarks.extend(undecided_remark(findings))
    if measured(findings, scars=True) and not measured(findings, marks=True) and flat_marks(findings) is not None:
        remarks.append("Marks were counted as stated, for the whole face.")
    remarks.append("How our types stand for the scale's is an assumption.")
    return remarks
