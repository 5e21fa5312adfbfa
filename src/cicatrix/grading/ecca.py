"""ECCA, the clinical score of acne scars from 0 to 540, and its part for sunken facial scars from 0 to 180."""

from __future__ import annotations

from typing import Final

from cicatrix.grading.bands import Bands, Option, banded, reachable, shared
from cicatrix.grading.counts import (
    contour_scars,
    covered,
    every_undecided,
    known_raised,
    open_keys,
    raised_counts,
    undecided_remark,
)
from cicatrix.grading.scale import Scale, graded, unanswered
from cicatrix.model.evidence import Statement
from cicatrix.model.findings import Findings
from cicatrix.model.grades import Grade

__all__ = ["ECCA", "ECCA_FACIAL_ATROPHIC", "ecca", "ecca_facial_atrophic"]

SOURCE: Final = "dreno_2007_ecca"

ATROPHIC_INPUTS: Final = ("scars.icepick", "scars.boxcar_shallow", "scars.boxcar_deep", "scars.rolling")
RAISED_INPUTS: Final = ("scars.hypertrophic", "scars.keloid")

SUNKEN: Final = (
    Statement(
        text=(
            "Each item's weight times its extent: 0 none, 1 few (less than 5), 2 limited (5 to 20), 3 many (more than"
            " 20)."
        ),
        sources=(SOURCE,),
        status="unverified",
    ),
    Statement(
        text=(
            "Sunken scars: V-shaped, less than 2 mm across, weight 15; U-shaped, 2 to 4 mm with sheer edges, weight 20;"
            " M-shaped, wider than 4 mm and superficial, weight 25."
        ),
        sources=(SOURCE,),
        status="unverified",
    ),
    Statement(
        text="Icepick scars are the V-shaped ones.",
        sources=("geantsage_page",),
        status="secondary",
    ),
    Statement(
        text=(
            "Boxcar scars, shallow and deep together, are taken as U-shaped and rolling scars as M-shaped, whatever"
            " their width. A measured scar of undecided type counts as any type."
        ),
        sources=(),
        status="assumption",
    ),
)

ECCA: Final = Scale(
    key="ecca",
    name="ECCA",
    lowest=0,
    highest=540,
    measures="How many scars of each kind there are, raised ones and slack skin included.",
    reading=(
        "More points mean more kinds of scars, and more of them. There are no named ranges. Slack skin"
        " (superficial elastolysis) is an item that the case file does not ask for, so that the score stays a range;"
        " its low end is the score without any."
    ),
    inputs=(*ATROPHIC_INPUTS, *RAISED_INPUTS),
    source=SOURCE,
    statements=(
        Statement(
            text="Six items and a global score; reliable between seven dermatologists who saw ten patients.",
            sources=(SOURCE,),
            status="seen",
        ),
        *SUNKEN,
        Statement(
            text=(
                "Superficial elastolysis has weight 30; inflammatory hypertrophic scars less than 2 years old 40;"
                " keloids, and hypertrophic scars more than 2 years old, 50. All items together reach 540, which is"
                " the published maximum."
            ),
            sources=(SOURCE,),
            status="unverified",
        ),
        Statement(
            text=(
                "The case file asks neither for elastolysis nor for the age of raised scars: elastolysis is left open"
                " from none to many, and a hypertrophic scar may belong to either item. So may a measured raised"
                " scar."
            ),
            sources=(),
            status="assumption",
        ),
    ),
)

ECCA_FACIAL_ATROPHIC: Final = Scale(
    key="ecca_facial_atrophic",
    name="ECCA, sunken facial scars",
    lowest=0,
    highest=180,
    measures="How many sunken scars of each shape there are.",
    reading=(
        "More points mean more kinds of sunken scars, and more of them: 180 is many of all three. There are no named"
        " ranges."
    ),
    inputs=ATROPHIC_INPUTS,
    source=SOURCE,
    statements=SUNKEN,
)

V_SHAPED: Final = Bands((0, 1, 5, 21), (0, 15, 30, 45))
U_SHAPED: Final = Bands((0, 1, 5, 21), (0, 20, 40, 60))
M_SHAPED: Final = Bands((0, 1, 5, 21), (0, 25, 50, 75))
ELASTOLYSIS: Final = (0, 30, 60, 90)
YOUNG_RAISED: Final = Bands((0, 1, 5, 21), (0, 40, 80, 120))
OLD_RAISED: Final = Bands((0, 1, 5, 21), (0, 50, 100, 150))


