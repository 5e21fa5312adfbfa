"""What a study of comparisons publishes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from pydantic import Field

from cicatrix.model.quantity import Finite, Record
from cicatrix.validation.records import Rate

__all__ = ["ABOUT_MM", "CHANGE_SCHEMA", "ChangeStudy", "Spread"]

CHANGE_SCHEMA: Final = "cicatrix/validation-change/1"

ABOUT_MM: Final = (0.3, 0.5)
"""Depths about 0.4 mm."""


class Spread(Record):
    """Sizes of an error: how many, the middle one, and what nine tenths stay below."""

    count: int
    median: Finite
    ninetieth: Finite

    @classmethod
    def of(cls, sizes: Sequence[float]) -> Spread | None:
        """Summary of sizes; None without any."""
        if not sizes:
            return None
        return cls(
            count=len(sizes),
            median=round(float(np.median(sizes)), 4),
            ninetieth=round(float(np.percentile(sizes, 90)), 4),
        )


class ChangeStudy(Record):
    """Results of the study. Rates are None without a case."""

    schema_: Literal["cicatrix/validation-change/1"] = Field(
        default=CHANGE_SCHEMA, alias="schema", serialization_alias="schema"
    )
    cicatrix: str
    count: int
    first_seed: int
    registration_mm: Spread | None
    """Error of the registration at the outlines of the scars, the median of each pair of captures."""
    refused: Rate | None
    """Pairs of captures of the same skin that were refused."""
    strangers_accepted: Rate | None
    """Pairs of captures of different skins that were accepted."""
    unchanged: dict[str, Rate]
    """Unchanged scars of which a change was said, by how they were found."""
    unjudged: Rate | None
    """Scars in skin that both pictures show whose change could not be said."""
    detected: dict[str, Rate]
    """Scars that lost a fifth of their depth and are called better, by type and by depth; of those judged."""
    called_worse: Rate | None
    """The same called worse."""
    coverage: Rate | None
    """Changes of depth, none or a fifth, that lie in the interval."""
    smallest: dict[str, Spread]
    """Smallest detectable change as a share of the depth, by type."""
    marks_unchanged: Rate | None
    marks_detected: Rate | None
    """Marks that lost half of their pigment and are called better; of those judged."""
    sums_unchanged: dict[str, Rate]
    """Unchanged sums of which a change was said."""
    sums_detected: dict[str, Rate]
    """Sums called better after the treatment."""
