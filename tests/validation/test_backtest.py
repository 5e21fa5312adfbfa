from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from cicatrix.knowledge.outcomes import outcomes
from cicatrix.model.outcome import Outcome, Outcomes
from cicatrix.outlook.result.pool import pool_of
from cicatrix.validation.backtest import (
    ENOUGH_ARMS,
    KNOWING_NOTHING,
    Left,
    Row,
    as_section,
    backtest,
    by_kind,
    kind_order,
    left_out,
    shares_of_people,
)
from tests.outlook.results_made import among, arm

PAGE = Path(__file__).resolve().parents[2] / "docs" / "accuracy.md"


@cache
def rows() -> tuple[Row, ...]:
    """The back-test, run once, and not while tests are collected."""
    return tuple(backtest())


AIM_HELD, AIM_WIDTH = 0.85, 0.60
"""What the intervals are meant to hold, and their width over that of knowing nothing."""

SHORT = {"share of people whose result was called good or better": 15 / 18}
"""Scales that fall short of the aim, and what their intervals hold; docs/accuracy.md shows them."""


def test_the_page_holds_the_section_as_it_is() -> None:
    assert as_section() in PAGE.read_text(encoding="utf-8")


def test_at_least_120_arms_are_entered() -> None:
    assert len(outcomes().outcomes) >= 120
    assert rows()[0].arms >= 120


def test_every_scale_with_enough_arms_has_a_row() -> None:
    seen = [one.scale for one in pool_of(outcomes()).observations]
    enough = {outcomes().scales[scale].name for scale in set(seen) if seen.count(scale) >= ENOUGH_ARMS}
    assert len(enough) >= 4
    assert enough <= {row.name for row in rows()}


def test_intervals_hold_a_new_trial_and_are_not_wide_without_end() -> None:
    for row in rows():
        assert row.held[0] / row.arms >= SHORT.get(row.name, AIM_HELD) - 1e-9, row.name
        assert row.width <= AIM_WIDTH * KNOWING_NOTHING + 0.005, row.name
        assert row.held[0] >= row.held[1] >= row.held[2], row.name


def test_narrower_intervals_miss_as_often_as_they_should() -> None:
    everything = rows()[0]
    assert 0.70 <= everything.held[1] / everything.arms <= 0.88
    assert 0.40 <= everything.held[2] / everything.arms <= 0.60


def test_shares_of_people_hold_and_are_told_as_wide_as_they_are() -> None:
    shares = {row.name: row for row in shares_of_people()}
    assert shares["all shares of people"].held[0] / shares["all shares of people"].arms >= AIM_HELD
    assert shares["more than 50 % better"].width > 0.7  # a share is steeper than a mean


def test_kinds_hold_and_keep_their_order_for_lasers() -> None:
    assert {row.name for row in by_kind()} == {"boxcar", "rolling", "icepick", "raised"}
    for row in by_kind():
        assert row.held[0] / row.arms > 0.8
    orders = kind_order()
    assert any("without" in row.name for row in orders)
    assert orders[-1].name == "the same with no prior on kinds"
    for order in orders:
        assert order.boxcar > order.rolling > order.icepick


def shifted(study: str, effect: float) -> Outcomes:
    """The package's arms, those of one study with another effect."""
    rows: tuple[Outcome, ...] = tuple(
        one.model_copy(update={"effect": effect}) if one.study == study else one for one in outcomes().outcomes
    )
    return among(rows)


def test_what_a_trial_found_does_not_enter_its_own_prediction() -> None:
    low, high = (_left(shifted("alster_1996_co2", effect), "alster_1996_co2") for effect in (0.01, 0.6))
    assert low.held.new.mean == pytest.approx(high.held.new.mean)
    assert low.width == pytest.approx(high.width)
    assert low.inside == (False, False, False)
    assert high.inside[0]


def _left(known: Outcomes, study: str) -> Left:
    return next(left for left in left_out(pool_of(known)) if left.held.seen.study == study)


def test_too_few_arms_have_no_row_of_their_own() -> None:
    few = among(tuple(arm(study=f"study_{number}") for number in range(ENOUGH_ARMS - 1)), transitions=())
    assert [row.name for row in backtest(few)] == ["all arms"]
    more = among(tuple(arm(study=f"study_{number}") for number in range(ENOUGH_ARMS)), transitions=())
    assert [row.arms for row in backtest(more)] == [ENOUGH_ARMS] * 3
