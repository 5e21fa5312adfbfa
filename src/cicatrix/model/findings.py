"""Findings: what was measured, joined with what was stated, for the whole face.

Grades, gate and plan are computed from this one record, with or without a capture. Whatever only a person can answer
(acne, history, wishes, how far scars are seen) is in ``findings.case``. What a capture can answer too, the numbers of
scars and marks, is in ``findings.scars`` and ``findings.marks``, each with where it comes from and what it covers. A
measurement of fields of skin never lowers what was stated for the face: the total of a kind is the larger of the two,
and a difference is written down in ``findings.disagreements``.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from cicatrix.model.case import Case
from cicatrix.model.quantity import Finite, Record

__all__ = [
    "Count",
    "Covers",
    "Disagreement",
    "Findings",
    "FoundMarks",
    "FoundScars",
    "Number",
    "Origin",
    "VisibleArea",
]

Origin = Literal["measured", "stated", "supposed"]
"""``measured``: from the captures, on the fields that they show. ``stated``: from the case, for the whole face.
``supposed``: nobody counted; a usual number for the severity that was stated."""

Covers = Literal["face", "fields", "field"]
"""The skin that a number or a grade speaks of: the whole face, several measured fields, or one."""


class _Sourced(Record):
    """Base of the two records below: a value and its origin; neither where it is unknown."""

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        value = getattr(self, "value", None)
        if (value is None) != (getattr(self, "source", None) is None):
            msg = "a value has a source, and an unknown value has none"
            raise ValueError(msg)
        if value is not None and value < 0:
            msg = f"must be 0 or more, got {value}"
            raise ValueError(msg)
        return self


class Count(_Sourced):
    """How many there are, who says so, and on what skin. ``Count()`` is unknown, which is not 0."""

    value: int | None = Field(default=None, description="The larger of what was stated and what was measured.")
    source: Origin | None = Field(default=None, description="Which of the two it is.")
    covers: Covers | None = Field(
        default=None,
        description="The skin that was counted; the face has at least as many as were counted on a field of it.",
    )
    measured: int | None = Field(default=None, description="How many the fields show; None where none was measured.")

    @property
    def at_least(self) -> bool:
        """Whether the face may have more than this: not all of it was counted."""
        return (self.source == "measured" and self.covers != "face") or self.covers in ("field", "fields")

    @property
    def exact(self) -> bool:
        """Whether this is how many there are on the whole face."""
        return self.value is not None and not self.at_least


class Number(_Sourced):
    """A size, and who says so. ``Number()`` is unknown."""

    value: Finite | None = None
    source: Origin | None = None


class FoundScars(Record):
    """Numbers of scars by type.

    With a capture every type but ``hypertrophic`` and ``keloid`` is measured (0 when none was found); where the case
    states more, that is the total. Without one, all are what the case states.
    """

    icepick: Count = Count()
    boxcar_shallow: Count = Count()
    boxcar_deep: Count = Count()
    rolling: Count = Count()
    raised: Count = Field(
        default=Count(),
        description=(
            "Raised scars of any sort: measured, or the sum of hypertrophic scars and keloids where both were stated."
        ),
    )
    hypertrophic: Count = Field(
        default=Count(), description="Stated only: the surface does not tell a hypertrophic scar from a keloid."
    )
    keloid: Count = Field(default=Count(), description="Stated only, as above.")
    papular: Count = Field(
        default=Count(), description="Stated only: small bumps on nose, chin or trunk, which are no keloids."
    )
    undecided: int = Field(
        default=0, description="Measured scars whose type is not settled; each may be of any type. 0 without a capture."
    )
    raised_area_cm2: Number = Field(default=Number(), description="Area of all raised scars together.")


class FoundMarks(Record):
    """Numbers of flat marks by colour, and their size. Measured only where the capture has colour."""

    red: Count = Count()
    brown: Count = Count()
    mixed: int = Field(
        default=0,
        description=(
            "Measured marks that are red and brown. 0 without a measurement: a case states marks as red or brown."
        ),
    )
    median_size_mm: Number = Field(
        default=Number(),
        description=(
            "Diameter of a circle with the area of a typical mark (the median), of brown and mixed and red marks "
            "together."
        ),
    )


class VisibleArea(Record):
    """The skin that a capture shows. Measured counts are of this area, not of the face."""

    site: str | None
    width_mm: Finite
    height_mm: Finite
    measured_mm2: Finite = Field(
        description="Area on which the surface could be measured: the picture's area times its coverage."
    )


class Disagreement(Record):
    """A question that both the case and the capture answer, differently."""

    key: str = Field(
        description=(
            "Key of the case file, such as ``scars.icepick``; ``scars.raised`` for hypertrophic scars and keloids "
            "together."
        )
    )
    stated: Finite
    measured: Finite
    used: Finite
    note: str = Field(description="What may explain the difference, in plain words.")


class Findings(Record):
    """Everything that grades, gate and plan are computed from."""

    case: Case = Field(
        default=Case(),
        description="What was stated, as it was stated. Acne, person and preferences are read from here.",
    )
    scars: FoundScars = FoundScars()
    marks: FoundMarks = FoundMarks()
    area: VisibleArea | None = Field(
        default=None, description="The skin that measured counts are of; None without a capture."
    )
    fields: tuple[VisibleArea, ...] = Field(
        default=(), description="Every field of skin that was measured, one entry a site; empty without a capture."
    )
    disagreements: tuple[Disagreement, ...] = ()
