"""Which treatments go into the options: an exact search over every admissible combination.

A combination takes one choice from each slot (a vascular device, creams, release of tethers, focal treatment, one
treatment of the whole field, volume, raised scars). All are weighed at once: the arrays below have one axis a slot.

The gain of a combination on a kind of scar is that of its best treatment, and of each further one a share of its own
on what is left: ``1 - (1 - best) * product(1 - share * gain)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.care.targets import (
    PITTED,
    RAISED,
    Aims,
    Prices,
    benefit,
    downtime_of,
    fee_of,
    sessions_for,
)
from cicatrix.knowledge import treatments
from cicatrix.knowledge.planning import planning
from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from cicatrix.model.knowledge import Stage, Target
from cicatrix.model.plan import Measures, OptionId

__all__ = ["Choice", "Wanted", "choose", "useful"]

Set = tuple[TreatmentId, ...]

DEVICES: Final[Set] = ("vascular_laser", "ipl")
CREAMS: Final[Set] = ("topical_retinoid", "azelaic_acid", "hydroquinone")
FOCAL: Final[Set] = ("tca_cross", "punch_excision", "punch_elevation")

ORDER: Final[tuple[OptionId, ...]] = ("strongest", "balanced", "gentlest")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What every option must keep to, beside the rules.

    Attributes
    ----------
    skin_type
        Fitzpatrick type, None when unknown.
    budget_usd
        Most that all fees together may come to; None for no limit.
    treatments
        Treatments that every option must hold, where they are admissible.
    tethered
        True where hollows go flat when stretched: every option then releases the tethers.
    prices
        A clinic's own fees for one session.
    """

    skin_type: int | None = None
    budget_usd: float | None = None
    treatments: Set = ()
    tethered: bool = False
    prices: Prices | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The treatments of one option, and how it compares."""

    id: OptionId
    treatments: Set
    measures: Measures


@dataclass(frozen=True, slots=True)
class _Space:
    """Every combination: one axis a slot.

    Attributes
    ----------
    slots
        Choices of each slot.
    gain, downtime, burden, pigment, cost, length
        Of each combination.
    treated
        Number of targets that are treated enough.
    allowed
        False where the fees exceed the budget, or something that must be there is missing.
    """

    slots: tuple[tuple[Set, ...], ...]
    gain: NDArray[np.float64]
    downtime: NDArray[np.float64]
    burden: NDArray[np.float64]
    pigment: NDArray[np.float64]
    cost: NDArray[np.float64]
    length: NDArray[np.float64]
    treated: NDArray[np.int64]
    allowed: NDArray[np.bool_]


def useful(treatment: TreatmentId, aims: Aims) -> bool:
    """True when a treatment does something about what there is.

    Marks alone are not resurfaced: a treatment of the field, of tethers, pits or volume needs scars that it does
    something about, but for the few that are used for marks (``marks_field``).
    """
    own, plan = treatments()[treatment], planning()
    field: Sequence[Target] = (*PITTED, "papular", *plan.marks_field.get(treatment, ()))
    only: dict[Stage, Sequence[Target]] = {
        "tether": plan.tether_for,
        "focal": plan.focal_for.get(treatment, ()),
        "volume": plan.volume_for,
        "field": field,
        "adjunct": PITTED,
    }
    wanted = only.get(own.stage, [*aims.counts])
    return any(benefit(treatment, target) > 0.0 for target in wanted if target in aims.counts)


def choose(admissible: Sequence[TreatmentId], aims: Aims, wanted: Wanted) -> tuple[tuple[Choice, ...], int]:
    """Up to three options that differ, gentlest first, and how many combinations they were chosen from.

    Parameters
    ----------
    admissible
        Treatments that are useful and that neither a rule nor a wish takes away.
    aims
        What there is to treat.
    wanted
        What every option must keep to.

    Returns
    -------
    tuple[tuple[Choice, ...], int]
        Each option is the best of all admissible combinations on its own weights. A gentler one asks less of the
        person than every stronger one, and gains less: none is better than another in every respect.
    """
    space = _space(_slots(admissible, aims), aims, wanted)
    found: list[Choice] = []
    for profile in ORDER:
        best = _best(space, profile, found)
        if best is not None:
            found.append(best)
    return tuple(reversed(_named(found))), int(space.gain.size)


def _named(found: list[Choice]) -> list[Choice]:
    """With fewer than three, the last is the gentlest."""
    if len(found) == 2:
        return [found[0], Choice("gentlest", found[1].treatments, found[1].measures)]
    if len(found) == 1:
        return [Choice("gentlest", found[0].treatments, found[0].measures)]
    return found


def _slots(admissible: Sequence[TreatmentId], aims: Aims) -> tuple[tuple[Set, ...], ...]:
    can = set(admissible)
    devices: list[Set] = [(id_,) for id_ in DEVICES if id_ in can]
    creams = [*_subsets([id_ for id_ in CREAMS if id_ in can], 2)]
    focal: list[Set] = [(id_,) for id_ in FOCAL if id_ in can]
    if {"tca_cross", "punch_elevation"} <= can and {"icepick", "boxcar_deep"} <= set(aims.counts):
        focal.append(("tca_cross", "punch_elevation"))
    field: list[Set] = [(id_,) for id_ in TREATMENT_IDS if id_ in can and treatments()[id_].stage == "field"]
    raised = [*_subsets([id_ for id_ in ("silicone", "intralesional_steroid") if id_ in can], 2)]
    raised = raised if any(target in aims.counts for target in RAISED) else []
    single: list[list[Set]] = [[(id_,)] if id_ in can else [] for id_ in ("subcision", "filler")]
    slots: list[list[Set]] = [devices, creams, *single, focal, field, raised]
    return tuple(((), *choices) for choices in slots)


def _subsets(ids: Sequence[TreatmentId], most: int) -> Iterator[Set]:
    for size in range(1, most + 1):
        yield from combinations(ids, size)


def _space(slots: tuple[tuple[Set, ...], ...], aims: Aims, wanted: Wanted) -> _Space:
    plan = planning()
    share = plan.pigment_by_skin_type.get(wanted.skin_type or 0, max(plan.pigment_by_skin_type.values()))
    shape = tuple(len(choices) for choices in slots)
    used = {id_ for choices in slots for choice in choices for id_ in choice}

    def total(of: dict[TreatmentId, float]) -> NDArray[np.float64]:
        parts = [
            _axis([sum(of.get(id_, 0.0) for id_ in choice) for choice in slots[k]], k, len(slots))
            for k in range(len(slots))
        ]
        return np.broadcast_to(reduce(np.add, parts), shape)

    gain, treated = np.zeros(shape), np.zeros(shape, dtype=np.int64)
    for target in aims.counts:
        if target != "acne":
            gain = gain + aims.share(target) * (1.0 - _left(slots, target))
            treated = treated + (_best_procedure(slots, target) >= aims.enough(target))
    cost = total({id_: _price(id_, aims, wanted) for id_ in used})
    return _Space(
        slots=slots,
        gain=np.broadcast_to(gain, shape),
        downtime=total({id_: downtime_of(treatments()[id_]) * sessions_for(treatments()[id_], aims) for id_ in used}),
        burden=total(dict(plan.burden)),
        pigment=total({id_: risk * share for id_, risk in plan.pigment.items()}),
        cost=cost,
        length=total({id_: _length(id_, aims) for id_ in used}),
        treated=np.broadcast_to(treated, shape),
        allowed=(cost <= (np.inf if wanted.budget_usd is None else wanted.budget_usd))
        & ~_volume_stands_alone(slots, aims)
        & _holds(slots, wanted, used),
    )


def _holds(slots: tuple[tuple[Set, ...], ...], wanted: Wanted, used: set[TreatmentId]) -> NDArray[np.bool_]:
    """Combinations that hold what every option must hold, as far as it is admissible."""
    needed = {id_ for id_ in wanted.treatments if id_ in used}
    if wanted.tethered and "subcision" in used:
        needed.add("subcision")
    held = np.ones((1,) * len(slots), dtype=bool)
    for place, choices in enumerate(slots):
        own = needed & {id_ for choice in choices for id_ in choice}
        held = held & (_axis([float(own <= set(choice)) for choice in choices], place, len(slots)) > 0.0)
    return held


def _holds_any(slots: tuple[tuple[Set, ...], ...], ids: Set) -> NDArray[np.bool_]:
    """Combinations that hold at least one of some treatments."""
    held = np.zeros((1,) * len(slots), dtype=bool)
    for place, choices in enumerate(slots):
        held = held | (_axis([float(bool(set(ids) & set(choice))) for choice in choices], place, len(slots)) > 0.0)
    return held


def _left(slots: tuple[tuple[Set, ...], ...], target: Target) -> NDArray[np.float64]:
    """What is left of a target, 0 to 1, after every combination."""
    part = planning().each_counts
    left, best = np.ones((1,) * len(slots)), np.zeros((1,) * len(slots))
    for place, choices in enumerate(slots):
        gains = [[benefit(id_, target) for id_ in choice] for choice in choices]
        left = left * _axis([prod(1.0 - part * gain for gain in own) for own in gains], place, len(slots))
        best = np.maximum(best, _axis([max(own, default=0.0) for own in gains], place, len(slots)))
    return np.asarray(left * (1.0 - best) / (1.0 - part * best), dtype=np.float64)


def _best_procedure(slots: tuple[tuple[Set, ...], ...], target: Target) -> NDArray[np.float64]:
    """Greatest benefit for a target in every combination. A cream alone does not treat a pitted scar."""
    best = np.zeros((1,) * len(slots))
    for place, choices in enumerate(slots):
        able = [[id_ for id_ in choice if target not in PITTED or not treatments()[id_].home] for choice in choices]
        own = [max((benefit(id_, target) for id_ in choice), default=0.0) for choice in able]
        best = np.maximum(best, _axis(own, place, len(slots)))
    return best


def _volume_stands_alone(slots: tuple[tuple[Set, ...], ...], aims: Aims) -> NDArray[np.bool_]:
    """Combinations that add volume without another treatment that does enough for the same scars."""
    targets = [target for target in planning().volume_for if target in aims.counts]

    def partner(id_: TreatmentId) -> bool:
        does = any(benefit(id_, target) >= aims.enough(target) for target in targets)
        return treatments()[id_].stage in ("field", "tether") and does

    def has(fits: Callable[[TreatmentId], bool]) -> NDArray[np.float64]:
        axes = [
            _axis([float(any(fits(id_) for id_ in choice)) for choice in choices], place, len(slots))
            for place, choices in enumerate(slots)
        ]
        return reduce(np.maximum, axes)

    volume = has(lambda id_: treatments()[id_].stage == "volume")
    alone: NDArray[np.bool_] = (volume > 0.0) & (has(partner) == 0.0)
    return alone


def _best(space: _Space, profile: OptionId, taken: Sequence[Choice]) -> Choice | None:
    """Best combination for the weights of a profile that differs from those taken; None when there is no other."""
    allowed = space.allowed & (space.gain > 0.0)
    # Every option is a complete plan: it treats as many kinds of scars and marks as can be treated.
    allowed = allowed & (space.treated == np.where(allowed, space.treated, -1).max())
    milder = allowed & ~_holds_any(space.slots, planning().not_in.get(profile, ()))
    for other in taken:
        less = space.gain <= other.measures.gain - planning().least_more
        allowed = allowed & _less_asked(space, other.measures) & less
    allowed = allowed & milder if (allowed & milder).any() else allowed
    if not allowed.any():
        return None
    weights = planning().weights[profile]
    score = (
        weights.gain * space.gain
        - weights.downtime * space.downtime / 30.0
        - weights.burden * space.burden
        - weights.pigment * space.pigment
        - weights.cost * space.cost / 5000.0
        - weights.length * space.length / 365.0
    )
    place = np.unravel_index(int(np.argmax(np.where(allowed, np.round(score, 9), -np.inf))), space.gain.shape)
    return _choice(space, profile, tuple(int(index) for index in place))


def _less_asked(space: _Space, measures: Measures) -> NDArray[np.bool_]:
    """Combinations that ask less of the person, and are then not worse in every respect.

    Downtime must not grow. A combination of the same burden must cost less time.
    """
    calmer = (space.burden < measures.burden) & (space.downtime <= measures.downtime_days)
    shorter = (
        (space.burden == measures.burden) & (space.length < measures.days) & (space.downtime <= measures.downtime_days)
    )
    less: NDArray[np.bool_] = calmer | shorter
    return less


def _choice(space: _Space, profile: OptionId, place: tuple[int, ...]) -> Choice:
    named = {id_ for choices, index in zip(space.slots, place, strict=True) for id_ in choices[index]}
    return Choice(
        profile,
        tuple(id_ for id_ in TREATMENT_IDS if id_ in named),
        Measures(
            gain=round(float(space.gain[place]), 4),
            downtime_days=float(space.downtime[place]),
            burden=float(space.burden[place]),
            pigment=round(float(space.pigment[place]), 4),
            cost_usd=float(space.cost[place]),
            days=float(space.length[place]),
            treated=int(space.treated[place]),
        ),
    )


def _axis(values: Sequence[float], place: int, axes: int) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64).reshape([-1 if axis == place else 1 for axis in range(axes)])


def _price(id_: TreatmentId, aims: Aims, wanted: Wanted) -> float:
    fee = fee_of(treatments()[id_], wanted.prices)
    return 0.0 if fee is None else fee.high * sessions_for(treatments()[id_], aims)


def _length(id_: TreatmentId, aims: Aims) -> float:
    """Days that a treatment takes from its first session to the next step."""
    own = treatments()[id_]
    if own.home:
        return 0.0
    interval = own.protocol.interval_days
    gap = planning().gap_days if interval is None else sum(interval.span) / 2
    return gap * sessions_for(own, aims)
