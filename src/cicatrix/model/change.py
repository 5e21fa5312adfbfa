"""What changed between two captures of one site, and what cannot be distinguished from noise."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from cicatrix.model.assessment import Provenance
from cicatrix.model.display import Displayed
from cicatrix.model.evidence import SourceKey, Status
from cicatrix.model.mark import MarkKind
from cicatrix.model.plan import OptionId
from cicatrix.model.quantity import Finite, Measured, Record, Share
from cicatrix.model.scar import Kind

__all__ = [
    "CHANGE_SCHEMA",
    "AgainstOutlook",
    "Change",
    "Changed",
    "Fate",
    "GradeChange",
    "MarkChange",
    "NoiseFrom",
    "Registration",
    "ScarChange",
    "SumChange",
    "Verdict",
]

CHANGE_SCHEMA: Final = "cicatrix/change/1"

Verdict = Literal["better", "worse", "not beyond noise", "cannot say"]
Fate = Literal["same", "split", "merged", "gone", "new", "outside"]
"""``same``: found at both visits. ``split`` and ``merged``: one outline at one visit, several at the other. ``gone``
and ``new``: found at one visit only, in skin that both pictures show. ``outside``: not shown by the other picture."""

NoiseFrom = Literal["repeatability", "intervals"]
"""What a smallest detectable change rests on: repeated captures with the rig, or the intervals of the measurement."""


class Registration(Record):
    """How the earlier picture lies on the later one."""

    turn_deg: Finite = Field(description="By how much the earlier picture is turned against the later one.")
    scale: Finite = Field(
        description=(
            "Millimetres of the earlier picture in one of the later; not 1 where rigs differ or the skin is stretched."
        )
    )
    x_mm: Finite
    y_mm: Finite = Field(description="Where the later picture's top-left corner lies in the earlier one.")
    stretch_mm: Annotated[Finite, Field(ge=0)] = Field(
        description="Root mean square of the smooth stretching of the skin besides turn, shift and scale."
    )
    residual_mm: Measured = Field(
        description="Median distance by which control points miss an alignment that was made without them."
    )
    controls: Annotated[int, Field(ge=0)] = Field(
        description="Number of control points: small tiles of skin found again."
    )
    likeness: Finite = Field(description="Median correlation of those tiles, 0 (nothing alike) to 1 (the same).")
    overlap: Share = Field(description="Share of the later picture that the earlier one shows too.")
    pixel_mm: Finite = Field(description="Width of a pixel that both were brought to: the coarser of the two.")


class Changed(Record):
    """One quantity at two visits, and the change between them.

    The change is measured on the registered pictures where that can be done, and is then surer than the difference of
    the two columns: what both measurements have in common drops out.
    """

    before: Finite | None = Field(description="As it was measured at the earlier visit; None where there was nothing.")
    after: Finite | None = Field(description="As it was measured at the later visit.")
    change: Measured = Field(description="After minus before.")
    percent: Measured | None = Field(description="The same in per cent of before; None where there was nothing before.")
    smallest: Annotated[Finite, Field(ge=0)] = Field(
        description="Smallest detectable change: less than this cannot be distinguished from noise (95 %)."
    )
    noise_from: NoiseFrom
    verdict: Verdict


class ScarChange(Record):
    """One scar at two visits."""

    before_id: str | None
    after_id: str | None
    fate: Fate
    others: tuple[str, ...] = Field(
        default=(), description="Ids at the other visit of the further parts of a scar that was split or merged."
    )
    kind_before: Kind | None
    kind_after: Kind | None
    x_mm: Finite
    y_mm: Finite = Field(description="Place in the later picture.")
    depth: Changed | None = Field(
        description=(
            "Depth below the rim; of raised scars the height counts as negative depth. None where it cannot be said."
        )
    )
    volume: Changed | None
    width: Changed | None
    verdict: Verdict = Field(description="That of the depth: it is what treatments aim at.")
    notes: tuple[str, ...] = ()


class MarkChange(Record):
    """One flat mark at two visits."""

    before_id: str | None
    after_id: str | None
    fate: Fate
    kind: MarkKind
    x_mm: Finite
    y_mm: Finite
    contrast: Changed | None = Field(
        description="Contrast to the skin around in the mark's own colour: melanin of brown ones, erythema of others."
    )
    area: Changed | None
    verdict: Verdict = Field(description="That of the contrast.")
    notes: tuple[str, ...] = ()


class SumChange(Record):
    """One quantity over all scars or marks that both pictures show."""

    name: Literal["scars", "total volume", "mean depth", "marks", "area of marks", "red contrast", "brown contrast"]
    unit: Literal["", "mm³", "mm", "mm²", "index"]
    of: Annotated[int, Field(ge=0)] = Field(description="How many scars or marks it is over.")
    changed: Changed


class GradeChange(Record):
    """One published scale at two visits."""

    scale: str
    name: str
    before: tuple[int, int] | None
    after: tuple[int, int] | None = Field(
        description="Least and greatest grade that answers which are missing leave open."
    )
    change: tuple[int, int] | None = Field(description="Least and greatest change.")
    noise: Annotated[int, Field(ge=0)] | None = Field(
        description="A change up to this many points is no more than raters differ by; None where that is not known."
    )
    noise_text: str
    source: SourceKey | None
    status: Status | None
    verdict: Verdict


class AgainstOutlook(Record):
    """One forecast of the earlier outlook, and what was observed."""

    what: str = Field(description="What was forecast, in words.")
    scar_id: str | None = Field(default=None, description="The scar at the earlier visit; None for marks.")
    day: Annotated[int, Field(ge=0)] | None = Field(description="The day that the forecast is for.")
    forecast: Measured = Field(description="Fraction of the earlier depth or contrast that was forecast to be left.")
    came: Measured = Field(description="Fraction that is left.")
    verdict: Literal["as forecast", "better than forecast", "worse than forecast", "cannot say"]

    @property
    def inside(self) -> bool:
        """Whether what was observed lies inside the forecast's interval."""
        return self.forecast.low <= self.came.value <= self.forecast.high


