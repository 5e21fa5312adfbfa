"""Marks burnt into the picture files, for use outside the report: outlines, numbers, a scale, a colour bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from cicatrix.model import Scar
from cicatrix.report.overlay import LABEL_HEIGHT, label_scale, place_labels, scale_bar_mm
from cicatrix.report.palette import HEIGHT_ANCHORS, STYLES, colour_map, hex_rgb

__all__ = ["annotate", "outline_fitted", "with_height_bar"]

Picture = NDArray[np.uint8]

WHITE: Final = (255, 255, 255)
INK: Final = (23, 32, 42)
FITTED: Final = (0, 104, 168)
"""Colour of the dotted line around fitted places."""


def annotate(relief: Picture, scars: Sequence[Scar], pixel_mm: float) -> Picture:
    """Outline and number every scar on a grey ``(rows, cols)`` relief, and add a scale; the result is RGB."""
    rows, cols = relief.shape
    picture = np.ascontiguousarray(np.repeat(relief[:, :, None], 3, axis=2))
    thick = max(1, round(cols / 500))
    for scar in scars:
        # Points count from the corner of the first pixel, OpenCV from its middle; shift=4 means sixteenths.
        line = np.rint(np.array(scar.outline_mm).reshape(-1, 1, 2) / pixel_mm * 16 - 8).astype(np.int32)
        for width, colour in ((thick * 2 + 1, WHITE), (thick, hex_rgb(STYLES[scar.kind].colour))):
            cv2.polylines(picture, [line], isClosed=True, color=colour, thickness=width, lineType=cv2.LINE_AA, shift=4)
    image = Image.fromarray(picture)
    pen = ImageDraw.Draw(image)
    font = _font(LABEL_HEIGHT * cols * 1.1)
    small = _font(LABEL_HEIGHT * cols * 1.1 * label_scale(len(scars)))
    places = place_labels(scars, cols * pixel_mm, rows * pixel_mm) / pixel_mm
    for number, (scar, (x, y)) in enumerate(zip(scars, places.tolist(), strict=True), 1):
        _text(pen, (x, y), str(number), small, hex_rgb(STYLES[scar.kind].colour))
    _scale(pen, (rows, cols), pixel_mm, font)
    return np.asarray(image)


def outline_fitted(relief: Picture, fitted: NDArray[np.bool_]) -> Picture:
    """Thin dotted lines around the fitted places of a grey ``(rows, cols)`` relief; the result is RGB."""
    picture = np.ascontiguousarray(np.repeat(relief[:, :, None], 3, axis=2))
    thick = max(1, round(relief.shape[1] / 800))
    # A little outside, so that the line does not cover steep walls.
    around = cv2.dilate(fitted.astype(np.uint8), _disc(4 * thick))
    edges, _ = cv2.findContours(around, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.polylines(picture, edges, isClosed=True, color=WHITE, thickness=thick + 1, lineType=cv2.LINE_AA)
    for edge in edges:
        dots = edge[np.arange(len(edge)) // (3 * thick) % 2 == 0]
        for x, y in dots[:, 0].tolist():
            cv2.circle(picture, (x, y), thick // 2, FITTED, thickness=-1)
    return picture


def _disc(radius: int) -> Picture:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)), dtype=np.uint8)


def _scale(pen: ImageDraw.ImageDraw, shape: tuple[int, int], pixel_mm: float, font: ImageFont.FreeTypeFont) -> None:
    """Draw a bar of round length in the lower left corner."""
    rows, cols = shape
    length_mm = scale_bar_mm(cols * pixel_mm)
    inset, thick = cols * 0.03, max(2, round(cols / 250))
    y = rows - inset
    box = (inset, y - thick, inset + length_mm / pixel_mm, y)
    edge = max(1, thick // 3)
    pen.rectangle((box[0] - edge, box[1] - edge, box[2] + edge, box[3] + edge), fill=WHITE)
    pen.rectangle(box, fill=INK)
    middle = (inset + length_mm / pixel_mm / 2, y - thick - font.size * 0.8)
    _text(pen, middle, f"{length_mm:g} mm", font, INK)


def with_height_bar(height: Picture, limit_mm: float) -> Picture:
    """Add a strip below an RGB ``(rows, cols, 3)`` height picture that names its colours in mm."""
    rows, cols = height.shape[:2]
    tall = max(24, round(min(rows, cols) * 0.08))
    image = Image.new("RGB", (cols, rows + tall), WHITE)
    image.paste(Image.fromarray(height), (0, 0))
    inset = round(cols * 0.12)
    ramp = np.repeat(colour_map(HEIGHT_ANCHORS)[None, :, :], max(4, round(tall * 0.35)), axis=0)
    bar = Image.fromarray(ramp).resize((cols - 2 * inset, ramp.shape[0]), Image.Resampling.BILINEAR)
    image.paste(bar, (inset, rows + round(tall * 0.12)))
    pen, font = ImageDraw.Draw(image), _font(tall * 0.32)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        # The font that comes with Pillow has no minus sign, only the hyphen.
        text = f"{(2 * share - 1) * limit_mm:.2f}" + (" mm" if share == 1.0 else "")
        pen.text((inset + share * (cols - 2 * inset), rows + tall * 0.72), text, fill=INK, font=font, anchor="mm")
    return np.asarray(image)


def _font(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(max(9.0, size))
    assert isinstance(font, ImageFont.FreeTypeFont)  # noqa: S101 - load_default with a size always gives one
    return font


def _text(
    pen: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    font: ImageFont.FreeTypeFont,
    colour: tuple[int, int, int],
) -> None:
    pen.text(
        at, text, fill=colour, font=font, anchor="mm", stroke_width=max(1, round(font.size / 7)), stroke_fill=WHITE
    )
