"""A drawn cut keeps to its axes: distances, heights, the arrow and the stated steepness."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cicatrix.model import Relief, Scar, Section
from cicatrix.report.sections import EXAGGERATIONS, TALLEST, Drawing, draw
from tests.report.synthetic import FOUR, Dent, around, assessment_of, relief_of


@pytest.fixture(scope="module")
def scars() -> tuple[Scar, ...]:
    return assessment_of(FOUR, relief_of(FOUR, pixel_mm=0.05)).scars


def drawn(scar: Scar) -> Drawing:
    drawing = draw(scar)
    assert drawing is not None
    return drawing


def scales(drawing: Drawing) -> tuple[float, float]:
    """Pixels for a millimetre across and up, read off the ticks."""

    def slope(ticks: tuple[object, ...]) -> float:
        pairs = [(float(t.text.replace("\N{MINUS SIGN}", "-")), float(t.at)) for t in ticks]  # type: ignore[attr-defined]
        return (pairs[-1][1] - pairs[0][1]) / (pairs[-1][0] - pairs[0][0])

    return slope(drawing.across), -slope(drawing.up)


@pytest.mark.parametrize("at", range(4))
def test_stated_steepness_is_the_ratio_of_the_axes(scars: tuple[Scar, ...], at: int) -> None:
    drawing = drawn(scars[at])
    across, up = scales(drawing)
    assert up / across == pytest.approx(float(drawing.exaggeration), rel=0.02)
    assert float(drawing.exaggeration) in EXAGGERATIONS
    assert (drawing.true_y is None) == (drawing.exaggeration == "1")


@pytest.mark.parametrize("at", range(4))
def test_arrow_is_as_long_as_the_depth_and_starts_at_the_rim(scars: tuple[Scar, ...], at: int) -> None:
    drawing = drawn(scars[at])
    _, up = scales(drawing)
    length = float(drawing.arrow_to) - float(drawing.arrow_from)
    assert length / up == pytest.approx(scars[at].depth_mm.value, abs=0.01)
    low, high = (float(end) for end in re.findall(r"[\d.]+", drawing.whisker)[1:3])
    assert (high - low) / up == pytest.approx(scars[at].depth_mm.high - scars[at].depth_mm.low, abs=0.01)
    assert drawing.whisker.count("h6") == 2
    zero = next(float(tick.at) for tick in drawing.up if not tick.text.strip("0."))
    assert float(drawing.arrow_from) == pytest.approx(zero, abs=0.1)


def test_long_interval_is_left_open_and_does_not_flatten_the_drawing(scars: tuple[Scar, ...]) -> None:
    depth = scars[1].depth_mm
    wide = draw(scars[1].model_copy(update={"depth_mm": depth.model_copy(update={"high": depth.value * 9})}))
    assert wide is not None
    assert wide.whisker.count("h6") == 1
    assert float(wide.exaggeration) >= float(drawn(scars[1]).exaggeration) * 0.75
    assert float(wide.bottom) - 6 >= max(float(end) for end in re.findall(r"[\d.]+", wide.whisker)[1:3])


def test_arrow_of_a_raised_scar_points_up(scars: tuple[Scar, ...]) -> None:
    drawing = drawn(scars[3])
    assert float(drawing.arrow_to) < float(drawing.arrow_from)


@pytest.mark.parametrize("at", range(4))
def test_everything_lies_inside_the_drawing(scars: tuple[Scar, ...], at: int) -> None:
    drawing = drawn(scars[at])
    for path in (drawing.skin, drawing.rim, drawing.void):
        points = np.array(re.findall(r"(-?[\d.]+),(-?[\d.]+)", path), dtype=float)
        assert (points[:, 0] >= float(drawing.left) - 0.1).all()
        assert (points[:, 0] <= float(drawing.right) + 0.1).all()
        assert (points[:, 1] >= float(drawing.top)).all()
        assert (points[:, 1] <= float(drawing.bottom)).all()


def test_void_of_a_square_trough_has_its_area() -> None:
    along = np.linspace(0, 6, 601)
    skin = np.where(np.abs(along - 3) < 1, -0.5, 0.0)
    scar = with_section(along, skin, np.zeros_like(along), depth=0.5)
    drawing = drawn(scar)
    across, up = scales(drawing)
    points = np.array(re.findall(r"(-?[\d.]+),(-?[\d.]+)", drawing.void), dtype=float)
    x, y = points.T
    area = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
    assert area / across / up == pytest.approx(2 * 0.5, rel=0.03)


def test_deep_narrow_scar_is_drawn_in_true_proportions_and_fits() -> None:
    along = np.linspace(0, 1.5, 151)
    skin = -3.0 * np.clip(1 - np.abs(along - 0.75) / 0.5, 0, None)
    drawing = drawn(with_section(along, skin, np.zeros_like(along), depth=3.0))
    assert drawing.exaggeration == "1"
    assert float(drawing.bottom) - float(drawing.top) <= TALLEST + 14


@pytest.mark.parametrize("along", [(), (1.0,), (1.0, 1.0)])
def test_cut_without_length_is_not_drawn(scars: tuple[Scar, ...], along: tuple[float, ...]) -> None:
    zeros = tuple(0.0 for _ in along)
    section = scars[0].section.model_copy(update={"along_mm": along, "height_mm": zeros, "rim_mm": zeros})
    assert draw(scars[0].model_copy(update={"section": section})) is None


def test_flat_cut_is_drawn_without_a_fault() -> None:
    along = np.linspace(0, 3, 31)
    flat = np.zeros_like(along)
    assert drawn(with_section(along, flat, flat, depth=0.0)).exaggeration == "10"


def with_section(along: np.ndarray, skin: np.ndarray, rim: np.ndarray, *, depth: float) -> Scar:
    dent = Dent("boxcar", 1.0, 1.0, 1.0, max(depth, 0.1))
    flat = np.zeros((40, 40), np.float32)
    scar = assessment_of((dent,), Relief(flat, flat, 0.05, "height")).scars[0]
    section = Section(
        along_mm=tuple(along.tolist()),
        height_mm=tuple(skin.tolist()),
        rim_mm=tuple(rim.tolist()),
        from_mm=(0.0, 0.0),
        to_mm=(1.0, 0.0),
    )
    return scar.model_copy(update={"section": section, "depth_mm": around(depth, 0.05)})
