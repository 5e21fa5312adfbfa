"""Albedo of skin with known patches, made without the phantom room, for the tests of this room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model import Measured, Relief, Scar

PIXEL_MM = 0.1
TONES = {"light": (0.55, 0.33, 0.235), "medium": (0.42, 0.235, 0.15), "dark": (0.125, 0.066, 0.043)}
"""Linear reflectance of plain skin."""

MELANIN, BLOOD = np.array([0.45, 0.75, 1.1]), np.array([0.1, 0.75, 0.45])
"""What a unit of each takes from red, green and blue (natural logarithm)."""


@dataclass(frozen=True)
class Patch:
    kind: str
    x_mm: float
    y_mm: float
    width_mm: float
    strength: float = 0.5
    soft: float = 0.12


def albedo(
    patches: Sequence[Patch], tone: str = "medium", *, size_mm: float = 30.0, seed: int = 3
) -> NDArray[np.float32]:
    """Linear light of mottled skin with the patches in it, a tenth of it being noise of the camera."""
    count = round(size_mm / PIXEL_MM)
    random = np.random.default_rng(seed)
    amount = {
        "brown": 0.04 * mottle(random, count),
        "red": 0.05 * mottle(random, count),
        "shade": 0.01 * mottle(random, count),
    }
    axis = (np.arange(count) + 0.5) * PIXEL_MM
    for patch in patches:
        away = np.hypot(axis[None, :] - patch.x_mm, axis[:, None] - patch.y_mm) / (0.5 * patch.width_mm)
        amount[patch.kind] += patch.strength / (1.0 + np.exp(np.clip((away - 1.0) / patch.soft, -50, 50)))
    lost = amount["brown"][..., None] * MELANIN + amount["red"][..., None] * BLOOD + amount["shade"][..., None]
    light = np.asarray(TONES[tone]) * np.exp(-lost) * (1.0 + 0.01 * random.standard_normal((count, count, 3)))
    return np.asarray(np.clip(light, 0.0, 1.0), dtype=np.float32)


def mottle(random: np.random.Generator, count: int) -> NDArray[np.float64]:
    noise = cv2.GaussianBlur(random.standard_normal((count, count)), (0, 0), 1.2 / PIXEL_MM)
    return np.asarray(noise / noise.std())


def relief_of(light: NDArray[np.float32], **others: object) -> Relief:
    flat = np.zeros(light.shape[:2], np.float32)
    settings = {"height_mm": flat, "form_mm": flat, "pixel_mm": PIXEL_MM, "method": "photometric", "albedo": light}
    return Relief(**(settings | others))  # type: ignore[arg-type]


def scar_at(x_mm: float, y_mm: float, width_mm: float, depth_mm: float) -> Scar:
    angle = np.linspace(0.0, 2.0 * np.pi, 72, endpoint=False)
    outline = [(x_mm + width_mm / 2 * np.cos(a), y_mm + width_mm / 2 * np.sin(a)) for a in angle]
    about = {
        name: Measured.of(value, value, value) for name, value in (("w", width_mm), ("d", depth_mm), ("a", width_mm**2))
    }
    values: dict[str, Any] = {
        "id": "S01",
        "kind": "rolling",
        "x_mm": x_mm,
        "y_mm": y_mm,
        "linear": False,
        "width_mm": about["w"],
        "depth_mm": about["d"],
        "area_mm2": about["a"],
        "outline_mm": tuple((float(x), float(y)) for x, y in outline),
    }
    # What the colours do not look at is left out.
    return Scar.model_construct(**values)
