"""Counts of pitted scars for a person who stated how bad they are, and not how many there are of which kind."""

from __future__ import annotations

from typing import Final, Literal

from cicatrix.model.findings import Count, Findings

__all__ = ["SHAPES", "suppose"]

PITTED: Final = ("icepick", "boxcar_shallow", "boxcar_deep", "rolling")

Shape = Literal["dips", "pits", "both"]

SHAPES: Final[dict[Shape, dict[str, float]]] = {
    "dips": {"rolling": 0.7, "boxcar_shallow": 0.3},
    "pits": {"icepick": 0.7, "boxcar_deep": 0.3},
    "both": {"icepick": 0.3, "boxcar_shallow": 0.2, "boxcar_deep": 0.2, "rolling": 0.3},
}
"""Shares of the kinds by shape: an assumption."""

NUMBERS: Final = {"mild": 6, "moderate": 20, "severe": 40}
"""Pitted scars by severity: an assumption. Goodman and Baron's counts have the steps 1-10, 11-20 and more."""


def suppose(findings: Findings) -> Findings:
    """Fill in usual counts where severity was stated and no pitted scar was counted or measured.

    Parameters
    ----------
    findings
        What was stated, joined with what was measured.

    Returns
    -------
    Findings
        The same where a kind of pitted scar is known, or no severity was stated. Counts that are filled in have the
        source ``supposed``.
    """
    stated = findings.case.scars
    if stated.severity is None or any(getattr(findings.scars, kind).value is not None for kind in PITTED):
        return findings
    shares = SHAPES[stated.shape or "both"]
    counts = {kind: round(NUMBERS[stated.severity] * share) for kind, share in shares.items()}
    filled = {kind: Count(value=counts.get(kind, 0), source="supposed") for kind in PITTED}
    return findings.model_copy(update={"scars": findings.scars.model_copy(update=filled)})
