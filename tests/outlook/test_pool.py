from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from cicatrix.knowledge.outcomes import outcomes
from cicatrix.model.outcome import OUTCOME_SCALES, Outcome
from cicatrix.outlook.result.pool import Spread, from_scale, pool_of, predict, spread_of, to_scale, variance_of
from tests.outlook.results_made import among, arm

EFFECTS = st.floats(0.05, 0.95)
SPREAD = Spread(tau=0.5, estimate=None, df=8.0)


def arms_strategy(least: int = 1) -> st.SearchStrategy[tuple[Outcome, ...]]:
    one = st.tuples(EFFECTS, st.integers(3, 60), st.sampled_from(("microneedling", "subcision", "laser_resurfacing")))
    return st.lists(one, min_size=least, max_size=7).map(
        lambda rows: tuple(
            arm(study=f"study_{number}", effect=effect, n=n, treatments=(treatment,))
            for number, (effect, n, treatment) in enumerate(rows)
        )
    )


def own_of(arms: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    return tuple(one for one in arms if one.treatments == ("microneedling",))


@given(st.floats(0.01, 0.99))
def test_a_change_comes_back_from_its_transform(effect: float) -> None:
    rule = outcomes().scales["physician_percent"]
    assert from_scale(rule, to_scale(rule, arm(effect=effect))) == pytest.approx(effect, abs=1e-9)


def test_a_power_of_what_is_left_is_a_shift() -> None:
    rule = outcomes().scales["depth_change"]
    whole, part = to_scale(rule, arm(effect=1 - 0.4)), to_scale(rule, arm(effect=1 - 0.4**0.45))
    assert part - whole == pytest.approx(math.log(0.45))


def test_nothing_and_everything_stay_finite() -> None:
    assumed = outcomes()
    for scale in OUTCOME_SCALES:
        rule = assumed.scales[scale]
        for effect in (0.0, 1.0):
            made = arm(scale, effect=effect)
            assert math.isfinite(to_scale(rule, made))
            assert math.isfinite(variance_of(rule, made, 5, 0.7))


def test_the_chance_of_a_share_is_that_of_a_binomial() -> None:
    rule = outcomes().scales["share_over_half"]
    draws = np.random.default_rng(3).binomial(60, 0.4, 20_000)
    odds = np.log((draws + 0.5) / (60 - draws + 0.5))
    assert variance_of(rule, arm("share_over_half", n=60, effect=0.4), 5, 0.7) == pytest.approx(odds.var(), rel=0.1)


def test_the_chance_of_a_ratio_is_that_of_draws() -> None:
    # before 5.72 +- 1.45, after 3.56 +- 1.76 in 100 people, correlation 0.7
    rule = outcomes().scales["atrophy_score_change"]
    generator = np.random.default_rng(5)
    cross = 0.7 * 1.45 * 1.76
    people = generator.multivariate_normal([5.72, 3.56], [[1.45**2, cross], [cross, 1.76**2]], (5_000, 100))
    before, after = people.mean(axis=1).T
    drawn = np.log(-np.log(after / before))
    made = arm(
        "atrophy_score_change",
        n=100,
        effect=0.378,
        before=5.72,
        before_sd=1.45,
        after=3.56,
        after_sd=1.76,
        computed=True,
    )
    assert variance_of(rule, made, 5, 0.7) == pytest.approx(drawn.var(), rel=0.1)


def test_without_arms_the_prediction_is_the_weak_prior() -> None:
    known = among(())
    rule = known.scales["depth_change"]
    found = predict(known, "depth_change", ())
    between = known.forecasting.between_treatments * rule.tau
    assert found.mean == rule.centre
    assert found.mean_sd == pytest.approx(math.hypot(rule.centre_sd, between))
    assert found.sd == pytest.approx(math.sqrt(rule.centre_sd**2 + between**2 + rule.tau**2))


def test_one_arm_is_pooled_as_by_hand() -> None:
    one = arm(effect=0.7, n=25)
    known = among((one,))
    rule = known.scales["physician_percent"]
    prior = rule.centre_sd**2 + (known.forecasting.between_treatments * SPREAD.tau) ** 2
    seen = SPREAD.tau**2 + rule.people_sd**2 / 25
    weight = prior / (prior + seen)
    found = predict(known, "physician_percent", (one,), SPREAD)
    assert found.mean == pytest.approx(rule.centre + weight * (to_scale(rule, one) - rule.centre))
    assert found.mean_sd == pytest.approx(math.sqrt(prior * (1 - weight)))
    low, high = found.interval()
    assert high - low == pytest.approx(2 * t.ppf(0.975, SPREAD.df) * found.sd)


def test_the_interval_holds_a_new_study_of_the_model_as_often_as_it_says() -> None:
    generator = np.random.default_rng(11)
    base = among(())
    rule, between = base.scales["physician_percent"], base.forecasting.between_treatments
    spread = Spread(tau=0.5, estimate=None, df=1e6)
    held = 0
    for _ in range(400):
        scale = rule.centre + rule.centre_sd * generator.normal()
        means = {name: scale + between * 0.5 * generator.normal() for name in ("microneedling", "subcision")}
        made = []
        for number, name in enumerate(("microneedling", "microneedling", "subcision", "subcision")):
            y = means[name] + 0.5 * generator.normal() + rule.people_sd / math.sqrt(20) * generator.normal()
            made.append(arm(study=f"study_{number}", treatments=(name,), effect=min(max(from_scale(rule, y), 0), 1)))
        arms = tuple(made)
        found = predict(among(arms), "physician_percent", own_of(arms), spread)
        low, high = found.interval()
        held += low <= means["microneedling"] + 0.5 * generator.normal() <= high
    assert 0.92 <= held / 400 <= 0.98


@given(arms_strategy(2), st.integers(0, 6))
def test_leaving_a_trial_out_widens_the_interval(arms: tuple[Outcome, ...], which: int) -> None:
    rest = tuple(one for number, one in enumerate(arms) if number != which % len(arms))
    whole = predict(among(arms), "physician_percent", own_of(arms), SPREAD)
    fewer = predict(among(rest), "physician_percent", own_of(rest), SPREAD)
    assert fewer.sd >= whole.sd - 1e-9


@given(arms_strategy(), st.integers(0, 6))
def test_fewer_people_widen_the_interval(arms: tuple[Outcome, ...], which: int) -> None:
    place = which % len(arms)
    less = tuple(one.model_copy(update={"n": 2}) if n == place else one for n, one in enumerate(arms))
    whole = predict(among(arms), "physician_percent", own_of(arms), SPREAD)
    fewer = predict(among(less), "physician_percent", own_of(less), SPREAD)
    assert fewer.sd >= whole.sd - 1e-9


@given(arms_strategy())
def test_the_spread_between_studies_is_never_nothing(arms: tuple[Outcome, ...]) -> None:
    known = among(arms)
    found = spread_of(known, "physician_percent")
    assumed, rule = known.forecasting.prior_studies, known.scales["physician_percent"]
    assert found.tau >= rule.tau * math.sqrt(assumed / (assumed + len(arms))) - 1e-9
    assert found.df == assumed if len(arms) < 3 else found.df == assumed + len(arms) - 1


def test_the_spread_lies_between_what_is_assumed_and_what_is_seen() -> None:
    arms = tuple(arm(study=f"study_{n}", effect=effect, n=200) for n, effect in enumerate((0.05, 0.3, 0.6, 0.9, 0.97)))
    known = among(arms)
    found = spread_of(known, "physician_percent")
    assert found.estimate is not None
    assert known.scales["physician_percent"].tau < found.tau < found.estimate
    alike = among(tuple(one.model_copy(update={"effect": 0.5}) for one in arms))
    assert 0.0 < spread_of(alike, "physician_percent").tau < alike.scales["physician_percent"].tau


def test_a_treatment_is_drawn_towards_the_others_of_its_scale() -> None:
    own = arm(effect=0.9, study="own")
    others = tuple(arm(effect=0.3, study=f"study_{n}", treatments=("subcision",)) for n in range(4))
    known = among((own, *others))
    rule = known.scales["physician_percent"]
    found = predict(known, "physician_percent", (own,), SPREAD)
    assert to_scale(rule, others[0]) < found.mean < to_scale(rule, own)
    strange = predict(known, "physician_percent", (), SPREAD)
    assert strange.mean < found.mean
    assert strange.sd > found.sd


def test_two_arms_of_one_study_tell_less_than_two_studies() -> None:
    apart = (arm(study="one"), arm(study="two", arm="other needling"))
    together = (arm(study="one"), arm(study="one", arm="other needling"))
    widths = [predict(among(arms), "physician_percent", arms, SPREAD).sd for arms in (apart, together)]
    assert widths[0] < widths[1]


def test_scales_are_never_pooled_with_each_other() -> None:
    known = outcomes()
    with pytest.raises(ValueError, match="never pooled"):
        predict(known, "physician_percent", known.on("ecca_change"))
    for scale in OUTCOME_SCALES:
        alone = among(tuple(one for one in known.outcomes if one.scale == scale))
        own = known.on(scale)[:1]
        assert predict(known, scale, own) == predict(alone, scale, own)


def test_opinions_are_wider_than_trials() -> None:
    known = outcomes()
    assert predict(known, "physician_percent", (), opinion=1.25).sd > predict(known, "physician_percent", ()).sd


def test_the_plain_pool_is_that_of_paule_mandel_and_hartung_knapp() -> None:
    # the estimating equation of Paule and Mandel: the weighted sum of squares equals its degrees of freedom
    known = outcomes()
    rule = known.scales["physician_percent"]
    arms = tuple(one for one in known.on("physician_percent") if one.treatments == ("subcision",))
    pooled = pool_of(known, arms)
    assert pooled is not None
    assert pooled.arms == len(arms) == 4
    y = np.array([to_scale(rule, one) for one in arms])
    v = np.array([variance_of(rule, one, 7, 0.7) for one in arms])
    weights = 1.0 / (v + pooled.tau**2)
    mean = (weights @ y) / weights.sum()
    assert weights @ (y - mean) ** 2 == pytest.approx(3.0, rel=1e-3)
    assert pooled.mean == pytest.approx(from_scale(rule, mean), abs=1e-4)
    error = math.sqrt((weights @ (y - mean) ** 2) / 3.0 / weights.sum())
    assert pooled.low == pytest.approx(from_scale(rule, mean - t.ppf(0.975, 3) * error), abs=2e-3)
    assert pooled.high == pytest.approx(from_scale(rule, mean + t.ppf(0.975, 3) * error), abs=2e-3)
    assert pool_of(known, arms[:2]) is None
    with pytest.raises(ValueError, match="never pooled"):
        pool_of(known, (*arms, *known.on("depth_change")))


def test_wider_levels_hold_more() -> None:
    ends = [predict(outcomes(), "physician_percent", ()).interval(0.0, level) for level in (0.5, 0.8, 0.95)]
    assert all(wide[0] < narrow[0] and narrow[1] < wide[1] for narrow, wide in pairwise(ends))
