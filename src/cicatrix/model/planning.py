"""What the choice among options rests on: all of ``knowledge/planning.toml``, an assumption."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cicatrix.model.case import TreatmentId
from cicatrix.model.evidence import Statement
from cicatrix.model.knowledge import Strength, Target
from cicatrix.model.plan import OptionId
from cicatrix.model.quantity import Finite, Record, Share

__all__ = ["NetworkOrder", "Planning", "Weights"]

Positive = Annotated[Finite, Field(gt=0)]


class Weights(Record):
    """Points taken for each burden, against points of benefit; all above 0, so that no better option is passed over."""

    gain: Positive
    downtime: Positive
    burden: Positive
    pigment: Positive
    cost: Positive
    length: Positive


class NetworkOrder(Statement):
    """One treatment does more than another, as networks of trials or comparisons found."""

    better: TreatmentId
    worse: TreatmentId
    gap: Share = Field(description="Least difference of their gains.")


class Planning(Statement):
    """How options are chosen and laid out in time."""

    each_counts: Share
    unpooled: Share = Field(description="Gain of the strongest evidence where no trials are pooled (marks).")
    order: tuple[NetworkOrder, ...]
    assumed_downtime_days: dict[TreatmentId, Finite]
    fees_usd: dict[TreatmentId, tuple[Finite, Finite]] = Field(description="Rough fee of one session, lowest, highest.")
    most_a_session: dict[TreatmentId, Annotated[int, Field(ge=1)]] = Field(description="Scars done in one session.")
    not_in: dict[OptionId, tuple[TreatmentId, ...]] = Field(
        description="Treatments that an option does not hold while there is another way."
    )
    most_sessions: Annotated[int, Field(ge=1)]
    marks_field: dict[TreatmentId, tuple[Target, ...]] = Field(
        description="Treatments of the field that are also used for marks alone, with the marks."
    )
    same_session: dict[TreatmentId, tuple[TreatmentId, ...]] = Field(
        description="Treatments that share sessions with another, with those that they share with."
    )
    least_more: Positive = Field(description="Gain by which a stronger option must do more than a gentler one.")
    volume_after_days: Annotated[int, Field(ge=0)]
    tether_for: tuple[Target, ...]
    focal_for: dict[TreatmentId, tuple[Target, ...]]
    volume_for: tuple[Target, ...]
    rest_days: dict[TreatmentId, int]
    mark_counts: Share
    event_margin_days: Annotated[int, Field(ge=0)]
    gap_days: Annotated[int, Field(gt=0)]
    acne_days: Annotated[int, Field(gt=0)]
    review_after_days: tuple[int, ...]
    daily_days: Annotated[int, Field(gt=0)]
    strength: dict[Strength, Share]
    mild_up_to: Annotated[int, Field(ge=0)]
    too_much_for_mild: tuple[TreatmentId, ...]
    enough: dict[Target, Share]
    enough_mild: dict[Target, Share]
    power: dict[TreatmentId, Share]
    burden: dict[TreatmentId, Finite]
    pigment: dict[TreatmentId, Finite]
    pigment_by_skin_type: dict[int, Share]
    weights: dict[OptionId, Weights]
