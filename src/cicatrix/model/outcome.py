"""Outcomes: results of trial arms as numbers on named scales, and what a forecast from them assumes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import Field, model_validator

from cicatrix.model.case import TreatmentId
from cicatrix.model.evidence import SourceKey, Status, Text
from cicatrix.model.knowledge import SkinTypes, Target
from cicatrix.model.quantity import Finite, Record, Share

__all__ = [
    "OUTCOME_SCALES",
    "Forecasting",
    "NewScarsRule",
    "Outcome",
    "OutcomeScale",
    "Outcomes",
    "ScaleRule",
    "Transition",
]

OutcomeScale = Literal[
    "depth_change",
    "volume_change",
    "ecca_change",
    "goodman_baron_quantitative_change",
    "atrophy_score_change",
    "texture_score_change",
    "scar_score_change",
    "severity_change",
    "physician_percent",
    "improvement_score_0_10",
    "quartile_mean",
    "share_over_half",
    "share_over_quarter",
    "share_over_half_self",
    "patient_percent",
    "responders",
    "improved",
    "endpoint_reached",
    "grade_fell",
    "good_to_excellent",
    "scar_count_change",
]
OUTCOME_SCALES: Final[tuple[OutcomeScale, ...]] = get_args(OutcomeScale)

Positive = Annotated[Finite, Field(gt=0)]
People = Annotated[int, Field(ge=1)]


class Outcome(Record):
    """What one arm of one study found, on one scale."""

    study: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")] = Field(
        description="Id of a trial in ``trials.toml``; of a study that has no row there, the key of its source."
    )
    arm: Text = Field(description="What was done, in a few words.")
    treatments: tuple[TreatmentId, ...] = Field(
        description="What the arm got; empty for an arm without treatment, or with vehicle, salt water or sham."
    )
    targets: tuple[Target, ...] = Field(
        min_length=1,
        description=(
            'Kinds of scars that the study was about; most say only "atrophic scars", which is every pitted kind.'
        ),
    )
    scale: OutcomeScale
    n: People | None = Field(
        default=None, description="People in the arm; None where that was not reported in what was seen."
    )
    n_note: str | None = Field(default=None, description="How ``n`` is known, where it is not printed for the arm.")
    effect: Annotated[Finite, Field(ge=-1, le=1)] = Field(
        description="Fraction by which it got better (negative: worse); of a share of people, that share."
    )
    sd: Positive | None = Field(
        default=None, description="Standard deviation of ``effect`` over people, where one was printed."
    )
    before: Positive | None = None
    after: Positive | None = Field(
        default=None, description="Means before and after, where the effect is our arithmetic from them."
    )
    before_sd: Positive | None = None
    after_sd: Positive | None = None
    sessions: Positive | None = Field(
        default=None, description="Number of sessions; None where that was not reported in what was seen."
    )
    weeks: Positive | None = Field(
        default=None, description="Weeks from the start, or from the last session, to the result, as far as told."
    )
    skin_types: SkinTypes | None = None
    computed: bool = Field(default=False, description="True for our own arithmetic on printed figures.")
    note: str | None = None
    sources: tuple[SourceKey, ...] = Field(min_length=1)
    status: Status

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if (self.before is None) != (self.after is None):
            msg = f"{self.study}: a mean before goes with one after"
            raise ValueError(msg)
        if self.before is not None and self.after is not None:
            if not self.computed or abs(1.0 - self.after / self.before - self.effect) > 0.006:
                msg = f"{self.study}: effect must be computed as 1 - after / before, got {self.effect}"
                raise ValueError(msg)
        elif self.before_sd is not None or self.after_sd is not None:
            msg = f"{self.study}: a standard deviation needs its mean"
            raise ValueError(msg)
        return self

    @property
    def control(self) -> bool:
        """True for an arm that got nothing that works."""
        return not self.treatments


class Transition(Record):
    """How many people gained how many of Goodman and Baron's four grades; ``clear`` counts as grade 1."""

    study: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    treatments: tuple[TreatmentId, ...] = Field(min_length=1)
    grade_from: tuple[Annotated[int, Field(ge=2, le=4)], ...] = Field(
        min_length=1, description="Grade before; several where the study does not tell them apart."
    )
    n: People
    n_note: str | None = None
    gained: Mapping[Literal["0", "1", "2", "3"], Share] = Field(
        description="Number of grades gained to share of people."
    )
    note: str | None = None
    computed: bool = False
    sources: tuple[SourceKey, ...] = Field(min_length=1)
    status: Status

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if abs(sum(self.gained.values()) - 1.0) > 0.005:
            msg = f"{self.study}: the shares must sum to 1, got {dict(self.gained)}"
            raise ValueError(msg)
        most = min(self.grade_from) - 1
        if any(share > 0.0 and int(steps) > most for steps, share in self.gained.items()):
            msg = f"{self.study}: from grade {min(self.grade_from)} at most {most} grades can be gained"
            raise ValueError(msg)
        return self


