"""One flat mark: where it is, how big, how it differs from the skin around, and of which colour."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from cicatrix.model.note import Note
from cicatrix.model.quantity import Finite, Measured, Record, Share

__all__ = ["Contrast", "DarkSpot", "Mark", "MarkKind"]

MarkKind = Literal["red", "brown", "mixed"]


class Contrast(Record):
    """How a patch differs from the skin in a ring around it, in its middle."""

    melanin: Measured
    """Difference of the melanin index: 100 times the decimal logarithm by which red light falls, less blood's part.
    It does not depend on the exposure."""
    erythema: Measured
    """Difference of the erythema index: 100 times the decimal logarithm by which green light falls below the line that
    melanin follows from red to blue. It does not depend on the exposure."""
    delta_e: Measured
    """Difference of colour in CIELAB (CIE 1976). The interval allows for the unknown exposure of a capture."""


class Mark(Record):
    """A red (erythema), brown (hyperpigmentation) or mixed mark.

    Positions count from the picture's top-left corner, x to the right and y down.

    Examples
    --------
    >>> import cicatrix as cx
    >>> mark = cx.assess("examples/cheek").marks[0]
    >>> mark.area_mm2.low <= mark.area_mm2.value <= mark.area_mm2.high
    True
    """

    id: str
    kind: MarkKind
    kind_probability: dict[str, Share]
    x_mm: Finite
    y_mm: Finite
    width_mm: Measured
    """Diameter of the circle with the mark's area."""
    area_mm2: Measured
    """Area in which at least half of the excess of colour is present."""
    contrast: Contrast
    outline_mm: tuple[tuple[Finite, Finite], ...]
    in_scar: str | None = None
    """The scar that the mark lies in or covers, if any."""
    at_edge: bool = False
    """True when the outline touches the picture's edge: the rest was not seen."""
    notes: tuple[Note, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if abs(sum(self.kind_probability.values()) - 1.0) > 1e-3:
            msg = f"kind_probability must sum to 1, got {self.kind_probability}"
            raise ValueError(msg)
        return self


class DarkSpot(Record):
    """A small, dark, sharply bordered brown spot, such as a mole or a freckle. It is not counted as a mark of acne.

    Its nature cannot be determined from its colour; it is listed so that it is not taken for a mark and a clinician can
    look at it.
    """

    id: str
    x_mm: Finite
    y_mm: Finite
    width_mm: Measured
    area_mm2: Measured
    contrast: Contrast
    outline_mm: tuple[tuple[Finite, Finite], ...]
    in_scar: str | None = None
    notes: tuple[Note, ...] = ()