class Change(Displayed, Record):
    """What changed between two captures of one site.

    Examples
    --------
    >>> import cicatrix as cx
    >>> cheek = cx.assess("examples/cheek")
    >>> cx.compare(cheek, cheek, days=0).days
    0
    """

    schema_: Literal["cicatrix/change/1"] = Field(default=CHANGE_SCHEMA, alias="schema", serialization_alias="schema")
    cicatrix: str
    site: str | None
    days: Annotated[int, Field(ge=0)] | None = Field(
        description="Days between the captures, as stated; None where they were not."
    )
    before: Provenance
    after: Provenance
    registration: Registration
    fine_relief: Annotated[Finite, Field(gt=0)] = Field(
        default=1.0,
        description=(
            "How strongly pores and skin lines between the scars read at the later visit, over the earlier one: not "
            "1 where\nthe light read differently, or the skin's texture changed."
        ),
    )
    scars: tuple[ScarChange, ...]
    marks: tuple[MarkChange, ...]
    sums: tuple[SumChange, ...]
    grades: tuple[GradeChange, ...]
    outlook: tuple[AgainstOutlook, ...] = Field(
        default=(),
        description="Forecast of the earlier outlook and observed; empty without an outlook or without the days.",
    )
    done: OptionId | None = Field(
        default=None, description="The option that was carried out between the visits, as stated."
    )
    noise_from: NoiseFrom
    rig: str | None = Field(
        default=None, description="Rig whose repeatability the smallest detectable changes come from."
    )
    text: str = Field(description="The answer in two or three sentences.")
    warnings: tuple[str, ...] = ()
    notice: str = (
        "A comparison of two measurements for a clinician's review. It says what changed on the skin that both "
        "pictures show, not why."
    )

    def shown(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """One line, and rows of label and text, for a prompt or a notebook."""
        rows = tuple((f"{one.name}{f', {one.unit}' if one.unit else ''}", one.changed.verdict) for one in self.sums)
        return self.text, rows

    @model_validator(mode="after")
    def _ids_once(self) -> Self:
        for side in ("before_id", "after_id"):
            ids = [one for scar in self.scars if (one := getattr(scar, side)) is not None]
            if len(ids) != len(set(ids)):
                msg = f"a scar is in two rows of {side}: {sorted(ids)}"
                raise ValueError(msg)
        return self
