"""Types by geometry: probabilities, names, and how they follow width, floor and depth."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.scars.kinds import KINDS, kind_of, probabilities
from tests.scars.fields import Pit, scar_of

widths = st.floats(0.3, 15.0)
flatnesses = st.floats(0.0, 1.0)
depths = st.floats(0.02, 3.0)


@given(width_mm=widths, flatness=flatnesses, depth_mm=st.one_of(depths, depths.map(lambda d: -d)))
def test_probabilities_sum_to_one(width_mm: float, flatness: float, depth_mm: float) -> None:
    probability = probabilities(width_mm, flatness, depth_mm)
    assert set(probability) == set(KINDS)
    assert sum(probability.values()) == pytest.approx(1.0, abs=1e-9)
    assert min(probability.values()) >= 0


@given(width_mm=widths, flatness=flatnesses, depth_mm=depths)
def test_what_stands_out_is_raised_and_nothing_else_is(width_mm: float, flatness: float, depth_mm: float) -> None:
    assert probabilities(width_mm, flatness, -depth_mm)["raised"] == 1.0
    assert probabilities(width_mm, flatness, depth_mm)["raised"] == 0.0
    assert kind_of(probabilities(width_mm, flatness, -depth_mm), -depth_mm) == ("raised", None)


@given(width_mm=widths, flatness=flatnesses, depth_mm=depths)
def test_only_a_boxcar_gets_a_depth_class_and_it_is_jacobs(width_mm: float, flatness: float, depth_mm: float) -> None:
    kind, depth_class = kind_of(probabilities(width_mm, flatness, depth_mm), depth_mm)
    expected = ("deep" if depth_mm >= 0.5 else "shallow") if kind == "boxcar" else None
    assert depth_class == expected


# Middles of the ranges of Jacob, Dover & Kaminer (2001, doi:10.1067/mjd.2001.113451), floors as described.
@pytest.mark.parametrize(
    ("width_mm", "flatness", "depth_mm", "expected"),
    [
        (1.2, 0.15, 0.6, ("icepick", None)),
        (2.5, 0.7, 0.3, ("boxcar", "shallow")),
        (2.5, 0.7, 0.7, ("boxcar", "deep")),
        (6.0, 0.25, 0.4, ("rolling", None)),
    ],
)
def test_textbook_scars_get_their_names(
    width_mm: float, flatness: float, depth_mm: float, expected: tuple[str, str | None]
) -> None:
    assert kind_of(probabilities(width_mm, flatness, depth_mm), depth_mm) == expected


@pytest.mark.parametrize(("depth_mm", "expected"), [(0.499, "shallow"), (0.5, "deep"), (0.501, "deep")])
def test_a_boxcar_is_deep_from_half_a_millimetre(depth_mm: float, expected: str) -> None:
    assert kind_of(probabilities(2.5, 0.7, depth_mm), depth_mm) == ("boxcar", expected)


def test_between_types_a_scar_is_undecided() -> None:
    names = [kind_of(probabilities(width, 0.22, 0.4), 0.4)[0] for width in np.geomspace(1.2, 7.0, 200)]
    assert (names[0], names[-1]) == ("icepick", "rolling")
    assert "undecided" in names


def test_on_the_way_from_one_type_to_the_next_each_name_comes_once() -> None:
    names = [kind_of(probabilities(width, 0.22, 0.4), 0.4)[0] for width in np.geomspace(1.2, 7.0, 200)]
    runs = [name for k, name in enumerate(names) if k == 0 or names[k - 1] != name]
    assert len(runs) <= 2 * len(set(names) - {"undecided"}) - 1


@given(flatness=st.floats(0.1, 0.4), depth_mm=st.floats(0.2, 0.6))
def test_the_wider_the_more_rolling(flatness: float, depth_mm: float) -> None:
    seen = [probabilities(width, flatness, depth_mm)["rolling"] for width in np.geomspace(1.5, 6.0, 12)]
    assert all(a <= b + 1e-9 for a, b in pairwise(seen))


@given(width_mm=st.floats(1.5, 4.0), depth_mm=st.floats(0.2, 0.6))
def test_the_flatter_the_more_boxcar(width_mm: float, depth_mm: float) -> None:
    seen = [probabilities(width_mm, flatness, depth_mm)["boxcar"] for flatness in np.linspace(0.1, 0.6, 12)]
    assert all(a <= b + 1e-9 for a, b in pairwise(seen))


@given(flatness=st.floats(0.05, 0.3), depth_mm=st.floats(0.3, 0.8))
def test_the_narrower_the_more_icepick(flatness: float, depth_mm: float) -> None:
    seen = [probabilities(width, flatness, depth_mm)["icepick"] for width in np.geomspace(1.3, 5.0, 12)]
    assert all(a >= b - 1e-9 for a, b in pairwise(seen))


@pytest.mark.parametrize(
    ("pit", "kind"),
    [
        (Pit("cone", 1.3, 0.6), "icepick"),
        (Pit("boxcar", 2.6, 0.35), "boxcar"),
        (Pit("boxcar", 2.6, 0.7), "boxcar"),
        (Pit("cosine", 6.0, 0.4), "rolling"),
        (Pit("paraboloid", 2.6, -0.35), "raised"),
    ],
)
def test_measured_scars_get_their_names(pit: Pit, kind: str) -> None:
    scar = scar_of(pit)
    assert scar.kind == kind
    assert max(scar.kind_probability, key=lambda k: scar.kind_probability[k]) == kind
    if kind == "boxcar":
        assert scar.depth_class == ("deep" if pit.depth_mm >= 0.5 else "shallow")
