"""People for the tests of the rules and of the plan."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

from cicatrix.care.gate import gate
from cicatrix.cases.join import join
from cicatrix.grading import grade
from cicatrix.model.case import TREATMENT_IDS, Case
from cicatrix.model.findings import Findings
from cicatrix.model.gate import Gate

HEALTHY: dict[str, Any] = {
    "age": 30, "sex": "female", "skin_type": 2, "pregnant": False, "breastfeeding": False, "isotretinoin": "never",
    "keloid_history": False, "herpes_history": False, "active_herpes": False, "skin_infection": False,
    "open_wound": False, "immunosuppressed": False, "vitiligo": False, "psoriasis": False, "lichen_planus": False,
    "connective_tissue_disease": False, "diabetes": False, "bleeding_disorder": False, "anticoagulant": False,
    "smoker": False, "recent_tan": False, "photosensitising_drug": False, "salicylate_allergy": False,
    "bovine_collagen_allergy": False, "pacemaker": False, "radiotherapy_to_area": False, "heart_disease": False,
    "kidney_disease": False, "liver_disease": False, "body_dysmorphic_disorder": False,
    "resurfacing_months_since": "never",
}  # fmt: skip
CALM: dict[str, Any] = {"papules": 0, "pustules": 0, "nodules": 0, "months_clear": 12.0}
ACTIVE: dict[str, Any] = {"papules": 30, "pustules": 10, "nodules": 2, "months_clear": 0.0}


def case_of(
    person: dict[str, Any] | None = None,
    *,
    acne: dict[str, Any] | None = None,
    scars: dict[str, Any] | None = None,
    marks: dict[str, Any] | None = None,
    wishes: dict[str, Any] | None = None,
) -> Case:
    """A case of a healthy adult of skin type II with calm acne, but for what is given."""
    return Case.model_validate(
        {
            "person": {**HEALTHY, **(person or {})},
            "acne": CALM if acne is None else acne,
            "scars": scars or {},
            "marks": marks or {},
            "preferences": wishes or {},
        }
    )


def found(case: Case) -> tuple[Findings, Gate]:
    """Findings and gate of a case."""
    findings = join(case)
    return findings, gate(findings, grade(findings))


def strangers(count: int, seed: int) -> Iterator[Case]:
    """People with answers drawn at random, many of them unknown, some of them dangerous."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    flags = [key for key, value in HEALTHY.items() if isinstance(value, bool)]
    for _ in range(count):
        person: dict[str, Any] = dict(HEALTHY)
        for key in draw.sample(flags, draw.choice((0, 0, 1, 1, 2, 4))):
            person[key] = draw.choice((True, None))
        person["skin_type"] = draw.choice((None, 1, 2, 3, 4, 5, 6))
        person["isotretinoin"], person["isotretinoin_months_since"] = draw.choice(
            (("never", None), (None, None), ("now", None), ("stopped", 3.0), ("stopped", 12.0), ("stopped", None))
        )
        person["resurfacing_months_since"] = draw.choice((None, 3.0, 8.0, 60.0, "never", "never"))
        kinds = ("icepick", "boxcar_shallow", "boxcar_deep", "rolling", "hypertrophic", "keloid")
        scars = {kind: draw.choice((None, 0, 0, 3, 15)) for kind in kinds}
        marks = {kind: draw.choice((None, 0, 5, 30)) for kind in ("red", "brown")}
        wishes = {
            "max_downtime_days": draw.choice((None, None, 0, 3, 7, 30)),
            "budget_usd": draw.choice((None, None, 300.0, 2500.0, 10000.0)),
            "avoid": draw.choice((None, ["filler"], draw.sample(TREATMENT_IDS, 4))),
        }
        acne = draw.choice((CALM, CALM, ACTIVE, {}, {"nodules": 1}))
        yield Case.model_validate(
            {"person": person, "acne": acne, "scars": scars, "marks": marks, "preferences": wishes}
        )


def grid(values: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Every combination of some answers."""
    for row in product(*values.values()):
        yield dict(zip(values, row, strict=True))
