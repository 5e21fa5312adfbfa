"""Every wrong line of a ``capture.toml`` is named with its value, what is allowed, and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from cicatrix.errors import CaptureError, LightsError
from tests.capture.build import photo, png_bytes, read_lights, refusal, write_height, write_lights


def _manifest(folder: Path, text: str | bytes) -> Path:
    write_lights(folder)
    (folder / "capture.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0", "pixel_mm = 0"),
        ("-0.04", "pixel_mm = -0.04"),
        ("nan", "pixel_mm = nan"),
        ("inf", "pixel_mm = inf"),
        ("true", "pixel_mm = True"),
        ('"0.04"', "pixel_mm = '0.04'"),
        ("0.0009", "pixel_mm = 0.0009"),
        ("1.01", "pixel_mm = 1.01"),
        ("[0.04]", "pixel_mm = [0.04]"),
        ("1" + "0" * 400, "pixel_mm = 1000"),
    ],
)
def test_wrong_pixel_size(tmp_path: Path, value: str, shown: str) -> None:
    folder = _manifest(tmp_path, f'kind = "lights"\n# in mm\npixel_mm = {value}\nlights = "lights.lp"\n')
    refusal(folder, CaptureError, "capture.toml, line 3", shown, "a number from 0.001 to 1", "pixel_mm = 0.04", line=3)


@pytest.mark.parametrize("value", ["0.001", "1", "1.0", "4e-2"])
def test_right_pixel_size(tmp_path: Path, value: str) -> None:
    folder = _manifest(tmp_path, f'kind = "lights"\npixel_mm = {value}\nlights = "lights.lp"\n')
    assert read_lights(folder).pixel_mm == float(value)


@pytest.mark.parametrize(
    ("text", "missing", "remedy"),
    [
        ('pixel_mm = 0.04\nlights = "lights.lp"\n', "kind is missing", 'kind = "lights"'),
        ('kind = "lights"\nlights = "lights.lp"\n', "pixel_mm is missing", "pixel_mm = 0.04"),
        ('kind = "lights"\npixel_mm = 0.04\n', "lights is missing", 'lights = "lights.lp"'),
        ('kind = "height"\npixel_mm = 0.04\nheight_unit = "mm"\n', "file is missing", 'file = "heights.tif"'),
        ('kind = "height"\npixel_mm = 0.04\nfile = "0.png"\n', "height_unit is missing", "state the unit"),
        ("# nothing\n", "kind is missing", 'kind = "lights"'),
    ],
)
def test_missing_key(tmp_path: Path, text: str, missing: str, remedy: str) -> None:
    refusal(_manifest(tmp_path, text), CaptureError, "capture.toml", missing, remedy)


@pytest.mark.parametrize("kind", ["scan", "photo"])
def test_planned_kinds_say_so(tmp_path: Path, kind: str) -> None:
    folder = _manifest(tmp_path, f'kind = "{kind}"\n')
    refusal(
        folder, CaptureError, f"kind = '{kind}'", '"lights", "card", "height"', "this version does not read", line=1
    )


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [("lihgts", "did you mean 'lights'?"), ("heigth", "'height'?"), ("zzz", "one of these kinds")],
)
def test_unknown_kind(tmp_path: Path, kind: str, remedy: str) -> None:
    folder = _manifest(tmp_path, f'kind = "{kind}"\n')
    refusal(folder, CaptureError, f"kind = '{kind}'", '"lights", "card", "height"', remedy, line=1)


def test_kind_that_is_no_text(tmp_path: Path) -> None:
    refusal(_manifest(tmp_path, "kind = 3\n"), CaptureError, "kind = 3", "text in quotes", line=1)


@pytest.mark.parametrize(
    ("key", "remedy"),
    [("pixel_mn", "did you mean 'pixel_mm'?"), ("ligths", "did you mean 'lights'?"), ("zzz", "take the line out")],
)
def test_unknown_key_is_not_passed_over(tmp_path: Path, key: str, remedy: str) -> None:
    folder = write_lights(tmp_path, extra=f"{key} = 1")
    refusal(folder, CaptureError, f"unknown key '{key}'", "light_distance_mm, lights, linear", remedy, line=4)


def test_a_key_of_the_other_kind_is_unknown(tmp_path: Path) -> None:
    refusal(write_lights(tmp_path, extra='height_unit = "mm"'), CaptureError, "unknown key 'height_unit'", line=4)
    folder = write_height(tmp_path, "h.png", png_bytes(photo(channels=1)), extra="linear = true")
    refusal(folder, CaptureError, "unknown key 'linear'", "file, height_unit, kind", line=5)


@pytest.mark.parametrize(
    ("line", "shown", "allowed"),
    [
        ('linear = "yes"', "linear = 'yes'", "true or false"),
        ("linear = 1", "linear = 1", "true or false"),
        ("site = 7", "site = 7", "text in quotes"),
        ("light_distance_mm = 0", "light_distance_mm = 0", "a number from 1 to 100000"),
        ("light_distance_mm = nan", "light_distance_mm = nan", "a number from 1 to 100000"),
        ('light_distance_mm = "far"', "light_distance_mm = 'far'", "a number from 1 to 100000"),
    ],
)
def test_wrong_optional_value(tmp_path: Path, line: str, shown: str, allowed: str) -> None:
    refusal(write_lights(tmp_path, extra=line), CaptureError, "capture.toml", shown, allowed, line=4)


@pytest.mark.parametrize("lights", ['""', '"  "', "3", "[]"])
def test_lights_that_name_nothing(tmp_path: Path, lights: str) -> None:
    folder = _manifest(tmp_path, f'kind = "lights"\npixel_mm = 0.04\nlights = {lights}\n')
    refusal(folder, CaptureError, "lights = ", "text in quotes", 'lights = "lights.lp"', line=3)


@pytest.mark.parametrize(
    "unit",
    ['"cm"', "1", "true", "{}", "{mm_per_pixel = 1}", '{mm_per_count = 1, unit = "mm"}', '"' + "u" * 500 + '"'],
)
def test_unknown_height_unit(tmp_path: Path, unit: str) -> None:
    folder = write_height(tmp_path, "h.png", png_bytes(photo(channels=1)), unit=unit)
    error = refusal(folder, CaptureError, "height_unit = ", '"mm", "um" or {mm_per_count', "the unit", line=4)
    assert len(error.what) < 120


@pytest.mark.parametrize("value", ["0", "-0.001", "nan", '"0.001"', "true", "1e4"])
def test_wrong_height_of_a_count(tmp_path: Path, value: str) -> None:
    folder = write_height(tmp_path, "h.png", png_bytes(photo(channels=1)), unit=f"{{mm_per_count = {value}}}")
    refusal(folder, CaptureError, "mm_per_count = ", "a number from 1e-09 to 1000", "0.001", line=4)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("kind = lights\n", 1),
        ('kind = "lights"\npixel_mm 0.04\n', 2),
        ('kind = "lights"\n\npixel_mm = 0.04\npixel_mm = 0.05\n', 4),
        ('kind = "lights"\npixel_mm = ', 2),
    ],
)
def test_what_is_not_toml_is_pointed_at(tmp_path: Path, text: str, line: int) -> None:
    refusal(_manifest(tmp_path, text), CaptureError, f"capture.toml, line {line}", "not valid TOML", line=line)


def test_arrays_nested_beyond_reason(tmp_path: Path) -> None:
    refusal(_manifest(tmp_path, "site = " + "[" * 100_000), CaptureError, "100007 characters", "at most")


def test_a_number_beyond_reason(tmp_path: Path) -> None:
    refusal(_manifest(tmp_path, "pixel_mm = " + "1" * 5000), CaptureError, "not valid TOML")


def test_what_is_not_utf8_is_pointed_at(tmp_path: Path) -> None:
    folder = _manifest(tmp_path, b'kind = "lights"\nsite = "l\xe4nk"\n')
    refusal(folder, CaptureError, "capture.toml, line 2", "byte 0xe4", "save the file as UTF-8", line=2)


def test_an_empty_manifest(tmp_path: Path) -> None:
    refusal(_manifest(tmp_path, ""), CaptureError, "capture.toml", "empty (0 bytes)")


def test_a_manifest_of_megabytes(tmp_path: Path) -> None:
    refusal(_manifest(tmp_path, "#" * 2_000_000), CaptureError, "2000000 bytes", "at most 1048576 bytes")


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    text = '\ufeffkind = "lights"\r\npixel_mm = 0.04\r\nlights = "lights.lp"\r\n'
    assert read_lights(_manifest(tmp_path, text)).pixel_mm == 0.04


def test_the_light_file_is_missing(tmp_path: Path) -> None:
    folder = write_lights(tmp_path)
    (folder / "lights.lp").unlink()
    refusal(folder, LightsError, "lights.lp", "cannot be found", "check its name")
