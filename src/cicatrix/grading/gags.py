"""GAGS, the Global Acne Grading System: 0 to 44."""

from __future__ import annotations

from typing import Final

from cicatrix.grading.bands import Option, reachable
from cicatrix.grading.scale import Scale, graded, unanswered
from cicatrix.model.case import WorstLesion
from cicatrix.model.evidence import Statement
from cicatrix.model.findings import Findings
from cicatrix.model.grades import Grade

__all__ = ["GAGS", "gags"]

SOURCE: Final = "doshi_1997"

FACTORS: Final = {
    "forehead": 2,
    "right_cheek": 2,
    "left_cheek": 2,
    "nose": 1,
    "chin": 1,
    "chest_and_upper_back": 3,
}
LESIONS: Final[dict[WorstLesion, int]] = {"none": 0, "comedone": 1, "papule": 2, "pustule": 3, "nodule": 4}

GAGS: Final = Scale(
    key="gags",
    name="Global Acne Grading System",
    lowest=0,
    highest=44,
    measures="How severe the worst acne lesion is in each of six regions.",
    reading=(
        "1 to 18 is mild, 19 to 30 moderate, 31 to 38 severe, more than 38 very severe. It counts neither scars nor"
        " marks."
    ),
    inputs=tuple(f"acne.regions.{name}" for name in FACTORS),
    source=SOURCE,
    statements=(
        Statement(
            text=(
                "The worst lesion present in each region (0 none, 1 comedone, 2 papule, 3 pustule, 4 nodule) times the"
                " region's factor, added up."
            ),
            sources=("kblim_gags", "gags_code"),
            status="secondary",
        ),
        Statement(
            text=(
                "Factors: forehead 2, right cheek 2, left cheek 2, nose 1, chin 1, chest and upper back 3. The sum"
                " reaches 44."
            ),
            sources=("gags_code", SOURCE),
            status="secondary",
        ),
        Statement(
            text="1 to 18 mild, 19 to 30 moderate, 31 to 38 severe, more than 38 very severe.",
            sources=("honestlyaine_gags",),
            status="secondary",
        ),
    ),
    words={0: "none", 1: "mild", 19: "moderate", 31: "severe", 39: "very severe"},
)


def gags(findings: Findings) -> Grade | None:
    """Add the worst lesion of each region, weighed by the region.

    Returns
    -------
    Grade or None
        None when no region was answered.

    Notes
    -----
    Doshi A, Zaheer A, Stiller MJ. 1997; the factors and bands were read in secondary places.
    """
    regions = findings.case.acne.regions
    missing = unanswered(findings.case, GAGS.inputs)
    if len(missing) == len(FACTORS):
        return None
    items = []
    for name, factor in FACTORS.items():
        worst: WorstLesion | None = getattr(regions, name)
        points = LESIONS.values() if worst is None else (LESIONS[worst],)
        items.append(tuple(Option(factor * each, 0, 0) for each in points))
    return graded(GAGS, reachable(items), missing=missing)
