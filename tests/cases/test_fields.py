"""The questions are read off the records: all of them, with their types, ranges and choices."""

from __future__ import annotations

from collections import Counter

import pytest

from cicatrix.cases.dialogue import TOPICS
from cicatrix.cases.fields import answer, fields, sections
from cicatrix.model import Case

KEYS = {
    "person": "age sex skin_type pregnant breastfeeding isotretinoin isotretinoin_months_since keloid_history "
    "herpes_history active_herpes skin_infection open_wound immunosuppressed vitiligo psoriasis lichen_planus "
    "connective_tissue_disease diabetes bleeding_disorder anticoagulant smoker recent_tan photosensitising_drug "
    "salicylate_allergy bovine_collagen_allergy pacemaker radiotherapy_to_area heart_disease kidney_disease "
    "liver_disease body_dysmorphic_disorder resurfacing_months_since",
    "acne": "open_comedones closed_comedones papules pustules nodules months_clear years worst_severity on_treatment "
    "picking family_history_of_scars",
    "acne.regions": "forehead right_cheek left_cheek nose chin chest_and_upper_back",
    "marks": "red brown median_size_mm intensity median_age_months sun_protection",
    "scars": "icepick boxcar_shallow boxcar_deep rolling hypertrophic keloid papular raised_area_cm2 severity shape "
    "visible_at_50cm hidden_by_makeup flattened_by_stretching",
    "preferences": "max_downtime_days event_date avoid budget_usd",
}
"""The case file as it is published."""


def test_the_keys_are_the_published_ones() -> None:
    assert sections() == tuple(KEYS)
    for section, keys in KEYS.items():
        assert [field.key for field in fields() if field.section == section] == keys.split()


def test_every_question_is_a_question() -> None:
    for field in fields():
        assert "?" in field.question, field.name
        assert field.allowed


@pytest.mark.parametrize(
    ("name", "shape", "low", "high", "above"),
    [
        ("person.age", "whole", 0, 120, False),
        ("person.skin_type", "whole", 1, 6, False),
        ("acne.nodules", "whole", 0, 999, False),
        ("acne.months_clear", "number", 0, 1440, False),
        ("marks.median_size_mm", "number", 0, 50, True),
        ("person.pregnant", "flag", 0, 0, False),
        ("preferences.event_date", "date", 0, 0, False),
    ],
)
def test_types_and_ranges(name: str, shape: str, low: float, high: float, above: bool) -> None:  # noqa: FBT001
    (field,) = [field for field in fields() if field.name == name]
    assert (field.shape, field.low, field.high, field.above) == (shape, low, high, above)


def test_choices() -> None:
    chosen = {field.name: field.choices for field in fields() if field.choices}
    assert chosen["acne.picking"] == ("never", "sometimes", "often")
    assert chosen["acne.regions.nose"] == ("none", "comedone", "papule", "pustule", "nodule")
    assert len(chosen["preferences.avoid"]) == 26


def test_every_question_is_asked_in_one_topic() -> None:
    asked = Counter(name for topic in TOPICS for name in topic.names)
    assert asked == Counter(field.name for field in fields())


def test_an_empty_case_answers_nothing() -> None:
    assert all(answer(Case(), field) is None for field in fields())
