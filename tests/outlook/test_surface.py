from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cicatrix.model import Relief, Scar
from cicatrix.outlook.surface.basins import margin_mm
from cicatrix.outlook.surface.simulate import STATES, SimulatedSurfaces, State, simulate, simulation_of
from cicatrix.phantom import PhantomSettings, make_phantom
from tests.outlook.surface_made import KINDS, TREATED, Dent, left, option, own, results, skin

RANGE = left(0.6, 0.2, 0.9)
DEEPEST_FIRST: tuple[State, ...] = ("worse", "expected", "better")


def mouths(scars: Sequence[Scar], relief: Relief, margin: float = 0.0) -> NDArray[np.bool_]:
    """Where scars lie, with so many of their margins around them, drawn here anew."""
    mask = np.zeros(relief.shape, np.bool_)
    for scar in scars:
        mouth = np.zeros(relief.shape, np.uint8)
        corners = np.asarray(scar.outline_mm) / relief.pixel_mm - 0.5
        cv2.fillPoly(mouth, [np.rint(corners).astype(np.int32)], 1)
        away = cv2.distanceTransform(1 - mouth, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) * relief.pixel_mm
        mask |= away <= margin * (margin_mm(scar) + 1.5 * relief.pixel_mm)
    return mask


def check(relief: Relief, scars: Sequence[Scar], made: SimulatedSurfaces) -> None:
    """What holds of every simulation."""
    outside = ~mouths(scars, relief, 1.0)
    fills = {state: made.surface(state).height_mm - relief.height_mm for state in STATES}
    for surface in made.surfaces:
        assert (fills[surface.state][outside] == 0).all()
        assert surface.removed_mm3 == pytest.approx(surface.predicted_mm3, rel=0.01, abs=1e-3)
        assert surface.moved_share == pytest.approx(float((fills[surface.state] != 0).mean()))
        assert surface.picture.dtype == np.uint8
        assert surface.picture.shape[2] == 3
    for scar in scars:
        here = mouths([scar], relief) & ~mouths([other for other in scars if other is not scar], relief, 1.0)
        if here.any():
            filled = [math.copysign(1.0, scar.depth_mm.value) * fills[state][here].mean() for state in DEEPEST_FIRST]
            assert -1e-6 <= filled[0] <= filled[1] + 1e-6 <= filled[2] + 2e-6


@st.composite
def dents(draw: st.DrawFn) -> list[Dent]:
    places = draw(
        st.lists(st.sampled_from([(3, 3), (9, 3), (3, 9), (9, 9), (0.3, 6), (6, 12.3)]), min_size=1, unique=True)
    )
    found = []
    for x, y in places:
        kind = draw(st.sampled_from(KINDS))
        width = draw(st.floats(0.8, 3.5))
        depth = draw(st.floats(0.1, 0.9)) * (-0.5 if kind == "raised" else 1.0)
        found.append(Dent(kind, float(x), float(y), width, depth, draw(st.sampled_from([1.0, 1.4, 4.0]))))
    return found


@given(dents(), st.floats(0.02, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.3), st.floats(0.5, 2.5))
@settings(max_examples=40)
def test_invariants_hold_for_any_skin_and_forecast(
    made: list[Dent], middle: float, down: float, up: float, power: float
) -> None:
    relief, scars = skin(made, pixel_mm=0.1)
    depth = left(middle, middle * down, middle + up)
    volume = left(middle**power, (middle * down) ** power, (middle + up) ** power)
    check(relief, scars, simulate(relief, scars, option(), results(depth, volume=volume), ()))


def test_nowhere_deeper_than_in_a_worse_state_and_flat_where_all_is_gone() -> None:
    relief, scars = skin(texture_mm=0.0)
    made = simulate(relief, scars, option(), results(left(0.3, 0.0, 0.8)), ())
    depth: dict[str, NDArray[np.float32]] = {surface.state: np.abs(surface.height_mm) for surface in made.surfaces}
    # The rim is fitted, and lies a little off the flat skin.
    for worse, state in pairwise(("before", *DEEPEST_FIRST)):
        assert (depth[state] - depth[worse]).max() < 0.01
    assert depth["better"].max() < 0.02


