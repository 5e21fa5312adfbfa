"""From photographs of the card to scars, as a user would; against the same skin under lights that are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cicatrix.capture import read_capture
from cicatrix.capture.card.align import follow_skin
from cicatrix.capture.card.find import find_card
from cicatrix.capture.card.read import read_shots
from cicatrix.capture.manifest import load_manifest
from cicatrix.model import Assessment, LightsCapture, Scar
from cicatrix.phantom import (
    CardPhantom,
    CardShots,
    PhantomSettings,
    make_card_phantom,
    photograph,
    truth_of,
    write_capture,
)
from cicatrix.phantom.card.make import MARGIN_MM
from cicatrix.pipeline.assess import assess

SEED = 2026
TORCH_MM = 220.0
SKIN = PhantomSettings(
    pixel_mm=0.09,
    icepick=0,
    boxcar=6,
    rolling=5,
    raised=0,
    red_marks=4,
    brown_marks=4,
    distractors=False,
    # What rises towards the camera looks larger than what is printed: level skin shows the card's own scale.
    form_radius_mm=None,
    jpeg_quality=92,
)
SHOTS = CardShots(pixels=(2000, 1500), equivalent_mm=45.0, torch_mm=(TORCH_MM, TORCH_MM))

pytestmark = pytest.mark.slow


@dataclass(frozen=True, eq=False)
class Measured:
    """The same skin measured twice."""

    made: CardPhantom
    folder: Path
    card: LightsCapture
    by_card: Assessment
    by_lights: Assessment

    @property
    def cut_mm(self) -> float:
        """From the window's edge to that of the picture."""
        return float(self.made.shots.window_mm - self.card.images.shape[2] * self.card.pixel_mm) / 2


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    made = make_card_phantom(SEED, SKIN, SHOTS)
    folder = tmp_path_factory.mktemp("card") / "capture"
    write_capture(made, folder)
    card = read_capture(folder)
    assert isinstance(card, LightsCapture)
    return Measured(made, folder, card, assess(card)[0], assess(under_known_lights(made))[0])


def under_known_lights(made: CardPhantom) -> LightsCapture:
    """The skin under the same torches, seen from above, with all of the light told."""
    directions = np.array([torch.place_mm for torch in made.torches]) / TORCH_MM
    settings = replace(made.skin.settings, kind="lights", light_distance_mm=TORCH_MM)
    images = photograph(made.above_mm, made.skin.albedo, directions, settings, np.random.default_rng(SEED))
    return LightsCapture(
        images=images,
        directions=directions,
        linear=False,
        pixel_mm=SKIN.pixel_mm,
        files=(),
        quality=(),
        distance_mm=TORCH_MM,
    )


def pairs(scars: Sequence[Scar], made: CardPhantom, shift_mm: float) -> list[tuple[dict[str, Any], Scar]]:
    """Each scar of the truth that was found, with what was found."""
    found = []
    for truth in truth_of(made)["scars"]:
        off = [np.hypot(scar.x_mm + shift_mm - truth["x_mm"], scar.y_mm + shift_mm - truth["y_mm"]) for scar in scars]
        if off and min(off) < 0.4 * truth["width_mm"]:
            found.append((truth, scars[int(np.argmin(off))]))
    return found


def depth_errors(scars: Sequence[Scar], made: CardPhantom, shift_mm: float) -> NDArray[np.float64]:
    return np.array([abs(s.depth_mm.value / t["depth_mm"] - 1.0) for t, s in pairs(scars, made, shift_mm)])


def test_torches_are_found_where_they_were_held(measured: Measured) -> None:
    true, told = np.array([torch.place_mm for torch in measured.made.torches]), measured.card.positions_mm
    assert told is not None
    assert told.shape == true.shape
    far, told_far = (np.linalg.norm(places, axis=1) for places in (true, told))
    cosine = (true * told).sum(axis=1) / (far * told_far)
    assert np.median(np.degrees(np.arccos(np.minimum(cosine, 1.0)))) < 2.0
    assert np.median(np.abs(told_far / far - 1.0)) < 0.1


def test_distances_on_the_skin_are_true(measured: Measured) -> None:
    matched = pairs(measured.by_card.scars, measured.made, measured.cut_mm)
    assert len(matched) >= 6
    true = np.array([(truth["x_mm"], truth["y_mm"]) for truth, _ in matched])
    told = np.array([(scar.x_mm, scar.y_mm) for _, scar in matched])
    true, told = true - true.mean(axis=0), told - told.mean(axis=0)
    # Least squares scale; a scar's place is told to about a tenth of a mm.
    assert (true * told).sum() / (true**2).sum() == pytest.approx(1.0, abs=0.005)


def test_depths_are_as_good_as_under_known_lights(measured: Measured) -> None:
    known = depth_errors(measured.by_lights.scars, measured.made, -MARGIN_MM)
    told = depth_errors(measured.by_card.scars, measured.made, measured.cut_mm)
    assert len(told) >= len(known) - 2
    assert np.median(told) < max(1.5 * np.median(known), 0.06)


@pytest.mark.parametrize(
    "kind",
    [
        "boxcar",
        pytest.param(
            "rolling",
            marks=pytest.mark.xfail(
                reason="wide hollows are read 6 to 34 % too shallow from the card, with the true torches too; "
                "under known lights the same are 24 % too shallow to 9 % too deep"
            ),
        ),
    ],
)
def test_intervals_hold_the_true_depths(measured: Measured, kind: str) -> None:
    matched = pairs(measured.by_card.scars, measured.made, measured.cut_mm)
    held = [s.depth_mm.low <= t["depth_mm"] <= s.depth_mm.high for t, s in matched if t["kind"] == kind]
    assert len(held) >= 4
    assert np.mean(held) >= 0.8


def test_every_photograph_is_used(measured: Measured) -> None:
    reading = measured.card.card
    assert reading is not None
    names = [photo["file"] for photo in truth_of(measured.made)["photos"]]
    assert [photo.name for photo in reading.photos if photo.used] == names
    assert reading.verdict in ("measured", "wider")


def median_slip_mm(folder: Path) -> float:
    """How far the reader takes the skin to have moved."""
    photos = read_shots(load_manifest(folder), lambda *_: None).photos
    found = find_card(photos)
    assert found is not None
    return float(np.median(np.linalg.norm(follow_skin(photos, found).slip_mm, axis=1)))


def test_skin_that_lay_still_is_not_taken_for_moved(measured: Measured) -> None:
    assert median_slip_mm(measured.folder) < 0.05


@pytest.mark.xfail(
    reason="light that scatters in the skin reddens the far side of every hollow, with each torch another; where no "
    "marks hold it, that is taken for skin that moved, by 0.1 to 0.2 mm"
)
def test_skin_without_marks_that_lay_still_is_not_taken_for_moved(tmp_path: Path) -> None:
    bare = replace(SKIN, red_marks=0, brown_marks=0, lights=6)
    write_capture(make_card_phantom(SEED, bare, SHOTS), tmp_path / "capture")
    assert median_slip_mm(tmp_path / "capture") < 0.05
