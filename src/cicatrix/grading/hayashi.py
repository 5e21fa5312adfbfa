"""Hayashi's grade of acne, by inflamed lesions on half a face: 1 mild to 4 very severe."""

from __future__ import annotations

from typing import Final

from cicatrix.grading.scale import Scale, graded, unanswered
from cicatrix.model.evidence import Statement
from cicatrix.model.findings import Findings
from cicatrix.model.grades import Grade

__all__ = ["HAYASHI", "hayashi", "hayashi_of_half"]

SOURCE: Final = "hayashi_2008"

HAYASHI: Final = Scale(
    key="hayashi",
    name="Hayashi",
    lowest=1,
    highest=4,
    measures="How many inflamed spots there are on half of the face.",
    reading="1 is mild (up to 5 on the half with more), 2 moderate (up to 20), 3 severe (up to 50), 4 very severe.",
    inputs=("acne.papules", "acne.pustules"),
    source=SOURCE,
    statements=(
        Statement(
            text=(
                "Papules and pustules together on half a face: 0 to 5 mild, 6 to 20 moderate, 21 to 50 severe, more"
                " than 50 very severe. Comedones do not go with the overall grade."
            ),
            sources=(SOURCE,),
            status="seen",
        ),
        Statement(
            text=(
                "The case file counts the whole face. The half with more lesions has at least half of them and at most"
                " all, so the grade is a range where these two fall into different bands."
            ),
            sources=(),
            status="assumption",
        ),
    ),
    words={1: "mild", 2: "moderate", 3: "severe", 4: "very severe"},
)


def hayashi(findings: Findings) -> Grade | None:
    """Grade by the papules and pustules on the half of the face that has more of them.

    Returns
    -------
    Grade or None
        None when neither papules nor pustules were counted.

    Notes
    -----
    Hayashi N, et al. J Dermatol 2008;35:255-260.
    """
    acne = findings.case.acne
    counts = (acne.papules, acne.pustules)
    if all(count is None for count in counts):
        return None
    known = sum(count for count in counts if count is not None)
    missing = unanswered(findings.case, HAYASHI.inputs)
    low = hayashi_of_half((known + 1) // 2)
    high = HAYASHI.highest if missing else hayashi_of_half(known)
    remarks = []
    if low < high and not missing:
        remarks = ["It depends on how the spots are spread over the two halves of the face."]
    return graded(HAYASHI, range(low, high + 1), missing=missing, remarks=remarks)


def hayashi_of_half(lesions: int) -> int:
    """Grade for a number of papules and pustules on half a face."""
    return 1 + sum(lesions > limit for limit in (5, 20, 50))
