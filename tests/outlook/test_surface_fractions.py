from __future__ import annotations

import pytest

from cicatrix.outlook.surface.fractions import changes_of
from cicatrix.outlook.surface.operators import weights_of
from tests.outlook.surface_made import Dent, after, left, option, own, result, skin

ROLLING = (Dent("rolling", 6.0, 6.0, 4.0, 0.4),)


def test_ends_come_from_the_kind_and_the_middle_from_the_scar() -> None:
    _, scars = skin(ROLLING)
    forecast = [result("rolling", ["subcision"], left(0.6, 0.3, 0.8), left(0.5, 0.2, 0.7))]
    (change,) = changes_of(scars, option(), forecast, [own(scars[0], 0.5, 0.4)])
    assert change.depth == pytest.approx((0.8, 0.5, 0.3))
    assert change.volume == pytest.approx((0.7, 0.4, 0.2))
    assert change.gone_mm3(2) == pytest.approx(0.8 * scars[0].volume_mm3.value)
    assert not change.capped


def test_a_middle_beyond_the_ends_moves_them() -> None:
    _, scars = skin(ROLLING)
    forecast = [result("rolling", ["subcision"], left(0.6, 0.5, 0.7))]
    (change,) = changes_of(scars, option(), forecast, [own(scars[0], 0.9, 0.1)])
    assert change.depth == pytest.approx((0.9, 0.9, 0.5))
    assert change.volume[1:] == pytest.approx((0.1, 0.1))


def test_a_kind_without_a_forecast_is_changed_by_its_own() -> None:
    _, scars = skin(ROLLING)
    (change,) = changes_of(scars, option(("subcision", ("rolling",))), (), [own(scars[0], 0.5, 0.4)])
    assert change.weights == {"subcision": 1.0}
    assert change.depth == pytest.approx((0.5, 0.5, 0.5))


def test_a_kind_that_the_option_leaves_is_not_changed() -> None:
    _, scars = skin(ROLLING)
    assert changes_of(scars, option(), [result("rolling", [], left(0.9))], [own(scars[0], 0.9, 0.9)]) == ()


def test_an_undecided_scar_is_changed_as_far_as_it_may_be_of_a_treated_kind() -> None:
    _, scars = skin((Dent("undecided", 6.0, 6.0, 4.0, 0.4),))
    forecast = [
        result("rolling", ["subcision"], left(0.5), left(0.5)),
        result("boxcar_shallow", [], left(1.0), left(1.0)),
    ]
    (change,) = changes_of(scars, option(), forecast, ())
    assert change.depth[1] == pytest.approx(0.6 * 0.5 + 0.4 * 1.0)
    assert change.weights == {"subcision": 1.0}


def test_raised_scars_are_told_by_their_height() -> None:
    _, scars = skin((Dent("raised", 6.0, 6.0, 3.0, -0.3),))
    forecast = [result("hypertrophic", ["silicone"], left(0.7, 0.4, 0.9), left(0.6, 0.3, 0.8))]
    (change,) = changes_of(scars, option(), forecast, [own(scars[0], 0.65, 0.5)])
    assert change.depth == pytest.approx((0.9, 0.65, 0.4))
    assert change.volume_mm3 > 0


def test_treatments_share_by_what_they_do_in_the_order_of_their_sessions() -> None:
    # The first result is looked at last: a punch needs longer than needles do.
    sessions = (after("punch_excision", 0.5, 120), after("microneedling", 0.4, 40))
    found = weights_of(sessions, ("punch_excision", "microneedling"))
    assert found["punch_excision"] == pytest.approx(0.756, abs=1e-3)  # log 2 of log 2.5
    assert sum(found.values()) == pytest.approx(1.0)
    assert weights_of((), ("subcision", "filler")) == {"subcision": 0.5, "filler": 0.5}
