"""Comparison of whole captures: unchanged skin, treated skin, and what a picture does not show."""

from __future__ import annotations

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from cicatrix.change import AssessedCapture, RegisteredPair, maps_of, register_pair
from cicatrix.change.compare import compare
from cicatrix.change.depth import Field, fine_relief, remeasure
from cicatrix.model.change import Change
from cicatrix.model.note import Note
from cicatrix.model.relief import Channel
from tests.change.conftest import Visited
from tests.change.visits import Points


def test_unchanged_scars_are_not_beyond_noise(first: Visited, again: Visited) -> None:
    change = compare(first[0], again[0])
    judged = [row for row in change.scars if row.verdict != "cannot say"]
    assert len(judged) >= 2
    assert {row.verdict for row in judged} == {"not beyond noise"}
    assert {row.changed.verdict for row in change.sums} == {"not beyond noise"}
    assert change.noise_from == "intervals"
    assert change.warnings == ()


def test_a_third_less_is_better_by_a_third(first: Visited, treated: Visited, laid: RegisteredPair) -> None:
    change = compare(first[0], treated[0], laid=laid)
    judged = [row for row in change.scars if row.depth is not None and row.fate == "same"]
    assert len(judged) >= 2
    for row in judged:
        assert row.verdict == "better"
        assert row.depth is not None
        assert row.depth.percent is not None
        assert row.depth.percent.low <= -100 / 3 <= row.depth.percent.high
        assert row.depth.percent.value == pytest.approx(-100 / 3, abs=6.0)
        assert row.volume is not None
        assert row.volume.verdict == "better"
    sums = {row.name: row.changed for row in change.sums}
    assert sums["total volume"].verdict == sums["mean depth"].verdict == "better"
    assert sums["scars"].verdict == "not beyond noise"
    assert "better" in change.text


def test_the_other_way_round_it_is_worse(first: Visited, treated: Visited) -> None:
    change = compare(treated[0], first[0])
    judged = {row.verdict for row in change.scars if row.depth is not None and row.fate == "same"}
    assert judged == {"worse"}


def test_the_same_captures_give_the_same_bytes(first: Visited, again: Visited) -> None:
    one, other = (compare(first[0], again[0]).model_dump_json(by_alias=True) for _ in range(2))
    assert one == other
    assert Change.model_validate(json.loads(one)).model_dump_json(by_alias=True) == one


class Rig:
    """A rig that repeats badly."""

    rig = "bench"

    def sdc_for(self, quantity: str, size: float) -> float | None:  # noqa: ARG002 - all sizes alike
        return {"depth_mm": 0.9}.get(quantity)


def test_the_rigs_own_smallest_change_is_used_and_named(first: Visited, treated: Visited, laid: RegisteredPair) -> None:
    change = compare(first[0], treated[0], Rig(), laid=laid)
    assert (change.noise_from, change.rig) == ("repeatability", "bench")
    depths = [row.depth for row in change.scars if row.depth is not None]
    assert {depth.smallest for depth in depths} == {0.9}
    assert {depth.noise_from for depth in depths} == {"repeatability"}
    assert {depth.verdict for depth in depths} == {"not beyond noise"}


def test_a_scar_that_was_outlined_once_is_judged_at_its_place(first: Visited, again: Visited) -> None:
    missed = again[0].assessment.model_copy(update={"scars": ()})
    change = compare(first[0], AssessedCapture(missed, again[0].relief))
    fates = {row.fate for row in change.scars}
    assert fates <= {"gone", "outside"}
    judged = [row for row in change.scars if row.depth is not None]
    assert judged
    assert {row.verdict for row in judged} == {"not beyond noise"}, "the pit is still there"
    come = compare(AssessedCapture(missed, again[0].relief), first[0])
    assert {row.fate for row in come.scars} <= {"new", "outside"}
    assert {row.verdict for row in come.scars if row.depth is not None} == {"not beyond noise"}


def test_a_dark_floor_widens_the_interval_by_its_code_and_not_by_its_words(first: Visited, again: Visited) -> None:
    def reach(*notes: Note) -> float:
        visits = []
        for capture in (first[0], again[0]):
            changed = {"depth_from": "shadows", "notes": notes}
            scars = tuple(scar.model_copy(update=changed) for scar in capture.assessment.scars)
            visits.append(AssessedCapture(capture.assessment.model_copy(update={"scars": scars}), capture.relief))
        change = compare(visits[0], visits[1])
        depths = [row.depth.change for row in change.scars if row.depth is not None and row.fate == "same"]
        assert depths
        return sum(depth.high - depth.low for depth in depths)

    words = "no light reached its floor"
    plain = reach()
    assert reach(Note(code="other", text=words)) == plain
    assert reach(Note(code="never_lit", text="sin luz en el fondo")) > 1.05 * plain


