"""The deeper a treatment wounds, the stricter the rules about injury: for each danger and every pair of treatments."""

from __future__ import annotations

from itertools import permutations
from typing import Any, Final

import pytest

from cicatrix.care.condition_values import TRUE, Answers, answers_of, holds
from cicatrix.knowledge import Rulebook, rules
from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from tests.care.people import ACTIVE, HEALTHY, case_of, found

DANGERS: Final[dict[str, dict[str, Any]]] = {
    **{key: {"person": {key: True}} for key, value in HEALTHY.items() if isinstance(value, bool)},
    "isotretinoin now": {"person": {"isotretinoin": "now"}},
    "isotretinoin lately": {"person": {"isotretinoin": "stopped", "isotretinoin_months_since": 3.0}},
    "keloids": {"scars": {"keloid": 2}},
    "hypertrophic scars": {"scars": {"hypertrophic": 2}},
    "young": {"person": {"age": 15}},
    "resurfaced 3 months ago": {"person": {"resurfacing_months_since": 3.0}},
    "resurfaced 8 months ago": {"person": {"resurfacing_months_since": 8.0}},
    "active acne": {"acne": ACTIVE},
    "acne unknown": {"acne": {}},
    "dark skin": {"person": {"skin_type": 6}},
}
STRICT: Final = {"condition": 1, "only_after": 2, "defer": 3, "forbid": 4}


def strictness(answers: Answers, book: Rulebook) -> dict[TreatmentId, int]:
    """How strict the rules about injury are to one person about each treatment: 0 for no rule."""
    found = dict.fromkeys(TREATMENT_IDS, 0)
    for rule in book.rules:
        if rule.because == "injury" and int(holds(rule.parsed, answers).max()) == TRUE:
            for id_ in book.treatments_of(rule):
                found[id_] = max(found[id_], STRICT[rule.effect])
    return found


def wrong(told: dict[str, Any], book: Rulebook) -> list[str]:
    """Pairs in which the shallower wound is treated more strictly than the deeper one."""
    findings, gate = found(case_of(**told))
    strict = strictness(answers_of(findings, gate.state), book)
    return [
        f"{deep} ({strict[deep]}) is taken less strictly than {shallow} ({strict[shallow]})"
        for shallow, deep in permutations(book.injury, 2)
        if book.injury[shallow] < book.injury[deep] and strict[shallow] > strict[deep]
    ]


@pytest.mark.parametrize("danger", DANGERS)
def test_what_is_forbidden_to_a_shallow_wound_is_not_merely_conditional_to_a_deep_one(danger: str) -> None:
    assert wrong(DANGERS[danger], rules()) == []


def test_the_order_notices_a_rule_that_spares_the_deepest() -> None:
    book = rules()
    spared = Rulebook(tuple(rule for rule in book.rules if rule.id != "immunosuppression_dermabrasion"), book.groups,
                      book.injury)  # fmt: skip
    assert any(text.startswith("dermabrasion") for text in wrong(DANGERS["immunosuppressed"], spared))


def test_every_treatment_that_wounds_has_a_depth() -> None:
    without = set(TREATMENT_IDS) - set(rules().injury)
    assert without == {
        "acne_control", "sun_protection", "topical_retinoid", "azelaic_acid", "hydroquinone", "silicone",
        "intralesional_steroid",
    }  # fmt: skip


def test_a_rule_about_no_wound_is_about_something_else() -> None:
    book = rules()
    for rule in book.rules:
        if rule.because == "injury":
            assert set(book.treatments_of(rule)) & {*book.injury, "intralesional_steroid"}, rule.id
