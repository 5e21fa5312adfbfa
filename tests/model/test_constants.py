"""Constants that occur in many rooms have one home and one precision."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from scipy import stats

import cicatrix
from cicatrix.model.durations import DAYS_PER_MONTH
from cicatrix.model.quantity import Z_95

PACKAGE = Path(cicatrix.__file__).parent

HOMES = {
    "normal quantile": ({1.96, 1.95996, 1.959964}, "model/quantity.py"),
    "month": ({30.4375, 30.4, 30.44}, "model/durations.py"),
    "year": ({365.25}, "model/durations.py"),
}


def test_values() -> None:
    assert pytest.approx(stats.norm.ppf(0.975), abs=1e-4) == Z_95
    assert DAYS_PER_MONTH == 30.4375


@pytest.mark.parametrize(("values", "home"), HOMES.values(), ids=HOMES)
def test_a_constant_is_written_at_its_home_alone(values: set[float], home: str) -> None:
    places = {
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and node.value in values
    }
    assert places <= {home}