@pytest.mark.parametrize("fraction", [0.2, 0.5, 0.8])
def test_each_scar_is_left_as_deep_as_forecast(fraction: float) -> None:
    relief, scars = skin(texture_mm=0.0)
    surface = simulate(relief, scars, option(), results(left(fraction)), ()).surface("expected")
    for scar in scars:
        row, col = int(scar.y_mm / relief.pixel_mm), int(scar.x_mm / relief.pixel_mm)
        near = np.abs(surface.height_mm[row - 25 : row + 25, col - 25 : col + 25])
        assert near.max() == pytest.approx(fraction * abs(scar.depth_mm.value), abs=0.025 * abs(scar.depth_mm.value))


def test_volume_wins_where_depth_and_volume_contradict() -> None:
    relief, scars = skin()
    for volume in (0.05, 0.99):
        made = simulate(relief, scars, option(), results(left(0.5), volume=left(volume)), ())
        surface = made.surface("expected")
        whole = sum(abs(scar.volume_mm3.value) for scar in scars)
        assert surface.removed_mm3 == pytest.approx((1.0 - volume) * whole, rel=0.01)


def test_a_scar_s_own_forecast_sets_the_middle() -> None:
    relief, scars = skin()
    mine = [own(scar, 0.4, 0.3) for scar in scars]
    made = simulate(relief, scars, option(), results(RANGE), mine)
    whole = sum(abs(scar.volume_mm3.value) for scar in scars)
    assert made.surface("expected").removed_mm3 == pytest.approx(0.7 * whole, rel=0.01)
    assert made.surface("better").removed_mm3 == pytest.approx((1.0 - 0.2**1.3) * whole, rel=0.01)


def test_nothing_left_to_do_changes_nothing() -> None:
    relief, scars = skin()
    made = simulate(relief, scars, option(), results(left(1.0)), ())
    for surface in made.surfaces:
        assert (surface.height_mm == relief.height_mm).all()
        assert surface.removed_mm3 == 0.0
        assert (surface.picture == made.surfaces[0].picture).all()


def test_a_forecast_deeper_than_today_is_drawn_as_today() -> None:
    relief, scars = skin()
    made = simulate(relief, scars, option(), results(left(0.9, 0.5, 1.2)), ())
    assert (made.surface("worse").height_mm == relief.height_mm).all()
    assert made.capped == len(scars)
    assert any("beyond today's depth" in note for note in simulation_of(made).notes)


def test_scars_that_the_option_leaves_stay_bit_for_bit() -> None:
    relief, scars = skin()
    made = simulate(relief, scars, option(), results(RANGE, {"rolling": TREATED["rolling"]}), ())
    kept = mouths([scar for scar in scars if scar.kind != "rolling"], relief)
    assert (made.surface("better").height_mm[kept] == relief.height_mm[kept]).all()
    assert (made.treated, made.left) == (1, 3)
    assert "3 scars stay exactly as measured" in " ".join(simulation_of(made).notes)


def test_a_scar_left_alone_inside_a_treated_one_stays_bit_for_bit() -> None:
    nested = (Dent("rolling", 6.0, 6.0, 7.0, 0.4), Dent("icepick", 6.5, 6.0, 1.0, 0.7))
    relief, scars = skin(nested)
    made = simulate(relief, scars, option(), results(RANGE, {"rolling": TREATED["rolling"]}), ())
    mouth = np.hypot(*(np.indices(relief.shape) * 0.05 + 0.025 - np.array([6.0, 6.5])[:, None, None])) < 0.45
    assert (made.surface("better").height_mm[mouth] == relief.height_mm[mouth]).all()
    assert made.surface("better").removed_mm3 == pytest.approx(made.surface("better").predicted_mm3, rel=0.01)


