"""Numbers with an interval: what they refuse, and how they round."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cicatrix.model import ImageQuality, InputFile, Measured

numbers = st.floats(-1e6, 1e6)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("field", ["value", "low", "high"])
def test_a_number_that_is_not_finite_is_refused(field: str, bad: float) -> None:
    fields = {"value": 1.0, "low": 0.0, "high": 2.0} | {field: bad}
    with pytest.raises(ValidationError, match="finite"):
        Measured(**fields)


@pytest.mark.parametrize(
    ("value", "low", "high"), [(1.0, 1.1, 2.0), (1.0, 0.0, 0.9), (1.0, 2.0, 0.0), (-1.0, 0.0, 1.0)]
)
def test_a_value_outside_its_interval_is_refused(value: float, low: float, high: float) -> None:
    with pytest.raises(ValidationError, match="must lie in its interval"):
        Measured(value=value, low=low, high=high)


def test_an_interval_may_be_a_point() -> None:
    assert Measured(value=0.5, low=0.5, high=0.5).low == 0.5


@given(value=numbers, below=st.floats(0, 1e3), above=st.floats(0, 1e3), digits=st.integers(0, 6))
def test_rounding_moves_no_number_by_more_than_half_a_digit(
    value: float, below: float, above: float, digits: int
) -> None:
    rounded = Measured.of(value, value - below, value + above, digits)
    half = 0.5 * 10.0**-digits + 1e-9 * abs(value)
    assert abs(rounded.value - value) <= half
    assert abs(rounded.low - (value - below)) <= half
    assert abs(rounded.high - (value + above)) <= half


@given(value=numbers, low=numbers, high=numbers)
def test_rounding_widens_an_interval_that_misses_its_value(value: float, low: float, high: float) -> None:
    rounded = Measured.of(value, low, high)
    assert rounded.low <= rounded.value <= rounded.high


def test_rounding_refuses_what_is_not_a_number() -> None:
    with pytest.raises(ValidationError, match="finite"):
        Measured.of(math.nan, 0.0, 1.0)


@pytest.mark.parametrize("share", [-0.001, 1.001, math.nan, math.inf])
@pytest.mark.parametrize("field", ["saturated", "black", "median"])
def test_a_share_lies_between_0_and_1(field: str, share: float) -> None:
    fields = {"saturated": 0.0, "black": 0.0, "median": 1.0} | {field: share}
    with pytest.raises(ValidationError, match=field):
        ImageQuality(name="a.png", **fields)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        InputFile.model_validate({"name": "a.png", "bytes": 3, "sha256": "00", "colour": "red"})


def test_a_missing_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="high"):
        Measured.model_validate({"value": 1.0, "low": 0.0})


def test_a_record_cannot_be_changed() -> None:
    record = Measured(value=1.0, low=0.0, high=2.0)
    with pytest.raises(ValidationError, match="frozen"):
        record.value = 3.0  # type: ignore[misc]
