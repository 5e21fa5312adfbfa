"""What comes before any step, and when to plan again: ``knowledge/first.toml``."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cicatrix.model.condition import Condition, case_keys, parse
from cicatrix.model.evidence import Statement, Text
from cicatrix.model.quantity import Record

__all__ = ["AgainRow", "FirstBook", "FirstRow"]

Days = Annotated[int, Field(ge=0)]


class _Row(Statement):
    """A statement for the people whom a condition is about."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    who: Text = Field(description="Condition on the answers of a case, see ``cicatrix.model.condition``.")

    @property
    def parsed(self) -> Condition:
        """The condition as a tree."""
        return parse(self.who)

    @model_validator(mode="after")
    def _readable(self) -> Self:
        self.parsed  # noqa: B018 - raises when the condition cannot be read
        return self


class FirstRow(_Row):
    """Something that comes before any step."""

    kind: Literal["refer", "acne", "wait"]


class AgainRow(_Row):
    """When to plan again."""

    key: Text = Field(description="Key of the case file whose answer will then be another.")
    low_days: Days
    high_days: Days

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.key not in case_keys():
            msg = f"{self.id}: {self.key} is not a key of a case"
            raise ValueError(msg)
        if self.low_days > self.high_days:
            msg = f"{self.id}: low_days must not be above high_days"
            raise ValueError(msg)
        return self


class FirstBook(Record):
    """All of ``knowledge/first.toml``."""

    checked: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    first: tuple[FirstRow, ...]
    again: tuple[AgainRow, ...]