def test_a_scar_inside_another_rides_along() -> None:
    nested = (Dent("rolling", 6.0, 6.0, 7.0, 0.4), Dent("icepick", 6.5, 6.0, 1.0, 0.7))
    relief, scars = skin(nested, texture_mm=0.0)
    made = simulate(relief, scars, option(), results(left(0.05)), ())
    check(relief, scars, made)
    assert made.surface("expected").height_mm.min() > -0.15


def test_nothing_happens_without_scars_or_forecasts() -> None:
    relief, scars = skin()
    for given_scars, forecasts in (((), results(RANGE)), (scars, [])):
        made = simulate(relief, given_scars, option(), forecasts, ())
        assert made.treated == 0
        assert all((surface.height_mm == relief.height_mm).all() for surface in made.surfaces)
        assert "stays as it is" in simulation_of(made).text


def test_other_options_are_passed_over() -> None:
    relief, scars = skin()
    others = [one.model_copy(update={"option": "strongest"}) for one in results(RANGE)]
    assert simulate(relief, scars, option(), others, ()).treated == 0


def test_the_same_input_gives_the_same_bytes() -> None:
    relief, scars = skin()
    first, second = (simulate(relief, scars, option(), results(RANGE), ()) for _ in range(2))
    for one, other in zip(first.surfaces, second.surfaces, strict=True):
        assert one.height_mm.tobytes() == other.height_mm.tobytes()
        assert one.picture.tobytes() == other.picture.tobytes()


def test_texture_stays_on_floors() -> None:
    relief, scars = skin((Dent("boxcar", 6.0, 6.0, 5.0, 0.3),), texture_mm=0.008)
    made = simulate(relief, scars, option(), results(left(0.1)), ())
    floor = (slice(100, 140), slice(100, 140))
    fine = [one - cv2.GaussianBlur(one, (0, 0), 3.0) for one in (relief.height_mm, made.surface("expected").height_mm)]
    assert fine[1][floor].std() == pytest.approx(fine[0][floor].std(), rel=0.2)


def test_the_record_names_pictures_states_and_limits() -> None:
    relief, scars = skin()
    found = simulation_of(simulate(relief, scars, option(), results(RANGE), ()))
    assert [(one.state, one.picture) for one in found.states] == [(s, f"simulated_{s}.png") for s in STATES]
    assert found.text.startswith("A simulation")
    notes = " ".join(found.notes)
    for word in ("marks", "colour", "assumed", "computed light"):
        assert word in notes
    assert found.states[0].removed_mm3 == 0.0


def test_a_scar_outside_the_picture_is_left_out() -> None:
    relief, scars = skin()
    away = tuple((x + 40.0, y) for x, y in scars[0].outline_mm)
    gone = scars[0].model_copy(update={"id": "S99", "x_mm": 43.0, "outline_mm": away})
    made = simulate(relief, (*scars, gone), option(), results(RANGE), ())
    assert made.treated == len(scars)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1201, 1202])
def test_measured_phantoms_keep_the_invariants(seed: int) -> None:
    from cicatrix.model import HeightCapture  # noqa: PLC0415
    from cicatrix.relief import reconstruct  # noqa: PLC0415
    from cicatrix.scars import find_scars  # noqa: PLC0415

    settings = PhantomSettings(kind="height", size_mm=32.0, icepick=3, boxcar=3, rolling=2, raised=2, linear=2)
    skin_made = make_phantom(seed, settings)
    capture = HeightCapture(height_mm=skin_made.height_mm, pixel_mm=settings.pixel_mm, site=None, files=())
    scars, relief = find_scars(reconstruct(capture))
    assert len(scars) >= 6
    check(relief, scars, simulate(relief, scars, option(), results(RANGE), ()))
