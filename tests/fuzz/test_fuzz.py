"""A few hundred damaged inputs for each parser; ``make fuzz`` runs as many as it is told to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.bench import fuzz
from tests.fuzz.targets import TARGETS

SLOW = {"archive", "rows of an archive"}


@pytest.mark.parametrize("name", TARGETS)
def test_no_damaged_input_meets_an_unforeseen_exception(name: str, tmp_path: Path) -> None:
    tally = fuzz([name], 30 if name in SLOW else 250, 20261102, tmp_path)[name]
    assert tally.unforeseen == []
    assert tally.slow == 0
    assert tally.accepted >= tally.corpus, "good inputs are read"
    assert tally.refused > 0
