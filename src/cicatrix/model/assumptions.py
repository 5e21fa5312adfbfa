"""Unanswered questions that a plan takes as answered, and those that it asks first: ``knowledge/assumptions.toml``."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from cicatrix.model.case import TreatmentId
from cicatrix.model.condition import case_keys
from cicatrix.model.evidence import Text
from cicatrix.model.quantity import Finite, Record

__all__ = ["AskedFirst", "Assumed", "Assumptions", "Topic"]

Topic = Literal["Skin today", "Health", "Medicines", "Allergies and devices", "Skin history", "You"]
"""Headings by which the questions are grouped for a reader."""


class _Keyed(Record):
    key: Text = Field(description="Key of the case file that a safety rule reads.")
    topic: Topic

    @model_validator(mode="after")
    def _is_a_key(self) -> Self:
        if self.key not in case_keys():
            msg = f"{self.key} is not a key of a case"
            raise ValueError(msg)
        return self


class Assumed(_Keyed):
    """A question that may be taken as answered: most people give this answer, and a doctor asks again."""

    value: bool | Finite | str = Field(description="The answer that is taken.")
    taken_as: Text = Field(description="The same in words.")


class AskedFirst(_Keyed):
    """A question that is never taken as answered for some treatments: they are offered only after it."""

    condition: Text = Field(description="What the answer must be, as a condition of a step.")
    treatments: tuple[TreatmentId, ...] = Field(
        default=(), description="Treatments that it is never assumed for; empty for all."
    )
    value: bool | Finite | str | None = None
    taken_as: Text | None = Field(
        default=None, description="The answer that is taken for the other treatments, and the same in words."
    )

    @model_validator(mode="after")
    def _value_for_the_others(self) -> Self:
        if bool(self.treatments) != (self.value is not None) or bool(self.treatments) != (self.taken_as is not None):
            msg = f"{self.key}: a value goes with the list of treatments that it is not taken for"
            raise ValueError(msg)
        return self

    def is_for(self, treatment: TreatmentId) -> bool:
        """True when the question is never assumed for a treatment."""
        return not self.treatments or treatment in self.treatments


class Assumptions(Record):
    """All of ``knowledge/assumptions.toml``."""

    assume: tuple[Assumed, ...]
    first: tuple[AskedFirst, ...]

    @model_validator(mode="after")
    def _once(self) -> Self:
        keys = [row.key for row in (*self.assume, *self.first)]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            msg = f"each key may stand once, but {', '.join(twice)} stands twice"
            raise ValueError(msg)
        return self
