from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.phantom.profiles import Family, Profile

RHO = np.linspace(0.0, 1.0, 20001)


@pytest.mark.parametrize("family", get_args(Family))
@given(data=st.data())
def test_every_profile_falls_from_the_full_depth_to_the_rim_and_stays_there(
    family: Family, data: st.DataObject
) -> None:
    shape = data.draw(st.floats(*{"plateau": (0.05, 1.0), "gaussian": (2.0, 5.0)}.get(family, (1.2, 4.0))))
    share = Profile(family, shape)(np.linspace(0.0, 2.0, 4001))
    assert share[0] == pytest.approx(1.0)
    assert (np.diff(share) <= 1e-12).all()
    assert (share[2000:] == pytest.approx(0.0, abs=1e-12)) is True
    assert share[1980] > 0.0


@pytest.mark.parametrize(
    ("profile", "volume_share"),
    [
        # Integrals of 2 rho p(rho) over 0..1.
        (Profile("cosine"), 0.5 - 2.0 / np.pi**2),
        (Profile("quartic"), 1.0 / 3.0),
        (Profile("gaussian", 3.0), 1.0 / 3.0 - 1.0 / (np.exp(3.0) - 1.0)),
    ],
)
def test_bowls_hold_what_calculus_says(profile: Profile, volume_share: float) -> None:
    assert np.trapezoid(2.0 * RHO * profile(RHO), RHO) == pytest.approx(volume_share, rel=1e-6)


def test_a_plateau_is_flat_up_to_its_wall_and_its_wall_is_steepest_in_the_middle() -> None:
    share = Profile("plateau", 0.25)(RHO)
    assert (share[RHO <= 0.75] == 1.0).all()
    slope = -np.diff(share) / np.diff(RHO)
    assert slope.max() == pytest.approx(1.5 / 0.25, rel=1e-3)
    assert RHO[np.argmax(slope)] == pytest.approx(0.875, abs=1e-3)


def test_the_lip_of_a_tract_is_rounded() -> None:
    slope = -np.gradient(Profile("tract", 2.0)(RHO), RHO)
    assert slope[-1] < 0.02 * slope.max()
