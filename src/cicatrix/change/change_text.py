"""The comparison in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from cicatrix.model.change import MarkChange, Registration, ScarChange, SumChange
from cicatrix.model.wording import counted, upper_first

__all__ = ["in_words", "warnings_of"]

FINE_ENOUGH: Final = 8.0
"""Pixels across a scar below which its depth and width change with the resolution."""

SCALE_APART: Final = 0.02
TEXTURE_APART: Final = 0.06
FEW_SHARED: Final = 0.6


def in_words(scars: Sequence[ScarChange], marks: Sequence[MarkChange], sums: Sequence[SumChange]) -> str:
    """The answer in two or three sentences."""
    said = [_tally("scar", scars), _tally("mark", marks)]
    said += [_sum(row) for row in sums if row.name in ("total volume", "mean depth")]
    return " ".join(part for part in said if part)


def _tally(noun: str, rows: Sequence[ScarChange | MarkChange]) -> str:
    judged = [row for row in rows if row.fate != "outside"]
    if not judged:
        return ""
    count = Counter(row.verdict for row in judged)
    words = [f"{count[verdict]} {verdict}" for verdict in ("better", "worse", "not beyond noise") if count[verdict]]
    if count["cannot say"]:
        words.append(f"{count['cannot say']} cannot be judged")
    return f"Of {counted(len(judged), noun)} that both pictures show: {', '.join(words)}."


def _sum(row: SumChange) -> str:
    changed = row.changed
    unit = f" {row.unit}" if row.unit else ""
    value, low, high = (_signed(number) for number in (changed.change.value, changed.change.low, changed.change.high))
    range_ = f"{value}{unit} (95 % interval {low} to {high})"
    what = upper_first(row.name)
    return f"{what} of the scars: {range_}, {changed.verdict}."


def _signed(number: float) -> str:
    return f"{number:+.2f}".replace("-", "\N{MINUS SIGN}")


def warnings_of(
    registration: Registration,
    texture: float,
    pixels_mm: tuple[float, float],
    scars: Sequence[ScarChange],
    lights: tuple[str, str] | None,
) -> list[str]:
    """What a reader should know before the numbers."""
    found = []
    coarse = registration.pixel_mm
    if max(pixels_mm) > 1.2 * min(pixels_mm):
        found.append(
            f"The captures have pixels of {pixels_mm[0]:.3g} and {pixels_mm[1]:.3g} mm; heights are compared at "
            f"{coarse:.3g} mm."
        )
        small = [
            row.before_id or row.after_id
            for row in scars
            if row.width is not None and row.width.before is not None and row.width.before < FINE_ENOUGH * coarse
        ]
        if small:
            named = ", ".join(str(name) for name in small)
            found.append(f"Too narrow for the coarser one ({FINE_ENOUGH:.0f} pixels across at least): {named}.")
    if abs(registration.scale - 1.0) > SCALE_APART:
        found.append(
            f"A millimetre of one capture is {registration.scale:.3f} mm of the other. Check pixel_mm: the intervals "
            "allow for it."
        )
    if lights is not None:
        found.append(
            f"The earlier relief was read from {lights[0]} light and the later from {lights[1]} light, as gloss or "
            "darkness ruled the other out. They travel differently far in skin: what that does to scars is taken out, "
            "and the intervals are wider. The same lights and exposure at both visits avoid it."
        )
    elif abs(texture - 1.0) > TEXTURE_APART:
        found.append(
            f"Pores and skin lines between the scars read {100 * abs(texture - 1.0):.0f} % "
            f"{'stronger' if texture > 1.0 else 'weaker'} than before: the light differs, or the texture of the skin "
            "does. The intervals allow for it."
        )
    if registration.overlap < FEW_SHARED:
        found.append(f"The captures share only {100 * registration.overlap:.0f} % of the later picture.")
    return found
