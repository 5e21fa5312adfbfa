"""Colours: one per kind of scar, and the two colour maps.

The kinds' colours are those of Okabe and Ito (Color Universal Design, 2008), darkened where needed to keep 3:1
against white; each kind has its own dash and sign too, so that nothing rests on colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.model import Kind
from cicatrix.model.light import decode_srgb, encode_srgb

__all__ = [
    "BLOOD_ANCHORS",
    "HEIGHT_ANCHORS",
    "MARK_STYLES",
    "PIGMENT_ANCHORS",
    "STYLES",
    "TRUST_ANCHORS",
    "MarkStyle",
    "Style",
    "colour_map",
    "hex_rgb",
]


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of scar is drawn: ``dash`` is an SVG dash array in screen pixels, ``sign`` follows its number."""

    colour: str
    sign: str
    dash: str


STYLES: Final[dict[Kind, Style]] = {
    "icepick": Style("#c2410c", "▼", "none"),
    "boxcar": Style("#0068a8", "■", "9 3"),
    "rolling": Style("#007a5a", "●", "2.5 3"),
    "raised": Style("#a83279", "▲", "10 3 2.5 3"),
    "undecided": Style("#4b5563", "?", "5 5"),
}


@dataclass(frozen=True, slots=True)
class MarkStyle:
    """How a kind of mark is drawn, and what it is called."""

    name: str
    colour: str
    dash: str


MARK_STYLES: Final[dict[str, MarkStyle]] = {
    "red": MarkStyle("Red", "#b3123a", "none"),
    "brown": MarkStyle("Brown", "#6b3d0c", "8 3"),
    "mixed": MarkStyle("Red and brown", "#7d3c98", "10 3 2.5 3"),
    "spot": MarkStyle("Dark spot, not counted as a mark", "#3f4752", "2.5 3"),
}

HEIGHT_ANCHORS: Final = ("#0b1f4b", "#1f5a9c", "#6fa8d0", "#f3f1ec", "#e2a765", "#b0611b", "#5c2a07")
"""Deep (dark blue) over the level of the skin (near white) to high (dark brown); safe for all colour vision."""

PIGMENT_ANCHORS: Final = ("#1f5a9c", "#8fb8d8", "#f6f2ea", "#b8743a", "#4a2407")
BLOOD_ANCHORS: Final = ("#1f5a9c", "#8fb8d8", "#f6f2ee", "#dd5a58", "#6b0718")
"""Less than plain skin (blue) over plain skin (near white) to more; safe for all colour vision."""

TRUST_ANCHORS: Final = ("#231942", "#5e3b78", "#b0557a", "#eb8a63", "#f6cf8b", "#fdf6dc")
"""No trusted light (dark) to all of them (pale); lightness rises throughout."""


def hex_rgb(colour: str) -> tuple[int, int, int]:
    """``#0072b2`` as three numbers from 0 to 255."""
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


def colour_map(anchors: tuple[str, ...], steps: int = 256) -> NDArray[np.uint8]:
    """Table of ``(steps, 3)`` sRGB colours running through evenly spaced anchors.

    Interpolated in Oklab (Ottosson 2020, https://bottosson.github.io/posts/oklab/), where even steps look even.
    """
    srgb = np.array([hex_rgb(anchor) for anchor in anchors], dtype=np.float64) / 255
    lab = np.cbrt(decode_srgb(srgb) @ _TO_LMS.T) @ _TO_LAB.T
    at = np.linspace(0, len(anchors) - 1, steps)
    mixed = np.stack([np.interp(at, np.arange(len(anchors)), lab[:, axis]) for axis in range(3)], axis=1)
    back = (mixed @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_LMS).T
    return encode_srgb(back.astype(np.float32))


_TO_LMS: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
