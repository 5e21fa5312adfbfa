"""How marks fade: the rules of ``knowledge/fading.toml``, and what a later visit tells."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from cicatrix.model.evidence import Statement
from cicatrix.model.quantity import Finite, Record, Share

__all__ = ["Anchors", "Colour", "ColourRules", "Factor", "FactorName", "FadingRules", "Guess", "Longer", "Visit"]

Colour = Literal["red", "brown"]
FactorName = Literal["skin_type", "sun_protection", "picking", "acne"]
Positive = Annotated[Finite, Field(gt=0)]
Marks = Annotated[int, Field(ge=0, le=999)]


class Visit(Record):
    """What was seen of the same marks on a later day, without treatment in between.

    Of each colour a count, a contrast, both or nothing is known. A contrast tells more than a count; where both are
    given the contrast is learned from.
    """

    day: Annotated[int, Field(gt=0)] = Field(description="Days after the case or capture that the outlook starts from.")
    red: Marks | None = Field(default=None, description="How many of the old red marks are still seen.")
    brown: Marks | None = Field(default=None, description="How many of the old brown marks are still seen.")
    red_new: Marks | None = Field(
        default=None, description="How many red marks have come since; they are not in ``red``."
    )
    brown_new: Marks | None = Field(
        default=None, description="How many brown marks have come since; they are not in ``brown``."
    )
    may_include_new: bool = Field(
        default=False,
        description=(
            "True when old and new marks were not told apart, so that ``red`` and ``brown`` may hold new ones too."
        ),
    )
    red_contrast: Annotated[Finite, Field(ge=0)] | None = Field(
        default=None,
        description=(
            "Mean contrast of the old red marks on that day over their mean contrast at the start; marks that are "
            "gone count\nwith what is left of them."
        ),
    )
    red_contrast_error: Positive | None = Field(default=None, description="Standard error of ``red_contrast``.")
    brown_contrast: Annotated[Finite, Field(ge=0)] | None = Field(
        default=None, description="The same of the old brown marks."
    )
    brown_contrast_error: Positive | None = Field(default=None, description="Standard error of ``brown_contrast``.")

    @model_validator(mode="after")
    def _with_errors(self) -> Self:
        for colour in get_args(Colour):
            if (getattr(self, f"{colour}_contrast") is None) != (getattr(self, f"{colour}_contrast_error") is None):
                msg = f"{colour}_contrast and {colour}_contrast_error go together"
                raise ValueError(msg)
        return self

    def count(self, colour: Colour) -> int | None:
        """How many marks of a colour are still seen."""
        found: int | None = getattr(self, colour)
        return found

    def contrast(self, colour: Colour) -> tuple[float, float] | None:
        """Contrast of a colour over that of the start, and its standard error."""
        value, error = getattr(self, f"{colour}_contrast"), getattr(self, f"{colour}_contrast_error")
        return None if value is None or error is None else (float(value), float(error))


class Guess(Statement):
    """A number that was never published, and why it is what it is."""

    value: Positive


class Factor(Statement):
    """How an answer changes the half-life. Every level leaves the same standard deviation."""

    levels: dict[str, Positive] = Field(
        min_length=2, description="Answer to factor on the half-life, from the shortest to the longest."
    )
    shares: dict[str, Share] = Field(description="How common each answer is taken to be where there is no answer.")
    spread: Positive = Field(
        description="Standard deviation of the natural logarithm of the factor, among people with the same answer."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if set(self.levels) != set(self.shares) or abs(sum(self.shares.values()) - 1.0) > 1e-6:
            msg = f"levels and shares need the same answers, and shares the sum 1: {self.levels}, {self.shares}"
            raise ValueError(msg)
        if list(self.levels.values()) != sorted(self.levels.values()):
            msg = f"factors must not fall from one level to the next, got {self.levels}"
            raise ValueError(msg)
        return self


class ColourRules(Record):
    """How marks of one colour fade. All standard deviations are of natural logarithms."""

    half_life_days: Guess = Field(
        description="Half-life of a fresh, shallow mark: the median over people in whom every factor is 1."
    )
    median_spread: Guess = Field(description="How far that median itself may be off.")
    person_spread: Guess = Field(description="Standard deviation among people.")
    mark_spread: Guess = Field(description="Standard deviation among the marks of one person.")
    slow_share: Guess = Field(description="Share of fresh marks that are slow, such as pigment that lies deep.")
    slow_factor: Guess = Field(description="How much longer the half-life of slow marks is.")
    first_contrast: Guess = Field(
        description="Contrast of a fresh mark in units of the least that is seen: the median."
    )
    first_spread: Guess = Field(description="Standard deviation of that contrast.")
    seen_from: Guess = Field(
        description="Least contrast that is seen, in units of the melanin index (brown) or the erythema index (red)."
    )
    factors: dict[FactorName, Factor]
    text: Statement = Field(description="What is known of the colour, in a sentence that is shown.")


class Longer(Statement):
    """What makes marks stay longer, for people."""

    factor: FactorName | Literal["age", "depth"]
    colours: tuple[Colour, ...]
    unless: tuple[str, ...] = Field(default=(), description="Answers with which it is not shown.")
    from_months: Positive | None = Field(
        default=None, description="Age of a typical mark from which it is shown; None where age does not matter."
    )


class Anchors(Record):
    """What is assumed of the studies that the half-life of brown marks is compared with."""

    lyons_baseline: tuple[Positive, Positive] = Field(
        description="Lowest and highest mean score of the untreated marks at the start; it was not read."
    )
    lyons_oldest_months: Guess
    alexis_baseline: tuple[Positive, Positive] = Field(
        description="Lowest and highest mean score (ODS, 0 to 8) at the start; it was not read."
    )
    new_share: tuple[Share, Share] = Field(
        description="Lowest and highest rate of new marks, of the rate that would keep the number steady."
    )
    mark_size_points: Guess
    marks: Guess
    new_marks_per_month: Guess
    text: Statement


class FadingRules(Record):
    """All of ``knowledge/fading.toml``."""

    basis: Statement = Field(description="What the curve rests on, in a sentence.")
    red: ColourRules
    brown: ColourRules
    intensity: dict[Literal["slight", "moderate", "marked"], Positive] = Field(
        description="Answer to contrast, in units of the least that is seen."
    )
    intensity_spread: Guess
    age_spread: Guess = Field(description="Standard deviation of the ages of marks about their stated typical age.")
    age_doubt: Guess = Field(
        description="How far all ages together may be off, as a standard deviation of the logarithm."
    )
    youngest_days: Guess = Field(description="Least age that is reckoned with.")
    oldest_months: Guess = Field(
        description="Age up to which all ages are alike, where the age of the marks was not stated."
    )
    acne_clear_months: Guess = Field(
        description="Months without a new inflamed spot from which acne no longer counts as going on."
    )
    count_concentration: Guess = Field(
        description=(
            "Sum of the two shapes of the beta distribution by which counts vary more than by chance: miscounts."
        )
    )
    contrast_error: Guess = Field(description="Least standard error of a measured contrast, as a share of it.")
    new_per_month: Guess = Field(
        description=(
            "Mean of the number of new marks in a month where old and new ones were not told apart; any number may "
            "come."
        )
    )
    uncounted: Guess = Field(description="How many marks are assumed where they were not counted.")
    longer: tuple[Longer, ...]
    anchors: Anchors

    def of(self, colour: Colour) -> ColourRules:
        """Rules of a colour."""
        return self.red if colour == "red" else self.brown
