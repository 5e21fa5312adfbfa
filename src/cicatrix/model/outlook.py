"""The outlook: how marks fade, how skin heals, what is left of each scar, and how sure that is."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self, get_args

from pydantic import Field, model_validator

from cicatrix.model.case import TreatmentId
from cicatrix.model.display import Displayed, interval
from cicatrix.model.evidence import SourceKey, Statement, Status
from cicatrix.model.knowledge import Target
from cicatrix.model.plan import Days, OptionId
from cicatrix.model.quantity import Finite, Measured, Record, Share, check_order

__all__ = [
    "SIGNS",
    "AfterSession",
    "Better",
    "BetterByTarget",
    "Fading",
    "Healing",
    "Left",
    "MarkFading",
    "MarksOutlook",
    "MiddleHalf",
    "NewScars",
    "Outlook",
    "PeopleResult",
    "Result",
    "ScarResult",
    "Sign",
    "SignName",
    "SimulatedState",
    "Simulation",
    "Span",
    "Timeline",
]

SignName = Literal["closed", "redness", "swelling", "bruise", "crust", "makeup", "work", "sport", "sun"]
SIGNS: Final[tuple[SignName, ...]] = get_args(SignName)
"""``closed``: until the skin is closed. ``redness``, ``swelling``, ``bruise``, ``crust``: until it is gone.
``makeup``, ``work``, ``sport``: until it is usual again. ``sun``: how long sun must be kept off."""


class Left(Record):
    """What is left on a day, as a fraction of today, with a 95 % prediction interval for one person."""

    day: Annotated[int, Field(ge=0)]
    value: Share
    low: Share
    high: Share

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        check_order(self.value, self.low, self.high)
        return self


class MarkFading(Record):
    """How long one measured mark may stay."""

    id: str
    kind: Literal["red", "brown", "mixed"]
    faded_days: Measured = Field(description="Days from today until it can hardly be seen, without treatment.")


class Fading(Record):
    """How the marks of one colour fade without treatment."""

    number: Annotated[int, Field(ge=0)] | None = Field(
        description="How many there are; None where they were not counted."
    )
    remaining: tuple[Left, ...] = Field(
        min_length=1, description="Fraction of today's excess colour that is left in a typical mark."
    )
    visible: tuple[Left, ...] = Field(min_length=1, description="Fraction of today's marks that can still be seen.")
    half_life_days: Measured
    faded_days: Measured = Field(description="Days from today until a typical mark can hardly be seen.")
    text: str = Field(description="The answer in plain words, with its interval.")
    longer: tuple[Statement, ...] = Field(default=(), description="What makes them stay longer here, or could.")
    learned_from: Annotated[int, Field(ge=0)] = Field(
        default=0, description="Number of later visits that the person's own rate was learned from."
    )
    basis: str = Field(description="What the curve rests on, in a sentence.")
    sources: tuple[SourceKey, ...] = ()
    status: Status


class MarksOutlook(Record):
    """Marks without treatment. None for a colour of which no mark is known."""

    red: Fading | None = None
    brown: Fading | None = None
    marks: tuple[MarkFading, ...] = Field(default=(), description="One entry a measured mark.")
    text: str = Field(description="The answer over both colours.")


class Sign(Statement):
    """One thing to expect after a treatment, and for how many days."""

    sign: SignName
    low: Annotated[Finite, Field(ge=0)]
    high: Annotated[Finite, Field(ge=0)] = Field(description="Days after one session.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            msg = f"low must not be above high, got {self.low} and {self.high}"
            raise ValueError(msg)
        return self


class Healing(Record):
    """Healing after one session of a treatment, for the person's skin type where that matters."""

    treatment: TreatmentId
    name: str
    closed_days: Days = Field(description="Until the skin is closed; 0 where it is not opened.")
    redness_days: Days
    back_to_work_days: Days = Field(description="Until work and company are usual again.")
    signs: tuple[Sign, ...] = Field(description="One entry a sign that the treatment has, in the order of ``SIGNS``.")
    text: str = Field(description="What it is like, in plain words.")
    pigment: Statement | None = Field(default=None, description="Risk of brown or pale marks for this skin type.")
    sources: tuple[SourceKey, ...]
    status: Status = Field(description="Weakest status among the three ranges.")


