"""What goes with having scars: published factors and odds ratios, and no score."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from cicatrix.model.evidence import SourceKey, Statement
from cicatrix.model.gate import Ask
from cicatrix.model.quantity import Finite, Record, check_order

__all__ = ["KnownRisk", "KnownRisks", "OddsRatio", "RiskFactor", "ScarRisk"]


class OddsRatio(Record):
    """A published odds ratio for having scars; 1 means no difference."""

    factor: str = Field(description="What was compared, as published.")
    value: Finite
    low: Finite | None = Field(
        default=None,
        description=(
            "Lower end of the 95 % interval; None where none was published, or what was printed cannot be right."
        ),
    )
    high: Finite | None = None
    adjusted: bool | None = Field(
        default=None,
        description="True when other factors were allowed for; None when the place where it was read does not say.",
    )
    population: str
    note: str | None = None
    sources: tuple[SourceKey, ...]
    status: Literal["seen", "secondary"] = Field(description="A ratio that was not read anywhere is not shown.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if (self.low is None) != (self.high is None):
            msg = "an interval has two ends"
            raise ValueError(msg)
        if self.low is not None and self.high is not None:
            check_order(self.value, self.low, self.high)
        return self


class RiskFactor(Statement):
    """One thing that goes with having scars: what was stated, and what was published about it."""

    key: str = Field(description="Key of the case file.")
    name: str
    answer: str | None = Field(description="What was stated, in words; None when there is no answer.")
    present: bool | None = Field(
        description="True when the answer is one that studies tie to more scars; None when there is no answer."
    )
    odds_ratios: tuple[OddsRatio, ...]


class ScarRisk(Record):
    """Factors for scars. There is no score: the published points were not seen, and none are invented."""

    factors: tuple[RiskFactor, ...]
    ask: tuple[Ask, ...]
    about: tuple[Statement, ...] = Field(
        description="What the published tool is, how well it does, and why no score is given."
    )


class KnownRisk(Statement):
    """A row of ``knowledge/scar_risk.toml``: a factor, which answers raise it, and what was published."""

    key: str
    name: str
    question: str
    raises: tuple[str | bool, ...] = Field(default=(), description="Answers that studies tie to more scars.")
    raises_above: Finite | None = Field(default=None, description="For a number: above it studies find more scars.")
    odds_ratios: tuple[OddsRatio, ...] = ()

    @model_validator(mode="after")
    def _one_kind_of_answer(self) -> Self:
        if bool(self.raises) == (self.raises_above is not None):
            msg = f"{self.key} needs either raises or raises_above"
            raise ValueError(msg)
        return self


class KnownRisks(Record):
    """All of ``knowledge/scar_risk.toml``."""

    about: tuple[Statement, ...]
    factors: tuple[KnownRisk, ...]
