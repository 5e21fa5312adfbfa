"""Test–retest repeatability of a rig: how much captures of the same skin, taken one after another, differ."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from cicatrix.model.assessment import Provenance
from cicatrix.model.display import Displayed
from cicatrix.model.quantity import Z_95, Finite, Measured, Record

__all__ = [
    "LEAST_CAPTURES",
    "LEAST_FREEDOM",
    "REPEAT_SCHEMA",
    "SDC_PER_SEM",
    "About",
    "Agreement",
    "Found",
    "Limits",
    "Point",
    "Repeatability",
    "Way",
]

REPEAT_SCHEMA: Final = "cicatrix/repeatability/1"

SDC_PER_SEM: Final = Z_95 * 2.0**0.5
"""Smallest detectable change over the standard error of measurement (de Vet 2006, doi:10.1186/1477-7525-4-54)."""

LEAST_FREEDOM: Final = 5.0
"""With fewer degrees of freedom the interval of a standard deviation is too wide (half to 2.5 times its value) to judge
by."""

LEAST_CAPTURES: Final = 3
"""Two captures cannot show what differs from capture to capture: they judge nothing."""

About = Literal["scar", "mark", "picture"]
Way = Literal["alone", "compared"]
"""``alone``: each capture measured by itself. ``compared``: measured against the first capture, as two visits are
compared; what both have in common drops out, so that this is the noise of a change."""


class Point(Record):
    """One pair of readings of the same thing."""

    mean: Finite
    difference: Finite = Field(description="Second minus first.")


class Limits(Record):
    """Bland–Altman limits of agreement between two captures.

    Each capture is in one pair at most (first and second, third and fourth), as the intervals need.
    """

    bias: Measured = Field(description="Mean difference, second minus first.")
    lower: Measured
    upper: Measured = Field(
        description="Limits that hold 95 % of the differences, with exact intervals (Carkeet 2015)."
    )
    points: tuple[Point, ...]


class Agreement(Record):
    """How well one quantity repeats."""

    quantity: str
    name: str = Field(description="What it is called in a sentence.")
    unit: str
    about: About
    way: Way
    subjects: Annotated[int, Field(ge=1)] = Field(
        description="Scars, marks or pictures with two readings or more; all of these count for the standard deviation."
    )
    complete: Annotated[int, Field(ge=0)] = Field(
        description="Of these, how many were read in every capture; only these count for the ICC."
    )
    readings: Annotated[int, Field(ge=2)]
    mean: Finite
    freedom: Annotated[Finite, Field(gt=0)] = Field(
        description="Degrees of freedom of the standard deviation (Satterthwaite)."
    )
    within_sd: Measured = Field(
        description=(
            "Standard deviation of single readings of the same thing: random error and what differs from capture to "
            "capture.\nIt is the standard error of measurement (SEM) of one reading."
        )
    )
    cv_percent: Measured | None = Field(
        description=(
            "Coefficient of variation over the mean size; None where that is close to zero or readings of one thing "
            "differ in\nsign."
        )
    )
    smallest: Measured = Field(
        description=(
            "Smallest detectable change of one thing between two readings: 1.96 times the root of 2 times the SEM."
        )
    )
    proportional: bool = Field(
        description="True where the noise grows with the size: then the smallest change is a share of the size."
    )
    rule: str = Field(description="Why the noise is taken as constant or as growing with size.")
    icc: Measured | None = Field(
        description=(
            "ICC(2,1), absolute agreement of single readings, with its 95 % interval (McGraw and Wong 1996). None "
            "below three\nthings read in every capture, or where they do not differ."
        )
    )
    drift: tuple[Measured, ...] = Field(
        description="By how much each later capture reads more than the first, on average."
    )
    limits: Limits | None = Field(
        description="None below three pairs of readings, and for what is compared with the first capture."
    )

    def sdc_at(self, size: float) -> float:
        """Smallest detectable change of a thing of this size, in the quantity's unit."""
        if self.proportional and self.cv_percent is not None:
            return float(SDC_PER_SEM * self.cv_percent.value / 100.0 * abs(size))
        return self.smallest.value


class Found(Record):
    """How often what the reference capture shows was found in the others."""

    about: Literal["scar", "mark"]
    captures: Annotated[int, Field(ge=2)]
    found_in: tuple[Annotated[int, Field(ge=0)], ...] = Field(
        description=(
            "How many scars or marks were found in 1, 2, … captures. What a capture does not show does not count "
            "against it,\nand is left out here."
        )
    )
    elsewhere: tuple[Annotated[int, Field(ge=0)], ...] = Field(
        description="For each capture, how many it shows that the reference capture should show, but does not."
    )


class Repeatability(Displayed, Record):
    """Test–retest repeatability of a rig on one piece of skin."""

    schema_: Literal["cicatrix/repeatability/1"] = Field(
        default=REPEAT_SCHEMA, alias="schema", serialization_alias="schema"
    )
    cicatrix: str
    rig: str | None = Field(description="Name of the rig; None where it has none.")
    site: str | None
    captures: tuple[Provenance, ...] = Field(
        description="Files and settings of each capture, in the order in which they were taken."
    )
    reference: Annotated[int, Field(ge=0)] = Field(
        description="Which of them, counted from 0, the others were laid on: the one that shows most scars."
    )
    residual_mm: tuple[Measured, ...] = Field(
        description="For each other capture, how well it lies on the reference capture."
    )
    found: tuple[Found, ...]
    agreements: tuple[Agreement, ...]
    text: str = Field(description="The answer in plain words.")
    warnings: tuple[str, ...] = ()
    notice: str = (
        "What captures of the same skin differ by. It says how repeatable this rig is, not how close it comes to the "
        "truth, and it holds for captures taken as these were."
    )

    def shown(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """One line, and rows of label and text, for a prompt or a notebook."""
        return self.text, (("captures", str(len(self.captures))), ("rig", self.rig or "not named"))

    def agreement(self, quantity: str, way: Way) -> Agreement | None:
        """How well a quantity repeats; None where it was not tested."""
        return next((one for one in self.agreements if (one.quantity, one.way) == (quantity, way)), None)

    def sdc_for(self, quantity: str, size: float) -> float | None:
        """Smallest detectable change of a quantity of this size between two captures, in its unit.

        Parameters
        ----------
        quantity
            ``depth_mm``, ``volume_mm3``, ``width_mm``, ``area_mm2`` or ``wall_angle_deg`` of a scar;
            ``melanin_contrast``, ``erythema_contrast`` or ``mark_area_mm2`` of a mark; or of the whole picture
            ``total_volume`` (mm³), ``mean_depth`` (mm), ``area_of_marks`` (mm²), ``red_contrast``, ``brown_contrast``,
            ``scars``, ``marks``, ``ita_deg``, or the name of a grade.
        size
            Of what may have changed.

        Returns
        -------
        float or None
            As measured when captures are compared, else as measured in each capture alone. None where it was not
            tested, or on too few captures or readings (``LEAST_CAPTURES``, ``LEAST_FREEDOM``).
        """
        found = self.judging(quantity)
        return None if found is None else found.sdc_at(size)

    def judging(self, quantity: str) -> Agreement | None:
        """The agreement that a change of a quantity is judged by.

        None where it was not tested, was tested on too little, or where no two readings differed.
        """
        if len(self.captures) < LEAST_CAPTURES:
            return None
        ways: tuple[Way, ...] = ("compared", "alone")
        known = (self.agreement(quantity, way) for way in ways)
        return next(
            (one for one in known if one is not None and one.freedom >= LEAST_FREEDOM and one.within_sd.value > 0.0),
            None,
        )
