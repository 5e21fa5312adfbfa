"""The whole journey: what must leave the answer alone, what must turn with it, and real surfaces."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from cicatrix.errors import OutputError
from cicatrix.model import Assessment, Case, HeightCapture, InputFile, LightsCapture
from cicatrix.phantom import Phantom, PhantomSettings, make_phantom, photograph
from cicatrix.pipeline.assess import assess, assess_folder, simulated
from cicatrix.pipeline.result import write_assessment
from tests.care.people import case_of

SIZE_MM, PIXEL_MM = 20.0, 0.05
PIXELS = 400
SETTINGS = PhantomSettings(
    size_mm=SIZE_MM,
    pixel_mm=PIXEL_MM,
    lights=6,
    icepick=1,
    boxcar=2,
    rolling=1,
    raised=1,
    red_marks=1,
    brown_marks=1,
    gloss=0.0,
    file_format="tiff",
)

Plane = NDArray[np.float32]


@pytest.fixture(scope="module")
def skin() -> Phantom:
    return make_phantom(7, SETTINGS)


@pytest.fixture(scope="module")
def from_lights(skin: Phantom) -> Assessment:
    return assess(lights_of(skin))[0]


@pytest.fixture(scope="module")
def from_height(skin: Phantom) -> Assessment:
    return assess(height_of(skin.height_mm))[0]


def lights_of(skin: Phantom, images: NDArray[np.float32] | None = None) -> LightsCapture:
    taken = skin.images if images is None else images
    assert taken is not None
    assert skin.directions is not None
    return LightsCapture(
        images=np.ascontiguousarray(taken, dtype=np.float32),
        directions=skin.directions,
        linear=True,
        pixel_mm=skin.settings.pixel_mm,
        files=(),
        quality=(),
    )


def height_of(height_mm: Plane) -> HeightCapture:
    return HeightCapture(height_mm=height_mm.astype(np.float32), pixel_mm=PIXEL_MM, files=())


def assert_same_scars(one: Assessment, other: Assessment, *, depth: float, width: float, place_mm: float) -> None:
    """Same number, same types, and measures that differ by at most these shares."""
    assert [scar.kind for scar in one.scars] == [scar.kind for scar in other.scars]
    for a, b in zip(one.scars, other.scars, strict=True):
        assert b.depth_mm.value == pytest.approx(a.depth_mm.value, rel=depth)
        assert b.width_mm.value == pytest.approx(a.width_mm.value, rel=width)
        assert (b.x_mm, b.y_mm) == pytest.approx((a.x_mm, a.y_mm), abs=place_mm)


def bumps() -> Plane:
    """A smooth form: a bent, twisted and leaning surface that rises over two millimetres."""
    y, x = np.mgrid[0:PIXELS, 0:PIXELS] * PIXEL_MM
    form = -((x - 7.0) ** 2) / 120.0 - (y - 12.0) ** 2 / 180.0 + 0.004 * x * y + 0.05 * x
    return np.asarray(form, dtype=np.float32)


@pytest.mark.slow
def test_every_scar_of_the_phantom_is_found_once(skin: Phantom, from_lights: Assessment) -> None:
    assert len(from_lights.scars) == len(skin.scars) == 5
    for real in skin.scars:
        apart = [np.hypot(scar.x_mm - real.x_mm, scar.y_mm - real.y_mm) for scar in from_lights.scars]
        assert min(apart) < 0.25 * real.width_mm


@pytest.mark.slow
def test_exposure_leaves_the_relief_alone(skin: Phantom, from_lights: Assessment) -> None:
    assert skin.images is not None
    darker, _ = assess(lights_of(skin, skin.images * np.float32(0.6)))
    assert_same_scars(from_lights, darker, depth=0.001, width=0.001, place_mm=0.005)


@pytest.mark.slow
def test_the_skins_colour_leaves_the_relief_alone(skin: Phantom, from_lights: Assessment) -> None:
    assert skin.images is not None
    y, x = np.mgrid[0:PIXELS, 0:PIXELS] / PIXELS
    stain = 1.0 - 0.4 * np.exp(-(((x - 0.4) / 0.12) ** 2) - ((y - 0.5) / 0.08) ** 2)
    stained, _ = assess(lights_of(skin, skin.images * stain[:, :, None].astype(np.float32)))
    assert_same_scars(from_lights, stained, depth=0.03, width=0.05, place_mm=0.05)


@pytest.mark.slow
def test_lights_of_unequal_strength_move_the_relief_little(skin: Phantom, from_lights: Assessment) -> None:
    assert skin.images is not None
    strength = np.array([1.0, 0.8, 0.9, 0.7, 1.0, 0.85], dtype=np.float32)
    uneven, _ = assess(lights_of(skin, skin.images * strength[:, None, None, None]))
    assert_same_scars(from_lights, uneven, depth=0.08, width=0.05, place_mm=0.05)


@pytest.mark.slow
def test_turning_the_capture_turns_the_result(skin: Phantom, from_lights: Assessment) -> None:
    capture = lights_of(skin)
    x, y, z = capture.directions.T
    turned, _ = assess(
        replace(
            capture,
            images=np.ascontiguousarray(np.rot90(capture.images, axes=(1, 2)), dtype=np.float32),
            directions=np.column_stack([-y, x, z]),
        )
    )
    assert len(turned.scars) == len(from_lights.scars)
    for scar in from_lights.scars:
        # A quarter turn to the left takes the right edge to the top.
        at = (scar.y_mm, SIZE_MM - scar.x_mm)
        twin = min(turned.scars, key=lambda other: np.hypot(other.x_mm - at[0], other.y_mm - at[1]))
        assert (twin.x_mm, twin.y_mm) == pytest.approx(at, abs=0.03)
        assert twin.kind == scar.kind
        assert twin.depth_mm.value == pytest.approx(scar.depth_mm.value, rel=0.02)
        assert twin.width_mm.value == pytest.approx(scar.width_mm.value, rel=0.02)


@pytest.mark.slow
def test_a_form_under_the_skin_leaves_depths_from_photographs_alone(skin: Phantom) -> None:
    assert skin.directions is not None
    flat = skin.height_mm - skin.form_mm
    seen = []
    for height_mm in (flat, flat + bumps()):
        images = photograph(height_mm, skin.albedo, skin.directions, SETTINGS, np.random.default_rng(1))
        seen.append(assess(lights_of(skin, images.astype(np.float32)))[0])
    assert_same_scars(seen[0], seen[1], depth=0.12, width=0.05, place_mm=0.1)


@pytest.mark.slow
def test_two_runs_give_equal_answers(skin: Phantom, from_lights: Assessment) -> None:
    again, _ = assess(lights_of(skin))
    assert again.model_dump_json(by_alias=True) == from_lights.model_dump_json(by_alias=True)


def test_heights_in_are_heights_out(skin: Phantom) -> None:
    _, relief = assess(height_of(skin.height_mm))
    assert np.abs(relief.height_mm + relief.form_mm - skin.height_mm).max() < 1e-6


def test_a_form_under_a_height_map_leaves_depths_alone(skin: Phantom, from_height: Assessment) -> None:
    bent, _ = assess(height_of(skin.height_mm + bumps()))
    assert_same_scars(from_height, bent, depth=0.02, width=0.02, place_mm=0.05)


def test_an_offset_and_a_tilt_leave_everything_alone(skin: Phantom, from_height: Assessment) -> None:
    lean = 5.0 + 0.2 * PIXEL_MM * np.arange(PIXELS, dtype=np.float32)
    tilted, _ = assess(height_of(skin.height_mm + lean))
    assert_same_scars(from_height, tilted, depth=0.005, width=0.005, place_mm=0.01)


def test_depths_scale_with_the_heights(skin: Phantom, from_height: Assessment) -> None:
    double, _ = assess(height_of(2.0 * skin.height_mm))
    for scar in from_height.scars:
        twin = min(double.scars, key=lambda other: np.hypot(other.x_mm - scar.x_mm, other.y_mm - scar.y_mm))
        assert twin.depth_mm.value == pytest.approx(2.0 * scar.depth_mm.value, rel=0.05)


def test_what_is_not_assessed_is_said(from_height: Assessment) -> None:
    answer = from_height.model_dump(by_alias=True)
    assert set(answer["not_assessed"]) == {"marks", "acne", "plan"}
    assert not any(answer[section] for section in answer["not_assessed"])
    assert answer["gate"]["state"] == "unknown"
    assert answer["gate"]["ask"]


def test_a_case_is_joined_with_what_was_measured(skin: Phantom, from_height: Assessment, tmp_path: Path) -> None:
    source = InputFile(name="case.toml", bytes=3, sha256="0" * 64)
    stated = {"acne": {"papules": 0, "pustules": 0, "nodules": 0}, "scars": {"rolling": 40, "keloid": 0}}
    whole, relief = assess(height_of(skin.height_mm), Case.model_validate(stated), stated=(source,))
    assert whole.scars == from_height.scars
    assert whole.provenance.inputs == (source,)
    assert whole.gate is not None
    assert whole.gate.state == "controlled"
    assert "acne" not in whole.not_assessed
    counts = whole.findings.scars
    kinds = [scar.kind for scar in whole.scars]
    assert (counts.rolling.value, counts.rolling.source) == (40, "stated")
    assert counts.rolling.measured == kinds.count("rolling")
    assert (counts.keloid.value, counts.keloid.source) == (0, "stated")
    (differs,) = whole.findings.disagreements
    assert (differs.key, differs.stated, differs.used) == ("scars.rolling", 40, 40)
    assert whole.findings.area is not None
    assert whole.findings.area.measured_mm2 == pytest.approx(SIZE_MM**2)
    write_assessment(whole, relief, tmp_path)
    again = Assessment.model_validate_json((tmp_path / "assessment.json").read_text(encoding="utf-8"))
    assert (again.findings, again.grades, again.gate) == (whole.findings, whole.grades, whole.gate)


def test_files_are_written_whole(from_height: Assessment, skin: Phantom, tmp_path: Path) -> None:
    _, relief = assess(height_of(skin.height_mm))
    out = tmp_path / "deep" / "out"
    written = write_assessment(from_height, relief, out)
    assert sorted(out.iterdir()) == sorted(written)
    assert {"assessment.json", "report.html", "scars.png", "relief.png", "height.png"} <= {
        file.name for file in written
    }
    assert json.loads((out / "assessment.json").read_text(encoding="utf-8"))["schema"] == "cicatrix/assessment/1"


def test_nothing_is_left_when_the_report_fails(
    from_height: Assessment, skin: Phantom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    _, relief = assess(height_of(skin.height_mm))
    monkeypatch.setattr("cicatrix.pipeline.result.write_report", fail)
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "notes.txt").write_text("mine", encoding="utf-8")
    for out in (tmp_path / "new" / "out", kept):
        with pytest.raises(OutputError, match=r"No space left on device.*What to do: choose a folder"):
            write_assessment(from_height, relief, out)
    assert [path.name for path in tmp_path.rglob("*")] == ["kept", "notes.txt"]


@pytest.mark.shared_data
def test_real_grooves_are_as_deep_as_the_instrument_says(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "groove"
    for file in (*source.glob("image*.png"), source / "lights.lp"):
        shutil.copyfile(file, tmp_path / file.name)
    manifest = 'kind = "lights"\npixel_mm = 0.027458\nlights = "lights.lp"\nlinear = true\n'
    (tmp_path / "capture.toml").write_text(manifest, encoding="utf-8")
    assessment = assess_folder(tmp_path, tmp_path / "out")
    # Columns 20-130 and 230-350, depths 0.386 and 0.202 mm: read from the instrument's own height map.
    for first, last, depth_mm in ((20, 130, 0.386), (230, 350, 0.202)):
        middle_mm = 0.5 * (first + last) * 0.027458
        grooves = [scar for scar in assessment.scars if abs(scar.x_mm - middle_mm) < 0.6]
        assert len(grooves) == 1
        assert grooves[0].linear
        assert grooves[0].depth_mm.value == pytest.approx(depth_mm, rel=0.15)
        assert grooves[0].depth_mm.low <= depth_mm <= grooves[0].depth_mm.high


@pytest.fixture(scope="module")
def real_cheek(shared_data: Path) -> Plane:
    """Relief of a real cheek, 40 mm wide ("Infinite, 3D Head Scan by Lee Perry-Smith", CC BY 3.0).

    The map has no scale. The face spans 2500 pixels from ear to ear, about 0.25 m, so a pixel is about 0.1 mm; with
    0.01 mm a grey level the relief is 24 µm (root mean square), within the 20-200 µm of facial skin.
    """
    path = shared_data / "head" / "Infinite-Level_02_Disp_NoSmoothUV-4096.jpg"
    grey = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert grey is not None
    crop = grey[1480:1880, 1300:1700].astype(np.float32)
    return np.asarray((crop - crop.mean()) * np.float32(0.01), dtype=np.float32)


@pytest.mark.shared_data
def test_a_real_cheek_without_scars_shows_hardly_any(real_cheek: Plane) -> None:
    assessment, relief = assess(HeightCapture(height_mm=real_cheek, pixel_mm=0.1, files=()))
    assert len(assessment.scars) <= 2
    assert 0.01 < assessment.capture.relief_noise_mm < 0.06
    assert np.abs(relief.height_mm).max() < 0.3


@pytest.mark.shared_data
def test_a_scar_pressed_into_a_real_cheek_is_measured(real_cheek: Plane) -> None:
    y, x = (np.mgrid[0:400, 0:400] + 0.5) * 0.1
    away_mm = np.hypot(x - 22.0, y - 17.0)
    # A bowl 6 mm wide and 0.4 mm deep, its edge rounded by a cosine.
    bowl = np.where(away_mm < 3.0, -0.2 * (1.0 + np.cos(np.pi * away_mm / 3.0)), 0.0)
    pressed = (real_cheek + bowl).astype(np.float32)
    assessment, _ = assess(HeightCapture(height_mm=pressed, pixel_mm=0.1, files=()))
    near = [scar for scar in assessment.scars if np.hypot(scar.x_mm - 22.0, scar.y_mm - 17.0) < 1.0]
    assert len(near) == 1
    assert near[0].depth_mm.value == pytest.approx(0.4, rel=0.15)
    assert near[0].kind == "rolling"


def test_the_surface_is_simulated_where_an_option_treats_a_scar(skin: Phantom, tmp_path: Path) -> None:
    case = case_of(scars={"keloid": 0, "hypertrophic": 0})
    answer, relief = assess(height_of(skin.height_mm), case)
    whole, pictures = simulated(answer, relief)
    assert whole.outlook is not None
    simulation = whole.outlook.simulation
    assert simulation is not None
    assert set(pictures) == {"before", "expected", "better", "worse"} == {state.state for state in simulation.states}
    for state in simulation.states:
        assert state.removed_mm3 == pytest.approx(state.predicted_mm3, rel=0.01, abs=1e-3)
    written = {file.name for file in write_assessment(whole, relief, tmp_path, pictures)}
    assert {"report.html", "patient.html", "report.pdf", *(state.picture for state in simulation.states)} <= written
    again = Assessment.model_validate_json((tmp_path / "assessment.json").read_text(encoding="utf-8"))
    assert again.outlook == whole.outlook


def test_nothing_is_simulated_without_a_plan(skin: Phantom, from_height: Assessment) -> None:
    relief = assess(height_of(skin.height_mm))[1]
    assert simulated(from_height, relief) == (from_height, {})
