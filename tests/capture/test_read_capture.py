"""The way in: where a capture is looked for, which reader it gets, what is recorded of its files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

import cicatrix.capture
from cicatrix.capture import READERS, Manifest, read_capture
from cicatrix.errors import CaptureError
from cicatrix.model import HeightCapture
from cicatrix.progress import Progress
from tests.capture.build import lp_text, photo, png_bytes, read_lights, refusal, write_height, write_lights


def test_lights_come_back_as_they_were_written(tmp_path: Path) -> None:
    extra = 'site = " left cheek "\nlight_distance_mm = 250'
    capture = read_lights(write_lights(tmp_path, extra=extra))
    assert (capture.images == np.stack([photo(i) for i in range(4)])).all()
    root = np.sqrt(0.5)
    expected = [[root, 0, root], [0, root, root], [-root, 0, root], [0, -root, root]]
    assert capture.directions == pytest.approx(np.array(expected), abs=1e-6)
    assert (capture.pixel_mm, capture.site, capture.distance_mm, capture.linear) == (
        0.04,
        "left cheek",
        250.0,
        False,
    )


def test_optional_keys_may_be_missing(tmp_path: Path) -> None:
    capture = read_lights(write_lights(tmp_path))
    assert (capture.site, capture.distance_mm, capture.linear) == (None, None, False)


def test_linear_is_passed_on_and_changes_the_median(tmp_path: Path) -> None:
    encoded = read_lights(write_lights(tmp_path))
    linear = read_lights(write_lights(tmp_path, extra="linear = true"))
    assert linear.linear
    assert linear.quality[0].median == pytest.approx(0.5, abs=0.02)
    # IEC 61966-2-1: a stored 0.5 is a light of 0.214.
    assert encoded.quality[0].median == pytest.approx(0.214, abs=0.02)


def test_the_toml_file_itself_may_be_named(tmp_path: Path) -> None:
    folder = write_lights(tmp_path)
    assert read_lights(folder / "capture.toml").files == read_lights(folder).files


def test_every_file_is_recorded_with_its_hash(tmp_path: Path) -> None:
    files = {f"pictures/{i}.png": png_bytes(photo(i)) for i in range(4)}
    folder = write_lights(tmp_path, files, lp=lp_text([name.replace("/", "\\") for name in files]))
    recorded = read_lights(folder).files
    assert [file.name for file in recorded] == ["capture.toml", "lights.lp", *files]
    for file in recorded:
        data = (folder / file.name).read_bytes()
        assert (file.bytes, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_a_height_map_is_recorded_too(tmp_path: Path) -> None:
    folder = write_height(
        tmp_path, "h.png", png_bytes(photo(channels=1, dtype=np.uint16)), unit="{mm_per_count = 1e-5}"
    )
    assert [file.name for file in read_capture(folder).files] == ["capture.toml", "h.png"]


def test_two_runs_are_equal(tmp_path: Path) -> None:
    folder = write_lights(tmp_path)
    first, second = read_lights(folder), read_lights(folder)
    assert first.images.tobytes() == second.images.tobytes()
    assert (first.files, first.quality) == (second.files, second.quality)


def test_progress_counts_the_photographs(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    read_capture(write_lights(tmp_path), progress=lambda *step: seen.append(step))
    assert seen == [("reading photographs", done, 4) for done in range(5)]


def test_an_error_in_the_progress_callback_is_not_swallowed(tmp_path: Path) -> None:
    def stop(_stage: str, done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_capture(write_lights(tmp_path), progress=stop)


def test_another_reader_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_flat(manifest: Manifest, progress: Progress) -> HeightCapture:
        progress("flat", 1, 1)
        return HeightCapture(np.zeros((2, 2), np.float32), manifest.pixel_mm(), (manifest.source,))

    monkeypatch.setitem(READERS, "flat", read_flat)
    (tmp_path / "capture.toml").write_text('kind = "flat"\npixel_mm = 0.5\n', encoding="utf-8")
    assert read_capture(tmp_path).pixel_mm == 0.5


def test_public_names_are_sorted_and_there() -> None:
    names = cicatrix.capture.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert all(hasattr(cicatrix.capture, name) for name in names)


def test_no_such_folder(tmp_path: Path) -> None:
    refusal(tmp_path / "gone", CaptureError, str(tmp_path / "gone"), "no such folder", "check the path")


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"x")
    refusal(file, CaptureError, "photo.jpg", "is a file", "a folder with a capture.toml")


def test_empty_folder(tmp_path: Path) -> None:
    refusal(tmp_path, CaptureError, str(tmp_path), "is empty", "capture.toml")


def test_folder_without_manifest(tmp_path: Path) -> None:
    (tmp_path / "0.png").write_bytes(b"x")
    refusal(tmp_path, CaptureError, "no capture.toml", "write a capture.toml")


def test_a_misspelled_manifest_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "Capture.tml").write_text("", encoding="utf-8")
    refusal(tmp_path, CaptureError, "no capture.toml", "rename 'Capture.tml'")


def test_a_manifest_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "capture.toml").mkdir()
    refusal(tmp_path, CaptureError, "capture.toml", "this is a folder")


def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    refusal(tmp_path, CaptureError, str(tmp_path), "Permission denied", "permissions")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    folder = write_lights(tmp_path)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    refusal(folder, CaptureError, "capture.toml", "Permission denied", "permissions")
