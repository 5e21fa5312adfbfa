"""The table of gains by which the planner chooses is what the pooled trials give."""

from __future__ import annotations

import pytest

from cicatrix.care.gain import gain_of
from cicatrix.knowledge.gains import gains
from cicatrix.knowledge.planning import planning
from cicatrix.model.knowledge import TARGETS
from cicatrix.outlook.gains import computed_gains


def test_the_table_is_what_the_pool_gives() -> None:
    """After a change of trials: python -m cicatrix.outlook.gains src/cicatrix/knowledge/gains.toml."""
    assert list(computed_gains()) == list(gains().values())


@pytest.mark.parametrize("target", TARGETS)
def test_gains_follow_the_order_of_the_networks(target: str) -> None:
    for row in planning().order:
        better, worse = gain_of(row.better, target), gain_of(row.worse, target)  # type: ignore[arg-type]
        if better > 0.0 and worse > 0.01:
            assert better >= worse + row.gap - 0.005, (row.better, row.worse)
