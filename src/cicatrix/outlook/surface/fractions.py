"""Which scars an option changes, and what fraction of each is left in each simulated state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cicatrix.model.case import TreatmentId
from cicatrix.model.knowledge import Target
from cicatrix.model.outlook import Result, ScarResult
from cicatrix.model.plan import Option
from cicatrix.model.quantity import Measured
from cicatrix.model.scar import DEEP_BOXCAR_MM, Scar
from cicatrix.outlook.surface.operators import weights_of

__all__ = ["AFTER", "After", "Change", "changes_of"]

After = Literal["worse", "expected", "better"]
AFTER: Final[tuple[After, ...]] = ("worse", "expected", "better")
"""From the most that is left to the least."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an option does to one scar.

    Attributes
    ----------
    id
        The scar's.
    weights
        Treatments, each with its share in the change.
    depth, volume
        Fractions left, in the order of ``AFTER``, at most 1 and never rising.
    volume_mm3
        Today's volume, as measured.
    capped
        True when the forecast's end would be deeper than today.
    """

    id: str
    weights: Mapping[TreatmentId, float]
    depth: tuple[float, float, float]
    volume: tuple[float, float, float]
    volume_mm3: float
    capped: bool

    def gone_mm3(self, state: int) -> float:
        """Volume that was predicted to go in a state, by its place in ``AFTER``."""
        return self.volume_mm3 * (1.0 - self.volume[state])


def changes_of(
    scars: Sequence[Scar], option: Option, results: Sequence[Result], scar_results: Sequence[ScarResult]
) -> tuple[Change, ...]:
    """Changes of all scars that the option treats.

    The middle is the scar's own forecast. The ends are those of the forecast for its kind, which is of the mean of the
    person's scars of that kind: all of them together lie at that end. A scar's own interval holds the error of its
    measurement as well, which no treatment changes; its ends are only taken where its kind has no forecast.
    """
    by_target = {result.target: result for result in results if result.option == option.id}
    by_scar = {each.id: each for each in scar_results if each.option == option.id}
    found = (_change(scar, option, by_target, by_scar.get(scar.id)) for scar in scars)
    return tuple(change for change in found if change is not None)


def _change(scar: Scar, option: Option, by_target: Mapping[Target, Result], own: ScarResult | None) -> Change | None:
    kinds = _targets(scar)
    weights: dict[TreatmentId, float] = {}
    for target, p in kinds.items():
        for name, share in _treating(option, target, by_target.get(target)).items():
            weights[name] = weights.get(name, 0.0) + share * p
    known = [(by_target[target], p) for target, p in kinds.items() if target in by_target]
    if not weights or not (known or own) or scar.depth_mm.value == 0.0 or scar.volume_mm3.value == 0.0:
        return None
    depth, volume = _own(own, scar, "depth"), _own(own, scar, "volume")
    depth = _ends([(result.remaining, p) for result, p in known], depth)
    volume = _ends([(result.remaining_volume, p) for result, p in known], volume)
    total = sum(weights.values())
    return Change(
        id=scar.id,
        weights={name: share / total for name, share in weights.items()},
        depth=_falling(depth),
        volume=_falling(volume),
        volume_mm3=abs(scar.volume_mm3.value),
        capped=max(*depth, *volume) > 1.0,
    )


def _treating(option: Option, target: Target, result: Result | None) -> dict[TreatmentId, float]:
    """Treatments of a kind of scar with their shares; empty where the option leaves it alone."""
    if result is not None:
        return weights_of(result.sessions, result.treatments)
    return weights_of((), [step.treatment for step in option.steps if target in step.targets])


Left = tuple[float, float, float]
"""Most, middle and least that is left."""


def _own(own: ScarResult | None, scar: Scar, what: Literal["depth", "volume"]) -> Left | None:
    """Fractions of a scar that are left by its own forecast."""
    if own is None:
        return None
    after, today = (own.depth_mm, scar.depth_mm) if what == "depth" else (own.volume_mm3, scar.volume_mm3)
    least, most = sorted((after.low / today.value, after.high / today.value))
    return most, after.value / today.value, least


def _ends(kinds: Sequence[tuple[Measured, float]], own: Left | None) -> Left:
    """The scar's own middle between the ends of the kinds that it may be of, by their probabilities."""
    if not kinds:
        return own or (1.0, 1.0, 1.0)
    total = sum(p for _, p in kinds)
    most, middle, least = (sum(getattr(left, end) * p for left, p in kinds) / total for end in ("high", "value", "low"))
    if own is not None:
        middle = own[1]
    return max(most, middle), middle, min(least, middle)


def _falling(left: Left) -> Left:
    """Between 0 and 1: no scar is made deeper, and none is turned over."""
    high, value, low = (min(max(end, 0.0), 1.0) for end in left)
    return high, value, low


def _targets(scar: Scar) -> dict[Target, float]:
    """Kinds of scar that a measured one counts as, each with its probability."""
    kinds = scar.kind_probability if scar.kind == "undecided" else {scar.kind: 1.0}
    found: dict[Target, float] = {}
    for kind, p in kinds.items():
        if p < 0.01:
            continue
        targets: tuple[Target, ...] = ("hypertrophic", "keloid") if kind == "raised" else (_pitted(scar, kind),)
        for target in targets:
            found[target] = found.get(target, 0.0) + p / len(targets)
    return found


def _pitted(scar: Scar, kind: str) -> Target:
    if kind == "boxcar":
        deep = scar.depth_class == "deep" or (scar.depth_class is None and scar.depth_mm.value >= DEEP_BOXCAR_MM)
        return "boxcar_deep" if deep else "boxcar_shallow"
    return "icepick" if kind == "icepick" else "rolling"
