"""What the software assumes when it pools trials and forecasts from them. All of it is an assumption with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cicatrix.model.case import TreatmentId
from cicatrix.model.evidence import Text
from cicatrix.model.knowledge import Target
from cicatrix.model.quantity import Finite, Record, Share

__all__ = ["Covariate", "Family", "FamilyRule", "Forecasting", "Pooling", "Reach", "ScaleRule"]

Positive = Annotated[Finite, Field(gt=0)]
NotNegative = Annotated[Finite, Field(ge=0)]

Family = Literal["judged", "words", "grade", "score", "count", "device"]
"""Families of scales. ``judged``: improvement in per cent as judged. ``words``: shares of people by a word such as
"good". ``grade``: shares of people who gained grades. ``score``: points of a scar score. ``count``: numbers of scars by
kind. ``device``: depth and volume as measured."""

Reach = Literal["surface", "tether", "focal", "raised"]
"""What a treatment reaches: the whole surface, the strands below, single pits, or raised scars."""


class ScaleRule(Record):
    """How one scale is read."""

    name: Text = Field(description="Name in plain words.")
    kind: Literal["change", "share"] = Field(
        description="``change``: a fraction that went. ``share``: of people (or scars) beyond a threshold."
    )
    family: Family | None = Field(
        default=None, description="Family that it is pooled with; None where it is shown in words only."
    )
    threshold: Annotated[Finite, Field(gt=0, lt=1)] | None = Field(
        default=None, description="Of a share: improvement from which a person counts, as a fraction."
    )
    reason: Text = Field(description="Where these come from.")

    @model_validator(mode="after")
    def _share_has_a_threshold(self) -> Self:
        pooled_share = self.kind == "share" and self.family is not None
        if pooled_share != (self.threshold is not None):
            msg = f"{self.name}: a share that is pooled has a threshold, and nothing else has one"
            raise ValueError(msg)
        return self


class FamilyRule(Record):
    """How the scales of one family differ from judged per cent, as pooled (on the root scale)."""

    offset: Finite
    offset_sd: NotNegative = Field(description="Prior mean and standard deviation of the family's offset.")
    study_sd: Positive = Field(description="Standard deviation of what the arms of one study share.")
    arm_sd: Positive = Field(description="Standard deviation of one arm beside that, without chance in its people.")


class Covariate(Record):
    """Prior of the coefficient of a covariate."""

    mean: Finite
    sd: Positive


class Pooling(Record):
    """The model that pools every trial arm; ``reasons`` says why, for each field."""

    level: Positive = Field(description="Prior mean of judged per cent on the root scale, over all treatments.")
    level_sd: Positive
    families: Mapping[Family, FamilyRule]
    scale_sd: Positive = Field(description="Standard deviation between the scales of a family.")
    treatment_sd: Positive = Field(description="Standard deviation between treatments of pitted scars.")
    raised_treatment_sd: Positive = Field(description="The same for raised scars.")
    kind_sd: Positive = Field(description="Standard deviation of what a treatment's reach does for a kind of scar.")
    boxcar_correlation: Share = Field(description="Correlation of that between shallow and deep boxcar scars.")
    no_trial_sd: NotNegative = Field(description="Added where no trial of a treatment was found.")
    people_sd: Positive = Field(description="Standard deviation between people on the root scale.")
    sessions: Covariate = Field(description="Per logarithm of the number of sessions over the usual number.")
    uncontrolled: Covariate = Field(description="Of an arm without another to compare it with.")
    further: Covariate = Field(description="Of each treatment beyond the first in an arm.")
    kinds: Mapping[Reach, Mapping[Target, Positive]] = Field(
        description="Prior factor on the logarithmic reduction, by reach and kind of scar."
    )
    reach: Mapping[TreatmentId, Reach] = Field(description="Reach of treatments; ``surface`` where not named.")
    factor: Mapping[TreatmentId, Positive] = Field(
        description="Prior factor on the logarithmic reduction of single treatments; 1 where not named."
    )
    usual_sessions: Mapping[TreatmentId, Positive] = Field(description="Usual number of sessions; 4 where not named.")
    removes: Mapping[TreatmentId, tuple[Share, Share, Share]] = Field(
        description="Share of treated scars that are gone as pits: lowest, most likely, highest."
    )
    reasons: Mapping[str, Text]

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        _hold_reasons(type(self), self.reasons)
        return self


class Forecasting(Record):
    """Everything else that a forecast assumes; ``reasons`` says why, for each field."""

    before_after: Share = Field(
        description="Correlation between scores before and after, where standard deviations of both were printed."
    )
    scar_sd: Positive = Field(description="Between the scars of one person, on the root scale.")
    strangers_sd: Positive = Field(
        description="Added where the person's skin type is unknown, or was not among the people of the trials."
    )
    unreported_sd: Positive = Field(description="Added where the trials did not report skin types.")
    overlap: tuple[Share, Share] = Field(
        description="Lowest and highest share of its own effect that a further treatment adds."
    )
    depth_power: tuple[Positive, Positive, Positive] = Field(
        description="Lowest, most likely and highest power that takes what is left of the appearance to depth left."
    )
    volume_power: tuple[Positive, Positive, Positive] = Field(
        description="Lowest, most likely and highest power that takes depth left to volume left."
    )
    noise_sd: Positive = Field(
        description="Of the logarithm of depth, from one time to another, without any treatment."
    )
    drift_weeks: Positive = Field(
        description="Weeks over which the untreated drift was seen; it is taken to go no further."
    )
    drift_prior_sd: Positive = Field(description='Of the weak prior "no drift", in the logarithm of what is left.')
    grade_better: Mapping[Literal["1", "2", "3"], Mapping[Literal["2", "3", "4"], Share]] = Field(
        description="Grades gained to the present grade to the least improvement of the appearance that does it."
    )
    grade_worse: Positive = Field(description="Worsening of the appearance from which the grade is one worse.")
    reasons: Mapping[str, Text]

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        _hold_reasons(type(self), self.reasons)
        return self


def _hold_reasons(record: type[Record], reasons: Mapping[str, Text]) -> None:
    named = set(record.model_fields) - {"reasons"}
    if set(reasons) != named:
        msg = f"reasons must be given for exactly {sorted(named)}; differs in {sorted(named ^ set(reasons))}"
        raise ValueError(msg)
