"""Grade on every published scale."""

from __future__ import annotations

from typing import Final

from cicatrix.grading.acne_category import ACNE_CATEGORY, acne_category
from cicatrix.grading.ecca import ECCA, ECCA_FACIAL_ATROPHIC, ecca, ecca_facial_atrophic
from cicatrix.grading.gags import GAGS, gags
from cicatrix.grading.goodman_baron_qualitative import GOODMAN_BARON_QUALITATIVE, goodman_baron_qualitative
from cicatrix.grading.goodman_baron_quantitative import GOODMAN_BARON_QUANTITATIVE, goodman_baron_quantitative
from cicatrix.grading.hayashi import HAYASHI, hayashi
from cicatrix.grading.pahpi import PAHPI, pahpi
from cicatrix.grading.scale import Scale
from cicatrix.grading.scar_s import SCAR_S, ScarredSites, scar_s
from cicatrix.model.findings import Findings
from cicatrix.model.grades import Grades

__all__ = ["SCALES", "grade"]

SCALES: Final[tuple[Scale, ...]] = (
    GOODMAN_BARON_QUALITATIVE,
    GOODMAN_BARON_QUANTITATIVE,
    ECCA,
    ECCA_FACIAL_ATROPHIC,
    SCAR_S,
    HAYASHI,
    GAGS,
    ACNE_CATEGORY,
    PAHPI,
)
"""Every scale, in the order of ``Grades``."""


def grade(findings: Findings, sites: ScarredSites | None = None) -> Grades:
    """Grade on every scale.

    Parameters
    ----------
    findings
        What was measured and stated.
    sites
        How much of face, chest and back is scarred, for SCAR-S; a case file does not tell it.
    """
    return Grades(
        goodman_baron_qualitative=goodman_baron_qualitative(findings),
        goodman_baron_quantitative=goodman_baron_quantitative(findings),
        ecca=ecca(findings),
        ecca_facial_atrophic=ecca_facial_atrophic(findings),
        scar_s=scar_s(sites),
        hayashi=hayashi(findings),
        gags=gags(findings),
        acne_category=acne_category(findings),
        pahpi=pahpi(findings),
    )
