"""Goodman and Baron's qualitative grade of acne scars, 1 to 4."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Final, NamedTuple

from cicatrix.grading.counts import contour_scars, covered, flat_marks
from cicatrix.grading.scale import Scale, answer, graded
from cicatrix.model.evidence import Statement
from cicatrix.model.findings import Findings
from cicatrix.model.grades import Grade

__all__ = ["GOODMAN_BARON_QUALITATIVE", "goodman_baron_qualitative"]

SOURCE: Final = "goodman_baron_2006"
READ_IN: Final = (SOURCE, "geantsage_page", "answer_page_grading")

GOODMAN_BARON_QUALITATIVE: Final = Scale(
    key="goodman_baron_qualitative",
    name="Goodman and Baron, qualitative",
    lowest=1,
    highest=4,
    measures="How noticeable the scars are, and whether they are only colour.",
    reading=(
        "1 means flat marks only: a matter of colour. 2 is hardly noticed at arm's length or well hidden by make-up. "
        "3 and 4 are noticed and not easily hidden; in 3 the hollows still go flat when the skin is stretched."
    ),
    inputs=(
        "scars.icepick",
        "scars.boxcar_shallow",
        "scars.boxcar_deep",
        "scars.rolling",
        "scars.hypertrophic",
        "scars.keloid",
        "marks.red",
        "marks.brown",
        "scars.visible_at_50cm",
        "scars.hidden_by_makeup",
        "scars.flattened_by_stretching",
    ),
    source=SOURCE,
    statements=(
        Statement(
            text="Four grades, from the shape of the lesions and from how easily they are hidden at social distance.",
            sources=(SOURCE,),
            status="seen",
        ),
        Statement(
            text="Grade 1, macular: flat red, brown or pale marks; a problem of colour, not of contour.",
            sources=READ_IN,
            status="secondary",
        ),
        Statement(
            text=(
                "Grade 2, mild: mild sunken or raised scars that may not be obvious at 50 cm or more, and are covered"
                " adequately by make-up, by the shadow of a shaved beard, or by body hair."
            ),
            sources=READ_IN,
            status="secondary",
        ),
        Statement(
            text=(
                "Grade 3, moderate: obvious at 50 cm or more and not easily covered, but still flattened by stretching"
                " the skin by hand, if sunken. The exact wording of the stretch test is unverified."
            ),
            sources=READ_IN,
            status="secondary",
        ),
        Statement(
            text="Grade 4, severe: obvious at more than 50 cm, not easily covered, and not flattened by stretching.",
            sources=(SOURCE, "answer_page_grading"),
            status="secondary",
        ),
        Statement(
            text=(
                "The rule leaves open scars that are obvious but easily covered, or not easily covered but not obvious."
                " Grades 3 and 4 ask for both, so such scars are taken as grade 2."
            ),
            sources=(),
            status="assumption",
        ),
        Statement(
            text=(
                "The stretch test speaks of sunken scars. Where all scars are raised it is used as it was answered;"
                " without an answer, grade 3 or 4 stays open."
            ),
            sources=(),
            status="assumption",
        ),
    ),
    words={1: "colour only", 2: "mild", 3: "moderate", 4: "severe"},
)

YES_NO: Final = (True, False)


class _Seen(NamedTuple):
    """Answers to what the grade depends on."""

    scars: bool
    marks: bool
    visible: bool
    hidden: bool
    flattened: bool


def goodman_baron_qualitative(findings: Findings) -> Grade | None:
    """Grade by how far the scars are seen, how they are hidden, and whether stretching flattens them.

    A still photograph cannot decide between 3 and 4: that takes the stretch test.

    Returns
    -------
    Grade or None
        None when nothing that the grade needs is known, and when there are neither scars nor marks.

    Notes
    -----
    Goodman GJ, Baron JA. Dermatol Surg 2006;32(12):1458-1466.
    """
    known = _known(findings)
    if all(value is None for value in known):
        return None
    grades = set(_possible(known))
    if grades <= {None}:
        return None
    remarks = ["Without scars and marks no grade applies."] if None in grades else []
    return graded(
        GOODMAN_BARON_QUALITATIVE,
        [grade for grade in grades if grade is not None],
        missing=_missing(findings, known),
        remarks=remarks,
        covers=covered(findings, scars=True, marks=True),
        findings=findings,
    )


def _known(findings: Findings) -> tuple[bool | None, ...]:
    stated = findings.case.scars
    return (
        contour_scars(findings),
        flat_marks(findings),
        stated.visible_at_50cm,
        stated.hidden_by_makeup,
        stated.flattened_by_stretching,
    )


def _possible(known: Iterable[bool | None]) -> Iterable[int | None]:
    for answers in product(*(YES_NO if value is None else (value,) for value in known)):
        yield _grade(_Seen(*answers))


def _grade(seen: _Seen) -> int | None:
    """The grade when everything is known; None without scars and marks."""
    if not seen.scars:
        return 1 if seen.marks else None
    if not seen.visible or seen.hidden:
        return 2
    return 3 if seen.flattened else 4


def _missing(findings: Findings, known: tuple[bool | None, ...]) -> tuple[str, ...]:
    """Keys without an answer that could narrow the grade down."""
    keys = GOODMAN_BARON_QUALITATIVE.inputs
    groups = (keys[:6], keys[6:8], keys[8:9], keys[9:10], keys[10:11])
    before = set(_possible(known))
    asked: list[str] = []
    for at, group in enumerate(groups):
        if known[at] is not None:
            continue
        tried = [set(_possible((*known[:at], value, *known[at + 1 :]))) for value in YES_NO]
        if any(one != before for one in tried):
            asked.extend(key for key in group if answer(findings.case, key) is None)
    return tuple(asked)
