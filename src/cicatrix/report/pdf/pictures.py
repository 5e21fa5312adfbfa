"""Pictures of the PDF: small photographs, and the outlines that are drawn over them."""

from __future__ import annotations

import base64
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cicatrix.model import Assessment, CaptureSummary, DarkSpot, Mark, Scar
from cicatrix.report import report_text
from cicatrix.report.overlay import place_labels, scale_bar_mm, simplify
from cicatrix.report.palette import MARK_STYLES, STYLES
from cicatrix.report.pdf.today import listed
from cicatrix.report.pictures import Pictures, reduced

__all__ = ["Key", "Map", "Shape", "mark_map", "scar_map", "simulated_pictures", "wrapped"]

Picture = NDArray[np.uint8]
Point = tuple[float, float]

LONGEST: Final = 1200
"""Pixels along a map's longer side: 300 dots an inch at 10 cm."""
LONGEST_SMALL: Final = 640
"""Pixels along a simulated picture's longer side: four of them stand side by side."""
TOLERANCE: Final = 1 / 900
DASH_PT: Final = 0.3
"""Points for one screen pixel of a dash."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline on a picture, as fractions of its width and height, with its label."""

    points: tuple[Point, ...]
    colour: str
    dash: tuple[float, ...]
    label: str
    place: Point


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the legend."""

    sign: str
    colour: str
    dash: tuple[float, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Map:
    """A picture with outlines; ``bar`` is the length of its scale as a fraction of its width."""

    file: str
    ratio: float
    shapes: tuple[Shape, ...]
    keys: tuple[Key, ...]
    bar: float
    bar_text: str
    label_pt: float
    caption: str
    alt: str


def wrapped(picture: Picture, longest: int = LONGEST) -> bytes:
    """Encode a grey or RGB picture, no side longer than ``longest`` pixels, as JPEG wrapped in SVG.

    The typesetter takes files from memory only where they are text; the JPEG goes into the PDF as it is.
    """
    small = reduced(picture, longest)
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(small)).save(buffer, "JPEG", quality=86)
    content = base64.b64encode(buffer.getvalue()).decode("ascii")
    rows, cols = small.shape[:2]
    size = f'width="{cols}" height="{rows}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} href="data:image/jpeg;base64,{content}"/></svg>'
    ).encode("ascii")


def simulated_pictures(pictures: Mapping[str, Picture]) -> dict[str, bytes]:
    """Simulated surfaces as files."""
    return {f"{state}.svg": wrapped(picture, LONGEST_SMALL) for state, picture in pictures.items()}


def scar_map(assessment: Assessment, pictures: Pictures, most: int) -> tuple[Map, bytes]:
    """Scars on the shaded relief; only those of the table carry their number."""
    scars = assessment.scars
    numbered = set(listed(scars, most))
    labels = [str(at + 1) if at in numbered else "" for at in range(len(scars))]
    looks = [(STYLES[scar.kind].colour, STYLES[scar.kind].dash) for scar in scars]
    shapes = _shapes(assessment.capture, scars, looks, labels)
    keys = tuple(
        Key(STYLES[kind].sign, STYLES[kind].colour, _dash(STYLES[kind].dash), f"{count} {kind}")
        for kind, count in report_text.kind_counts(scars).items()
    )
    caption = "The skin as a matt grey surface lit from the upper left."
    if len(numbered) < len(scars):
        caption += f" Numbers stand at the {len(numbered)} largest scars, those of the table."
    alt = f"Map of {report_text.plural(len(scars), 'scar')} on the shaded relief"
    return _map("relief.svg", assessment.capture, shapes, keys, caption, alt), wrapped(pictures.relief)


def mark_map(assessment: Assessment, colour: Picture, most: int = 60) -> tuple[Map, bytes]:
    """Marks and dark spots on the skin's colour without shading."""
    found: list[Mark | DarkSpot] = [*assessment.marks, *assessment.dark_spots]
    kinds = [one.kind if isinstance(one, Mark) else "spot" for one in found]
    labels = [one.id if at < most else "" for at, one in enumerate(found)]
    looks = [(MARK_STYLES[kind].colour, MARK_STYLES[kind].dash) for kind in kinds]
    shapes = _shapes(assessment.capture, found, looks, labels)
    counts = Counter(kinds)
    keys = tuple(
        Key("", style.colour, _dash(style.dash), f"{counts[kind]} {style.name.lower()}")
        for kind, style in MARK_STYLES.items()
        if counts[kind]
    )
    caption = "The skin’s own colour, without shading."
    alt = f"Map of {report_text.plural(len(assessment.marks), 'mark')} on the skin's colour"
    return _map("colour.svg", assessment.capture, shapes, keys, caption, alt), wrapped(colour)


def _shapes(
    capture: CaptureSummary,
    found: Sequence[Scar | Mark | DarkSpot],
    looks: Sequence[tuple[str, str]],
    labels: Sequence[str],
) -> tuple[Shape, ...]:
    size = np.array([capture.width_mm, capture.height_mm])
    tolerance = TOLERANCE * float(size.max())
    places = place_labels(found, capture.width_mm, capture.height_mm) / size
    return tuple(
        Shape(_outline(one, size, tolerance), colour, _dash(dash), label, (float(x), float(y)))
        for one, (colour, dash), label, (x, y) in zip(found, looks, labels, places.tolist(), strict=True)
    )


def _outline(one: Scar | Mark | DarkSpot, size: NDArray[np.float64], tolerance: float) -> tuple[Point, ...]:
    line = simplify(np.array(one.outline_mm).reshape(-1, 2), tolerance, closed=True) / size
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in line)


def _map(
    file: str, capture: CaptureSummary, shapes: tuple[Shape, ...], keys: tuple[Key, ...], caption: str, alt: str
) -> Map:
    bar_mm = scale_bar_mm(capture.width_mm)
    said = ", ".join(key.text for key in keys)
    return Map(
        file=file,
        ratio=capture.width_mm / capture.height_mm,
        shapes=shapes,
        keys=keys,
        bar=bar_mm / capture.width_mm,
        bar_text=f"{bar_mm:g} mm",
        label_pt=7.5 if len(shapes) <= 40 else 6.0,
        caption=caption,
        alt=f"{alt}: {said}." if said else f"{alt}.",
    )


def _dash(dash: str) -> tuple[float, ...]:
    return () if dash == "none" else tuple(round(float(part) * DASH_PT, 2) for part in dash.split())
