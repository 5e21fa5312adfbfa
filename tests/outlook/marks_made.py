"""Marks with stated contrasts."""

from __future__ import annotations

from cicatrix.model import Contrast, Mark, MarkKind, Measured


def mark(number: int, kind: MarkKind, melanin: float, erythema: float) -> Mark:
    def about(value: float) -> Measured:
        return Measured(value=value, low=0.8 * value, high=1.2 * value)

    return Mark(
        id=f"M{number:02d}",
        kind=kind,
        kind_probability={kind: 1.0},
        x_mm=1.0,
        y_mm=1.0,
        width_mm=about(3.0),
        area_mm2=about(7.0),
        contrast=Contrast(melanin=about(melanin), erythema=about(erythema), delta_e=about(5.0)),
        outline_mm=(),
    )
