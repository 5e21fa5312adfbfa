"""Factors for scars: as published, with the answers beside them, and no score."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cicatrix.errors import KnowledgeError
from cicatrix.grading.scar_risk import scar_risk
from cicatrix.knowledge import sources
from cicatrix.knowledge.acne import known_risks, read_gate_rule, read_known_risks
from cicatrix.model.risk import RiskFactor
from tests.grading.build import stated


def factor(acne: dict[str, Any], key: str) -> RiskFactor:
    return {one.key: one for one in scar_risk(stated(acne=acne)).factors}[f"acne.{key}"]


@pytest.mark.parametrize(
    ("key", "answer", "present"),
    [
        ("worst_severity", "mild", False),
        ("worst_severity", "moderate", True),
        ("worst_severity", "severe", True),
        ("years", 0.9, False),
        ("years", 1, False),
        ("years", 1.1, True),
        ("family_history_of_scars", True, True),
        ("family_history_of_scars", False, False),
        ("picking", "never", False),
        ("picking", "sometimes", True),
        ("picking", "often", True),
    ],
)
def test_an_answer_raises_the_risk_or_not(key: str, answer: object, present: bool) -> None:  # noqa: FBT001
    assert factor({key: answer}, key).present is present


def test_nobody_asked_is_not_no() -> None:
    risk = scar_risk(stated())
    assert [one.present for one in risk.factors] == [None] * 4
    assert [one.key for one in risk.ask] == [one.key for one in risk.factors]


def test_what_was_answered_is_not_asked() -> None:
    risk = scar_risk(stated(acne={"picking": "never", "family_history_of_scars": False}))
    assert [one.key for one in risk.ask] == ["acne.worst_severity", "acne.years"]


# Liu et al., Skin Res Technol 2023, doi 10.1111/srt.13386; Thai survey n = 225; PLoS One 2024;19:e0285648.
@pytest.mark.parametrize(
    ("key", "source", "factor_", "ratio"),
    [
        ("worst_severity", "liu_2023", "moderate acne", (2.34, 1.54, 3.57)),
        ("worst_severity", "liu_2023", "severe acne", (5.51, 2.45, 12.41)),
        ("worst_severity", "thai_scar_survey", "moderate acne", (3.51, 1.31, 9.40)),
        ("worst_severity", "thai_scar_survey", "severe or very severe acne", (8.98, 2.71, 29.73)),
        ("worst_severity", "ecuador_scar_survey_2024", "severe or very severe acne", (3.75, 1.05, 13.37)),
        ("years", "ecuador_scar_survey_2024", "acne for more than 1 year", (1.71, 1.12, 2.60)),
        ("family_history_of_scars", "liu_2023", "family history of acne (not of scars)", (2.73, 1.26, 5.91)),
        ("picking", "thai_scar_survey", "squeezing or picking sometimes", (2.69, None, None)),
    ],
)
def test_odds_ratios_are_the_published_ones(
    key: str, source: str, factor_: str, ratio: tuple[float, float | None, float | None]
) -> None:
    told = {(one.sources, one.factor): (one.value, one.low, one.high) for one in factor({}, key).odds_ratios}
    assert told[(source,), factor_] == ratio


def test_there_are_no_other_odds_ratios() -> None:
    assert sum(len(one.odds_ratios) for one in known_risks().factors) == 8


def test_every_source_resolves() -> None:
    known = known_risks()
    named = {key for row in (*known.about, *known.factors) for key in row.sources}
    named |= {key for row in known.factors for ratio in row.odds_ratios for key in ratio.sources}
    assert named
    assert named <= set(sources())


def test_there_is_no_score_and_it_says_so() -> None:
    risk = scar_risk(stated(acne={"picking": "often", "years": 9}))
    assert "no score is given" in risk.about[-1].text
    assert not any("score" in name or "points" in name for name in type(risk).model_fields)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"scar_risk\.toml: cannot be read"):
        read_known_risks(tmp_path)
    (tmp_path / "gate.toml").write_text("calm_months = 0\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="calm_months"):
        read_gate_rule(tmp_path)
