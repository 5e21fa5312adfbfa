"""No rule without its text, its status and sources that resolve."""

from __future__ import annotations

import pytest

from cicatrix.grading import SCALES, Scale, grade
from cicatrix.grading.missing_text import ANSWERS
from cicatrix.knowledge import sources
from cicatrix.model.case import Case
from cicatrix.model.evidence import STATUSES, Statement
from cicatrix.model.grades import Grade, Grades
from tests.grading.build import stated

EVERY_RULE = [(scale.key, rule) for scale in SCALES for rule in scale.statements]


def test_every_grade_has_a_scale_in_the_same_order() -> None:
    assert [scale.key for scale in SCALES] == list(Grades.model_fields)


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.key)
def test_a_scale_has_all_its_texts(scale: Scale) -> None:
    for text in (scale.name, scale.measures, scale.reading):
        assert text.strip()
    assert scale.lowest < scale.highest
    assert scale.published, "a scale needs at least one rule that is not ours"
    assert scale.source in sources()
    assert any(scale.source in rule.sources for rule in scale.statements)


@pytest.mark.parametrize(("key", "rule"), EVERY_RULE, ids=[f"{key}-{at}" for at, (key, _) in enumerate(EVERY_RULE)])
def test_a_rule_has_text_status_and_sources_that_resolve(key: str, rule: Statement) -> None:
    assert rule.text.endswith("."), key
    assert rule.status in STATUSES
    assert bool(rule.sources) == (rule.status != "assumption"), "what is published has a source, what is ours has none"
    assert [one for one in rule.sources if one not in sources()] == []


@pytest.mark.parametrize(("key", "rule"), EVERY_RULE, ids=[f"{key}-{at}" for at, (key, _) in enumerate(EVERY_RULE)])
def test_a_rule_is_not_better_known_than_where_it_was_read(key: str, rule: Statement) -> None:
    if rule.status == "seen":
        assert all(sources()[one].status == "seen" for one in rule.sources), key
    if rule.status == "secondary":
        assert any(sources()[one].status in {"seen", "secondary"} for one in rule.sources), key


def test_the_statuses_are_those_of_the_evidence_notes() -> None:
    """Section 10 of the notes lists what is from memory; the rest was seen, or seen second-hand."""
    assert {scale.key: scale.status for scale in SCALES} == {
        "goodman_baron_qualitative": "secondary",
        "goodman_baron_quantitative": "unverified",
        "ecca": "unverified",
        "ecca_facial_atrophic": "unverified",
        "scar_s": "unverified",
        "hayashi": "seen",
        "gags": "secondary",
        "acne_category": "secondary",
        "pahpi": "unverified",
    }


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.key)
def test_inputs_are_keys_of_the_case_file(scale: Scale) -> None:
    for key in scale.inputs:
        at: object = Case()
        for name in key.split("."):
            assert name in type(at).model_fields, key  # type: ignore[attr-defined]
            at = getattr(at, name)


def test_every_input_has_a_name_in_plain_words() -> None:
    assert {key for scale in SCALES for key in scale.inputs} == set(ANSWERS)


def test_a_grade_carries_its_scale_s_source_and_status() -> None:
    grades = grade(stated(scars={"icepick": 3}, acne={"papules": 1, "regions": {"nose": "none"}}, marks={"brown": 2}))
    for scale in SCALES:
        one: Grade | None = getattr(grades, scale.key)
        if scale.key == "scar_s":
            assert one is None
            continue
        assert one is not None
        assert (one.source, one.status) == (scale.source, scale.status)
        assert scale.lowest <= one.low <= one.high <= scale.highest
        assert set(one.missing) <= set(scale.inputs)


def test_a_rule_without_a_source_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a source"):
        Statement(text="Six items.", status="seen")


def test_a_rule_without_a_text_is_refused() -> None:
    with pytest.raises(ValueError, match="must say something"):
        Statement(text=" ", status="assumption")
