"""Numbers with their uncertainty, and the base of every published record."""

from __future__ import annotations

from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, AllowInfNan, BaseModel, ConfigDict, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

__all__ = ["Z_95", "Measured", "Record", "Share", "check_order"]

Z_95: Final = 1.96
"""Two-sided 95 % quantile of the normal distribution: an interval reaches this many standard errors to each side."""


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

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The docstring is the schema's description, without the example for Python."""
        made = handler(schema)
        described = handler.resolve_ref_schema(made)
        if "description" in described:
            described["description"] = described["description"].split("\n\nExamples\n---")[0]
        return made


def check_order(value: float, low: float, high: float) -> None:
    """Raise ``ValueError`` unless the value lies in its interval."""
    if not low <= value <= high:
        msg = f"the value {value} must lie in its interval [{low}, {high}]"
        raise ValueError(msg)


class Measured(Record):
    """A measured number with its 95 % interval; ``low <= value <= high``.

    Examples
    --------
    >>> import cicatrix as cx
    >>> cx.Measured(value=0.42, low=0.35, high=0.50).high
    0.5
    """

    value: Finite
    low: Finite
    high: Finite

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        check_order(self.value, self.low, self.high)
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
