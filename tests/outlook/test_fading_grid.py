"""The grids give what marks drawn one by one give."""

from __future__ import annotations

import numpy as np
import pytest

from cicatrix.knowledge.fading import fading_rules
from cicatrix.outlook.fading import simulated_people as drawn
from cicatrix.outlook.fading.grid import CONTRASTS, FADED, PEOPLE, Marks, ages_about, ages_between, prior, quantile

RULES = fading_rules().brown


@pytest.mark.parametrize("months", [1.0, 8.0, None])
@pytest.mark.parametrize("half_life_days", [30.0, 120.0])
def test_marks_drawn_one_by_one_fade_as_the_grid_says(months: float | None, half_life_days: float) -> None:
    person = float(PEOPLE[np.abs(PEOPLE - np.log(half_life_days)).argmin()])
    if months is None:
        ages, draw = ages_between(7.0, 730.0), drawn.ages_between(7.0, 730.0)
    else:
        ages, draw = ages_about(months * 30.0, 0.5), drawn.ages_about(months * 30.0, 0.5)
    grid = Marks(RULES, ages, 0.0, np.ones_like(CONTRASTS))
    marks = drawn.draw_marks(np.random.default_rng(3), RULES, person, 8000, draw)
    assert marks is not None
    # Without doubt about ages the same people stand five times; take the first.
    row = int(np.flatnonzero(person == PEOPLE)[0])
    days = np.array([28.0, 84.0, 365.0])
    seen = [float((marks.days_left() > day).mean()) for day in days]
    np.testing.assert_allclose(grid.seen_after(days)[row], seen, atol=0.02)
    assert np.exp(grid.median_life[row]) == pytest.approx(np.median(marks.half_life_days), rel=0.06)
    left = [float(marks.after(day).sum() / marks.after(0.0).sum()) for day in days]
    mean, covariance = grid.left_after(days)
    np.testing.assert_allclose(mean[row], left, atol=0.02)
    groups = [
        marks.after(day).reshape(-1, 20).sum(axis=1) / marks.after(0.0).reshape(-1, 20).sum(axis=1) for day in days
    ]
    np.testing.assert_allclose(20 * np.cov(groups), covariance[row], atol=0.02, rtol=0.2)


def test_the_prior_is_what_people_drawn_one_by_one_are() -> None:
    rng = np.random.default_rng(8)
    people = [drawn.draw_person(rng, RULES, {"picking": "often"}) for _ in range(6000)]
    weights = prior(RULES, {"picking": "often"}).reshape(5, -1).sum(axis=0)[None, :]
    for share in (0.1, 0.5, 0.9):
        assert float(quantile(PEOPLE, weights, share)[0]) == pytest.approx(np.quantile(people, share), abs=0.05)


def test_old_marks_that_are_seen_are_slow_ones() -> None:
    ones = np.ones_like(CONTRASTS)
    lives = [
        float(
            np.interp(
                np.log(60.0), PEOPLE, Marks(RULES, ages_about(30.0 * months, 0.5), 0.0, ones).median_life[: len(PEOPLE)]
            )
        )
        for months in (0.5, 3, 6, 12, 24, 48)
    ]
    assert lives == sorted(lives)
    # The median of such old marks is a slow one's half-life.
    assert np.exp(lives[-1]) > 0.7 * 60.0 * RULES.slow_factor.value


def test_the_grids_are_wide_enough() -> None:
    weights = prior(RULES, {}).reshape(5, -1)
    assert weights[:, [0, -1]].max() < 1e-6
    fresh = Marks(RULES, ages_about(7.0, 0.5), 0.4, np.ones_like(CONTRASTS))
    assert fresh.faded[:, [0, -1]].max() < 1e-2
    assert np.exp(FADED[-1]) > 365 * 100
