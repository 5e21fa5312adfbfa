"""Grades on published scales."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from cicatrix.model.display import Displayed
from cicatrix.model.evidence import SourceKey, Statement, Status
from cicatrix.model.findings import Covers
from cicatrix.model.quantity import Record

__all__ = ["Grade", "Grades"]


class Grade(Record):
    """A grade on one published scale: a range, and a value where the range is one number."""

    name: str = Field(description="What the field calls the scale.")
    lowest: int = Field(description="The scale's least grade.")
    highest: int = Field(description="The scale's greatest grade.")
    low: int
    high: int
    value: int | None = Field(description="The grade, or None while what is missing could still move it.")
    word: str | None = Field(
        description=(
            "Name of the grade or of its band, such as ``moderate to severe``; None where the scale has no names."
        )
    )
    text: str = Field(description="What it says in plain words, what is missing, and what it does not cover.")
    source: SourceKey = Field(description="Key of the scale's own paper; the key is one of ``knowledge/sources.toml``.")
    status: Status = Field(
        description=(
            "How well the published rule was seen; the weakest of its parts. Assumptions are stated in ``text``."
        )
    )
    possible: tuple[int, ...] = Field(
        description="Every grade that some answer to what is missing would give, in rising order."
    )
    missing: tuple[str, ...] = Field(description="Keys of the case file whose answers are missing.")
    covers: Covers = Field(
        default="face",
        description=(
            "The skin whose lesions were counted. Where that is not the whole face, the low end of the range is what "
            "was seen, and the high end what the rest of the face may add."
        ),
    )
    reading: str = Field(description="How to read a grade on this scale, in plain words.")
    rules: tuple[Statement, ...] = Field(
        description="The scale's rules, each with its sources and status; what we add to them is an ``assumption``."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.possible or list(self.possible) != sorted(set(self.possible)):
            msg = f"possible must be rising and not empty, got {self.possible}"
            raise ValueError(msg)
        if (self.low, self.high) != (self.possible[0], self.possible[-1]):
            msg = f"low and high must be the ends of {self.possible}, got {self.low} and {self.high}"
            raise ValueError(msg)
        if not self.lowest <= self.low <= self.high <= self.highest:
            msg = f"{self.low} to {self.high} must lie on the scale from {self.lowest} to {self.highest}"
            raise ValueError(msg)
        if self.value != (self.low if self.low == self.high else None):
            msg = f"value must be set exactly when low equals high, got {self.value} for {self.low} to {self.high}"
            raise ValueError(msg)
        return self


class Grades(Displayed, Record):
    """One grade a scale; None where nothing that the scale needs is known.

    Examples
    --------
    >>> import cicatrix as cx
    >>> acne = {"papules": 3, "pustules": 0, "nodules": 0}
    >>> cx.grade(cx.Case.model_validate({"acne": acne})).hayashi.word
    'mild'
    """

    goodman_baron_qualitative: Grade | None = Field(
        default=None, description="Scars and marks, 1 (colour only) to 4 (severe)."
    )
    goodman_baron_quantitative: Grade | None = Field(
        default=None, description="Scars and marks by type and number, 0 to 84."
    )
    ecca: Grade | None = Field(default=None, description="Scars by type and number, 0 to 540.")
    ecca_facial_atrophic: Grade | None = Field(
        default=None, description="The part of ECCA for sunken scars of the face, 0 to 180."
    )
    scar_s: Grade | None = Field(default=None, description="How much of face, chest and back is scarred, 0 to 15.")
    hayashi: Grade | None = Field(
        default=None, description="Inflamed lesions on half a face, 1 (mild) to 4 (very severe)."
    )
    gags: Grade | None = Field(default=None, description="The worst acne lesion in each of six regions, 0 to 44.")
    acne_category: Grade | None = Field(default=None, description="Acne at a glance, 0 (clear) to 4 (severe).")
    pahpi: Grade | None = Field(default=None, description="Brown marks by size, darkness and number, 6 to 22.")

    def shown(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """One line, and rows of label and text, for a prompt or a notebook."""
        graded = [one for name in type(self).model_fields if (one := getattr(self, name)) is not None]
        rows = tuple(
            (one.name, f"{one.low}" if one.value is not None else f"{one.low} to {one.high}") for one in graded
        )
        return f"{len(graded)} of {len(type(self).model_fields)} scales", rows
