"""Statistics of repeated readings, against published examples and simulations with known noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cicatrix.repeatability.agreement import drift, grows, icc, spread
from cicatrix.repeatability.bland_altman import limits

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=np.float64
)
"""Table 2 of Shrout and Fleiss 1979, doi:10.1037/0033-2909.86.2.420: six people rated by four judges."""


def simulated(
    rng: np.random.Generator, shape: tuple[int, int], sd: float, captures_sd: float = 0.0, missing: float = 0.0
) -> NDArray[np.float64]:
    n, k = shape
    table = rng.normal(0.4, 0.3, (n, 1)) + rng.normal(0.0, sd, (n, k)) + rng.normal(0.0, captures_sd, (1, k))
    table[rng.random(shape) < missing] = np.nan
    return table


def test_the_icc_of_the_published_example() -> None:
    found = icc(SHROUT_FLEISS)
    assert found is not None
    # 0.29 in the paper; the interval is what R's irr and psych print for ICC(A,1): 0.019 to 0.761.
    assert round(found.value, 2) == 0.29
    assert (round(found.low, 3), round(found.high, 3)) == (0.019, 0.761)


def test_the_spread_of_the_published_example() -> None:
    # Mean squares of the paper: judges 32.49, residual 1.02. SEM of agreement: root of (32.49 - 1.02) / 6 + 1.02.
    found = spread(SHROUT_FLEISS)
    assert found is not None
    assert found.sd.value == pytest.approx(np.sqrt((32.486 - 1.019) / 6 + 1.019), abs=2e-3)
    assert found.captures_sd == pytest.approx(np.sqrt((32.486 - 1.019) / 6), abs=2e-3)


@pytest.mark.parametrize(
    ("shape", "captures_sd", "missing"),
    [((12, 3), 0.0, 0.0), ((12, 3), 0.05, 0.15), ((1, 5), 0.0, 0.0), ((20, 5), 0.1, 0.1), ((30, 2), 0.0, 0.3)],
)
def test_the_interval_holds_the_known_spread(shape: tuple[int, int], captures_sd: float, missing: float) -> None:
    rng = np.random.default_rng(7)
    true = float(np.hypot(0.1, captures_sd))
    found = [spread(simulated(rng, shape, 0.1, captures_sd, missing)) for _ in range(800)]
    known = [one for one in found if one is not None]
    held = np.mean([one.sd.low <= true <= one.sd.high for one in known])
    assert 0.90 <= held <= 0.99
    # The variance is unbiased also where readings are missing and captures differ.
    assert np.mean([one.sd.value**2 for one in known]) == pytest.approx(true**2, rel=0.08)


def test_the_interval_of_the_icc_holds() -> None:
    rng = np.random.default_rng(8)
    true = 0.3**2 / (0.3**2 + 0.1**2 + 0.05**2)
    found = [icc(simulated(rng, (15, 3), 0.1, 0.05)) for _ in range(600)]
    assert 0.90 <= np.mean([one.low <= true <= one.high for one in found if one is not None]) <= 0.99


def test_the_intervals_of_the_limits_hold_each() -> None:
    rng = np.random.default_rng(9)
    true = 1.959964 * 0.1 * np.sqrt(2.0)
    found = [limits(simulated(rng, (8, 2), 0.1)) for _ in range(800)]
    for name, at in (("upper", true), ("bias", 0.0), ("lower", -true)):
        inside = [getattr(one, name).low <= at <= getattr(one, name).high for one in found if one is not None]
        assert 0.93 <= np.mean(inside) <= 0.97


def test_limits_use_each_reading_once() -> None:
    table = np.random.default_rng(1).normal(size=(6, 5))
    found = limits(table)
    assert found is not None
    assert len(found.points) == 12  # first and second, third and fourth; the fifth has no partner
    assert limits(table[:2, :2]) is None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100.0), st.floats(-50.0, 50.0))
def test_units_and_origin_do_not_matter(seed: int, factor: float, shift: float) -> None:
    table = simulated(np.random.default_rng(seed), (6, 3), 0.1, missing=0.1)
    one, other = spread(table), spread(factor * table + shift)
    assert one is not None
    assert other is not None
    assert other.sd.value == pytest.approx(factor * one.sd.value, rel=1e-6)
    assert other.freedom == pytest.approx(one.freedom, rel=1e-5)


def test_what_is_not_read_twice_says_nothing() -> None:
    assert spread(np.array([[1.0, np.nan], [np.nan, 2.0]])) is None
    assert icc(np.array([[1.0, 2.0], [2.0, 3.0]])) is None
    assert icc(np.ones((5, 3))) is None
    still = spread(np.ones((5, 3)))
    assert still is not None
    assert (still.sd.low, still.sd.high) == (0.0, 0.0)


def test_noise_that_grows_with_size_is_seen() -> None:
    rng = np.random.default_rng(3)
    size = np.linspace(0.1, 2.0, 40)[:, None]
    assert grows(size * (1.0 + 0.1 * rng.standard_normal((40, 3))))[0]
    false = [grows(size + 0.05 + 0.01 * rng.standard_normal((40, 3)))[0] for _ in range(400)]
    assert np.mean(false) <= 0.08
    assert not grows(size[:5] * (1.0 + 0.1 * rng.standard_normal((5, 3))))[0]
    assert not grows(rng.standard_normal((40, 3)))[0]


def test_a_capture_that_reads_too_much_is_named() -> None:
    rng = np.random.default_rng(4)
    table = simulated(rng, (20, 3), 0.01)
    table[:, 2] += 0.1
    second, third = drift(table)
    assert second is not None
    assert third is not None
    assert second.low < 0.0 < second.high
    assert third.low < 0.1 < third.high
    assert third.low > 0.05
    assert drift(np.array([[1.0, np.nan]])) == (None,)
