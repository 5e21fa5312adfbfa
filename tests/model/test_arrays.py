"""Captures and reliefs hold arrays: what shapes, types and values they refuse."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest

from tests.model.build import height_capture, lights_capture, relief

FLAT = np.zeros((4, 5), np.float32)


def test_a_capture_knows_its_kind_and_shape() -> None:
    assert (lights_capture().kind, lights_capture().shape) == ("lights", (4, 5))
    assert (height_capture().kind, height_capture().shape) == ("height", (4, 5))
    assert relief().shape == (4, 5)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [1, 3])
def test_photographs_of_every_documented_type_are_taken(dtype: type[np.generic], channels: int) -> None:
    assert lights_capture(images=np.zeros((3, 4, 5, channels), dtype)).shape == (4, 5)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"images": np.zeros((3, 4, 5), np.uint8)}, "images must be"),
        ({"images": np.zeros((3, 4, 5, 2), np.uint8)}, "images must be"),
        ({"images": np.zeros((3, 4, 5, 4), np.uint8)}, "images must be"),
        ({"images": np.zeros((3, 4, 5, 3), np.float64)}, "float64"),
        ({"images": np.zeros((3, 4, 5, 3), np.int16)}, "int16"),
        ({"directions": np.eye(3)[:2]}, "directions must be"),
        ({"directions": np.eye(2)}, "directions must be"),
        ({"directions": 1.01 * np.eye(3)}, "unit vectors"),
        ({"directions": np.full((3, 3), np.nan)}, "unit vectors"),
        ({"pixel_mm": 0.0}, "pixel_mm"),
        ({"pixel_mm": -0.04}, "pixel_mm"),
        ({"pixel_mm": float("nan")}, "pixel_mm"),
    ],
)
def test_photographs_that_do_not_fit_are_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        lights_capture(**changes)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"height_mm": FLAT[None]}, "height_mm"),
        ({"height_mm": FLAT.astype(np.float64)}, "float64"),
        ({"height_mm": np.full((4, 5), np.nan, np.float32)}, "finite"),
        ({"height_mm": np.full((4, 5), np.inf, np.float32)}, "finite"),
        ({"pixel_mm": 0.0}, "pixel_mm"),
        ({"pixel_mm": float("nan")}, "pixel_mm"),
    ],
)
def test_heights_that_do_not_fit_are_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        height_capture(**changes)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"form_mm": FLAT[:3]}, "equal planes"),
        ({"height_mm": FLAT[None], "form_mm": FLAT[None]}, "equal planes"),
        ({"albedo": FLAT}, "albedo"),
        ({"albedo": np.zeros((4, 5, 1), np.float32)}, "albedo"),
        ({"trusted": np.zeros((5, 4), np.uint8)}, "trusted"),
        ({"method": "guess"}, "method must be 'photometric' or 'height', got 'guess'"),
        ({"channel": "violet"}, "channel must be .* or 'grey', got 'violet'"),
        ({"light": "dim"}, "light must be 'consistent' or 'flat-fielded', got 'dim'"),
    ],
)
def test_a_relief_that_does_not_fit_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        relief(**changes)


@pytest.mark.parametrize("noun", [lights_capture(), height_capture(), relief()])
def test_a_noun_cannot_be_changed(noun: Any) -> None:
    with pytest.raises(FrozenInstanceError):
        noun.pixel_mm = 1.0


def test_the_kind_of_a_capture_is_not_the_callers_to_choose() -> None:
    with pytest.raises(TypeError, match="kind"):
        lights_capture(kind="height")