class Span(Record):
    """A stretch of days on which something shows or is not yet possible; of overlapping steps it is one stretch."""

    sign: SignName
    first_day: int
    likely_last_day: int = Field(description="Last day by the short end of the range.")
    last_day: int = Field(description="Last day by the long end of the range.")
    treatments: tuple[TreatmentId, ...] = Field(min_length=1)


class Timeline(Record):
    """Day by day through one option. Days count from the start of the plan."""

    option: OptionId
    spans: tuple[Span, ...]
    days: int = Field(description="Until the last sign of the last step is over.")
    event_day: int | None = None
    event_clear: bool | None = Field(
        default=None,
        description=(
            "True when nothing that shows, keeps from company or bars make-up reaches the day of the event; None "
            "without an\nevent."
        ),
    )
    text: str


class AfterSession(Record):
    """What is expected to be left of a target after one session."""

    treatment: TreatmentId
    session: Annotated[int, Field(ge=1)]
    day: int = Field(description="Day on which it is looked at: the session's, and the days until its result.")
    depth: Measured = Field(description="Fraction of today's depth.")
    volume: Measured = Field(description="Fraction of today's volume.")


class Result(Record):
    """How far an option gets with one kind of scar: a 95 % prediction interval for one person."""

    option: OptionId
    target: Target
    treatments: tuple[TreatmentId, ...] = Field(
        description="Treatments of the option that work on the target, in their order."
    )
    remaining: Measured = Field(description="Fraction of today's depth (of raised scars: height).")
    remaining_volume: Measured
    untreated: Measured = Field(description="Fraction of today's depth without treatment over the same time.")
    sessions: tuple[AfterSession, ...]
    basis: str = Field(
        description=(
            "What the figure rests on: scale, number of trials and of people; or that no trial on depth was found."
        )
    )
    scale: str | None = Field(description="Scale that the pooled trials used; None where there was none.")
    trials: Annotated[int, Field(ge=0)]
    people: Annotated[int, Field(ge=0)]
    categories: tuple[Statement, ...] = Field(
        default=(),
        description="What trials on other scales found, in their own categories; they are not part of the number.",
    )
    sources: tuple[SourceKey, ...]
    status: Status


class MiddleHalf(Record):
    """Between which figures the middle half of people lies: a quarter get less, a quarter more."""

    low: Finite
    high: Finite

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            msg = f"low must not be above high, got {self.low} and {self.high}"
            raise ValueError(msg)
        return self


class Better(Measured):
    """How much better scars look, as a fraction of their appearance today: of the typical person, and of people.

    ``value``, ``low`` and ``high`` are the figure for the typical person (the median of people) with its 95 % interval.
    """

    middle_half: MiddleHalf = Field(
        description=(
            "Middle half of people: with the variation between clinics and people, which more trials do not narrow."
        )
    )


class BetterByTarget(Record):
    """How much better one kind of scar looks after an option, and what that rests on."""

    target: Target
    treatments: tuple[TreatmentId, ...] = Field(
        description="Treatments of the option that work on this kind; empty where the option leaves it alone."
    )
    better: Better
    gone: Measured = Field(
        description="Share of these scars that leave the count: cut out, or better by nine tenths or more."
    )
    trials: Annotated[int, Field(ge=0)] = Field(
        description="Number of studies of these treatments behind the figure; 0 where it is borrowed from others."
    )
    people: Annotated[int, Field(ge=0)]
    basis: str
    sources: tuple[SourceKey, ...] = ()
    status: Status


