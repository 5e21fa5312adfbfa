"""Layers, cuts and the surface of a result, from reliefs with known heights."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from cicatrix.errors import InputError
from cicatrix.model import Relief, Scar
from cicatrix.web.viewer import LAYERS, planes_of
from cicatrix.web.viewer.profile import profile
from cicatrix.web.viewer.surface import surface
from tests.report.synthetic import FOUR, assessment_of, relief_of


def read(relief: Relief) -> tuple[Relief, tuple[Scar, ...]]:
    return relief, assessment_of(FOUR, relief).scars


def test_photographs_give_every_layer_as_plain_fields(tmp_path: Path) -> None:
    relief = relief_of(FOUR)
    planes = planes_of(tmp_path / "one", lambda: read(relief))
    assert planes.layers == tuple(LAYERS)
    for name in planes.layers:
        with Image.open(planes.picture(name)) as picture:
            # A colour bar or a scale would make the picture's sides differ from the field's.
            assert picture.width / picture.height == pytest.approx(1.0, abs=0.01), name
    assert np.array_equal(planes.height_mm(), relief.height_mm)


def test_a_height_map_has_relief_and_height_only(tmp_path: Path) -> None:
    planes = planes_of(tmp_path / "one", lambda: read(relief_of(FOUR, photographs=False)))
    assert planes.layers == ("relief", "height")


def test_large_layers_are_reduced_and_heights_are_not(tmp_path: Path) -> None:
    relief = relief_of(FOUR)
    planes = planes_of(tmp_path / "one", lambda: read(relief), longest=100)
    with Image.open(planes.picture("relief")) as picture:
        assert max(picture.size) == 100
    assert planes.height_mm().shape == relief.shape


def test_planes_are_made_once_and_again_when_their_format_is_another(tmp_path: Path) -> None:
    calls = []

    def counted() -> tuple[Relief, tuple[Scar, ...]]:
        calls.append(1)
        return read(relief_of(FOUR, photographs=False))

    folder = tmp_path / "one"
    planes_of(folder, counted)
    planes_of(folder, counted)
    assert len(calls) == 1
    told = json.loads((folder / "planes.json").read_text())
    (folder / "planes.json").write_text(json.dumps(told | {"format": 0}))
    planes_of(folder, counted)
    assert len(calls) == 2
    assert sorted(one.name for one in tmp_path.iterdir()) == ["one"]


def test_lit_colour_is_the_colour_on_flat_skin(tmp_path: Path) -> None:
    base = relief_of(())
    flat = Relief(
        height_mm=np.zeros(base.shape, np.float32), form_mm=base.form_mm, pixel_mm=base.pixel_mm, method="photometric",
        albedo=base.albedo, trusted=base.trusted, directions=base.directions, channel="blue",
    )  # fmt: skip
    planes = planes_of(tmp_path / "one", lambda: (flat, ()))
    with Image.open(planes.picture("lit")) as lit, Image.open(planes.picture("colour")) as colour:
        assert np.abs(np.asarray(lit).astype(int) - np.asarray(colour).astype(int)).max() <= 1


def plane(rows: int, cols: int, pixel_mm: float) -> NDArray[np.float32]:
    """Heights that rise by 0.1 mm a mm to the right and fall by 0.05 mm a mm down."""
    y, x = np.mgrid[:rows, :cols]
    return np.asarray(0.1 * (x + 0.5) * pixel_mm - 0.05 * (y + 0.5) * pixel_mm, dtype=np.float32)


inner = st.floats(0.1, 3.9)


@given(x0=inner, y0=inner, x1=inner, y1=inner)
def test_a_cut_through_a_tilted_plane_is_straight(x0: float, y0: float, x1: float, y1: float) -> None:
    if np.hypot(x1 - x0, y1 - y0) < 0.1:
        return
    found = profile(plane(40, 40, 0.1), 0.1, (x0, y0), (x1, y1))
    assert found.height_mm[0] == pytest.approx(0.1 * x0 - 0.05 * y0, abs=1e-4)
    assert found.height_mm[-1] == pytest.approx(0.1 * x1 - 0.05 * y1, abs=1e-4)
    assert found.below_mm == pytest.approx(0, abs=1e-3)
    assert found.above_mm == pytest.approx(0, abs=1e-3)
    assert found.length_mm == pytest.approx(np.hypot(x1 - x0, y1 - y0), abs=1e-3)


def test_a_cut_through_a_pit_tells_its_depth() -> None:
    y, x = np.mgrid[:200, :200]
    height = np.asarray(-0.4 * np.exp(-(((x - 99.5) ** 2 + (y - 99.5) ** 2) / 200.0)), dtype=np.float32)
    found = profile(height, 0.05, (1.0, 5.0), (9.0, 5.0))
    assert found.below_mm == pytest.approx(0.4, abs=0.002)
    assert found.above_mm == pytest.approx(0.0, abs=0.002)


@pytest.mark.parametrize(
    ("start", "end", "named"),
    [
        ((-1.0, 1.0), (2.0, 2.0), "start is (-1, 1) mm"),
        ((1.0, 1.0), (2.0, 9.0), "end is (2, 9) mm"),
        ((1.0, 1.0), (float("nan"), 1.0), "end is (nan, 1) mm"),
        ((1.0, 1.0), (1.0, 1.0), "0.0000 mm long"),
    ],
)
def test_a_cut_outside_is_refused_by_value(start: tuple[float, float], end: tuple[float, float], named: str) -> None:
    with pytest.raises(InputError) as refused:
        profile(plane(40, 40, 0.1), 0.1, start, end)
    assert named in str(refused.value)
    assert refused.value.allowed
    assert refused.value.fix


def unpacked(data: bytes) -> tuple[tuple[float, ...], NDArray[np.float32]]:
    magic, rows, cols, *box = struct.unpack("<4sII4f4x", data[:32])
    assert magic == b"CSF1"
    return tuple(box), np.frombuffer(data, "<f4", offset=32).reshape(rows, cols)


def test_a_surface_holds_the_heights_of_its_part() -> None:
    height = plane(60, 80, 0.1)
    box, cells = unpacked(surface(height, 0.1, (2.0, 1.0, 6.0, 4.0)))
    assert box == pytest.approx((2.0, 1.0, 6.0, 4.0), abs=0.101)
    assert np.array_equal(cells, height[10:40, 20:60])


def test_a_large_surface_is_averaged_down() -> None:
    height = plane(300, 1200, 0.1)
    box, cells = unpacked(surface(height, 0.1, (-5.0, -5.0, 500.0, 500.0)))
    assert box == pytest.approx((0.0, 0.0, 120.0, 30.0), abs=1e-3)
    assert cells.shape == (128, 512)
    assert cells.mean() == pytest.approx(float(height.mean()), abs=1e-3)


@pytest.mark.parametrize("box", [(5.0, 5.0, 5.1, 5.1), (90.0, 0.0, 99.0, 9.0), (0.0, float("inf"), 1.0, 1.0)])
def test_a_surface_of_nothing_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(InputError, match="holds no skin"):
        surface(plane(60, 80, 0.1), 0.1, box)
