from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.knowledge.outcomes import outcomes
from cicatrix.outlook.result.observations import Observation, fraction, observations, root
from tests.outlook.results_made import among, arm

SPREAD = outcomes().pooling.people_sd


def only(*arms: object, **changes: object) -> Observation:
    found = observations(among(arms, transitions=(), **changes))  # type: ignore[arg-type]
    assert len(found) == 1
    return found[0]


@given(st.floats(0.0, 0.99))
def test_a_fraction_comes_back_from_its_root(share: float) -> None:
    assert fraction(root(share)) == pytest.approx(share, abs=1e-9)


def test_nothing_worse_and_everything_stay_finite() -> None:
    for effect in (-0.5, 0.0, 1.0):
        seen = only(arm(effect=effect))
        assert math.isfinite(seen.value)
        assert 0.0 < seen.variance < 1.0


def test_what_two_treatments_leave_is_multiplied() -> None:
    assert 1.0 - fraction(math.hypot(root(0.3), root(0.5))) == pytest.approx(0.7 * 0.5)


@pytest.mark.parametrize("mean", [0.6, 0.9, 1.2])
def test_a_share_beyond_a_threshold_gives_the_mean_that_made_it(mean: float) -> None:
    people = np.random.default_rng(3).normal(mean, SPREAD, 200_000)
    share, most = float((people > root(0.5)).mean()), float((people > root(0.25)).mean())
    seen = only(arm("share_over_half", n=400, effect=round(share, 4), above={"25": round(most, 4)}))
    assert seen.value == pytest.approx(mean, abs=0.02)


def test_the_variance_of_a_share_is_that_of_draws() -> None:
    generator = np.random.default_rng(5)
    values = []
    for _ in range(2_000):
        share = float((generator.normal(0.8, SPREAD, 60) > root(0.5)).mean())
        values.append(only(arm("share_over_half", n=60, effect=share)).value)
    stated = only(arm("share_over_half", n=60, effect=0.45)).variance
    assert stated == pytest.approx(float(np.var(values)), rel=0.25)


def test_the_variance_of_a_ratio_is_that_of_draws() -> None:
    # before 5.72 +- 1.45, after 3.56 +- 1.76 in 100 people, correlation 0.7
    generator = np.random.default_rng(5)
    cross = 0.7 * 1.45 * 1.76
    people = generator.multivariate_normal([5.72, 3.56], [[1.45**2, cross], [cross, 1.76**2]], (5_000, 100))
    before, after = people.mean(axis=1).T
    drawn = np.sqrt(-np.log(after / before))
    made = arm("atrophy_score_change", n=100, effect=0.3776, before=5.72, before_sd=1.45, after=3.56, after_sd=1.76,
               computed=True)  # fmt: skip
    assert only(made).variance == pytest.approx(float(drawn.var()), rel=0.1)


def test_a_control_arm_of_the_study_is_subtracted() -> None:
    treated, control = arm("atrophy_score_change", effect=0.5), arm("atrophy_score_change", treatments=(), effect=0.2)
    seen = only(treated, control)
    assert seen.net
    assert 1.0 - fraction(seen.value) == pytest.approx(0.5 / 0.8)
    assert seen.variance > only(treated).variance
    worse = only(treated, control.model_copy(update={"effect": -0.2}))
    assert worse.value == pytest.approx(root(0.5))


def test_arms_in_words_only_and_for_the_record_are_not_pooled() -> None:
    assert observations(among((arm("patient_percent"),), transitions=())) == ()
    assert observations(among((arm(pooled=False),), transitions=())) == ()
    left_out = [one for one in outcomes().outcomes if not one.pooled]
    assert left_out
    assert all(one.note for one in left_out)


def test_shares_of_grades_are_read_with_the_thresholds_of_their_grade() -> None:
    severe = [one for one in observations(outcomes()) if one.study == "garg_2014_combination"]
    assert [len(one.thresholds) for one in severe] == [3, 2, 1]
    bounds = outcomes().forecasting.grade_better
    (first, everybody), (second, some) = severe[1].thresholds
    assert (first, second) == (bounds["1"]["3"], bounds["2"]["3"])
    assert everybody == pytest.approx(1.0)
    assert some == pytest.approx(0.318)


def test_spread_between_people_is_the_mean_of_what_the_categories_say() -> None:
    """The standard deviations in the reason of ``people_sd`` are arithmetic on printed categories."""
    from scipy.special import ndtri  # noqa: PLC0415

    def spread(*thresholds: tuple[float, float]) -> float:
        ends = sorted(thresholds)
        (low, most), (high, least) = ends[0], ends[-1]
        return float((root(high) - root(low)) / (ndtri(most) - ndtri(least)))

    found = {
        "saeed_2017_co2": spread((0.25, 0.967), (0.75, 0.033)),
        "amin_cross": spread((0.5, 0.867), (0.7, 0.417)),
        "bhargava_2019_subcision_needling": spread((0.25, 0.977), (0.75, 0.178)),
        "al_waiz_2002_peel": spread((0.25, 0.865), (0.75, 0.066)),
        "caha_ha_subcision": spread((0.5, 0.7), (0.75, 0.22)),
        "khunger_2011_cross": spread((0.5, 0.933), (0.7, 0.733)),
        "najran_co2": spread((0.25, 0.75), (0.5, 0.375)),
        "majid_imran_2014_co2": spread((0.25, 0.683), (0.5, 0.433)),
    }
    reason = outcomes().pooling.reasons["people_sd"]
    for study, value in found.items():
        assert f"{value:.2f} ({study})" in reason
    assert float(np.mean(list(found.values()))) == pytest.approx(SPREAD, abs=0.005)