def ecca(findings: Findings) -> Grade | None:
    """Weigh each kind of scar by how many there are.

    Returns
    -------
    Grade or None
        None when no number of scars is known. The score is a range in any case, because elastolysis is not asked for.

    Notes
    -----
    Dreno B, et al. Dermatology 2007;214:46-51. The table of weights was not seen in the paper itself.
    """
    counts = (*_sunken_counts(findings), *(count.value for count in raised_counts(findings)))
    if all(value is None for value in counts) and contour_scars(findings) is None:
        return None
    elastolysis = tuple(Option(points, 0, 0) for points in ELASTOLYSIS)
    items = [*_sunken(findings), _raised(findings), elastolysis]
    possible = every_undecided(findings, lambda free: reachable(items, free))
    return graded(
        ECCA,
        possible,
        missing=_missing(findings, ECCA.inputs),
        remarks=[
            _without_elastolysis(possible),
            *undecided_remark(findings),
            "The weights are unverified.",
        ],
        covers=covered(findings, scars=True),
        findings=findings,
    )


def ecca_facial_atrophic(findings: Findings) -> Grade | None:
    """Weigh the three kinds of sunken scars by how many there are.

    Returns
    -------
    Grade or None
        None when no number of sunken scars is known.

    Notes
    -----
    As ``ecca``. A measured scar of undecided type may be a raised one, which has no points here.
    """
    if all(value is None for value in _sunken_counts(findings)):
        return None
    items = _sunken(findings)
    return graded(
        ECCA_FACIAL_ATROPHIC,
        every_undecided(findings, lambda free: reachable([*items, (Option(0, 0, free),)], free)),
        missing=_missing(findings, ATROPHIC_INPUTS),
        remarks=[*undecided_remark(findings), "The weights are unverified."],
        covers=covered(findings, scars=True),
        findings=findings,
    )


def _without_elastolysis(possible: tuple[int, ...]) -> str:
    low, high = possible[0], possible[-1] - ELASTOLYSIS[-1]
    score = f"{low}" if low == high else f"between {low} and {high}"
    return f"Without slack skin (superficial elastolysis, which is not asked for) it is {score}."


def _sunken_counts(findings: Findings) -> tuple[int | None, ...]:
    scars = findings.scars
    return tuple(each.value for each in (scars.icepick, scars.boxcar_shallow, scars.boxcar_deep, scars.rolling))


def _sunken(findings: Findings) -> list[tuple[Option, ...]]:
    scars = findings.scars
    shallow, deep = scars.boxcar_shallow, scars.boxcar_deep
    return [
        banded(V_SHAPED, scars.icepick.value or 0, unknown=not scars.icepick.exact),
        banded(U_SHAPED, (shallow.value or 0) + (deep.value or 0), unknown=not (shallow.exact and deep.exact)),
        banded(M_SHAPED, scars.rolling.value or 0, unknown=not scars.rolling.exact),
    ]


def _raised(findings: Findings) -> tuple[Option, ...]:
    """Points for raised scars, of which each that is not a keloid may be young or old."""
    scars = findings.scars
    hypertrophic, keloid = scars.hypertrophic.value, scars.keloid.value
    if scars.raised.source == "measured":
        count, more = known_raised(findings)
        keloids = min(keloid or 0, count)
        young = banded(YOUNG_RAISED, 0, unknown=more)
        return shared(young, banded(OLD_RAISED, keloids, unknown=more), count - keloids)
    either = hypertrophic is None
    young = banded(YOUNG_RAISED, 0, unknown=either)
    old = banded(OLD_RAISED, keloid or 0, unknown=either or keloid is None)
    return shared(young, old, hypertrophic or 0)


def _missing(findings: Findings, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Keys without an answer whose number on the whole face is not known."""
    raised = () if findings.scars.raised.exact else tuple(key for key in keys if key in RAISED_INPUTS)
    asked = (*open_keys(findings, (key for key in keys if key in ATROPHIC_INPUTS)), *raised)
    return unanswered(findings.case, asked)
