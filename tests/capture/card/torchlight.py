"""Torches over a card: what the fields would show, from the inverse square law, written out plainly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.card.light import Cells
from cicatrix.model.card import card_layout

__all__ = ["Scene", "scene"]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Cells, and the truth behind them."""

    cells: Cells
    position_mm: NDArray[np.float64]
    strength: NDArray[np.float64]
    room: NDArray[np.float64]


def _places() -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    layout = card_layout()
    away = [(dx, dy) for dx in (-1.5, 1.5) for dy in (-1.5, 1.5)]
    places = [(f.rect.x_mm + dx, f.rect.y_mm + dy) for f in layout.fields for dx, dy in away]
    grey = [f.material == "grey" for f in layout.fields for _ in away]
    rim = [(x, y) for x in np.arange(-22, 23, 4.0) for y in (-24.0, 24.0)]
    rim += [(x, y) for y in np.arange(-20, 21, 4.0) for x in (-24.0, 24.0)]
    return np.array(places + rim), np.array(grey + [False] * len(rim))


def scene(
    seed: int, photographs: int = 8, *, noise: float = 0.002, beam: float = 0.0, room: float = 0.05, paper: float = 0.01
) -> Scene:
    """Torches around the clock at two heights, 150 to 300 mm away."""
    rng = np.random.default_rng(seed)
    place, grey = _places()
    turn = np.arange(photographs) * 2 * np.pi / photographs + rng.normal(0, 0.15, photographs)
    height = np.radians(np.where(np.arange(photographs) % 2, 35, 55) + rng.normal(0, 5, photographs))
    far = rng.uniform(150, 300, photographs)
    torch = np.stack([np.cos(height) * np.cos(turn), np.cos(height) * np.sin(turn), np.sin(height)], 1) * far[:, None]
    strength = rng.uniform(0.9, 1.1, photographs)
    signal = np.empty((photographs, len(place)))
    middle = strength * torch[:, 2] / far**3
    ambient = room * middle.mean()
    for k in range(photographs):
        for j, (x, y) in enumerate(place):
            away = torch[k] - (x, y, 0.0)
            reach = np.linalg.norm(away)
            off_axis = away @ torch[k] / (reach * far[k])
            direct = strength[k] * torch[k, 2] / reach**3 * off_axis**beam
            signal[k, j] = direct + ambient * (1 + 0.1 * x / 50)
    x, y = place.T / 50
    lens = 0.01 * x - 0.04 * (x**2 + y**2)
    print_ = np.where(grey, 0.22, 1.0) * np.exp(lens + rng.normal(0, paper, len(place)))
    signal = signal * print_ * (1 + rng.normal(0, noise, signal.shape)) * 0.6 / middle.max()
    return Scene(Cells(place, grey, signal), torch, strength / strength.mean(), ambient / (ambient + middle))
