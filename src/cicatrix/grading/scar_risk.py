"""Factors that go with having acne scars, as stated, with what was published about each.

The published tool (4-ASRAT) gives points to four answers. Its points and cut-off were not seen, so there is no score.
"""

from __future__ import annotations

from cicatrix.grading.scale import answer
from cicatrix.knowledge.acne import known_risks
from cicatrix.model.findings import Findings
from cicatrix.model.gate import Ask
from cicatrix.model.risk import KnownRisk, RiskFactor, ScarRisk

__all__ = ["scar_risk"]

WHY = "It is one of the four answers that a published tool for the risk of scars rests on."


def scar_risk(findings: Findings) -> ScarRisk:
    """List the four factors of the published tool with the answers of a case.

    Notes
    -----
    Tan J, et al. J Eur Acad Dermatol Venereol 2017;31(9):1547-1554, doi:10.1111/jdv.14325.
    """
    known = known_risks()
    factors = tuple(_factor(risk, answer(findings.case, risk.key)) for risk in known.factors)
    return ScarRisk(
        factors=factors,
        ask=tuple(
            Ask(key=risk.key, question=risk.question, why=WHY)
            for risk, factor in zip(known.factors, factors, strict=True)
            if factor.present is None
        ),
        about=known.about,
    )


def _factor(risk: KnownRisk, stated: object) -> RiskFactor:
    return RiskFactor(
        key=risk.key,
        name=risk.name,
        answer=_in_words(stated),
        present=_raises(risk, stated),
        odds_ratios=risk.odds_ratios,
        text=risk.text,
        status=risk.status,
        sources=risk.sources,
    )


def _raises(risk: KnownRisk, stated: object) -> bool | None:
    if stated is None:
        return None
    if risk.raises_above is not None:
        return isinstance(stated, int | float) and stated > risk.raises_above
    return stated in risk.raises


def _in_words(stated: object) -> str | None:
    if stated is None:
        return None
    if isinstance(stated, bool):
        return "yes" if stated else "no"
    return f"{stated:g} years" if isinstance(stated, int | float) else str(stated)
