"""PAHPI, the post-acne hyperpigmentation index: 6 to 22."""

from __future__ import annotations

from typing import Final

from cicatrix.grading.bands import Bands, Option, reachable
from cicatrix.grading.counts import covered, free_mixed
from cicatrix.grading.scale import Scale, graded
from cicatrix.model.evidence import Statement
from cicatrix.model.findings import Findings
from cicatrix.model.grades import Grade

__all__ = ["PAHPI", "pahpi"]

SOURCE: Final = "savory_2014"

PAHPI: Final = Scale(
    key="pahpi",
    name="PAHPI",
    lowest=6,
    highest=22,
    measures="How large, how dark and how many the brown marks are.",
    reading=(
        "6 is a few small, slightly darker marks; 22 is more than 60 wide and much darker ones. There are no named"
        " ranges."
    ),
    inputs=("marks.brown", "marks.median_size_mm", "marks.intensity"),
    source=SOURCE,
    statements=(
        Statement(
            text="The sum of points for the size, the darkness and the number of marks; six raters, 21 patients.",
            sources=(SOURCE,),
            status="seen",
        ),
        Statement(
            text=(
                "Median size less than 3 mm 2, 3 to 6 mm 4, 7 to 10 mm 6, more than 10 mm 8. Slightly darker than the"
                " skin around 3, moderately 6, significantly 9. Number 1 to 15 1, 16 to 30 2, 31 to 45 3, 46 to 60 4,"
                " more than 60 5."
            ),
            sources=(SOURCE,),
            status="unverified",
        ),
        Statement(
            text=(
                "The rule names whole millimetres and leaves sizes between 6 and 7 mm open: they count as either."
                " Marks that are brown and red at once count as brown. A measured size is the median of all marks,"
                " red ones too."
            ),
            sources=(),
            status="assumption",
        ),
    ),
)

INTENSITY: Final = {"slight": 3, "moderate": 6, "marked": 9}
NUMBER: Final = Bands((1, 16, 31, 46, 61), (1, 2, 3, 4, 5))


def pahpi(findings: Findings) -> Grade | None:
    """Add points for the size, the darkness and the number of brown marks.

    Returns
    -------
    Grade or None
        None when nothing about the marks is known, and when there is no brown mark.

    Notes
    -----
    Savory SA, et al. J Am Acad Dermatol 2014;70:108-114. The points were not seen in the paper itself.
    """
    marks, stated = findings.marks, findings.case.marks
    size_mm, darkness = marks.median_size_mm.value, stated.intensity
    brown, mixed = marks.brown.value, free_mixed(findings)
    if marks.brown.exact and brown == 0 and mixed == 0:
        return None
    if brown is None and mixed == 0 and size_mm is None and darkness is None:
        return None
    items = (
        _size(size_mm),
        tuple(INTENSITY.values()) if darkness is None else (INTENSITY[darkness],),
        _number(brown, mixed, more=not marks.brown.exact),
    )
    known = {
        "marks.brown": brown if marks.brown.exact else None,
        "marks.median_size_mm": size_mm,
        "marks.intensity": darkness,
    }
    return graded(
        PAHPI,
        reachable(tuple(Option(points, 0, 0) for points in points) for points in items),
        missing=[key for key, value in known.items() if value is None],
        remarks=[*(["Without brown marks there is no score."] if brown is None else []), "The points are unverified."],
        covers=covered(findings, marks=True),
        findings=findings,
    )


def _size(median_mm: float | None) -> tuple[int, ...]:
    if median_mm is None:
        return (2, 4, 6, 8)
    if median_mm < 3.0:
        return (2,)
    if median_mm <= 6.0:
        return (4,)
    if median_mm < 7.0:
        return (4, 6)
    return (6,) if median_mm <= 10.0 else (8,)


def _number(brown: int | None, mixed: int, *, more: bool) -> tuple[int, ...]:
    """Points for the number of brown marks; with ``more`` the face may have further ones."""
    points = NUMBER.of(max((brown or 0) + mixed, 1))
    return tuple(range(points, 6)) if more else (points,)
