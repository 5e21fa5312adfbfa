"""What cannot be is refused, what is unlikely is only told, and everything else passes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from cicatrix.cases import doubts
from cicatrix.cases.contradictions import contradictions
from cicatrix.cases.read import parse_case
from cicatrix.cases.write import as_toml
from cicatrix.errors import CaseError
from cicatrix.model import Case
from tests.cases.people import cases, nested


def clashing(found: Any) -> set[frozenset[str]]:
    return {frozenset(clash.keys) for clash in found}


CONTRADICTIONS: list[dict[str, Any]] = [
    {"person.pregnant": True, "person.age": 9},
    {"person.pregnant": True, "person.age": 71},
    {"person.pregnant": True, "person.sex": "male"},
    {"person.breastfeeding": True, "person.age": 9},
    {"person.breastfeeding": True, "person.sex": "male"},
    {"person.isotretinoin": "never", "person.isotretinoin_months_since": 0},
    {"person.isotretinoin": "now", "person.isotretinoin_months_since": 1},
    {"person.isotretinoin_months_since": 252, "person.age": 20},
    {"person.resurfacing_months_since": 252, "person.age": 20},
    {"acne.months_clear": 252, "person.age": 20},
    {"marks.median_age_months": 12, "person.age": 0},
    {"acne.years": 20.5, "person.age": 20},
]

POSSIBLE: list[dict[str, Any]] = [
    {"person.pregnant": True, "person.age": 10},
    {"person.pregnant": True, "person.age": 70},
    {"person.pregnant": True, "person.sex": "female"},
    {"person.pregnant": True, "person.sex": "other"},
    {"person.pregnant": False, "person.sex": "male", "person.age": 9},
    {"person.isotretinoin": "now", "person.isotretinoin_months_since": 0},
    {"person.isotretinoin": "stopped", "person.isotretinoin_months_since": 6},
    {"person.isotretinoin": "stopped"},
    {"person.isotretinoin_months_since": 6},
    {"acne.months_clear": 251, "person.age": 20},
    {"acne.years": 20, "person.age": 20},
    {"acne.years": 90},
]


@pytest.mark.parametrize("flat", CONTRADICTIONS, ids=str)
def test_a_contradiction_is_refused_and_names_both_answers(flat: dict[str, Any]) -> None:
    case = Case.model_validate(nested(flat))
    assert frozenset(flat) in clashing(contradictions(case))
    with pytest.raises(CaseError) as caught:
        parse_case(as_toml(case), Path("case.toml"))
    for name in flat:
        assert name in str(caught.value)
    assert "What to do: " in str(caught.value)
    assert caught.value.line is not None


@pytest.mark.parametrize("flat", POSSIBLE, ids=str)
def test_what_is_possible_passes(flat: dict[str, Any]) -> None:
    assert contradictions(Case.model_validate(nested(flat))) == ()


DOUBTS: list[dict[str, Any]] = [
    {"person.keloid_history": False, "scars.keloid": 1},
    {"person.active_herpes": True, "person.herpes_history": False},
    {"person.isotretinoin": "now", "acne.on_treatment": False},
    {"acne.nodules": 1, "acne.months_clear": 3},
    {"acne.nodules": 1, "acne.worst_severity": "mild"},
    {"acne.nodules": 0, "acne.regions.chin": "nodule"},
    {"marks.intensity": "marked", "marks.brown": 0},
    {"marks.median_size_mm": 3, "marks.red": 0, "marks.brown": 0},
    {"scars.raised_area_cm2": 1, "scars.hypertrophic": 0, "scars.keloid": 0},
    {"scars.raised_area_cm2": 0, "scars.hypertrophic": 1, "scars.keloid": 0},
]


@pytest.mark.parametrize("flat", DOUBTS, ids=str)
def test_a_doubt_is_told_and_not_refused(flat: dict[str, Any]) -> None:
    case = Case.model_validate(nested(flat))
    assert frozenset(flat) in clashing(doubts(case))
    assert contradictions(case) == ()


def test_a_nodule_on_the_back_is_no_doubt() -> None:
    flat = {"acne.nodules": 0, "acne.regions.chest_and_upper_back": "nodule"}
    assert doubts(Case.model_validate(nested(flat))) == ()


def test_lesions_on_a_face_without_any_are_doubted() -> None:
    regions = dict.fromkeys(("forehead", "right_cheek", "left_cheek", "nose", "chin"), "none")
    flat = {f"acne.regions.{region}": worst for region, worst in regions.items()}
    assert doubts(Case.model_validate(nested(flat | {"acne.papules": 2})))
    assert not doubts(Case.model_validate(nested(flat | {"acne.papules": 0})))


@given(cases())
def test_unknown_answers_clash_with_nothing(case: Case) -> None:
    values = case.model_dump()
    for clash in (*contradictions(case), *doubts(case)):
        for name in clash.keys:
            found: Any = values
            for part in name.split("."):
                found = found[part]
            assert found is not None
