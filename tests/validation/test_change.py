"""What a study of comparisons counts."""

from __future__ import annotations

import pytest

from cicatrix.errors import InputError
from cicatrix.model.change import Change, Changed, ScarChange, Verdict
from cicatrix.model.quantity import Measured
from cicatrix.phantom import ScarTruth
from cicatrix.validation.change import plan, run_change_study
from cicatrix.validation.change_records import Spread
from cicatrix.validation.change_tally import Known, tally
from tests.change.comparisons import comparison


def real(depth: float) -> ScarTruth:
    return ScarTruth(
        id="s01",
        kind="boxcar",
        depth_class="shallow" if depth < 0.5 else "deep",
        linear=False,
        profile="plateau",
        off_family=None,
        x_mm=1,
        y_mm=1,
        width_mm=2,
        longest_mm=2,
        shortest_mm=2,
        depth_mm=depth,
        area_mm2=3,
        volume_mm3=1,
        wall_angle_deg=60,
        outline_mm=((0, 0), (1, 0), (0, 1)),
    )


def known(factor: float, verdict: Verdict, change: float, depth: float = 0.4) -> Known:
    amount = Changed(
        before=depth,
        after=depth + change,
        change=Measured(value=change, low=change - 0.03, high=change + 0.03),
        percent=Measured(
            value=100 * change / depth, low=100 * (change - 0.03) / depth, high=100 * (change + 0.03) / depth
        ),
        smallest=0.03,
        noise_from="intervals",
        verdict=verdict,
    )
    row = ScarChange(
        before_id="S01",
        after_id="S01",
        fate="same",
        kind_before="boxcar",
        kind_after="boxcar",
        x_mm=1,
        y_mm=1,
        depth=amount,
        volume=None,
        width=None,
        verdict=verdict,
    )
    made: Change = comparison(None, None).model_copy(update={"scars": (row,)})
    return made, factor, {"S01": real(depth)}, {"S01": real(factor * depth)}


def test_calls_are_counted_by_what_is_true() -> None:
    found = tally(
        [
            known(1.0, "not beyond noise", 0.01),
            known(1.0, "worse", 0.05),
            known(1.0, "cannot say", 0.0),
            known(0.8, "better", -0.08),
            known(0.8, "better", -0.13),
            known(0.8, "worse", 0.05),
            known(0.8, "better", -0.16, 0.8),
        ]
    )
    assert (found["unchanged"]["all"].hits, found["unchanged"]["all"].of) == (1, 2)
    assert (found["unjudged"].hits, found["unjudged"].of) == (1, 7)
    assert (found["detected"]["about 0.4 mm deep"].hits, found["detected"]["about 0.4 mm deep"].of) == (2, 3)
    assert found["detected"]["deeper"].of == 1
    assert found["called_worse"].hits == 1
    assert (found["coverage"].hits, found["coverage"].of) == (4, 7)
    assert found["smallest"]["boxcar"].median == pytest.approx(0.075)


def test_nothing_gives_nothing() -> None:
    found = tally([])
    assert found["unchanged"] == {}
    assert found["called_worse"] is None
    assert Spread.of([]) is None


def test_seeds_that_thresholds_were_set_on_are_refused() -> None:
    with pytest.raises(InputError, match="10000"):
        run_change_study(1, 12)
    with pytest.raises(InputError, match="1 or more"):
        run_change_study(0)


def test_tones_and_lights_come_in_turn() -> None:
    settings = [plan(10_000 + place, place)[0] for place in range(24)]
    assert len({(one.tone, one.lights) for one in settings}) == 24