def test_the_change_map_is_silent_where_nothing_changed_and_loud_in_the_scars(
    first: Visited, treated: Visited, laid: RegisteredPair
) -> None:
    change = compare(first[0], treated[0], laid=laid)
    maps = maps_of(first[0], treated[0], laid, change)
    beyond = np.abs(maps.difference_mm) > maps.noise_mm
    seen = np.isfinite(maps.difference_mm)
    assert beyond[laid.field.skin & seen].mean() < 0.03
    mouths = ~laid.field.skin & np.isfinite(maps.noise_mm) & seen
    assert beyond[mouths].mean() > 0.4
    assert (maps.difference_mm[mouths & beyond] > 0).mean() > 0.95, "filled pits are higher"
    assert np.isnan(maps.before_mm).any(), "moved pictures do not cover each other wholly"


def bowl(depth: float, slope: float = 0.0) -> NDArray[np.float32]:
    y, x = np.mgrid[0:160, 0:160] * 0.05
    rho = np.minimum(np.hypot(x - 4.0, y - 4.0) / 1.5, 1.0)
    return np.asarray(-depth * 0.5 * (1 + np.cos(np.pi * rho)) + slope * x, np.float32)


def ring() -> Points:
    angle = np.linspace(0, 2 * np.pi, 80, endpoint=False)
    return 4.0 + 1.5 * np.column_stack([np.cos(angle), np.sin(angle)])


def test_the_ratio_of_two_bowls_is_exact_whatever_the_tilt() -> None:
    skin = np.hypot(*(np.mgrid[0:160, 0:160] * 0.05 - 4.0)) > 1.5
    field = Field(bowl(0.4), bowl(0.3, slope=0.02), skin, 0.05)
    found = remeasure(field, [ring()])
    assert found is not None
    assert found.ratio == pytest.approx(0.75, abs=0.005)
    assert found.volume_mm3 / found.before_mm3 == pytest.approx(-0.25, abs=0.01)
    # The deepest tenth of the area reaches to sqrt(0.1) of the radius; its median lies at sqrt(0.05).
    deep = 0.5 * (1 + np.cos(np.pi * np.sqrt(0.05)))
    assert (found.before_mm, found.after_mm) == pytest.approx((0.4 * deep, 0.3 * deep), abs=0.01)
    swapped = remeasure(field, [ring()], by_after=True)
    assert swapped is not None
    assert swapped.ratio == pytest.approx(4 / 3, abs=0.01)


def test_a_scar_without_skin_around_it_is_not_measured() -> None:
    none = Field(bowl(0.4), bowl(0.3), np.zeros((160, 160), np.bool_), 0.05)
    assert remeasure(none, [ring()]) is None
    unseen = Field(np.full((160, 160), np.nan, np.float32), bowl(0.3), np.ones((160, 160), np.bool_), 0.05)
    assert remeasure(unseen, [ring()]) is None


def test_pores_that_read_stronger_are_told(first: Visited, again: Visited) -> None:
    laid = register_pair(first[0], again[0])
    assert fine_relief(laid.field) == pytest.approx(1.0, abs=0.04)
    stronger = replace(laid.field, after_mm=1.15 * laid.field.after_mm)
    assert fine_relief(stronger) == pytest.approx(1.15 * fine_relief(laid.field), rel=0.01)
    louder = replace(again[0].relief, height_mm=1.15 * again[0].relief.height_mm)
    change = compare(first[0], AssessedCapture(again[0].assessment, louder))
    assert any("stronger than before" in warning for warning in change.warnings)


def test_light_of_another_colour_is_named_and_what_it_does_is_taken_out(first: Visited, again: Visited) -> None:
    """As in glossy skin, where green is taken in place of blue: pores read a third weaker, scars by less."""
    relief = again[0].relief
    coarse = cv2.GaussianBlur(relief.height_mm, (0, 0), 0.3 / relief.pixel_mm)
    height = (0.93 * (coarse + 0.7 * (relief.height_mm - coarse))).astype(np.float32)
    before = AssessedCapture(first[0].assessment, replace(first[0].relief, channel="blue"))
    both: tuple[Channel, ...] = ("blue", "green")
    changes = {
        channel: compare(
            before, AssessedCapture(again[0].assessment, replace(relief, height_mm=height, channel=channel))
        )
        for channel in both
    }
    assert 0.5 < changes["green"].fine_relief < 0.8
    assert any("from blue light and the later from green light" in told for told in changes["green"].warnings)
    assert any("weaker than before" in told for told in changes["blue"].warnings)
    pairs = [
        (one.depth, other.depth)
        for one, other in zip(changes["blue"].scars, changes["green"].scars, strict=True)
        if one.depth is not None and other.depth is not None
    ]
    assert len(pairs) > 1
    factor = changes["green"].fine_relief ** 0.2
    for one, other in pairs:
        assert one.before is not None
        left, there = (1.0 + depth.change.value / one.before for depth in (one, other))
        assert there == pytest.approx(left / factor, rel=0.01)


@pytest.mark.parametrize("channels", [("blue", "blue"), ("grey", "blue"), (None, "green")])
def test_other_lights_are_not_told_apart(
    first: Visited, again: Visited, channels: tuple[Channel | None, Channel | None]
) -> None:
    before, after = (
        AssessedCapture(seen.assessment, replace(seen.relief, channel=channel))
        for seen, channel in zip((first[0], again[0]), channels, strict=True)
    )
    assert not any("light and the later" in told for told in compare(before, after).warnings)
