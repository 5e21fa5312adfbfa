"""Acne at a glance: a category like the Investigator's Global Assessment, 0 clear to 4 severe."""

from __future__ import annotations

from itertools import product
from typing import Final

from cicatrix.grading.bands import reachable_totals
from cicatrix.grading.scale import Scale, graded, unanswered
from cicatrix.model.evidence import Statement
from cicatrix.model.findings import Findings
from cicatrix.model.grades import Grade

__all__ = ["ACNE_CATEGORY", "acne_category"]

SOURCE: Final = "iga_glossary"

ACNE_CATEGORY: Final = Scale(
    key="acne_category",
    name="Acne category, like IGA",
    lowest=0,
    highest=4,
    measures="How much acne there is now, at a glance.",
    reading="0 is clear, 1 almost clear, 2 mild, 3 moderate, 4 severe. Marks and scars do not count.",
    inputs=("acne.open_comedones", "acne.closed_comedones", "acne.papules", "acne.pustules", "acne.nodules"),
    source=SOURCE,
    statements=(
        Statement(
            text=(
                "0 clear: no lesions; 1 almost clear: rare comedones, at most one small inflamed lesion; 2 mild: some"
                " comedones, no more than a few inflamed lesions, no nodule; 3 moderate: up to many of both; 4 severe:"
                " many of both, with several nodules."
            ),
            sources=(SOURCE,),
            status="secondary",
        ),
        Statement(
            text=(
                "The sources disagree on nodules in category 3: no more than a few in one, one possible in a variant."
                " Two or three nodules are therefore 3 or 4. The words of the Food and Drug Administration itself (no"
                " more than one small nodule) are unverified."
            ),
            sources=(SOURCE, "iga_area_variant"),
            status="secondary",
        ),
        Statement(
            text=(
                "Another scale puts numbers to such words: comedones few 1 to 3, some 4 to 12, many more than 12;"
                " papules and pustules few 1 to 3; nodules few 2 to 3, some 4 to 6."
            ),
            sources=("bernardis_2020",),
            status="seen",
        ),
        Statement(
            text=(
                "The words of the first scale carry no numbers. We take those of the other: rare comedones are 1 to"
                " 3, some up to 12, a few inflamed lesions up to 3, several nodules 4 or more."
            ),
            sources=(),
            status="assumption",
        ),
    ),
    words={0: "clear", 1: "almost clear", 2: "mild", 3: "moderate", 4: "severe"},
)

COMEDONES: Final = (1, 4, 13)
INFLAMED: Final = (1, 2, 4)
NODULES: Final = (1, 2, 4)


def acne_category(findings: Findings) -> Grade | None:
    """Category by the numbers of comedones, of papules and pustules, and of nodules.

    Returns
    -------
    Grade or None
        None when no acne lesion was counted.

    Notes
    -----
    The words of the five categories are published, the numbers in them are ours: see the scale's statements.
    """
    acne = findings.case.acne
    missing = unanswered(findings.case, ACNE_CATEGORY.inputs)
    if len(missing) == len(ACNE_CATEGORY.inputs):
        return None
    totals = product(
        reachable_totals((acne.open_comedones, acne.closed_comedones), COMEDONES),
        reachable_totals((acne.papules, acne.pustules), INFLAMED),
        reachable_totals((acne.nodules,), NODULES),
    )
    possible = {category for counts in totals for category in _categories(*counts)}
    remarks = ["The numbers behind the words of this scale are an assumption."]
    if acne.nodules in {2, 3}:
        remarks.append("The published wordings disagree on two or three nodules: 3 in one, 4 in another.")
    return graded(ACNE_CATEGORY, sorted(possible), missing=missing, remarks=remarks)


def _categories(comedones: int, inflamed: int, nodules: int) -> tuple[int, ...]:
    """Categories that the published wordings allow for known numbers; more than one where they disagree."""
    if nodules >= 4:
        return (4,)
    if nodules >= 2:
        return (3, 4)
    if nodules or inflamed > 3 or comedones > 12:
        return (3,)
    if inflamed > 1 or comedones > 3:
        return (2,)
    return (1,) if inflamed or comedones else (0,)
