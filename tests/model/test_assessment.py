"""The whole answer: written and read under its published names, and strict about them."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from pydantic import ValidationError

from cicatrix.model import SCHEMA, Assessment
from tests.model.build import assessment, summary


def _written(value: Assessment) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(value.model_dump_json(by_alias=True))
    return fields


def test_it_survives_being_written_and_read() -> None:
    whole = assessment()
    assert Assessment.model_validate_json(whole.model_dump_json(by_alias=True)) == whole


def test_it_is_written_under_the_name_of_its_schema() -> None:
    fields = _written(assessment())
    assert fields["schema"] == SCHEMA
    assert "schema_" not in fields


def test_it_has_every_section_of_the_contract() -> None:
    sections = {"schema", "provenance", "capture", "scars", "marks", "acne", "grades", "gate", "plan", "outlook"}
    assert sections <= set(_written(assessment()))


def test_sections_that_were_not_assessed_are_named() -> None:
    fields = _written(assessment())
    empty = {name for name in ("marks", "acne", "grades", "gate", "plan", "outlook") if not fields[name]}
    assert set(fields["not_assessed"]) == empty


def test_the_same_answer_is_written_with_the_same_bytes() -> None:
    assert assessment().model_dump_json(by_alias=True) == assessment().model_dump_json(by_alias=True)


def test_another_schema_is_refused() -> None:
    fields = _written(assessment()) | {"schema": "cicatrix/assessment/0"}
    with pytest.raises(ValidationError, match="schema"):
        Assessment.model_validate(fields)


def test_an_unknown_section_is_refused() -> None:
    fields = _written(assessment()) | {"horoscope": {}}
    with pytest.raises(ValidationError, match="horoscope"):
        Assessment.model_validate(fields)


def test_a_scar_that_contradicts_itself_is_refused_when_read() -> None:
    fields = _written(assessment())
    fields["scars"][0]["depth_mm"]["low"] = 5.0
    with pytest.raises(ValidationError, match="must lie in its interval"):
        Assessment.model_validate(fields)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"kind": "guess"}, "kind"),
        ({"coverage": 1.1}, "between 0 and 1"),
        ({"relief_noise_mm": math.nan}, "finite"),
        ({"trusted_lights": {"6": -0.1}}, "between 0 and 1"),
        ({"elevations_deg": (math.inf,)}, "finite"),
        ({"rows": 10.5}, "rows"),
        ({"lens": "macro"}, "Extra inputs"),
    ],
)
def test_a_summary_out_of_range_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        summary(**changes)


def test_it_cannot_be_changed() -> None:
    whole = assessment()
    with pytest.raises(ValidationError, match="frozen"):
        whole.scars = ()  # type: ignore[misc]


@pytest.mark.parametrize("light", ["consistent", "flat-fielded", None])
def test_an_older_result_tells_its_light_among_its_settings(light: str | None) -> None:
    fields = _written(assessment())
    del fields["capture"]["light"]
    fields["provenance"]["settings"]["light"] = light
    assert Assessment.model_validate_json(json.dumps(fields)).capture.light == light


def test_a_stated_light_is_not_overruled_by_the_settings() -> None:
    fields = _written(assessment(capture=summary(light="consistent")))
    fields["provenance"]["settings"]["light"] = "flat-fielded"
    assert Assessment.model_validate(fields).capture.light == "consistent"


def test_a_light_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValidationError, match="light"):
        summary(light="dim")
