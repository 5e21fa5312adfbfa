"""Numbers with their uncertainty, and the base of every published record."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, AllowInfNan, BaseModel, ConfigDict, model_validator

__all__ = ["Measured", "Record", "Share"]


def _share(value: float) -> float:
    if not 0.0 <= value <= 1.0:
        msg = f"must lie between 0 and 1, got {value}"
        raise ValueError(msg)
    return value


Finite = Annotated[float, AllowInfNan(False)]
Share = Annotated[float, AllowInfNan(False), AfterValidator(_share)]


class Record(BaseModel):
    """Base of the records that are written to ``assessment.json``: frozen, strict about names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Measured(Record):
    """A measured number with its 95 % interval; ``low <= value <= high``."""

    value: Finite
    low: Finite
    high: Finite

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.value <= self.high:
            msg = f"the value {self.value} must lie in its interval [{self.low}, {self.high}]"
            raise ValueError(msg)
        return self

    @classmethod
    def of(cls, value: float, low: float, high: float, digits: int = 4) -> Measured:
        """Round to ``digits`` decimals and widen the interval, if need be, to hold the value."""
        rounded = round(float(value), digits)
        return cls(
            value=rounded,
            low=min(rounded, round(float(low), digits)),
            high=max(rounded, round(float(high), digits)),
        )
