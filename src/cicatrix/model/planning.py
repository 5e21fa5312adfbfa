"""What the choice among options rests on: all of ``knowledge/planning.toml``, an assumption."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cicatrix.model.case import TreatmentId
from cicatrix.model.evidence import Statement
from cicatrix.model.knowledge import Strength, Target
from cicatrix.model.plan import OptionId
from cicatrix.model.quantity import Finite, Record, Share

__all__ = ["Planning", "Weights"]

Positive = Annotated[Finite, Field(gt=0)]


class Weights(Record):
    """Points taken for each burden, against points of benefit; all above 0, so that no better option is passed over."""

    gain: Positive
    downtime: Positive
    burden: Positive
    pigment: Positive
    cost: Positive
    length: Positive


class Planning(Statement):
    """How options are chosen and laid out in time."""

    each_counts: Share
    unknown_downtime_days: Positive
    volume_after_days: Annotated[int, Field(ge=0)]
    tether_for: tuple[Target, ...]
    focal_for: tuple[Target, ...]
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
