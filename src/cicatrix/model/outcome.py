"""Outcomes: results of trial arms as numbers on named scales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import Field, model_validator

from cicatrix.model.case import TreatmentId
from cicatrix.model.evidence import SourceKey, Status, Text
from cicatrix.model.knowledge import SkinTypes, Target
from cicatrix.model.pooling import Forecasting, Pooling, ScaleRule
from cicatrix.model.quantity import Finite, Record, Share

__all__ = [
    "OUTCOME_SCALES",
    "NewScarsRule",
    "Outcome",
    "OutcomeScale",
    "Outcomes",
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
    "goodman_baron_grade_change",
    "type_count_change",
    "share_of_scars",
    "gained_one_grade",
    "gained_two_grades",
    "scars_clear",
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
    added: Text | None = Field(
        default=None,
        description="What the arm got besides that no plan contains, such as suction; it is a treatment of its own.",
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
    above: Mapping[Annotated[str, Field(pattern=r"^[1-9][0-9]$")], Share] | None = Field(
        default=None,
        description="Of a share of people: improvement in per cent to the share beyond it, where more was printed.",
    )
    pooled: bool = Field(default=True, description="False where it stands here for the record; ``note`` says why.")
    against_control: bool = Field(
        default=False, description="True when ``before`` is the untreated side, so that nothing is left to subtract."
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
    pooling: Pooling
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
        return self

    def on(self, scale: OutcomeScale) -> tuple[Outcome, ...]:
        """Treated arms on a scale, in the order of the file."""
        return tuple(outcome for outcome in self.outcomes if outcome.scale == scale and not outcome.control)

    def control_of(self, arm: Outcome) -> Outcome | None:
        """Control arm of the same study on the same scale; None where there is none."""
        return next(
            (one for one in self.outcomes if one.control and (one.study, one.scale) == (arm.study, arm.scale)), None
        )
