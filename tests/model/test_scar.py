"""The published record of one scar refuses what contradicts itself."""

from __future__ import annotations

import math
from typing import Any

import pytest
from pydantic import ValidationError

from cicatrix.model import Scar, Section
from tests.model.build import measured, scar, section


@pytest.mark.parametrize("spoilt", ["along_mm", "height_mm", "rim_mm"])
def test_the_lists_of_a_section_have_equal_lengths(spoilt: str) -> None:
    with pytest.raises(ValidationError, match="equal lengths"):
        section(**{spoilt: (0.0, 1.0)})


@pytest.mark.parametrize("spoilt", ["along_mm", "height_mm", "rim_mm"])
def test_a_section_holds_finite_numbers(spoilt: str) -> None:
    with pytest.raises(ValidationError, match="finite"):
        section(**{spoilt: (0.0, math.nan, 1.0)})


@pytest.mark.parametrize("kind", ["icepick", "rolling", "raised", "undecided"])
def test_only_a_boxcar_has_a_depth_class(kind: str) -> None:
    assert scar(kind=kind, depth_class=None).depth_class is None
    with pytest.raises(ValidationError, match="only a boxcar has a depth class"):
        scar(kind=kind, depth_class="deep")


def test_a_boxcar_needs_its_depth_class() -> None:
    with pytest.raises(ValidationError, match="depth class"):
        scar(depth_class=None)


@pytest.mark.parametrize(
    "probability",
    [{}, {"boxcar": 0.99}, {"boxcar": 0.7, "rolling": 0.31}, {"boxcar": 1.5, "rolling": -0.5}, {"boxcar": math.nan}],
)
def test_probabilities_sum_to_one(probability: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="kind_probability"):
        scar(kind_probability=probability)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"kind": "crater"}, "kind"),
        ({"depth_class": "medium"}, "depth_class"),
        ({"x_mm": math.nan}, "finite"),
        ({"shadowed": 1.2}, "between 0 and 1"),
        ({"depth_mm": 0.3}, "depth_mm"),
        ({"outline_mm": ((0.0, math.inf),)}, "finite"),
        ({"outline_mm": ((0.0, 1.0, 2.0),)}, "outline_mm"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_a_field_out_of_range_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        scar(**changes)


def test_a_raised_scar_may_have_negative_depth_and_volume() -> None:
    raised = scar(kind="raised", depth_class=None, depth_mm=measured(-0.3), volume_mm3=measured(-0.6))
    assert raised.depth_mm.value < 0


def test_a_scar_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        scar().kind = "rolling"  # type: ignore[misc]


@pytest.mark.parametrize("record", [scar(), section()])
def test_a_record_survives_being_written_and_read(record: Scar | Section) -> None:
    assert type(record).model_validate_json(record.model_dump_json()) == record
