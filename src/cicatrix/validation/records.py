"""What a study says, as written by ``cicatrix validate --json``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from pydantic import Field

from cicatrix.model.quantity import Z_95, Finite, Record, Share

__all__ = ["SCHEMA", "Depths", "Errors", "FitSummary", "MarkSummary", "Rate", "Study", "Summary"]

SCHEMA: Final = "cicatrix/validation/1"


class Rate(Record):
    """A share of a number of cases with its 95 % interval (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""

    hits: float
    """Half hits are allowed: a scar that was left undecided is half typed."""
    of: int
    value: Share
    low: Share
    high: Share

    @classmethod
    def count(cls, hits: float, of: int) -> Rate | None:
        """Rate of ``hits`` in ``of`` cases; None without cases."""
        if of == 0:
            return None
        share = hits / of
        scale = 1.0 + Z_95**2 / of
        middle = (share + Z_95**2 / (2 * of)) / scale
        half = Z_95 / scale * math.sqrt(share * (1.0 - share) / of + Z_95**2 / (4 * of**2))
        low, high = max(middle - half, 0.0), min(middle + half, 1.0)
        return cls(hits=hits, of=of, value=round(share, 4), low=round(low, 4), high=round(high, 4))


class Errors(Record):
    """Relative errors of a measure: size in the middle and in the worst tenth, and which way they lean."""

    count: int
    median: Finite
    """Median of the errors' sizes."""
    ninetieth: Finite
    """Nine tenths of the errors are at most this large."""
    bias: Finite
    """Median of the errors with their sign: negative reads too small."""

    @classmethod
    def of(cls, errors: Sequence[float]) -> Errors | None:
        """Summary of signed relative errors; None without any."""
        if not errors:
            return None
        size = np.abs(errors)
        return cls(
            count=len(errors),
            median=round(float(np.median(size)), 4),
            ninetieth=round(float(np.percentile(size, 90)), 4),
            bias=round(float(np.median(errors)), 4),
        )


class Summary(Record):
    """One group of scars. A number is None where the group has no case for it."""

    recall: Rate | None
    """Scars in scope that were found."""
    precision: Rate | None
    """Reported scars that are real; in a group by type, those reported as that type."""
    typed: Rate | None
    """Found scars in scope with the right type, undecided ones counted half. Linear scars have that of their cut."""
    depth: Errors | None
    width: Errors | None
    depth_coverage: Rate | None
    """Found scars in scope whose true depth lies in the reported 95 % interval."""
    width_coverage: Rate | None


class Depths(Record):
    """Depths of one group of scars against the truth."""

    error: Errors | None
    coverage: Rate | None
    """Scars whose true depth lies in the reported 95 % interval."""
    interval: Finite | None
    """Width of the interval as a share of the true depth, median."""


class FitSummary(Record):
    """Depths of one group of found scars before and after they were fitted to shading and shadows.

    A scar that kept its depth from shading counts the same in both.
    """

    scars: int
    fitted: int
    """How many were fitted."""
    before: Depths
    after: Depths


class MarkSummary(Record):
    """One group of marks. A number is None where the group has no case for it."""

    recall: Rate | None
    """Marks in scope that were found."""
    coloured: Rate | None
    """Found marks in scope with the right colour."""
    precision: Rate | None
    """Reported marks that are marks; a mole that was reported as one counts as a mistake."""
    area: Errors | None
    area_coverage: Rate | None
    """Found marks in scope whose true area lies in the reported 95 % interval."""


class Study(Record):
    """A phantom study: the same skins measured from photographs and from their height maps."""

    schema_: Literal["cicatrix/validation/1"] = Field(default=SCHEMA, alias="schema", serialization_alias="schema")
    cicatrix: str
    count: int
    first_seed: int
    min_depth_mm: Finite
    min_width_mm: Finite
    photographs: dict[str, dict[str, Summary]]
    """By grouping (``all``, ``type``, ``tone``, ``lights``, ``distance``), then by group."""
    heights: dict[str, dict[str, Summary]]
    """By grouping (``all``, ``type``), then by group."""
    fit: dict[str, dict[str, FitSummary]] = Field(default_factory=dict)
    """Depths from photographs before and after the fit.

    By grouping (``type``, ``shape``, ``departure``), then by group.
    """
    marks: dict[str, dict[str, MarkSummary]] = Field(default_factory=dict)
    """Marks in the photographs by grouping (``all``, ``colour``, ``tone``), then by group."""
