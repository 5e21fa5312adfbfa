"""Whatever stands in the files, the answer is a capture or an error of ours."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.capture import read_capture
from cicatrix.capture.lp import parse_lp
from cicatrix.errors import CicatrixError, LightsError
from tests.capture.build import jpeg_bytes, photo, png_bytes, tiff_bytes, write_height, write_lights

KEYS = ["kind", "pixel_mm", "lights", "site", "linear", "light_distance_mm", "file", "height_unit", "x", ""]
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(
        ["lights", "height", "card", "lights.lp", "0.png", "mm", "um", "..", "/", ".", "a\0b", "~", "C:\\x"]
    ),
    st.text(max_size=20),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["mm_per_count", "y"]), st.floats(), max_size=2),
)
NAMES = st.one_of(
    st.sampled_from(["0.png", "1.png", "a b.png", "..", "../0.png", "\0", '"', "#"]), st.text(max_size=12)
)
NUMBERS = st.one_of(
    st.floats().map(repr), st.sampled_from(["0", "1", "-1", "1e999", "nan", "0,5"]), st.text(max_size=5)
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield write_lights(Path(name) / "capture")


def _answer(folder: Path) -> None:
    with contextlib.suppress(CicatrixError):
        read_capture(folder)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(letter):08x}" for letter in value) + '"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {item}" for key, item in value.items()) + "}"
    return str(value)


@given(data=st.binary(max_size=200))
def test_any_bytes_as_manifest(folder: Path, data: bytes) -> None:
    (folder / "capture.toml").write_bytes(data)
    _answer(folder)


@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_as_manifest(folder: Path, text: str) -> None:
    (folder / "capture.toml").write_text(text, encoding="utf-8")
    _answer(folder)


@given(table=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6))
def test_any_table_as_manifest(folder: Path, table: dict[str, Any]) -> None:
    text = "\n".join(f'"{key}" = {_toml(value)}' for key, value in table.items())
    (folder / "capture.toml").write_text(text, encoding="utf-8")
    _answer(folder)


@given(kind=st.sampled_from(["lights", "height"]), table=st.dictionaries(st.sampled_from(KEYS[2:]), VALUES, max_size=4))
def test_any_table_of_a_known_kind(folder: Path, kind: str, table: dict[str, Any]) -> None:
    required = {"lights": "lights.lp"} if kind == "lights" else {"file": "0.png", "height_unit": "um"}
    values = {"kind": kind, "pixel_mm": 0.04, **required, **table}
    text = "\n".join(f'"{key}" = {_toml(value)}' for key, value in values.items())
    (folder / "capture.toml").write_text(text, encoding="utf-8")
    _answer(folder)


@given(data=st.binary(max_size=200))
def test_any_bytes_as_light_file(folder: Path, data: bytes) -> None:
    write_lights(folder)
    (folder / "lights.lp").write_bytes(data)
    _answer(folder)


@given(text=st.text(max_size=300))
def test_any_text_as_light_file(text: str) -> None:
    with contextlib.suppress(LightsError):
        lights = parse_lp(text, Path("lights.lp"))
        assert len(lights) >= 4


@given(
    lines=st.lists(st.tuples(NAMES, NUMBERS, NUMBERS, NUMBERS), max_size=6), end=st.sampled_from(["\n", "\r\n", "\r"])
)
def test_any_lines_as_light_file(folder: Path, lines: list[tuple[str, ...]], end: str) -> None:
    write_lights(folder)
    text = end.join([str(len(lines)), *(" ".join(line) for line in lines)])
    (folder / "lights.lp").write_bytes(text.encode("utf-8", "surrogatepass"))
    _answer(folder)


SEEDS = {
    "1.jpg": jpeg_bytes(photo(), orientation=6),
    "1.png": png_bytes(photo()),
    "1.tif": tiff_bytes(photo()),
    "lzw.tif": tiff_bytes(photo(), compression="lzw", tile=(16, 16)),
}


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """A few bytes changed, most of them near the beginning, and perhaps the end cut off."""
    changed = bytearray(data)
    places = st.one_of(st.integers(0, min(400, len(data) - 1)), st.integers(0, len(data) - 1))
    for place, value in draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=6)):
        changed[place] = value
    return bytes(changed[: draw(st.one_of(st.just(len(data)), st.integers(0, len(data))))])


@pytest.mark.parametrize("name", SEEDS)
@given(data=st.data())
def test_any_damage_to_a_photograph(folder: Path, name: str, data: st.DataObject) -> None:
    good = png_bytes(photo())
    write_lights(folder, {"0.png": good, name: data.draw(damaged(SEEDS[name])), "2.png": good, "3.png": good})
    _answer(folder)


@pytest.mark.parametrize("name", ["h.npy", "h.tif"])
@given(data=st.data())
def test_any_damage_to_a_height_map(tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject) -> None:
    folder = tmp_path_factory.getbasetemp() / "height"
    relief = np.random.default_rng(0).normal(0.0, 0.1, (40, 56)).astype(np.float32)
    np.save(folder.parent / "h.npy", relief)
    seed = tiff_bytes(relief, compression="zlib") if name == "h.tif" else (folder.parent / "h.npy").read_bytes()
    write_height(folder, name, data.draw(damaged(seed)))
    _answer(folder)
