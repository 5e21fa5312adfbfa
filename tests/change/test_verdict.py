"""Verdicts: intervals, smallest detectable changes, and estimates that disagree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.change.verdict import Estimate, combined, judged


def test_less_depth_beyond_noise_is_better_and_more_is_worse() -> None:
    assert judged(0.4, 0.3, Estimate(-0.1, 0.02)).verdict == "better"
    assert judged(0.4, 0.5, Estimate(0.1, 0.02)).verdict == "worse"
    assert judged(0.4, 0.39, Estimate(-0.01, 0.02)).verdict == "not beyond noise"


def test_where_less_is_worse_the_verdicts_are_exchanged() -> None:
    assert judged(-0.4, -0.3, Estimate(0.1, 0.02), rising="better").verdict == "better"
    assert judged(-0.4, -0.5, Estimate(-0.1, 0.02), rising="better").verdict == "worse"


def test_the_smallest_change_is_that_of_the_rig_where_it_is_greater() -> None:
    own = judged(0.4, 0.32, Estimate(-0.08, 0.02))
    assert own.smallest == pytest.approx(0.0392)
    assert (own.noise_from, own.verdict) == ("intervals", "better")
    rig = judged(0.4, 0.32, Estimate(-0.08, 0.02), repeats=0.1)
    assert (rig.smallest, rig.noise_from, rig.verdict) == (0.1, "repeatability", "not beyond noise")
    sure = judged(0.4, 0.32, Estimate(-0.08, 0.02), repeats=0.01)
    assert sure.smallest == pytest.approx(0.0392)
    assert sure.noise_from == "intervals"


@given(st.floats(-1.0, 1.0), st.floats(0.001, 0.5), st.floats(0.0, 0.4), st.one_of(st.none(), st.floats(0.001, 0.5)))
def test_a_verdict_and_its_interval_never_contradict_each_other(
    change: float, error: float, doubt: float, repeats: float | None
) -> None:
    found = judged(0.5, 0.5 + change, Estimate(change, error), doubt=doubt, repeats=repeats, digits=9)
    outside = found.change.low > 0 or found.change.high < 0
    assert outside == (found.verdict in ("better", "worse"))
    assert found.percent is not None
    assert found.percent.value == pytest.approx(100 * change / 0.5, abs=0.06)


def test_of_unchanged_things_one_in_twenty_is_called_changed() -> None:
    rng = np.random.default_rng(0)
    called = [
        judged(0.4, 0.4, Estimate(float(error), 0.02)).verdict != "not beyond noise"
        for error in rng.normal(0.0, 0.02, 4000)
    ]
    assert 0.035 < np.mean(called) < 0.065


def test_percent_is_none_where_there_was_nothing() -> None:
    found = judged(None, 0.2, Estimate(0.2, 0.02))
    assert found.percent is None
    assert found.before is None


def test_estimates_that_agree_are_surer_than_each_and_those_that_do_not_are_less_sure() -> None:
    agreed = combined(Estimate(1.0, 0.1), Estimate(1.02, 0.1))
    assert agreed.value == pytest.approx(1.01)
    assert agreed.error == pytest.approx(0.1 / np.sqrt(2.0))
    apart = combined(Estimate(0.8, 0.05), Estimate(1.2, 0.05))
    assert apart.value == pytest.approx(1.0)
    assert apart.error == pytest.approx(0.2)
    surer = combined(Estimate(0.8, 0.01), Estimate(1.0, 0.5))
    assert surer.value == pytest.approx(0.8, abs=0.001)
    assert combined(Estimate(0.9, 0.1)).error == pytest.approx(0.1)