class PeopleResult(Record):
    """What an option does for people, in the terms of trials: grades gained, and how much better the scars look.

    The chances are fractions of people such as this one, each with its 95 % interval; None where today's
    Goodman-Baron grade is unknown.
    """

    option: OptionId
    one_grade: Measured | None = Field(
        default=None, description="Gain at least one of Goodman and Baron's four grades."
    )
    two_grades: Measured | None = Field(default=None, description="Gain at least two.")
    marks_at_most: Measured | None = Field(
        default=None, description="End with flat marks only (grade 1) or clear skin."
    )
    better: Better = Field(description="Over all scars, each counted once.")
    by_target: tuple[BetterByTarget, ...]
    basis: str = Field(description="What the figures rest on, in a few sentences.")
    sources: tuple[SourceKey, ...] = ()
    status: Status


class ScarResult(Record):
    """What is expected of one measured scar at the end of an option."""

    id: str
    option: OptionId
    depth_mm: Measured
    volume_mm3: Measured


class NewScars(Record):
    """Scars that acne would add while it is not under control."""

    per_year: Measured = Field(description="Number of new scars in a year at today's count of lesions.")
    text: str
    basis: str
    sources: tuple[SourceKey, ...]
    status: Status


class SimulatedState(Record):
    """One simulated surface: ``expected``, ``better`` or ``worse`` end of the interval."""

    state: Literal["before", "expected", "better", "worse"]
    picture: str = Field(description="File name of the picture.")
    removed_mm3: Finite = Field(description="Volume by which the scars became smaller.")
    predicted_mm3: Finite = Field(description="Volume that was predicted to go.")
    moved_share: Share = Field(description="Share of the picture whose height changed.")


class Simulation(Record):
    """The measured surface with the treatments of one option applied: a simulation, not a photograph."""

    option: OptionId
    states: tuple[SimulatedState, ...]
    text: str
    notes: tuple[str, ...] = ()


class Outlook(Displayed, Record):
    """What to expect: without treatment, while healing, and after each option.

    Examples
    --------
    >>> import cicatrix as cx
    >>> [one.treatment for one in cx.outlook("examples/case.toml").healing][0]
    'acne_control'
    """

    marks: MarksOutlook
    healing: tuple[Healing, ...] = Field(description="Every treatment of the knowledge base.")
    timelines: tuple[Timeline, ...] = ()
    result: tuple[Result, ...] = Field(
        default=(),
        description="Depth and volume: one entry an option and kind of scar that the option treats or leaves.",
    )
    people: tuple[PeopleResult, ...] = Field(
        default=(), description="Grades and appearance, which lead: one entry an option, where there are scars."
    )
    scars: tuple[ScarResult, ...] = Field(default=(), description="Measured scars only.")
    new_scars: NewScars | None = Field(
        default=None, description="None where acne is under control or nothing is known of it."
    )
    grade_probability: dict[str, dict[Literal["1", "2", "3", "4"], Share]] = Field(
        default_factory=dict,
        description=(
            "Option to the probability of each Goodman-Baron grade afterwards; empty where today's grade is unknown."
        ),
    )
    grade_untreated: dict[Literal["1", "2", "3", "4"], Share] | None = Field(
        default=None, description="The same without treatment."
    )
    grade_basis: Statement | None = None
    simulation: Simulation | None = Field(default=None, description="None without a capture.")
    text: str = Field(description="The outlook in two or three sentences.")
    notice: str = (
        "A forecast from trials of other people and stated assumptions. It is neither a promise nor a substitute for a "
        "doctor's view of the skin."
    )

    def shown(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """One line, and rows of label and text, for a prompt or a notebook."""
        rows = [
            (f"{name} marks, half-life in days", interval(half.value, half.low, half.high, 0))
            for name, fading in (("red", self.marks.red), ("brown", self.marks.brown))
            if fading is not None
            for half in (fading.half_life_days,)
        ]
        rows += [
            (
                f"{one.option}: {one.target.replace('_', ' ')}, share of depth left",
                interval(one.remaining.value, one.remaining.low, one.remaining.high),
            )
            for one in self.result
            if one.treatments
        ]
        return self.text, tuple(rows)
