"""The answer: can these scars be removed, how likely, how far, in what time, at what risk and cost."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cicatrix.model.evidence import Statement
from cicatrix.model.knowledge import Target
from cicatrix.model.outlook import Better
from cicatrix.model.plan import OptionId
from cicatrix.model.quantity import Finite, Measured, Record, Share

__all__ = [
    "Answer",
    "AnswerPart",
    "Chances",
    "Cost",
    "MainRisk",
    "PartName",
    "Removable",
    "Shape",
    "ShapeAnswer",
    "Span",
]

Removable = Literal["no", "rarely", "partly", "nothing_to_treat"]
"""``no``: fewer than 1 person in 100 ends with marks at most. ``rarely``: fewer than 20. ``partly``: 20 or more, or
only marks are there. ``nothing_to_treat``: no scars and no marks were found."""

Shape = Literal["dips", "pits"]
"""``dips``: gradual, wide. ``pits``: deep and narrow."""

PartName = Literal["removable", "chance", "better", "by_target", "by_shape", "time", "risk", "cost", "first"]
"""Parts of the text, in their order."""


class Chances(Record):
    """Fractions of people who are treated so, each with its 95 % interval.

    None where today's grade is not known, or cannot fall so far.
    """

    one_grade: Measured | None = Field(
        default=None, description="People whose Goodman-Baron grade falls by at least one."
    )
    two_grades: Measured | None = Field(default=None, description="People whose grade falls by at least two.")
    marks_at_most: Measured | None = Field(
        default=None, description="People who end with flat marks at most (grade 1 or clear)."
    )


class Span(Record):
    """A range of months, visits or days."""

    low: Annotated[Finite, Field(ge=0)]
    high: Annotated[Finite, Field(ge=0)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            msg = f"low must not be above high, got {self.low} and {self.high}"
            raise ValueError(msg)
        return self


class Cost(Span):
    """Fees in US dollars."""

    complete: bool = Field(description="False where no fee is known for some step.")


class MainRisk(Record):
    """The main risk of the option in this skin, as a fraction of people; None where no figure was found."""

    text: str
    value: Share | None = None
    low: Share | None = None
    high: Share | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        known = [part for part in (self.low, self.value, self.high) if part is not None]
        if known != sorted(known):
            msg = f"the value {self.value} must lie in its interval [{self.low}, {self.high}]"
            raise ValueError(msg)
        return self


class AnswerPart(Statement):
    """One or a few sentences of the answer, with what their figures rest on."""

    part: PartName


class ShapeAnswer(Record):
    """The answer for one shape of scars, where their kinds are not known."""

    shape: Shape
    better: Better | None
    chance: Chances
    option: OptionId | None


class Answer(Record):
    """What a person reads first. Every figure is that of one option of the plan; none is that of a single trial."""

    text: str = Field(description="All parts, one after the other.")
    removable: Removable | None = Field(description="None where nothing is known of scars and marks.")
    chance: Chances
    better: Better | None = Field(
        description="How much better the scars look, as a fraction of today's appearance; None without scars."
    )
    by_target: dict[Target, Better] = Field(description="The same by kind of scar, of the kinds that are treated.")
    months: Span | None = Field(description="To the last visit, and until its result can be judged.")
    visits: Span | None
    days_off: Span | None = Field(
        description="Days away from work and company, in all; None where they are not known for some step."
    )
    risk: MainRisk | None
    cost_usd: Cost | None = Field(description="None where no fee is known.")
    by_shape: tuple[ShapeAnswer, ...] = Field(
        default=(), description="Where the kinds of scars are not known: for gradual dips, and for deep, narrow pits."
    )
    first: str = Field(description="What must come first.")
    option: OptionId | None = Field(description="The option that the figures are of; None without options.")
    parts: tuple[AnswerPart, ...]
