"""The light file: what is tolerated, and what is refused with its line."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.capture.lp import parse_lp
from cicatrix.errors import ImageError, LightsError
from tests.capture.build import photo, png_bytes, read_lights, refusal, write_lights

RING = ["0.png 1 0 1", "1.png 0 1 1", "2.png -1 0 1", "3.png 0 -1 1"]
LP = Path("lights.lp")


def _lp(*lines: str, end: str = "\n") -> str:
    return end.join(lines) + end


def _with_line(line: str) -> str:
    return _lp("4", *RING[:3], line)


def test_vectors_are_brought_to_unit_length() -> None:
    lights = parse_lp(_lp("4", "a 3 0 4", "b 0 2e-3 1e-3", "c 0 0 1e300", "d -.5 +.5 5.e-1"), LP)
    assert lights[0].direction == pytest.approx((0.6, 0.0, 0.8))
    assert lights[2].direction == (0.0, 0.0, 1.0)
    for light in lights:
        assert math.hypot(*light.direction) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        _lp("4", *RING, end="\r\n"),
        _lp("4", *RING, end="\r"),
        "\ufeff" + _lp("4", *RING),
        _lp("  4  ", *(line.replace(" ", "\t ") for line in RING)),
        _lp(
            "# taken on Monday",
            "",
            "4",
            RING[0],
            "; the next one is dim",
            RING[1],
            "// and more",
            *RING[2:],
            "",
            "",
        ),
        _lp("4", *(f'"{line.split()[0]}" {" ".join(line.split()[1:])}' for line in RING)),
        _lp("4", *(f"'{line.split()[0]}' {' '.join(line.split()[1:])}" for line in RING)),
        _lp("4", *RING).rstrip("\n"),
    ],
    ids=["windows", "mac", "bom", "tabs", "comments", "quotes", "single quotes", "no last line end"],
)
def test_ways_to_write_it_are_all_read(text: str) -> None:
    plain = parse_lp(_lp("4", *RING), LP)
    read = parse_lp(text, LP)
    assert [(light.name, light.direction) for light in read] == [(light.name, light.direction) for light in plain]


@pytest.mark.parametrize("name", ["left cheek 1.png", "a 1 2 3.png", "é ü.png", "x.1.2.png", "100%.png"])
def test_names_with_spaces_and_other_letters(tmp_path: Path, name: str) -> None:
    files = {name: png_bytes(photo(0)), **{f"{i}.png": png_bytes(photo(i)) for i in range(1, 4)}}
    assert read_lights(write_lights(tmp_path, files)).files[2].name == name


@pytest.mark.parametrize(
    "foreign",
    [
        "C:\\Users\\someone\\RTI\\jpeg-exports\\0.png",
        "C:/RTI/0.png",
        "\\\\server\\share\\0.png",
        "/Volumes/RTI/0.png",
        "jpeg-exports/0.png",
        "jpeg-exports\\0.png",
        "./0.png",
        "here/../0.png",
    ],
)
def test_paths_from_another_machine_fall_back_to_the_bare_name(tmp_path: Path, foreign: str) -> None:
    folder = write_lights(tmp_path, lp=_lp("4", RING[0].replace("0.png", foreign), *RING[1:]))
    assert read_lights(folder).files[2].name == "0.png"


def test_a_path_that_exists_in_the_folder_is_taken_before_the_bare_name(tmp_path: Path) -> None:
    files = {name: png_bytes(photo(i)) for i, name in enumerate(["0.png", "1.png", "2.png", "3.png", "sub/0.png"])}
    folder = write_lights(tmp_path, files, lp=_lp("4", RING[0].replace("0.png", "sub\\0.png"), *RING[1:]))
    assert (read_lights(folder).images[0] == photo(4)).all()


def test_an_absolute_path_into_the_folder_is_followed(tmp_path: Path) -> None:
    files = {name: png_bytes(photo(i)) for i, name in enumerate(["0.png", "1.png", "2.png", "3.png", "sub/0.png"])}
    folder = write_lights(
        tmp_path, files, lp=_lp("4", RING[0].replace("0.png", str(tmp_path / "sub/0.png")), *RING[1:])
    )
    assert (read_lights(folder).images[0] == photo(4)).all()


@pytest.mark.parametrize("count", ["3", "5", "0", "44"])
def test_count_that_disagrees(tmp_path: Path, count: str) -> None:
    folder = write_lights(tmp_path, lp=_lp(count, *RING))
    refusal(folder, LightsError, "lights.lp, line 1", f"says {count} lights, but 4 are listed", line=1)


@pytest.mark.parametrize("first", [RING[0], "four", "4.0", "-4", "4 lights", "nan", "٤"])
def test_count_line_missing(tmp_path: Path, first: str) -> None:
    folder = write_lights(tmp_path, lp=_lp("# lights", first, *RING))
    refusal(folder, LightsError, "first line must be the number of lights", repr(first), line=2)


def test_a_file_without_content(tmp_path: Path) -> None:
    refusal(write_lights(tmp_path, lp="# none\n\n"), LightsError, "lights.lp", "number of lights, found ''", line=1)
    refusal(write_lights(tmp_path, lp=""), LightsError, "lights.lp", "empty (0 bytes)")


@pytest.mark.parametrize("count", [0, 1, 3])
def test_fewer_than_four_lights(tmp_path: Path, count: int) -> None:
    folder = write_lights(tmp_path, lp=_lp(str(count), *RING[:count]))
    refusal(folder, LightsError, "lights.lp", f"{count} lights", "at least 4 lights", "under more lights")


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("3.png 0 zero 1", ("y = 'zero' is not a finite number", "numbers like -0.25")),
        ("3.png nan 0 1", ("x = 'nan' is not a finite number",)),
        ("3.png 0 0 inf", ("z = 'inf' is not a finite number",)),
        ("3.png 0 0 1e999", ("z = '1e999' is not a finite number",)),
        ("3.png 0,5 0 1", ("x = '0,5' is not a finite number", "decimal point instead of the comma")),
        ("3.png 1_0 0 1", ("x = '1_0' is not a finite number",)),
        ("3.png 0 1", ("found '3.png 0 1'", "file x y z", "all three numbers")),
        ("0 0 1", ("found '0 0 1'", "file x y z")),
        ("3.png", ("found '3.png'", "file x y z")),
        ("3.png 0 0 0", ("'3.png' has a vector of zero length", "give the light's direction")),
        ("3.png 1e-12 0 0", ("'3.png' has a vector of zero length",)),
        ("3.png 0 -1 -0.5", ("'3.png' lies at or below the horizon (z = -0.5)", "z above 0", "the signs")),
        ("3.png 0 -1 0", ("'3.png' lies at or below the horizon (z = 0)", "z above 0")),
        ("2.png 0 -1 1", ("'2.png' is listed twice, first in line 4", "photograph of its own")),
        ("./2.png 0 -1 1", ("'./2.png' is listed twice, first in line 4",)),
        ('"" 0 -1 1', ("'' names no photograph",)),
        (".. 0 -1 1", ("'..' names no photograph",)),
        ("sub/ 0 -1 1", ("'sub/' names no photograph",)),
    ],
)
def test_wrong_line(tmp_path: Path, line: str, parts: tuple[str, ...]) -> None:
    refusal(write_lights(tmp_path, lp=_with_line(line)), LightsError, "lights.lp, line 5", *parts, line=5)


@pytest.mark.parametrize(
    "vectors",
    [
        ["1 0 1", "-1 0 1", "0.5 0 1", "-0.2 0 1"],
        ["1 1 1", "-1 -1 1", "0.5 0.5 1", "-0.2 -0.2 1"],
        ["0.01 0 1", "0 0.01 1", "-0.01 0 1", "0 -0.01 1"],
        ["1 0.010 1", "-1 -0.010 1", "0.5 -0.005 1", "-0.2 0.01 1"],
    ],
    ids=["a row", "a diagonal row", "one spot", "nearly a row"],
)
def test_lights_in_one_plane_through_the_skin(tmp_path: Path, vectors: list[str]) -> None:
    lines = [f"{i}.png {vector}" for i, vector in enumerate(vectors)]
    folder = write_lights(tmp_path, lp=_lp("4", *lines))
    refusal(folder, LightsError, "lights.lp", "one plane through the skin", "at least 0.02", "around the skin")


@pytest.mark.parametrize("elevation_deg", [10, 30, 45, 60, 80, 88])
def test_a_ring_of_any_elevation_is_accepted(tmp_path: Path, elevation_deg: float) -> None:
    z = math.tan(math.radians(elevation_deg))
    lines = [line[: -len("1")] + f"{z:.6f}" for line in RING]
    assert read_lights(write_lights(tmp_path, lp=_lp("4", *lines))).directions[:, 2] == pytest.approx(
        math.sin(math.radians(elevation_deg))
    )


def test_missing_photograph(tmp_path: Path) -> None:
    folder = write_lights(tmp_path, lp=_with_line("nine.png 0 -1 1"))
    refusal(folder, ImageError, "'nine.png' (named in lights.lp, line 5) does not exist", "copy it into")


def test_missing_photograph_with_a_similar_name(tmp_path: Path) -> None:
    files = {name: png_bytes(photo(i)) for i, name in enumerate(["IMG_0.PNG", "1.png", "2.png", "3.png"])}
    folder = write_lights(tmp_path, files, lp=_lp("4", RING[0].replace("0.png", "img_0.png"), *RING[1:]))
    refusal(folder, ImageError, "'img_0.png'", "the folder has 'IMG_0.PNG'")


def test_a_folder_in_place_of_a_photograph(tmp_path: Path) -> None:
    folder = write_lights(tmp_path)
    (folder / "3.png").unlink()
    (folder / "3.png").mkdir()
    refusal(folder, ImageError, "3.png", "this is a folder")


def test_what_is_not_utf8(tmp_path: Path) -> None:
    folder = write_lights(tmp_path)
    (folder / "lights.lp").write_bytes(b"4\n\xff.png 1 0 1\n")
    refusal(folder, LightsError, "lights.lp, line 2", "byte 0xff", "UTF-8", line=2)


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(0.01, 1)), min_size=4, max_size=12))
def test_every_line_written_is_read_back(vectors: list[tuple[float, float, float]]) -> None:
    lines = [f"photo {i}.jpg {x!r} {y!r} {z!r}" for i, (x, y, z) in enumerate(vectors)]
    lights = parse_lp(_lp(str(len(lines)), *lines), LP)
    assert [light.name for light in lights] == [f"photo {i}.jpg" for i in range(len(lines))]
    expected = np.array(vectors) / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert np.array([light.direction for light in lights]) == pytest.approx(expected, abs=1e-12)
