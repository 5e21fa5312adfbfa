from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t
from statsmodels.stats.meta_analysis import combine_effects

from cicatrix.outlook.result.random_effects import random_effects

STUDIES = st.lists(st.tuples(st.floats(-3.0, 3.0), st.floats(0.01, 2.0)), min_size=2, max_size=12)


@given(STUDIES)
def test_it_agrees_with_statsmodels(studies: list[tuple[float, float]]) -> None:
    effects, variances = np.array(studies).T
    with np.errstate(divide="ignore", invalid="ignore"):  # its I2 is undefined where all effects are equal
        reference = combine_effects(effects, variances, method_re="iterated", use_t=True, atol=1e-5)
    found = random_effects(effects, variances)
    assert found.tau**2 == pytest.approx(float(reference.tau2), rel=1e-9, abs=1e-9)
    assert found.mean == pytest.approx(float(reference.mean_effect_re), rel=1e-9, abs=1e-9)
    half_width = float(t.ppf(0.975, len(studies) - 1)) * float(reference.sd_eff_w_re_hksj)
    assert found.half_width == pytest.approx(half_width, rel=1e-9, abs=1e-9)


def test_it_is_the_solution_of_paule_and_mandel() -> None:
    effects, variances = np.array([0.1, 0.9, 1.7, 0.4, 1.2]), np.array([0.02, 0.05, 0.03, 0.01, 0.08])
    found = random_effects(effects, variances)
    assert found.tau > 0.1
    weights = 1.0 / (variances + found.tau**2)
    mean = float(np.average(effects, weights=weights))
    assert found.mean == pytest.approx(mean, rel=1e-12)
    assert float(weights @ (effects - mean) ** 2) == pytest.approx(4.0, abs=2e-5)


def test_effects_that_agree_have_no_spread_between_them() -> None:
    found = random_effects(np.array([1.0, 1.01, 0.99]), np.full(3, 0.5))
    assert found.tau == 0.0
    assert found.mean == pytest.approx(1.0)


def test_equal_errors_give_the_interval_of_a_plain_mean() -> None:
    effects = np.array([0.0, 2.0, 5.0, 9.0])
    found = random_effects(effects, np.full(4, 0.1))
    assert found.mean == pytest.approx(4.0)
    assert found.half_width == pytest.approx(
        float(t.ppf(0.975, 3)) * float(effects.std(ddof=1)) / math.sqrt(4), rel=1e-6
    )
    assert found.tau**2 == pytest.approx(float(effects.var(ddof=1)) - 0.1, rel=1e-4)


@pytest.mark.parametrize(("effects", "variances"), [([1.0], [1.0]), ([1.0, 2.0], [1.0]), ([1.0, 2.0], [1.0, 0.0])])
def test_what_cannot_be_combined_is_refused(effects: list[float], variances: list[float]) -> None:
    with pytest.raises(ValueError, match="positive variance"):
        random_effects(np.array(effects), np.array(variances))