class ScaleRule(Record):
    """How one scale is pooled, and what the software assumes when depth is read from it. All of it is an assumption."""

    name: Text = Field(description="Name in plain words.")
    kind: Literal["change", "share"] = Field(
        description=(
            "``change``: a fraction that went, pooled as log(-log(1 - fraction)). ``share``: of people, pooled as log "
            "odds."
        )
    )
    rank: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="Order in which scales are chosen for the number; None where they give categories only.",
    )
    centre: Finite
    centre_sd: Positive = Field(description="Weak prior for the mean of a scale, as pooled.")
    tau: Positive = Field(
        description=(
            "Assumed standard deviation between studies, as pooled; stands beside what the studies themselves show."
        )
    )
    people_sd: Positive = Field(description="Assumed standard deviation between people, in log(-log(1 - fraction)).")
    power: Positive = Field(
        default=1.0, description="Depth left is what is left on the scale, to this power: the median."
    )
    power_sd: Annotated[Finite, Field(ge=0)] = Field(
        default=0.0, description="Standard deviation of the logarithm of that power."
    )
    threshold: Annotated[Finite, Field(gt=0, lt=1)] | None = Field(
        default=None,
        description="Of a share with a rank: judged improvement from which a person counts, as a fraction.",
    )
    threshold_sd: Annotated[Finite, Field(ge=0)] = Field(
        default=0.0, description="Standard deviation of that, in log(-log(1 - fraction))."
    )
    reason: Text = Field(description="Where these come from.")

    @model_validator(mode="after")
    def _share_has_a_threshold(self) -> Self:
        if (self.kind == "share" and self.rank is not None) != (self.threshold is not None):
            msg = f"{self.name}: a share that gives a number has a threshold, and nothing else has one"
            raise ValueError(msg)
        return self


class Forecasting(Record):
    """Everything else that a forecast assumes; ``reasons`` says why, for each."""

    prior_studies: Positive = Field(description="Number of studies that the assumed spread of a scale counts for.")
    between_treatments: Positive = Field(
        description="Standard deviation between treatments on a scale, over that between studies."
    )
    same_study: Share = Field(description="Correlation of what two arms of one study share.")
    before_after: Share = Field(
        description="Correlation between scores before and after, where standard deviations of both were printed."
    )
    response: Share = Field(description="Correlation of one person's responses to different treatments.")
    scar_sd: Positive = Field(description="Between the scars of one person, in log(-log(1 - fraction)).")
    strangers_sd: Positive = Field(
        description="Added where the person's skin type is unknown, or was not among the people of the trials."
    )
    unreported_sd: Positive = Field(description="Added where the trials did not report skin types.")
    strength_sd: Positive = Field(
        description="Of the logarithm, where an effect is scaled by the strength of the evidence for a kind of scar."
    )
    opinion: Positive = Field(description="Factor on the spread between studies where there is no trial.")
    sessions_power: tuple[Share, Share] = Field(description="Lowest and highest power of the number of sessions.")
    overlap: tuple[Share, Share] = Field(
        description="Lowest and highest share of its own effect that a further treatment adds."
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
    grade_noise_sd: Positive = Field(description="Of the logarithm of depth left at which a grade changes.")
    grade_left: Mapping[Literal["1", "2", "3"], Mapping[Literal["2", "3", "4"], Share]] = Field(
        description="Grades gained to the present grade to the largest fraction of depth left that does it."
    )
    grade_worse: Annotated[Finite, Field(gt=1)] = Field(
        description="Fraction of depth left from which the grade is one worse."
    )
    grade_prior_people: Positive = Field(
        description="People that the grades read from depth count for, beside those of the trials."
    )
    grade_study_correlation: Share = Field(
        description="Correlation within a study: n people count as n / (1 + (n - 1) times this)."
    )
    reasons: Mapping[str, Text]

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        named = set(type(self).model_fields) - {"reasons"}
        if set(self.reasons) != named:
            msg = f"reasons must be given for exactly {sorted(named)}; differs in {sorted(named ^ set(self.reasons))}"
            raise ValueError(msg)
        return self


class NewScarsRule(Record):
    """How many scars a number of lesions would leave in a year."""

    per_lesion: Share = Field(description="Share of lesions that left a scar within half a year, as printed.")
    per_lesion_factor: Positive = Field(
        description="Assumed: the true share lies between this divided and this multiplied into it, 95 %."
    )
    stays: tuple[Share, Share] = Field(description="Share of those scars that stay: lowest, and all.")
    lesion_weeks: tuple[Positive, Positive, Positive] = Field(
        description="Weeks that a lesion lasts before another has taken its place: lowest, middle and highest."
    )
    reasons: Mapping[str, Text]
    sources: tuple[SourceKey, ...]

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        named = set(type(self).model_fields) - {"reasons", "sources"}
        if set(self.reasons) != named:
            msg = f"reasons must be given for exactly {sorted(named)}"
            raise ValueError(msg)
        return self


class Outcomes(Record):
    """All of ``knowledge/outcomes.toml``."""

    scales: Mapping[OutcomeScale, ScaleRule]
    forecasting: Forecasting
    new_scars: NewScarsRule
    outcomes: tuple[Outcome, ...]
    transitions: tuple[Transition, ...]

    @model_validator(mode="after")
    def _every_scale(self) -> Self:
        missing = set(OUTCOME_SCALES) - set(self.scales)
        if missing:
            msg = f"no rule for {', '.join(sorted(missing))}"
            raise ValueError(msg)
        ranks = [rule.rank for rule in self.scales.values() if rule.rank is not None]
        if len(ranks) != len(set(ranks)):
            msg = f"every rank may stand once, got {sorted(ranks)}"
            raise ValueError(msg)
        return self

    def on(self, scale: OutcomeScale) -> tuple[Outcome, ...]:
        """Treated arms on a scale, in the order of the file."""
        return tuple(outcome for outcome in self.outcomes if outcome.scale == scale and not outcome.control)

    @property
    def ranked(self) -> tuple[OutcomeScale, ...]:
        """Scales that give numbers, the nearest to depth first."""
        order = {scale: rule.rank for scale, rule in self.scales.items() if rule.rank is not None}
        return tuple(sorted(order, key=lambda scale: order[scale]))
