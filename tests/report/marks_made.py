"""Marks and skin tones to show."""

from __future__ import annotations

from cicatrix.model import Contrast, Mark, MarkKind, Measured, SkinTone
from cicatrix.model.note import Note

HOSTILE = "<script>alert(1)</script>"


def about(value: float) -> Measured:
    return Measured.of(value, value - 0.5, value + 0.5)


CONTRAST = Contrast(melanin=about(6.0), erythema=about(1.0), delta_e=about(7.0))


SQUARE = ((4.0, 4.0), (7.0, 4.0), (7.0, 7.0), (4.0, 7.0))


def mark(name: str, kind: MarkKind, note: str = "") -> Mark:
    return Mark(
        id=name,
        kind=kind,
        kind_probability={kind: 1.0},
        x_mm=5.5,
        y_mm=5.5,
        width_mm=about(3.4),
        area_mm2=about(9.0),
        contrast=CONTRAST,
        outline_mm=SQUARE,
        notes=(Note(code="other", text=note),) if note else (),
    )


def tone(*, calibrated: bool) -> SkinTone:
    return SkinTone(
        calibrated=calibrated,
        lightness=about(60.0) if calibrated else None,
        ita_deg=about(34.0) if calibrated else None,
        ita_class="intermediate" if calibrated else None,
        ita_classes=("intermediate",),
        monk=5 if calibrated else None,
        monk_tones=(5, 6),
        red_over_green=1.62,
        green_over_blue=1.41,
        basis="Judged against a card." if calibrated else "The exposure is not known.",
    )
