"""Why a scale has no grade, in plain words."""

from __future__ import annotations

from cicatrix.grading.counts import contour_scars, flat_marks
from cicatrix.grading.missing_text import ANSWERS
from cicatrix.grading.scale import Scale
from cicatrix.model.findings import Findings

__all__ = ["why_not"]


def why_not(scale: Scale, findings: Findings) -> str:
    """Say what a scale without a grade would need."""
    if scale.key == "pahpi" and findings.marks.brown.value == 0:
        return "There is no brown mark to grade."
    if scale.key == "goodman_baron_qualitative" and (contour_scars(findings), flat_marks(findings)) == (False, False):
        return "There is neither a scar nor a mark to grade."
    if scale.key == "scar_s":
        return "It needs the scarred share of face, chest and back, which the case file does not ask for."
    return f"Nothing is known of what it needs: {', '.join(ANSWERS[key] for key in scale.inputs)}."
