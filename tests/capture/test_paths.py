"""No name leads out of the capture folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cicatrix.errors import CaptureError, ImageError, LightsError
from tests.capture.build import photo, png_bytes, read_lights, refusal, write_height, write_lights

OUTSIDE = "path outside the capture folder"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A good picture beside the capture folder, which must never be read."""
    path = tmp_path / "secret.png"
    path.write_bytes(png_bytes(photo(9)))
    return path


@pytest.mark.parametrize("name", ["../secret.png", "..\\secret.png", "x/../../secret.png", "./../secret.png"])
def test_photograph_above_the_folder(tmp_path: Path, secret: Path, name: str) -> None:
    assert secret.exists()
    lp = f"4\n0.png 1 0 1\n1.png 0 1 1\n2.png -1 0 1\n{name} 0 -1 1\n"
    folder = write_lights(tmp_path / "capture", lp=lp)
    refusal(folder, LightsError, "lights.lp, line 5", repr(name), OUTSIDE, "copy the file into", line=5)


def test_photograph_from_the_root(tmp_path: Path, secret: Path) -> None:
    lp = f"4\n0.png 1 0 1\n1.png 0 1 1\n2.png -1 0 1\n{secret} 0 -1 1\n"
    folder = write_lights(tmp_path / "capture", lp=lp)
    refusal(folder, LightsError, "lights.lp, line 5", str(secret), OUTSIDE, line=5)


def test_photograph_above_the_folder_even_if_the_bare_name_exists(tmp_path: Path, secret: Path) -> None:
    folder = write_lights(tmp_path / "capture", lp="4\n0.png 1 0 1\n1.png 0 1 1\n2.png -1 0 1\n../3.png 0 -1 1\n")
    assert secret.exists()
    refusal(folder, LightsError, "'../3.png'", OUTSIDE, line=5)


def test_photograph_linked_from_elsewhere(tmp_path: Path, secret: Path) -> None:
    folder = write_lights(tmp_path / "capture")
    (folder / "3.png").unlink()
    (folder / "3.png").symlink_to(secret)
    refusal(folder, LightsError, "lights.lp, line 5", "'3.png'", OUTSIDE, line=5)


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    folder = write_lights(tmp_path / "capture")
    (folder / "3.png").rename(folder / "third.png")
    (folder / "3.png").symlink_to("third.png")
    assert (read_lights(folder).images[3] == photo(3)).all()


def test_a_capture_folder_that_is_a_link_itself(tmp_path: Path) -> None:
    folder = write_lights(tmp_path / "capture")
    (tmp_path / "link").symlink_to(folder)
    assert read_lights(tmp_path / "link").files == read_lights(folder).files


def test_links_in_a_circle(tmp_path: Path) -> None:
    folder = write_lights(tmp_path / "capture")
    (folder / "3.png").unlink()
    (folder / "3.png").symlink_to("4.png")
    (folder / "4.png").symlink_to("3.png")
    with pytest.raises(CaptureError, match=r"3\.png"):
        read_lights(folder)


@pytest.mark.parametrize("name", ["../lights.lp", "/etc/passwd", "C:/lights.lp", "."])
def test_light_file_outside(tmp_path: Path, name: str) -> None:
    folder = write_lights(tmp_path / "capture")
    (folder / "capture.toml").write_text(f'kind = "lights"\npixel_mm = 0.04\nlights = "{name}"\n', encoding="utf-8")
    refusal(folder, CaptureError, "capture.toml, line 3", repr(name), OUTSIDE, line=3)


@pytest.mark.parametrize("name", ["../secret.png", "/etc/passwd"])
def test_height_map_outside(tmp_path: Path, secret: Path, name: str) -> None:
    folder = write_height(tmp_path / "capture", "h.png", secret.read_bytes())
    text = f'kind = "height"\npixel_mm = 0.02\nfile = "{name}"\nheight_unit = "mm"\n'
    (folder / "capture.toml").write_text(text, encoding="utf-8")
    refusal(folder, CaptureError, "capture.toml, line 3", repr(name), OUTSIDE, line=3)


def test_height_map_linked_from_elsewhere(tmp_path: Path) -> None:
    np.save(tmp_path / "secret.npy", np.zeros((40, 40), np.float32))
    folder = write_height(tmp_path / "capture", "h.npy", b"x")
    (folder / "h.npy").unlink()
    (folder / "h.npy").symlink_to(tmp_path / "secret.npy")
    refusal(folder, CaptureError, "'h.npy'", OUTSIDE, line=3)


def test_manifest_linked_from_elsewhere(tmp_path: Path) -> None:
    folder = write_lights(tmp_path / "capture")
    (folder / "capture.toml").rename(tmp_path / "elsewhere.toml")
    (folder / "capture.toml").symlink_to(tmp_path / "elsewhere.toml")
    refusal(folder, CaptureError, "'capture.toml'", OUTSIDE)


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    folder = write_lights(tmp_path)
    text = (folder / "capture.toml").read_text(encoding="utf-8").replace("lights.lp", "a\\u0000b.lp")
    (folder / "capture.toml").write_text(text, encoding="utf-8")
    refusal(folder, CaptureError, "'a\\x00b.lp' is not a usable path", "without a path", line=3)


def test_a_name_longer_than_any_file_has(tmp_path: Path) -> None:
    folder = write_lights(tmp_path, lp=f"4\n0.png 1 0 1\n1.png 0 1 1\n2.png -1 0 1\n{'x' * 5000}.png 0 -1 1\n")
    refusal(folder, ImageError, "xxx.png' (named in lights.lp, line 5) does not exist")
