"""Numbers are shown with the digits that their intervals support, and never lose the truth by rounding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.model import Measured
from cicatrix.report.numbers import day_range, decimals, fixed, flipped, nice_step, percent, shown

MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (0.34, 0.30, 0.38, f"0.34{NBSP}mm (0.30–0.38)"),
        (2.3127, 2.10, 2.52, f"2.3{NBSP}mm (2.1–2.5)"),
        (0.3412, 0.330, 0.354, f"0.341{NBSP}mm (0.330–0.354)"),
        (54.2, 48.0, 61.0, f"54{NBSP}mm (48–61)"),
        (120.0, 80.0, 190.0, f"120{NBSP}mm (80–190)"),
        (0.5, 0.5, 0.5, f"0.500{NBSP}mm (0.500–0.500)"),
        (0.31, 0.26, 0.87, f"0.31{NBSP}mm (0.26–0.87)"),
        (0.5, 0.5, 1.6, f"0.50{NBSP}mm (0.50–1.60)"),
        (-0.3, -0.34, -0.26, f"{MINUS}0.30{NBSP}mm ({MINUS}0.34 to {MINUS}0.26)"),
        (0.02, -0.03, 0.07, f"0.02{NBSP}mm ({MINUS}0.03 to 0.07)"),
    ],
)
def test_examples(value: float, low: float, high: float, text: str) -> None:
    assert shown(Measured(value=value, low=low, high=high)).sentence("mm") == text


@given(st.floats(1e-4, 1e4))
def test_rounding_moves_a_number_by_about_a_quarter_of_its_uncertainty_at_most(half_width: float) -> None:
    """One significant digit, two where it would begin with a 1: a unit of the last digit is 1/19.5 to 1/1.95 of it."""
    places = decimals(half_width)
    assert 0 <= places <= 3
    unit = 10.0**-places
    if places < 3 and half_width >= 1.95:
        assert unit <= half_width / 1.95 * (1 + 1e-6)
    elif places < 3:
        assert unit <= half_width / 9.5 * 10 / 1.95 * (1 + 1e-6)
    if places > 0:
        assert unit >= half_width / 19.5 * (1 - 1e-6)


@pytest.mark.parametrize(
    ("half_width", "places"),
    [(0.0, 3), (0.0001, 3), (0.0194, 3), (0.0196, 2), (0.0949, 2), (0.096, 2), (0.194, 2), (0.196, 1), (0.949, 1),
     (0.951, 1), (1.94, 1), (1.96, 0), (9.4, 0), (19.4, 0), (400.0, 0)],
)  # fmt: skip
def test_decimals_at_the_edges_of_the_rule(half_width: float, places: int) -> None:
    assert decimals(half_width) == places


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_fixed_reads_back_to_the_rounded_number(value: float, places: int) -> None:
    text = fixed(value, places)
    assert "-" not in text
    assert float(text.replace(MINUS, "-")) == pytest.approx(value, abs=0.5 * 10.0**-places + 1e-9)
    assert text.strip("0.") or not text.startswith(MINUS)


def test_flipping_keeps_the_order_and_flips_back() -> None:
    number = Measured(value=-0.3, low=-0.4, high=-0.1)
    assert flipped(number) == Measured(value=0.3, low=0.1, high=0.4)
    assert flipped(flipped(number)) == number


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.0004, "< 0.1 %"),
        (0.9996, "> 99.9 %"),
        (0.043, "4.3 %"),
        (0.87, "87 %"),
        (0.973, "97.3 %"),
    ],
)
def test_percent_never_claims_none_or_all_falsely(share: float, text: str) -> None:
    assert percent(share).replace(NBSP, " ") == text


@given(st.floats(1e-3, 1e3), st.integers(1, 12))
def test_nice_step_is_round_and_yields_no_more_parts_than_asked(span: float, parts: int) -> None:
    step = nice_step(span, parts)
    assert span / step <= parts * (1 + 1e-6)
    assert f"{step:e}"[0] in "125"
    assert span / step > parts / 2.6


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.0, 0.0, "no days"),
        (0.0, 0.5, "less than a day"),
        (1.0, 1.0, "1 day"),
        (0.0, 2.0, "up to 2 days"),
        (5.0, 9.0, "5 to 9 days"),
        (14.0, 28.0, "2 to 4 weeks"),
        (14.0, 135.0, "14 days to 4 months"),
        (20.0, 90.0, "20 days to 3 months"),
        (30.0, 90.0, "1 to 3 months"),
        (130.0, 910.0, "4 to 30 months"),
        (400.0, 2000.0, "1 to 5 years"),
    ],
)
def test_ranges_of_days_are_told_in_the_unit_that_suits_them(low: float, high: float, text: str) -> None:
    assert day_range(low, high).replace("\N{NO-BREAK SPACE}", " ") == text
