"""One scar: where it is, how big, how deep, and of which type."""

from __future__ import annotations

from typing import Final, Literal, Self

from pydantic import model_validator

from cicatrix.model.note import Note
from cicatrix.model.quantity import Finite, Measured, Record, Share

__all__ = ["DEEP_BOXCAR_MM", "DepthClass", "DepthFrom", "Kind", "Scar", "Section"]

Kind = Literal["icepick", "boxcar", "rolling", "raised", "undecided"]
DepthClass = Literal["shallow", "deep"]
DEEP_BOXCAR_MM: Final = 0.5
"""From this depth a boxcar scar is deep (Jacob et al. 2001, doi:10.1067/mjd.2001.113451, as tabled in Fabbrocini 2010,
where the sign of inequality is lost: that 0.5 mm itself is deep is an assumption)."""
DepthFrom = Literal["shadows", "shading", "height"]
"""Where a depth comes from: a shape fitted to shading and cast shadows, shading alone, or a height map."""


class Section(Record):
    """A cut through the scar along its shortest diameter.

    Lists of equal length: distance along the cut, height of the skin and of the fitted rim, all in mm.
    """

    along_mm: tuple[Finite, ...]
    height_mm: tuple[Finite, ...]
    rim_mm: tuple[Finite, ...]
    from_mm: tuple[Finite, Finite]
    """Start of the cut in the picture, x and y."""
    to_mm: tuple[Finite, Finite]
    """End of the cut in the picture, x and y."""

    @model_validator(mode="after")
    def _equal_lengths(self) -> Self:
        if not len(self.along_mm) == len(self.height_mm) == len(self.rim_mm):
            msg = "along_mm, height_mm and rim_mm must have equal lengths"
            raise ValueError(msg)
        return self


class Scar(Record):
    """A scar, measured against a smooth surface fitted to the skin around its mouth.

    ``depth_mm`` and ``volume_mm3`` are positive below the rim and negative for raised scars. Positions count
    from the picture's top-left corner, x to the right and y down.

    Examples
    --------
    >>> import cicatrix as cx
    >>> scar = cx.assess("examples/cheek").scars[0]
    >>> scar.depth_mm.low <= scar.depth_mm.value <= scar.depth_mm.high
    True
    """

    id: str
    kind: Kind
    depth_class: DepthClass | None
    kind_probability: dict[str, Share]
    x_mm: Finite
    y_mm: Finite
    linear: bool
    """True for a trough that is several times longer than wide; ``width_mm`` is then its breadth."""
    at_edge: bool
    """True when the outline touches the picture's edge: the rest of the scar was not seen."""
    width_mm: Measured
    """Diameter of the circle with the mouth's area; for a linear scar its breadth."""
    longest_mm: Measured
    shortest_mm: Measured
    depth_mm: Measured
    depth_from: DepthFrom
    """What the shape rests on: fitted to shading and shadows where that explains the photographs better than the
    relief from shading alone does."""
    unfitted_depth_mm: Measured | None = None
    """Depth before the fit, from shading alone; None where nothing was fitted."""
    area_mm2: Measured
    volume_mm3: Measured
    wall_angle_deg: Measured
    floor_flatness: Measured
    """Width of the lowest tenth of the depth over the width of the mouth, 0 (a point) to 1 (a flat floor)."""
    shadowed: Share | None
    """Share of the mouth's area with a light missing (shadow, gloss or saturation); None without photographs."""
    outline_mm: tuple[tuple[Finite, Finite], ...]
    section: Section
    notes: tuple[Note, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.depth_class is not None) != (self.kind == "boxcar"):
            msg = f"only a boxcar has a depth class, got {self.kind} with {self.depth_class}"
            raise ValueError(msg)
        if abs(sum(self.kind_probability.values()) - 1.0) > 1e-3:
            msg = f"kind_probability must sum to 1, got {self.kind_probability}"
            raise ValueError(msg)
        return self
