"""A folder with photographs of the card becomes a capture, or an error that says what to do."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from cicatrix.capture import read_capture
from cicatrix.capture.card.exif import CameraNotes, camera_notes
from cicatrix.errors import CaptureError, ImageError
from cicatrix.model.capture import LightsCapture
from cicatrix.model.light import decode_srgb, encode_srgb
from tests.capture.card.photographs import Scene, photograph
from tests.capture.card.shots import EIGHTIETH, focal_35, jpeg, torch_mm

SMALL = Scene(rows=1000, cols=1300, focal_px=1950.0, quality=None, skin_seed=71, noise=0.002)


@pytest.fixture(scope="module")
def shots() -> list[bytes]:
    rng = np.random.default_rng(21)
    scenes = [
        replace(SMALL, eye_mm=(*rng.normal(0, 1.5, 2), 250.0), light_mm=torch_mm(k), seed=200 + k) for k in range(6)
    ]
    return [jpeg(photograph(one), focal_35=focal_35(one)) for one in scenes]


@pytest.fixture
def folder(tmp_path: Path, shots: list[bytes]) -> Path:
    for k, data in enumerate(shots):
        (tmp_path / f"IMG_{k}.JPG").write_bytes(data)
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / "capture.toml").write_text(f'kind = "card"\n{text}', encoding="utf-8")


def read(folder: Path, text: str) -> LightsCapture:
    write(folder, text)
    capture = read_capture(folder)
    assert isinstance(capture, LightsCapture)
    return capture


def test_a_folder_of_photographs_is_all_that_is_needed(folder: Path) -> None:
    capture = read(folder, 'images = "*.jpg"\nsite = "left cheek"')
    assert (capture.kind, capture.site, capture.linear) == ("card", "left cheek", True)
    assert capture.images.dtype == np.float32
    assert [file.name for file in capture.files] == ["capture.toml", *(f"IMG_{k}.JPG" for k in range(6))]
    assert capture.pixel_mm == pytest.approx(250 / SMALL.focal_px, rel=0.03)
    reading = capture.card
    assert reading is not None
    assert (reading.window_mm, reading.focal_from, reading.print_scale) == ((40, 40), "exif", 1.0)
    assert reading.focal_px == pytest.approx(SMALL.focal_px, rel=0.01)
    assert reading.scale_error < 0.005
    assert capture.positions_mm is not None
    truth = np.array([torch_mm(k) for k in range(6)])
    cosine = (capture.directions * truth).sum(axis=1) / np.linalg.norm(truth, axis=1)
    assert np.median(np.degrees(np.arccos(np.clip(cosine, -1, 1)))) < 2.0
    assert np.median(np.abs(np.linalg.norm(capture.positions_mm, axis=1) / 220 - 1)) < 0.1


def test_the_same_folder_reads_the_same(folder: Path) -> None:
    first, second = (read(folder, 'images = "*.jpg"') for _ in range(2))
    assert np.array_equal(first.images, second.images)
    assert first.card == second.card


def test_a_measured_marker_scales_every_length(folder: Path) -> None:
    plain = read(folder, 'images = "*.jpg"')
    small = read(folder, 'images = "*.jpg"\nmarker_mm = 9.7')
    assert small.pixel_mm == pytest.approx(0.97 * plain.pixel_mm)
    assert plain.positions_mm is not None
    assert small.positions_mm == pytest.approx(0.97 * plain.positions_mm)
    assert plain.card is not None
    assert small.card is not None
    assert small.card.print_scale == pytest.approx(0.97)
    for before, after in zip(plain.card.photos, small.card.photos, strict=True):
        assert before.camera_mm is not None
        assert after.camera_mm == pytest.approx(0.97 * before.camera_mm)
        assert before.torch is not None
        assert after.torch is not None
        assert after.torch.distance_mm.value == pytest.approx(0.97 * before.torch.distance_mm.value, abs=0.1)


def test_an_ambient_photograph_takes_the_rooms_light_out(tmp_path: Path) -> None:
    room = Scene(rows=SMALL.rows, cols=SMALL.cols, focal_px=SMALL.focal_px, quality=None, skin_seed=71)
    room_light = 0.25 * _light(photograph(room))
    for name, share in (("dark", 0.0), ("lit", 1.0)):
        (tmp_path / name).mkdir()
        for k in range(6):
            scene = replace(SMALL, light_mm=torch_mm(k), seed=300 + k)
            light = 0.7 * _light(photograph(scene)) + share * room_light
            (tmp_path / name / f"{k}.jpg").write_bytes(jpeg(_encoded(light), focal_35=focal_35(scene)))
    # Twice the time, twice the light.
    data = jpeg(_encoded(2 * room_light), focal_35=focal_35(room), seconds=2 * EIGHTIETH)
    (tmp_path / "lit" / "room.jpg").write_bytes(data)
    dark = read(tmp_path / "dark", 'images = "*.jpg"')
    lit = read(tmp_path / "lit", 'images = "*.jpg"\nambient = "room.jpg"')
    assert len(lit.images) == 6
    assert lit.card is not None
    assert max(photo.torch.room_light for photo in lit.card.photos if photo.torch is not None) < 0.06
    # The window, inside of what the two grids may round differently.
    inner = [one.images[:, 5:-5, 5:-5] for one in (dark, lit)]
    rows, cols = (min(one.shape[k] for one in inner) for k in (1, 2))
    ratio = inner[1][:, :rows, :cols].mean(axis=(1, 2)) / inner[0][:, :rows, :cols].mean(axis=(1, 2))
    assert ratio / ratio.mean() == pytest.approx(np.ones_like(ratio), abs=0.03)


def _light(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    return decode_srgb(pixels.astype(np.float64) / 255)


def _encoded(light: NDArray[np.float64]) -> NDArray[np.uint8]:
    return encode_srgb(np.clip(light, 0, 1).astype(np.float32))


def test_exposures_that_differ_are_evened_out(folder: Path, shots: list[bytes]) -> None:
    plain = read(folder, 'images = "*.jpg"')
    pixels = np.asarray(Image.open(io.BytesIO(shots[2])))
    darker = _encoded(0.5 * _light(pixels))
    (folder / "IMG_2.JPG").write_bytes(jpeg(darker, focal_35=focal_35(SMALL), seconds=EIGHTIETH / 2))
    evened = read(folder, 'images = "*.jpg"')
    assert plain.strengths is not None
    assert evened.strengths == pytest.approx(plain.strengths, rel=0.05)


def test_photographs_without_a_card_are_refused(tmp_path: Path) -> None:
    for k in range(4):
        (tmp_path / f"{k}.jpg").write_bytes(jpeg(np.full((300, 400, 3), 90 + k, np.uint8)))
    write(tmp_path, 'images = "*.jpg"')
    with pytest.raises(CaptureError, match=r"no card was found in any of the 4 photographs.*cicatrix card --out"):
        read_capture(tmp_path)


def test_a_capture_that_cannot_be_measured_says_why(folder: Path) -> None:
    write(folder, 'images = "IMG_[01].JPG"')
    with pytest.raises(CaptureError, match=r"cannot be measured.*photographs.*What to do"):
        read_capture(folder)


def _spoil(folder: Path) -> None:
    (folder / "IMG_3.JPG").write_bytes((folder / "IMG_3.JPG").read_bytes()[:20_000])


@pytest.mark.parametrize(
    ("text", "spoil", "told"),
    [
        ("", None, ["images is missing", 'images = "*.jpg"']),
        ('images = "*.png"', None, ["names 0 photographs", "1 to 64", ".jpg"]),
        ('images = "../*.jpg"', None, ["'../*.jpg'", "files in the capture folder"]),
        ("images = 3", None, ["images = 3", "text in quotes"]),
        ('images = "*.jpg"\npixel_mm = 0.05', None, ["unknown key 'pixel_mm'", "marker_mm"]),
        ('images = "*.jpg"\nprint_scale = 2', None, ["print_scale = 2", "0.8 to 1.25"]),
        ('images = "*.jpg"\nmarker_mm = 100', None, ["marker_mm = 100", "8 to 12.5"]),
        ('images = "*.jpg"\nmarker_mm = 9.8\nprint_scale = 1.02', None, ["print_scale = 1.02", "0.98"]),
        ('images = "*.jpg"\nambient = "dark.jpg"', None, ["dark.jpg", "cannot be found"]),
        ('images = "*.jpg"\nambient = "../dark.jpg"', None, ["'../dark.jpg'", "outside the capture folder"]),
        ('images = "*.jpg"', _spoil, ["IMG_3.JPG", "truncated"]),
    ],
)
def test_a_wrong_folder_is_told_what_is_wrong(
    text: str, spoil: Callable[[Path], None] | None, told: list[str], folder: Path
) -> None:
    if spoil is not None:
        spoil(folder)
    write(folder, text)
    with pytest.raises((CaptureError, ImageError)) as caught:
        read_capture(folder)
    assert [part for part in told if part not in str(caught.value)] == []


def test_the_cameras_notes_are_read() -> None:
    pixels = np.zeros((300, 400, 3), np.uint8)
    notes = camera_notes(jpeg(pixels, focal_35=26), 300, 400)
    assert notes.model == "Test camera"
    # CIPA DC-008: the equivalent goes by the diagonal; 500 pixels here, 43.27 mm there.
    assert notes.focal_px == pytest.approx(26 / 43.2666 * 500, rel=1e-4)
    assert notes.exposure == pytest.approx(EIGHTIETH * 100 / 1.8**2, rel=1e-4)
    assert camera_notes(jpeg(pixels, seconds=None), 300, 400) == CameraNotes("Test camera", None, None)
    assert camera_notes(b"no picture", 300, 400) == CameraNotes()


def test_the_sensors_pixels_tell_the_focal_length_too() -> None:
    exif = Image.Exif()
    notes = exif.get_ifd(0x8769)
    notes[0x920A], notes[0xA20E], notes[0xA210] = 4.0, 1250.0, 3
    out = io.BytesIO()
    Image.fromarray(np.zeros((3000, 4000, 3), np.uint8)).save(out, "JPEG", exif=exif.tobytes())
    # 4 mm at 1250 pixels a centimetre.
    assert camera_notes(out.getvalue(), 3000, 4000).focal_px is None
    notes[0xA20E] = 8000.0
    out = io.BytesIO()
    Image.fromarray(np.zeros((3000, 4000, 3), np.uint8)).save(out, "JPEG", exif=exif.tobytes())
    assert camera_notes(out.getvalue(), 3000, 4000).focal_px == pytest.approx(3200.0)
