from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from cicatrix.knowledge.outcomes import outcomes
from cicatrix.model.outcome import Outcome, OutcomeScale
from cicatrix.validation.backtest import KNOWING_NOTHING, LEAST_TRIALS, Row, as_section, backtest, left_out
from tests.outlook.results_made import among, arm

PAGE = Path(__file__).resolve().parents[2] / "docs" / "accuracy.md"


@cache
def scales() -> dict[str, Row]:
    """Rows of the back-test by name; computed once, when a test first needs them."""
    return {row.name: row for row in backtest()[0]}


def test_the_page_holds_the_table_as_it_is() -> None:
    assert as_section() in PAGE.read_text(encoding="utf-8")


def test_every_scale_with_enough_trials_is_tested() -> None:
    enough = {
        rule.name
        for scale, rule in outcomes().scales.items()
        if len({one.study for one in outcomes().on(scale)}) >= LEAST_TRIALS
    }
    assert {name for name in scales() if ":" not in name} == enough
    assert outcomes().scales["physician_percent"].name in enough


def test_the_intervals_hold_as_often_as_they_say() -> None:
    tested = [row for row in scales().values() if row.trials >= LEAST_TRIALS]
    assert len(tested) >= 2
    for row in tested:
        assert 0.80 <= row.held[0] / row.arms <= 1.0, row.name
        # not by being wide without end: the narrower ones miss as often as they should
        assert 0.55 <= row.held[1] / row.arms <= 1.0, row.name
        assert 0.2 <= row.held[2] / row.arms <= 0.8, row.name
        assert row.width < 0.85 * KNOWING_NOTHING, row.name


@pytest.mark.parametrize("scale", ["physician_percent", "good_to_excellent"])
def test_a_trial_is_left_out_with_all_its_arms(scale: OutcomeScale) -> None:
    each = list(left_out(outcomes(), scale))
    assert [left.arm for left in each] == sorted(
        outcomes().on(scale), key=lambda one: [left.arm.study for left in each].index(one.study)
    )
    harandi = [left for left in each if left.arm.study == "harandi_2011_suction"]
    assert all(left.others == 1 for left in harandi)  # of subcision alone, the Iranian study is left


def shifted(study: str, effect: float) -> tuple[Outcome, ...]:
    """The package's arms, those of one study with another effect."""
    return tuple(
        one.model_copy(update={"effect": effect}) if one.study == study else one for one in outcomes().outcomes
    )


def test_what_a_trial_found_does_not_enter_its_own_prediction() -> None:
    low, high = (
        next(
            left
            for left in left_out(among(shifted("alster_1996_co2", effect)), "physician_percent")
            if left.arm.study == "alster_1996_co2"
        )
        for effect in (0.01, 0.6)
    )
    assert low.width == high.width
    assert low.held == (False, False, False)
    assert high.held == (True, True, True)


def test_too_few_trials_are_not_tested() -> None:
    four = tuple(arm(study=f"study_{number}") for number in range(4))
    assert backtest(among(four)) == ((), ())
    five = (*four, arm(study="study_4"))
    scales, by_treatment = backtest(among(five))
    assert [row.trials for row in scales] == [5, 5]
    assert [row.arms for row in by_treatment] == [5]
