"""Scars, marks and dark spots as the page lists and draws them: outlines with few corners, numbers ready to read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

import numpy as np

from cicatrix.model import Assessment, DarkSpot, Mark, Measured, Scar
from cicatrix.model.quantity import Finite, Record
from cicatrix.report import report_text
from cicatrix.report.numbers import Shown, shown
from cicatrix.report.overlay import simplify
from cicatrix.report.palette import MARK_STYLES, STYLES

__all__ = ["MARK_COLUMNS", "SCAR_COLUMNS", "Column", "Drawn", "Number", "Shape", "Shapes", "What", "shapes_of"]

What = Literal["scar", "mark", "spot"]


class Column(Record):
    """A column of numbers."""

    key: str
    title: str
    unit: str


SCAR_COLUMNS: Final = (
    Column(key="width", title="Width", unit="mm"),
    Column(key="depth", title="Depth", unit="mm"),
    Column(key="volume", title="Volume", unit="mm³"),
    Column(key="wall", title="Wall angle", unit="°"),
)
MARK_COLUMNS: Final = (
    Column(key="area", title="Area", unit="mm²"),
    Column(key="erythema", title="Redness", unit="index"),
    Column(key="melanin", title="Pigment", unit="index"),
)


class Number(Record):
    """A measured number and its 95 % interval as they are written, and the number to sort by."""

    value: str
    interval: str
    raw: Finite


class Shape(Record):
    """One scar, mark or dark spot."""

    id: str
    what: What
    kind: str
    name: str
    sure: str
    """Probability of the type as it is written; empty for a dark spot."""
    place: int
    """Its place in the list, to sort by."""
    x_mm: Finite
    y_mm: Finite
    outline_mm: tuple[tuple[Finite, Finite], ...]
    """Without corners that lie within a fifth of a pixel of the line through the others."""
    corrected: bool
    numbers: dict[str, Number]


class Drawn(Record):
    """How a kind is called and drawn; ``dash`` is in screen pixels, empty for a whole line."""

    name: str
    colour: str
    dash: tuple[float, ...]


class Shapes(Record):
    """Everything that is outlined on the picture of a result."""

    width_mm: Finite
    height_mm: Finite
    pixel_mm: Finite
    scar_columns: tuple[Column, ...] = SCAR_COLUMNS
    mark_columns: tuple[Column, ...] = MARK_COLUMNS
    styles: dict[str, Drawn]
    shapes: tuple[Shape, ...]


def shapes_of(assessment: Assessment) -> Shapes:
    """What is outlined, scars first, each in the assessment's order."""
    capture = assessment.capture
    corrected = corrected_ids(assessment)
    tolerance = 0.2 * capture.pixel_mm
    found: Iterable[Scar | Mark | DarkSpot] = (*assessment.scars, *assessment.marks, *assessment.dark_spots)
    return Shapes(
        width_mm=capture.width_mm,
        height_mm=capture.height_mm,
        pixel_mm=capture.pixel_mm,
        styles=_styles(),
        shapes=tuple(_shape(one, place, one.id in corrected, tolerance) for place, one in enumerate(found)),
    )


def corrected_ids(assessment: Assessment) -> frozenset[str]:
    """Ids of the scars and marks that a person corrected or added."""
    return frozenset(one.id for one in assessment.corrections if one.what != "case")


def _styles() -> dict[str, Drawn]:
    scars = {
        kind: Drawn(name=kind.capitalize(), colour=style.colour, dash=_dash(style.dash))
        for kind, style in STYLES.items()
    }
    marks = {
        kind: Drawn(name=style.name, colour=style.colour, dash=_dash(style.dash)) for kind, style in MARK_STYLES.items()
    }
    return scars | marks


def _dash(text: str) -> tuple[float, ...]:
    return () if text == "none" else tuple(float(part) for part in text.split())


def _shape(one: Scar | Mark | DarkSpot, place: int, corrected: bool, tolerance: float) -> Shape:  # noqa: FBT001 - a fact
    what, kind, name, sure = _named(one)
    line = simplify(np.array(one.outline_mm, dtype=np.float64).reshape(-1, 2), tolerance, closed=True)
    return Shape(
        id=one.id,
        what=what,
        kind=kind,
        name=name,
        sure=sure,
        place=place,
        x_mm=one.x_mm,
        y_mm=one.y_mm,
        outline_mm=tuple((x, y) for x, y in np.round(line, 4).tolist()),
        corrected=corrected,
        numbers=_scar_numbers(one) if isinstance(one, Scar) else _mark_numbers(one),
    )


def _named(one: Scar | Mark | DarkSpot) -> tuple[What, str, str, str]:
    if isinstance(one, Scar):
        return "scar", one.kind, report_text.name(one), _sure(one.kind_probability, one.kind)
    if isinstance(one, Mark):
        return "mark", one.kind, MARK_STYLES[one.kind].name, _sure(one.kind_probability, one.kind)
    return "spot", "spot", "Dark spot", ""


def _sure(shares: dict[str, float], kind: str) -> str:
    return report_text.probability(shares[kind]) if kind in shares else ""


def _scar_numbers(scar: Scar) -> dict[str, Number]:
    above = " above" if scar.kind == "raised" else ""
    return {
        "width": _number(shown(scar.width_mm), scar.width_mm.value),
        "depth": _number(report_text.depth(scar), scar.depth_mm.value, above),
        "volume": _number(shown(scar.volume_mm3), scar.volume_mm3.value),
        "wall": _number(shown(scar.wall_angle_deg), scar.wall_angle_deg.value),
    }


def _mark_numbers(mark: Mark | DarkSpot) -> dict[str, Number]:
    measured: dict[str, Measured] = {
        "area": mark.area_mm2,
        "erythema": mark.contrast.erythema,
        "melanin": mark.contrast.melanin,
    }
    return {key: _number(shown(number), number.value) for key, number in measured.items()}


def _number(text: Shown, raw: float, after: str = "") -> Number:
    return Number(value=text.value + after, interval=text.interval, raw=raw)
