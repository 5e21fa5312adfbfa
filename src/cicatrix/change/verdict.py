"""From a change and its standard error to the published record: interval, smallest detectable change, verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from cicatrix.model import Measured
from cicatrix.model.change import Changed, NoiseFrom, Verdict
from cicatrix.model.quantity import Z_95

__all__ = ["Estimate", "Repeats", "combined", "judged"]


class Repeats(Protocol):
    """Test–retest repeatability of a rig; ``model.repeat.Repeatability`` is one."""

    @property
    def rig(self) -> str | None:
        """Its name."""

    def sdc_for(self, quantity: str, size: float) -> float | None:
        """Smallest detectable change of a quantity of this size, in its unit; None where it was not tested."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its standard error."""

    value: float
    error: float


def combined(*estimates: Estimate) -> Estimate:
    """Mean weighted by precision; its error grows where the estimates disagree by more than their errors.

    Birge 1932, doi:10.1103/PhysRev.40.207: the error is multiplied by the square root of chi squared over the degrees
    of freedom where that is above 1.
    """
    weights = [one.error**-2 for one in estimates]
    total = sum(weights)
    value = sum(weight * one.value for weight, one in zip(weights, estimates, strict=True)) / total
    error = 1.0 / math.sqrt(total)
    if len(estimates) > 1:
        chi = sum(((one.value - value) / one.error) ** 2 for one in estimates) / (len(estimates) - 1)
        error *= math.sqrt(max(chi, 1.0))
    return Estimate(value, error)


def judged(
    before: float | None,
    after: float | None,
    change: Estimate,
    *,
    repeats: float | None = None,
    rising: Verdict = "worse",
    doubt: float = 0.0,
    digits: int = 4,
) -> Changed:
    """Judge a change: it counts where its interval excludes zero and it is not below what the rig can detect.

    Parameters
    ----------
    before, after
        As measured at each visit, for the record.
    change
        After minus before.
    repeats
        Smallest detectable change as the rig's repeated captures tell; None without them. The interval's own counts
        where it is greater: some scars are harder to read than the average one.
    rising
        What an increase is.
    doubt
        Relative standard error of the whole scale that both visits share: it widens the interval without moving its
        end across zero.
    """
    half = Z_95 * change.error
    source: NoiseFrom = "intervals"
    if repeats is not None and repeats >= half:
        half, source = repeats, "repeatability"
    beyond = abs(change.value) > half
    falling: Verdict = "better" if rising == "worse" else "worse"
    verdict: Verdict = "not beyond noise" if not beyond else rising if change.value > 0 else falling
    low, high = (_widened(change.value + side * half, side, doubt) for side in (-1, 1))
    percent = None
    if before is not None and abs(before) > 10.0**-digits:
        ends = sorted(100.0 * end / abs(before) for end in (change.value - half, change.value + half))
        percent = Measured.of(100.0 * change.value / abs(before), ends[0], ends[1], 1)
    return Changed(
        before=None if before is None else round(before, digits),
        after=None if after is None else round(after, digits),
        change=Measured.of(change.value, low, high, digits),
        percent=percent,
        smallest=round(half, digits),
        noise_from=source,
        verdict=verdict,
    )


def _widened(end: float, side: int, doubt: float) -> float:
    """Move an end of an interval outwards by a fraction of its value."""
    return end * (1.0 + math.copysign(min(Z_95 * doubt, 0.9), side * end))
