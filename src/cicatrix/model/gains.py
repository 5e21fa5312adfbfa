"""What one usual course of a treatment does for one kind of scar or mark: ``knowledge/gains.toml``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cicatrix.model.case import TreatmentId
from cicatrix.model.knowledge import Target
from cicatrix.model.quantity import Finite, Record

__all__ = ["Gain", "Gains"]


class Gain(Record):
    """Improvement of the appearance of the typical person, as pooled from trials."""

    treatment: TreatmentId
    target: Target
    value: Finite = Field(description="As a fraction of the appearance; 1 is gone.")
    low: Finite
    high: Finite
    trials: Annotated[int, Field(ge=0)] = Field(
        description="Studies of this treatment behind it; with none it is drawn from the other treatments."
    )


class Gains(Record):
    """All of ``knowledge/gains.toml``."""

    gain: tuple[Gain, ...]
