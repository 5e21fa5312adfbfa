"""A card under torches, painted straight onto the rectified grid: no camera, so that each part is tested alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.card.rectify import BORDER_MM, Rectified, View
from cicatrix.model.card import GREY, Rect, card_layout
from cicatrix.model.light import decode_srgb

__all__ = ["painted"]

PIXEL_MM = 0.2


def painted(
    torch_mm: NDArray[np.float64],
    *,
    strength: NDArray[np.float64] | None = None,
    camera: NDArray[np.float64] | None = None,
    printer: float = 0.0,
    room: float = 0.03,
    noise: float = 0.002,
    seed: int = 0,
) -> Rectified:
    """Photographs of the default card.

    Parameters
    ----------
    torch_mm
        ``(n, 3)`` where the torches stood.
    camera
        ``(3, 3)`` from linear sRGB to the camera's colours.
    printer
        Spread of the printed colours about the nominal ones, as a share.
    """
    rng = np.random.default_rng(seed)
    layout = card_layout()
    width, height = (side + 2 * BORDER_MM for side in layout.outer_mm)
    rows, cols = round(height / PIXEL_MM), round(width / PIXEL_MM)
    x = -width / 2 + (np.arange(cols) + 0.5) * PIXEL_MM
    y = height / 2 - (np.arange(rows) + 0.5) * PIXEL_MM
    paint = np.ones((rows, cols, 3))

    def fill(rect: Rect, colour: NDArray[np.float64]) -> None:
        across = np.abs(x - rect.x_mm) <= rect.width_mm / 2
        paint[np.ix_(np.abs(y - rect.y_mm) <= rect.height_mm / 2, across)] = colour

    for field in layout.fields:
        fill(field.rect, decode_srgb(np.array(GREY) / 255) if field.material == "grey" else np.ones(3))
    for patch in layout.patches:
        fill(patch.rect, decode_srgb(np.array(patch.srgb) / 255) * np.exp(rng.normal(0, printer, 3)))
    for marker in layout.markers:
        fill(Rect(marker.x_mm, marker.y_mm, marker.side_mm, marker.side_mm), np.full(3, 0.05))
    fill(Rect(0, 0, *layout.window_mm), np.array([0.5, 0.3, 0.22]))
    paint = paint @ (np.eye(3) if camera is None else camera).T
    away = torch_mm[:, None, None, :] - np.stack(np.broadcast_arrays(x[None, :], y[:, None], 0.0), axis=-1)
    light = torch_mm[:, 2, None, None] / np.linalg.norm(away, axis=-1) ** 3
    light = light * (np.ones(len(torch_mm)) if strength is None else strength)[:, None, None]
    light = (light + room * light.mean()) * 0.5 / np.percentile(light, 99)
    images = paint * light[..., None]
    images = images * (1 + rng.normal(0, noise, images.shape)) + rng.normal(0, noise / 10, images.shape)
    view = View(np.array([0.0, 0.0, 250.0]), 0.0, PIXEL_MM, 1.5, len(layout.markers), 0.0)
    return Rectified(
        images=images.astype(np.float32),
        valid=np.ones(images.shape[:3], dtype=np.bool_),
        pixel_mm=PIXEL_MM,
        x0_mm=-width / 2,
        y0_mm=height / 2,
        layout=layout,
        names=tuple(f"{k}.jpg" for k in range(len(torch_mm))),
        views=(view,) * len(torch_mm),
    )
