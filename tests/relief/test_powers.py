"""Powers in single precision against the C library's in double precision."""

from __future__ import annotations

import numpy as np
import pytest

from cicatrix.relief.fast_math import raise_to


@pytest.mark.parametrize("exponent", [0.4, 0.7, 1.0, 1.3, 4.0, 14.0, 60.0])
def test_powers_are_those_of_double_precision(exponent: float) -> None:
    base = np.concatenate([np.geomspace(1e-20, 1e-3, 500), np.linspace(1e-3, 1.0, 5000)]).astype(np.float32)
    out = np.empty_like(base)
    raise_to(base, np.float32(exponent), out)
    truth = base.astype(np.float64) ** exponent
    assert np.abs(out - truth).max() < 2e-7
    above = truth > 1e-29
    assert np.abs(out[above] / truth[above] - 1.0).max() < 1e-5


def test_one_stays_one_and_nothing_is_negative() -> None:
    out = np.empty(3, np.float32)
    raise_to(np.array([1.0, 1e-20, 0.5], np.float32), np.float32(5.0), out)
    assert out[0] == 1.0
    assert 0.0 <= out[1] < 1e-30
    assert out[2] == pytest.approx(1 / 32, rel=1e-6)
