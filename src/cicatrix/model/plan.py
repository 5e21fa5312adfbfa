"""The plan: options, what was left out and why, what to ask, and what would change it."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from cicatrix.model.case import TreatmentId
from cicatrix.model.display import Displayed
from cicatrix.model.evidence import SourceKey, Statement, Status
from cicatrix.model.gate import Ask
from cicatrix.model.knowledge import Stage, Target
from cicatrix.model.quantity import Finite, Record

__all__ = [
    "OPTION_NAMES",
    "Assumption",
    "Change",
    "Condition",
    "Days",
    "Excluded",
    "Expected",
    "First",
    "Measures",
    "Money",
    "Option",
    "OptionId",
    "Plan",
    "PlanAgain",
    "Reason",
    "Risk",
    "Step",
]

OptionId = Literal["gentlest", "balanced", "strongest"]

OPTION_NAMES: Final[dict[OptionId, str]] = {"gentlest": "gentle", "balanced": "balanced", "strongest": "strong"}
"""The one name of each option in texts."""


class _Range(Record):
    low: Finite
    high: Finite

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            msg = f"low must not be above high, got {self.low} and {self.high}"
            raise ValueError(msg)
        return self


class Days(_Range):
    """A range of days, with what stands behind it."""

    status: Status
    sources: tuple[SourceKey, ...] = ()


class Money(_Range):
    """A range of fees in US dollars of the year of the source; the procedure only."""

    status: Status
    sources: tuple[SourceKey, ...] = ()


class Reason(Record):
    """Why a treatment is left out."""

    rule: str = Field(
        description=(
            "Id of the safety rule, or ``not_useful``, ``marks_alone``, ``too_much``, ``disputed``, ``avoid``,\n"
            "``downtime``, ``budget``, ``too_many``, ``after_cross``, ``part_of_acne_control``, ``no_acne_control``,\n"
            "``not_chosen``."
        )
    )
    text: str
    source: str = Field(description="Who says so, in a few words.")
    sources: tuple[SourceKey, ...] = ()
    status: Status
    effect: Literal["forbid", "defer", "unknown", "preference", "no_use", "not_chosen"] = Field(
        description="``unknown``: an answer was missing; only in results that were made before 0.2."
    )
    until: str | None = Field(default=None, description="With ``defer`` and ``unknown``: what it waits for.")


class Excluded(Record):
    """A treatment that is in no option, and why."""

    treatment: TreatmentId
    name: str
    reasons: tuple[Reason, ...] = Field(min_length=1)


class Condition(Statement):
    """What must be seen to for a step. ``sure`` is False when it depends on an answer that is missing."""

    rule: str
    sure: bool = True
    kind: Literal["needs", "only_after"] = Field(
        default="needs",
        description=(
            "``only_after``: the step may be offered only after a question is answered that is never assumed."
        ),
    )
    key: str | None = Field(
        default=None, description="With ``only_after``: key of the case file that must be answered first."
    )


class Assumption(Record):
    """A question without an answer, and what an option takes as its answer."""

    key: str = Field(description="Key of the case file.")
    question: str
    topic: str = Field(description="Heading to group the questions by, such as ``Health``.")
    taken_as: str = Field(description="The answer that is assumed, in words: ``no``, ``never``, ``18 or older``.")
    changes: str = Field(description="What another answer would change in this option, in one or two sentences.")
    treatments: tuple[TreatmentId, ...] = Field(description="Steps of the option that depend on it.")


class Risk(Statement):
    """A harm that a step of an option can do, as a share of people where that was found."""

    treatment: TreatmentId
    event: Literal["brown_marks", "pale_marks", "other"]
    value: Finite | None = None
    low: Finite | None = None
    high: Finite | None = Field(default=None, description="Fractions of people; None where no figure was found.")
    people: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="How many people, treatments or visits the figure rests on."
    )


class First(Statement):
    """What comes before any step of the plan, most urgent first."""

    kind: Literal["refer", "acne", "wait", "answer"] = Field(
        description=(
            "``refer``: see a specialist. ``acne``: treat the acne. ``wait``: plan again later. ``answer``: "
            "questions first."
        )
    )
    rule: str = Field(description="Id of the rule that says so.")


class PlanAgain(Record):
    """When to make the plan again, because something must pass first."""

    key: str = Field(description="Key of the case file whose answer will then be another.")
    text: str
    after_days: Days | None = Field(
        default=None, description="Days from the start of the plan; None where nothing known gives a number."
    )


class Expected(Statement):
    """What a study found for one target of a step, with its scale and people."""

    target: Target
    trial: str
    scale: str
    people: str


class Step(Record):
    """One treatment in a plan. Days count from the start of the plan."""

    treatment: TreatmentId
    name: str
    summary: str
    stage: Stage
    targets: tuple[Target, ...]
    sessions: Annotated[int, Field(ge=1)]
    sessions_range: tuple[int, int] | None = Field(
        default=None, description="Fewest and most sessions that sources give; None where no figure was found."
    )
    interval_days: Finite
    start_day: int
    end_day: int = Field(description="Day of the last session, or of the end of a daily treatment.")
    visits: tuple[int, ...] = Field(description="Days of the sessions; empty for treatment at home.")
    downtime_days: Days | None = Field(
        description="Away from work and company after one session; None where no figure was found."
    )
    closed_days: Days | None = None
    redness_days: Days | None = None
    minutes: Days | None = Field(default=None, description="Minutes of one session.")
    result_days: Days | None = None
    price_usd: Money | None = Field(default=None, description="For all sessions; None where no public price was found.")
    feels_like: Statement | None = None
    conditions: tuple[Condition, ...] = ()
    prepare: tuple[Statement, ...] = Field(default=(), description="What to prepare, and what to avoid.")
    risks: tuple[Statement, ...] = Field(default=(), description="Risks, for the skin type where it is known.")
    expected: tuple[Expected, ...] = ()
    depth: tuple[Statement, ...] = Field(default=(), description="Layer and depth that it reaches.")
    disagreements: tuple[Statement, ...] = Field(
        default=(), description="What sources, or common claims and studies, say differently; all sides."
    )
    not_found: tuple[str, ...] = Field(default=(), description="What no figure was found on.")
    shares_session_with: TreatmentId | None = None
    alternatives: tuple[TreatmentId, ...] = Field(
        default=(), description="Other treatments of the same stage that nothing speaks against."
    )
    sources: tuple[SourceKey, ...]
    status: Status = Field(description="Weakest status among the figures that the schedule of this step rests on.")


class Measures(Record):
    """What options are compared by."""

    gain: Finite = Field(
        description="Points of benefit, 0 to 1; our reading of the evidence, for choosing only, no forecast."
    )
    downtime_days: Finite = Field(description="Days away from work and company over all sessions, at most.")
    burden: Finite = Field(description="Points of what the treatments ask of the person, ours.")
    pigment: Finite = Field(description="Points of risk of brown or pale marks, ours.")
    cost_usd: Finite = Field(description="Fees that are known, at most.")
    days: Finite = Field(description="Days of the courses, one after the other.")
    treated: int = Field(description="Number of kinds of scars and marks that are treated enough.")


class Option(Record):
    """One complete plan."""

    id: OptionId
    title: str
    steps: tuple[Step, ...]
    days: int = Field(description="From the start to the last session.")
    visits: int
    downtime_days: Days | None = Field(
        description="Days away from work and company over all sessions; None when a figure is missing."
    )
    price_usd: Money | None = Field(description="Fees that are known; see ``unpriced``.")
    unpriced: tuple[TreatmentId, ...] = Field(default=(), description="Treatments without a public price.")
    forgoes: tuple[Statement, ...] = Field(
        default=(), description="What the scars ask for and this option leaves out, with what that means."
    )
    review_days: tuple[int, ...] = Field(description="Days on which to look at the result together.")
    measures: Measures
    assumes: tuple[Assumption, ...] = Field(
        default=(),
        description=(
            "Questions without an answer that a step depends on, with the answers that the option takes for them."
        ),
    )
    risk: tuple[Risk, ...] = Field(default=(), description="Risks of the steps in this skin, the most frequent first.")


class Change(Record):
    """An answer or a measurement that would change the plan."""

    key: str = Field(description="Key of the case file, or ``measurement``.")
    text: str
    treatments: tuple[TreatmentId, ...] = ()


class Plan(Displayed, Record):
    """Options for what was found, why every other treatment is left out, what to ask, and what would change this.

    Examples
    --------
    >>> import cicatrix as cx
    >>> plan = cx.plan("examples/case.toml")
    >>> all(option.steps for option in plan.options)
    True
    """

    options: tuple[Option, ...] = Field(max_length=3)
    excluded: tuple[Excluded, ...]
    ask: tuple[Ask, ...]
    first: tuple[First, ...] = Field(default=(), description="What comes before any step, most urgent first.")
    again: tuple[PlanAgain, ...] = Field(default=(), description="When to make the plan again.")
    would_change: tuple[Change, ...]
    searched: Annotated[int, Field(ge=0)] = Field(
        description="Number of combinations of treatments that the options were chosen from."
    )
    weights: Statement = Field(description="How options are chosen.")
    event_day: int | None = Field(default=None, description="Day of the event, counted from the start.")
    notice: str = "Options to talk over with a doctor. Not a diagnosis, not a prescription, not a medical device."

    def shown(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """One line, and rows of label and text, for a prompt or a notebook."""
        rows = tuple(
            (option.id, f"{', '.join(step.name for step in option.steps)}; {option.days} days, {option.visits} visits")
            for option in self.options
        )
        options, asked = len(self.options), len(self.ask)
        line = f"{options} option{'' if options == 1 else 's'}"
        return line + (f", {asked} question{'' if asked == 1 else 's'} to ask" if asked else ""), rows
