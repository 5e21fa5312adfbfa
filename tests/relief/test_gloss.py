"""Gloss told from the skin's colour, against lobes of known strength."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.relief.gloss import NO_GLOSS, ROUGHNESS, estimate_gloss, lobe, without_gloss
from tests.relief.shade import SKIN, Array, beckmann, dome, ring, shade

GRID = (24, 30)
P, Q = dome(GRID, 1.5, 60.0)


def _shiny(strength: float, roughness: float, albedo: tuple[float, ...] = SKIN, lights: int = 6) -> Array:
    directions = ring(lights)
    return shade(P, Q, directions, albedo) + strength * beckmann(P, Q, directions, roughness)[..., None]


@pytest.mark.parametrize("roughness", ROUGHNESS)
@pytest.mark.parametrize("strength", [0.004, 0.01, 0.03])
def test_a_lobe_is_found_with_its_strength_and_breadth(strength: float, roughness: float) -> None:
    gloss = estimate_gloss(_shiny(strength, roughness), ring(6))
    assert gloss.strength == pytest.approx(strength, rel=0.05)
    assert gloss.roughness == roughness


@pytest.mark.parametrize("roughness", [0.22, 0.28, 0.33, 0.47])
@pytest.mark.parametrize("lights", [4, 8])
def test_between_the_breadths_that_are_tried_the_strength_holds_within_a_fifth(roughness: float, lights: int) -> None:
    gloss = estimate_gloss(_shiny(0.01, roughness, lights=lights), ring(lights))
    assert gloss.strength == pytest.approx(0.01, rel=0.2)
    assert abs(gloss.roughness - roughness) <= 0.05


def test_noise_in_the_fields_is_borne() -> None:
    fields = _shiny(0.02, 0.3) * np.random.default_rng(0).normal(1.0, 0.002, (6, *GRID, 3))
    assert estimate_gloss(fields, ring(6)).strength == pytest.approx(0.02, rel=0.2)


def test_directions_may_change_over_the_field() -> None:
    grid = np.broadcast_to(ring(6)[:, None, None, :], (6, *GRID, 3))
    fields = _shiny(0.01, 0.3)
    assert estimate_gloss(fields, grid) == estimate_gloss(fields, ring(6))


def test_a_leaning_camera_sees_gloss_in_its_own_direction() -> None:
    view = (float(np.sin(0.25)), 0.0, float(np.cos(0.25)))
    fields = shade(P, Q, ring(6)) + 0.02 * beckmann(P, Q, ring(6), 0.3, view)[..., None]
    assert estimate_gloss(fields, ring(6), view).strength == pytest.approx(0.02, rel=0.05)
    assert estimate_gloss(fields, ring(6)).strength != pytest.approx(0.02, rel=0.2)


@pytest.mark.parametrize(
    "albedo", [(0.5,), (0.5, 0.5, 0.5), (0.5, 0.48, 0.47), (0.33, 0.42, 0.62)], ids=["1", "grey", "pale", "blue"]
)
def test_without_the_colour_of_skin_gloss_stays_unknown(albedo: tuple[float, ...]) -> None:
    assert estimate_gloss(_shiny(0.02, 0.3, albedo), ring(6)) == NO_GLOSS


@pytest.mark.parametrize("noise", [0.0, 0.002, 0.01])
def test_matt_skin_has_no_gloss(noise: float) -> None:
    fields = shade(P, Q, ring(6)) * np.random.default_rng(1).normal(1.0, noise, (6, *GRID, 3))
    gloss = estimate_gloss(fields, ring(6))
    assert gloss.strength < 1e-4


def test_brighter_pictures_have_gloss_in_proportion() -> None:
    one, half = (estimate_gloss(factor * _shiny(0.02, 0.3), ring(6)) for factor in (1.0, 0.5))
    assert half.strength == pytest.approx(one.strength / 2, rel=0.02)


@given(white=st.floats(0.0, 0.3), seed=st.integers(0, 20))
def test_white_light_cancels_exactly(white: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    fields = rng.uniform(0.3, 1.0, (4, 5, 6, 1)) * SKIN
    glare = white * rng.random((4, 5, 6, 1))
    assert without_gloss(fields + glare, 2) == pytest.approx(without_gloss(fields, 2), abs=1e-12)


def test_what_is_left_is_the_surface_in_red_less_blue() -> None:
    matt = shade(P, Q, ring(6), (1.0,))[..., 0]
    assert without_gloss(_shiny(0.03, 0.3), 2) == pytest.approx((SKIN[0] - SKIN[2]) * matt, abs=1e-12)


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_without_colour_the_channel_itself_is_used(channel: int) -> None:
    fields = _shiny(0.02, 0.3, (0.50, 0.49, 0.48))
    assert (without_gloss(fields, channel) == fields[..., channel]).all()


def test_the_signal_stays_above_zero_where_blue_outshines_red() -> None:
    fields = shade(P, Q, ring(6))
    fields[:, 3, 4] = (0.1, 0.1, 0.4)
    assert (without_gloss(fields, 2) > 0).all()


@pytest.mark.parametrize("roughness", ROUGHNESS)
def test_the_lobe_is_a_distribution_of_normals(roughness: float) -> None:
    """Over the half-sphere the area that the facets show from above is 1 (Walter et al. 2007, eq. 4)."""
    angle = (np.arange(20000) + 0.5) / 20000 * np.pi / 2
    seen = lobe(np.cos(angle), roughness) * np.cos(angle) * np.sin(angle)
    assert 2 * np.pi * seen.sum() * (np.pi / 2 / 20000) == pytest.approx(1.0, abs=2e-3)


def test_the_lobe_falls_from_its_peak_and_broader_ones_are_lower() -> None:
    cosine = np.cos(np.linspace(0, 1.0, 50))
    assert (np.diff(lobe(cosine, 0.3)) < 0).all()
    assert lobe(np.ones(1), 0.2) > lobe(np.ones(1), 0.4)
